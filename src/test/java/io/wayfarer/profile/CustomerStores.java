package io.wayfarer.profile;

import javax.sql.DataSource;

/** Stores of customers for tests of rooms that have no access to their parts. */
public final class CustomerStores {

    private CustomerStores() {}

    public static Customers of(DataSource database) {
        return Profiles.on(database).customers();
    }
}
