package io.wayfarer.monitor;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class MonitorOnPostgresTest extends MonitorContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
