package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class OutboxOnH2Test extends OutboxContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
