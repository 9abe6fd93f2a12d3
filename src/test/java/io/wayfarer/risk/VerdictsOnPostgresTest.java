package io.wayfarer.risk;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class VerdictsOnPostgresTest extends VerdictsContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
