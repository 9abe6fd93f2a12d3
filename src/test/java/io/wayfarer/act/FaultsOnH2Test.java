package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class FaultsOnH2Test extends FaultsContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
