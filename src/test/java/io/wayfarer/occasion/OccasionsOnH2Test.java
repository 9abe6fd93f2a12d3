package io.wayfarer.occasion;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class OccasionsOnH2Test extends OccasionsContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
