package io.wayfarer.profile;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class CustomersOnH2Test extends CustomersContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
