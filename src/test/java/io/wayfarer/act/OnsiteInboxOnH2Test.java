package io.wayfarer.act;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class OnsiteInboxOnH2Test extends OnsiteInboxContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
