package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class FaultsOnPostgresTest extends FaultsContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
