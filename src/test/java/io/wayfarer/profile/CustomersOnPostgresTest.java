package io.wayfarer.profile;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class CustomersOnPostgresTest extends CustomersContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
