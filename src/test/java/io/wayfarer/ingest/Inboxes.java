package io.wayfarer.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** Inboxes for tests of rooms that have no access to their parts. */
public final class Inboxes {

    public static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(com.fasterxml.jackson.databind.SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    private Inboxes() {}

    public static Inbox of(DataSource database, PlatformTransactionManager transactions, Clock clock, int limit) {
        return new Inbox(
                new JdbcTemplate(database),
                JSON,
                quarantine(database, clock),
                things -> {},
                new Uncleaned(),
                transactions,
                500,
                limit);
    }

    public static Quarantine quarantine(DataSource database, Clock clock) {
        var transactions = new DataSourceTransactionManager(database);
        var jdbc = new JdbcTemplate(database);
        return new Quarantine(jdbc, clock, new Quality(jdbc, transactions, new SimpleMeterRegistry()));
    }
}
