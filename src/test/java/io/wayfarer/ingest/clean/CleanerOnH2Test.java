package io.wayfarer.ingest.clean;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class CleanerOnH2Test extends CleanerContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
