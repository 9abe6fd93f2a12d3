package io.wayfarer.recommend;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class LearnerOnH2Test extends LearnerContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
