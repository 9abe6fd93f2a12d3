package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class WebhookOnPostgresTest extends WebhookContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
