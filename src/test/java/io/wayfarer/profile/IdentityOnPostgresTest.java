package io.wayfarer.profile;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class IdentityOnPostgresTest extends IdentityContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
