package io.wayfarer.ingest;

import io.wayfarer.time.TimeOrderedId;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What came in and could not be used, with the reason. Nothing is thrown away; what the same source delivers again, with
 * the same message id and body, is kept once.
 */
@Component
public class Quarantine {

    /** Longer bodies are cut; the reason says so. */
    public static final int MAX_BODY = 100_000;

    /** One thing that could not be used. {@code messageId} is null when it had none. */
    public record Item(UUID id, String source, String messageId, Instant receivedAt, String reason, String body) {}

    private static final String INSERT =
            "insert into quarantine (id, source, message_id, received_at, reason, body, digest)"
                    + " select cast(? as uuid), cast(? as varchar), cast(? as varchar), cast(? as timestamp(6) with time zone),"
                    + " cast(? as varchar), cast(? as varchar), cast(? as uuid)"
                    + " where not exists (select 1 from quarantine where digest = cast(? as uuid))";

    private final JdbcTemplate jdbc;
    private final Clock clock;

    Quarantine(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keeps the body as it came, but for NUL, which PostgreSQL cannot hold; false when it was there already. */
    public boolean keep(String source, String messageId, String reason, String body) {
        return insert(List.<Object[]>of(row(source, messageId, reason, body))) > 0;
    }

    /** How many of them were not there already. */
    public int keep(String source, List<Understood.Refused> refused) {
        return refused.isEmpty()
                ? 0
                : insert(refused.stream()
                        .map(item ->
                                row(source, item.messageId(), item.refusal().getMessage(), item.body()))
                        .toList());
    }

    private int insert(List<Object[]> rows) {
        try {
            return IntStream.of(jdbc.batchUpdate(INSERT, rows)).sum();
        } catch (DuplicateKeyException e) {
            // delivered twice at the same moment: the other one is there now, and is seen
            return IntStream.of(jdbc.batchUpdate(INSERT, rows)).sum();
        }
    }

    private Object[] row(String source, String messageId, String reason, String body) {
        var now = clock.instant();
        var cut = body.length() > MAX_BODY;
        var digest = messageId == null && body.isEmpty() ? null : Event.idOf(source, messageId + '\n' + body);
        return new Object[] {
            TimeOrderedId.at(now),
            bounded(source, 120),
            messageId == null ? null : bounded(messageId, 200),
            now.atOffset(ZoneOffset.UTC),
            bounded(cut ? reason + " (the body is cut at " + MAX_BODY + " characters)" : reason, 1000),
            bounded(body, MAX_BODY),
            digest,
            digest
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
