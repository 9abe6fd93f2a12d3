package io.wayfarer.satisfaction;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ProductSatisfactionOnPostgresTest extends ProductSatisfactionContract {
    @Override
    DataSource database() {
        return Databases.postgres();
    }
}
