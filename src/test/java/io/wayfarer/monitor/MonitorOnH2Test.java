package io.wayfarer.monitor;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class MonitorOnH2Test extends MonitorContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
