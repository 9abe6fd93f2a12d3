package io.wayfarer.decide;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class DecisionsOnPostgresTest extends DecisionsContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
