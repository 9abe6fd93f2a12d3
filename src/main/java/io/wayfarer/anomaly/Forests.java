package io.wayfarer.anomaly;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.store.Version;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The forests that were learnt, by version: numbers as JSON, which hold no code. */
@Component
public class Forests {

    private static final Logger log = LoggerFactory.getLogger(Forests.class);
    private static final int KEPT = 5;

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;

    Forests(JdbcTemplate jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The newest forest that can be used; empty when nothing was learnt, or what was is of another program's behaviour. */
    public Optional<Forest> newest() {
        return jdbc
                .query(
                        "select version, learnt_at, first_at, last_at, seen, row_count, seed, body from anomaly_forest"
                                + " order by learnt_at desc, version limit ?",
                        (row, n) -> read(
                                row.getString(1),
                                new Forest.Card(
                                        row.getObject(2, OffsetDateTime.class).toInstant(),
                                        row.getObject(3, OffsetDateTime.class).toInstant(),
                                        row.getObject(4, OffsetDateTime.class).toInstant(),
                                        row.getLong(5),
                                        row.getInt(6),
                                        row.getLong(7)),
                                row.getString(8)),
                        KEPT)
                .stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    /**
     * Learns a forest and keeps it.
     *
     * @param rows of {@link Behaviour}, at least {@link Forest#ENOUGH}
     * @param stopIfCancelled throws to end the learning
     */
    public Forest learn(
            List<double[]> rows, Instant from, Instant to, long seen, Instant now, Runnable stopIfCancelled) {
        var card = Forest.card(now, from, to, seen, rows);
        var trees = IsolationForest.learn(Behaviour.NAMES, rows, card.seed(), stopIfCancelled);
        var body = write(trees);
        var version = Version.of(body);
        jdbc.update("delete from anomaly_forest where version = ?", version);
        jdbc.update(
                "insert into anomaly_forest (version, learnt_at, first_at, last_at, seen, row_count, seed, body)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                version,
                now.atOffset(ZoneOffset.UTC),
                from.atOffset(ZoneOffset.UTC),
                to.atOffset(ZoneOffset.UTC),
                seen,
                card.rows(),
                card.seed(),
                body);
        jdbc.update(
                "delete from anomaly_forest where version not in (select version from anomaly_forest"
                        + " order by learnt_at desc, version limit ?)",
                KEPT);
        return new Forest(version, card, trees);
    }

    private Optional<Forest> read(String version, Forest.Card card, String body) {
        try {
            if (!Version.of(body).equals(version)) {
                throw new IllegalArgumentException("it is not what was learnt");
            }
            var trees = json.readValue(body, IsolationForest.class);
            if (!trees.features().equals(Behaviour.NAMES)) {
                throw new IllegalArgumentException("it looks at other features");
            }
            return Optional.of(new Forest(version, card, trees));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            log.warn("The isolation forest {} cannot be used: {}", version, e.getMessage());
            return Optional.empty();
        }
    }

    private String write(IsolationForest trees) {
        try {
            return json.writeValueAsString(trees);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
