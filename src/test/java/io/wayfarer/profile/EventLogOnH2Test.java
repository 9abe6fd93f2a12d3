package io.wayfarer.profile;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class EventLogOnH2Test extends EventLogContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
