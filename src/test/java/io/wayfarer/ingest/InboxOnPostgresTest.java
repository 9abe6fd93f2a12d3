package io.wayfarer.ingest;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class InboxOnPostgresTest extends InboxContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
