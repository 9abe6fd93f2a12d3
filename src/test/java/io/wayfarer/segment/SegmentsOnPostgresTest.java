package io.wayfarer.segment;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class SegmentsOnPostgresTest extends SegmentsContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
