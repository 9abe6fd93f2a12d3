package io.wayfarer.anomaly;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.store.Seal;
import io.wayfarer.store.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * The forests that were learnt, by version: numbers as JSON, which hold no code. One that this installation has not signed so
 * is refused with its reason, and the one before it serves.
 */
@Component
public class Forests {

    private static final Logger log = LoggerFactory.getLogger(Forests.class);
    private static final int KEPT = 5;

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;

    private final Seal seal;

    /** @throws IOException when the key of the data folder cannot be made or read */
    Forests(JdbcTemplate jdbc, ObjectMapper json, @Value("${wayfarer.data.dir}") Path data) throws IOException {
        this.jdbc = jdbc;
        this.json = json;
        this.seal = new Seal(data);
    }

    /** The newest forest that can be used; empty when nothing was learnt, or what was is of another program's behaviour. */
    public Optional<Forest> newest() {
        return jdbc
                .query(
                        "select version, learnt_at, first_at, last_at, seen, row_count, seed, body, signature"
                                + " from anomaly_forest"
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
                                row.getString(8),
                                row.getString(9)),
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
        var signature = HexFormat.of().formatHex(seal.sign(about(version, card), bytes(body)));
        jdbc.update("delete from anomaly_forest where version = ?", version);
        jdbc.update(
                "insert into anomaly_forest (version, learnt_at, first_at, last_at, seen, row_count, seed, body,"
                        + " signature) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                version,
                now.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC),
                from.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC),
                to.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC),
                seen,
                card.rows(),
                card.seed(),
                body,
                signature);
        jdbc.update(
                "delete from anomaly_forest where version not in (select version from anomaly_forest"
                        + " order by learnt_at desc, version limit ?)",
                KEPT);
        return new Forest(version, card, trees);
    }

    private Optional<Forest> read(String version, Forest.Card card, String body, String signature) {
        try {
            if (signature == null) {
                throw new IOException("it is not signed");
            }
            seal.check(about(version, card), bytes(body), HexFormat.of().parseHex(signature));
            var trees = json.readValue(body, IsolationForest.class);
            if (!trees.features().equals(Behaviour.NAMES)) {
                throw new IllegalArgumentException("it looks at other features");
            }
            return Optional.of(new Forest(version, card, trees));
        } catch (IOException | IllegalArgumentException e) {
            log.warn("The isolation forest {} cannot be used: {}", version, e.getMessage());
            return Optional.empty();
        }
    }

    /** Signed with the trees: what they are said to be learnt from. A database knows times to the microsecond. */
    private static byte[] about(String version, Forest.Card card) {
        return bytes("forest\n%s\n%s\n%s\n%s\n%d\n%d\n%d"
                .formatted(
                        version,
                        card.learntAt().truncatedTo(ChronoUnit.MICROS),
                        card.from().truncatedTo(ChronoUnit.MICROS),
                        card.to().truncatedTo(ChronoUnit.MICROS),
                        card.seen(),
                        card.rows(),
                        card.seed()));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String write(IsolationForest trees) {
        try {
            return json.writeValueAsString(trees);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
