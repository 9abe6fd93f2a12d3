package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class OnsiteInboxOnPostgresTest extends OnsiteInboxContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
