package io.wayfarer.ingest.feed;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class FeedMemoryOnPostgresTest extends FeedMemoryContract {

    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
