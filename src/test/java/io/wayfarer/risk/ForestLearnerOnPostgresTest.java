package io.wayfarer.risk;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ForestLearnerOnPostgresTest extends ForestLearnerContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
