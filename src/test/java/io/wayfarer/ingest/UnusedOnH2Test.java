package io.wayfarer.ingest;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class UnusedOnH2Test extends UnusedContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
