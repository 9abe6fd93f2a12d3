package io.wayfarer.recommend;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class LearnerOnPostgresTest extends LearnerContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
