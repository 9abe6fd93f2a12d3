package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ArbiterOnH2Test extends ArbiterContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
