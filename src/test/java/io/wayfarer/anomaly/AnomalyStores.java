package io.wayfarer.anomaly;

import io.wayfarer.ingest.Inboxes;
import java.io.IOException;
import java.nio.file.Path;
import org.springframework.jdbc.core.JdbcTemplate;

/** Stores of forests for tests of rooms that have no access to their parts. */
public final class AnomalyStores {

    private AnomalyStores() {}

    /** @param data where the key is */
    public static Forests forests(JdbcTemplate jdbc, Path data) throws IOException {
        return new Forests(jdbc, Inboxes.JSON, data);
    }
}
