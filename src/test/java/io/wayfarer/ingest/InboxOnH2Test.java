package io.wayfarer.ingest;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class InboxOnH2Test extends InboxContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
