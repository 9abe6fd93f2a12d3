package io.wayfarer.ingest;

import io.wayfarer.time.TimeOrderedId;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What came in and could not be used, with the reason. Nothing is thrown away. */
@Component
public class Quarantine {

    /** Longer bodies are cut; the reason says so. */
    public static final int MAX_BODY = 100_000;

    /** One thing that could not be used. {@code messageId} is null when it had none. */
    public record Item(UUID id, String source, String messageId, Instant receivedAt, String reason, String body) {}

    private final JdbcTemplate jdbc;
    private final Clock clock;

    Quarantine(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keeps the body as it came, but for NUL, which PostgreSQL cannot hold. */
    public void keep(String source, String messageId, String reason, String body) {
        insert(List.<Object[]>of(row(source, messageId, reason, body)));
    }

    public void keep(String source, List<Understood.Refused> refused) {
        if (!refused.isEmpty()) {
            insert(refused.stream()
                    .map(item -> row(source, item.messageId(), item.refusal().getMessage(), item.body()))
                    .toList());
        }
    }

    private void insert(List<Object[]> rows) {
        jdbc.batchUpdate(
                "insert into quarantine (id, source, message_id, received_at, reason, body) values (?, ?, ?, ?, ?, ?)",
                rows);
    }

    private Object[] row(String source, String messageId, String reason, String body) {
        var now = clock.instant();
        var cut = body.length() > MAX_BODY;
        return new Object[] {
            TimeOrderedId.at(now),
            bounded(source, 120),
            messageId == null ? null : bounded(messageId, 200),
            now.atOffset(ZoneOffset.UTC),
            bounded(cut ? reason + " (the body is cut at " + MAX_BODY + " characters)" : reason, 1000),
            bounded(body, MAX_BODY)
        };
    }

    /** The items after the one with id {@code after}, newest first; from the newest when it is null. */
    public List<Item> list(int limit, UUID after) {
        return jdbc.query(
                "select * from quarantine where id < ? order by id desc limit ?",
                (row, n) -> new Item(
                        row.getObject("id", UUID.class),
                        row.getString("source"),
                        row.getString("message_id"),
                        row.getObject("received_at", OffsetDateTime.class).toInstant(),
                        row.getString("reason"),
                        row.getString("body")),
                after == null ? new UUID(-1L, -1L) : after,
                limit);
    }

    private static String bounded(String text, int length) {
        var clean = text.replace("\u0000", "\uFFFD");
        return clean.length() <= length ? clean : clean.substring(0, length);
    }
}
