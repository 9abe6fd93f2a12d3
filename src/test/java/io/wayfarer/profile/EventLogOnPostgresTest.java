package io.wayfarer.profile;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class EventLogOnPostgresTest extends EventLogContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
