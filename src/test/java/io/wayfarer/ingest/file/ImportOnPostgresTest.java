package io.wayfarer.ingest.file;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ImportOnPostgresTest extends ImportContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
