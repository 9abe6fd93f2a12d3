package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ArbiterOnPostgresTest extends ArbiterContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
