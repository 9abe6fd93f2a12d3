package io.wayfarer.decide;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class DecisionsOnH2Test extends DecisionsContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
