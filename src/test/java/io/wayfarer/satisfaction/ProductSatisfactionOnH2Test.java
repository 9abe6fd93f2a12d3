package io.wayfarer.satisfaction;

import io.wayfarer.Databases;
import javax.sql.DataSource;

class ProductSatisfactionOnH2Test extends ProductSatisfactionContract {
    @Override
    DataSource database() {
        return Databases.h2();
    }
}
