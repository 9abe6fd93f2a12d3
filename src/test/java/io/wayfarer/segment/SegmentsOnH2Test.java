package io.wayfarer.segment;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class SegmentsOnH2Test extends SegmentsContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
