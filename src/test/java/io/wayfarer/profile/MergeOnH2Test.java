package io.wayfarer.profile;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class MergeOnH2Test extends MergeContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
