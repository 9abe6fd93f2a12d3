package io.wayfarer.anomaly;

import io.wayfarer.ingest.Inboxes;
import org.springframework.jdbc.core.JdbcTemplate;

/** Stores of forests for tests of rooms that have no access to their parts. */
public final class AnomalyStores {

    private AnomalyStores() {}

    public static Forests forests(JdbcTemplate jdbc) {
        return new Forests(jdbc, Inboxes.JSON);
    }
}
