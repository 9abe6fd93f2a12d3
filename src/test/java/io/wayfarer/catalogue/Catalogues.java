package io.wayfarer.catalogue;

import io.wayfarer.ingest.Inboxes;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Stores of products for tests of rooms that have no access to their parts. */
public final class Catalogues {

    private Catalogues() {}

    public static Products of(DataSource database, Clock clock) {
        return new Products(
                new JdbcTemplate(database),
                Inboxes.JSON,
                Inboxes.quarantine(database, clock),
                new DataSourceTransactionManager(database),
                clock);
    }
}
