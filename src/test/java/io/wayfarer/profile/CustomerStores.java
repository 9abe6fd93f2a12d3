package io.wayfarer.profile;

import javax.sql.DataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** Stores of customers for tests of rooms that have no access to their parts. */
public final class CustomerStores {

    private CustomerStores() {}

    public static Customers of(DataSource database) {
        return Profiles.on(database).customers();
    }

    public static EventLog log(DataSource database) {
        var profiles = Profiles.on(database);
        return new EventLog(profiles.customers(), profiles.json(), database, new JdbcTransactionManager(database));
    }
}
