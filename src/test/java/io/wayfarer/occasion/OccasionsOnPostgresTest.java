package io.wayfarer.occasion;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class OccasionsOnPostgresTest extends OccasionsContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
