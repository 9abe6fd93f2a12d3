package io.wayfarer.profile;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class IdentityOnH2Test extends IdentityContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
