package io.wayfarer.catalogue;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class CatalogueOnPostgresTest extends CatalogueContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
