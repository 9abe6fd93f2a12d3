package io.wayfarer.catalogue;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class CatalogueOnH2Test extends CatalogueContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
