package io.wayfarer.risk;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ForestLearnerOnH2Test extends ForestLearnerContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
