package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class WebhookOnH2Test extends WebhookContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
