package io.wayfarer.ingest.file;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ImportOnH2Test extends ImportContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
