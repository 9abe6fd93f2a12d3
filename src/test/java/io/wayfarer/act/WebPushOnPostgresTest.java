package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class WebPushOnPostgresTest extends WebPushContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
