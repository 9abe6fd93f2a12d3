package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class OutboxOnPostgresTest extends OutboxContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
