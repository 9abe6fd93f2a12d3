package io.wayfarer.ingest.clean;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class CleanerOnPostgresTest extends CleanerContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
