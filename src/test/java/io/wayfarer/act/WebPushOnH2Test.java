package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class WebPushOnH2Test extends WebPushContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
