package io.wayfarer.risk;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ReviewsOnH2Test extends ReviewsContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
