package io.wayfarer.profile;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Stores of customers for tests of rooms that have no access to their parts. */
public final class CustomerStores {

    private CustomerStores() {}

    public static Customers of(DataSource database, ObjectMapper json, Clock clock) {
        return new Customers(new JdbcTemplate(database), json, clock);
    }
}
