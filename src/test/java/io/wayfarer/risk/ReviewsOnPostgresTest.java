package io.wayfarer.risk;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ReviewsOnPostgresTest extends ReviewsContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
