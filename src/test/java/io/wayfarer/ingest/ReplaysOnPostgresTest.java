package io.wayfarer.ingest;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ReplaysOnPostgresTest extends ReplaysContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
