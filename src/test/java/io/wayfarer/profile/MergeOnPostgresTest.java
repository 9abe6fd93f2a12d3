package io.wayfarer.profile;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class MergeOnPostgresTest extends MergeContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
