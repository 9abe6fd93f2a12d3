package io.wayfarer.risk;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class VerdictsOnH2Test extends VerdictsContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
