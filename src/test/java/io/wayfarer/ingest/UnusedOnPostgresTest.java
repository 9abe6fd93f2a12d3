package io.wayfarer.ingest;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class UnusedOnPostgresTest extends UnusedContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
