package io.wayfarer.ingest;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ReplaysOnH2Test extends ReplaysContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
