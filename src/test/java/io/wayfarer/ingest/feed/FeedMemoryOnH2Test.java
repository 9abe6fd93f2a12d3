package io.wayfarer.ingest.feed;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class FeedMemoryOnH2Test extends FeedMemoryContract {

    @Override
    DataSource database() {
        return Databases.h2();
    }
}
