package io.wayfarer.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wayfarer.Events;
import io.wayfarer.SetClock;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** The stores of ingest on one database, with a clock that a test sets: one node. */
public final class Stores {

    public final JdbcTemplate jdbc;
    public final PlatformTransactionManager transactions;
    public final ObjectMapper json =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();
    public final MeterRegistry meters = new SimpleMeterRegistry();
    public final Quality quality;
    public final Quarantine quarantine;
    public final SetClock clock = new SetClock(Events.NOON);

    public Stores(DataSource database) {
        jdbc = new JdbcTemplate(database);
        transactions = new DataSourceTransactionManager(database);
        quality = new Quality(jdbc, transactions, meters);
        quarantine = new Quarantine(jdbc, clock, quality);
    }

    public Inbox inbox(Cleaning cleaning) {
        return new Inbox(jdbc, json, quarantine, things -> {}, cleaning, transactions, 500, 100_000);
    }

    public QualityReport report() {
        return new QualityReport(jdbc, clock, quality, quarantine);
    }

    public Replays replays(Inbox inbox, Cleaning cleaning, Replayable... ways) {
        return new Replays(quarantine, inbox, cleaning, json, clock, List.of(ways));
    }

    /** What waits in the inbox, in order of arrival. */
    public List<Event> inboxed() {
        return jdbc.queryForList("select body from inbox order by seq", String.class).stream()
                .map(body -> {
                    try {
                        return json.readValue(body, Event.class);
                    } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                })
                .toList();
    }
}
