package io.wayfarer.ingest;

import io.wayfarer.time.TimeOrderedId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * What came in and could not be used, with the reason, and what became of it. Nothing is thrown away; what the same source
 * delivers again, with the same message id and body, is kept once.
 */
@Component
public class Quarantine {

    /** Longer bodies are cut; the reason says so. */
    public static final int MAX_BODY = 100_000;

    /** The form of a body that is an {@link Event} as JSON, whatever way it came. */
    public static final String EVENT = "event";

    /** Nobody has settled it yet. */
    public static final String WAITING = "waiting";

    static final String REPLAYED = "replayed";
    static final String DISMISSED = "dismissed";

    private static final int MAX_FORM = 200;
    private static final int MAX_NOTE = 1000;
    private static final int MAX_WHO = 64;

    /**
     * One thing that could not be used.
     *
     * @param messageId null when it had none
     * @param form what its way has to know to read the body again; {@link #EVENT} for an event; null when nothing
     * @param status waiting, replayed or dismissed
     * @param attempts how often it was read again in vain
     * @param settledAt when it was replayed or dismissed, and {@code settledBy} whom; null while it waits
     * @param note why it was dismissed, or null
     * @param events the ids of what came of it, when it was replayed
     * @param mended the body that was read in place of the one that came, or null
     */
    public record Item(
            UUID id,
            String source,
            String messageId,
            Instant receivedAt,
            String reason,
            String body,
            String form,
            String status,
            int attempts,
            Instant settledAt,
            String settledBy,
            String note,
            List<UUID> events,
            String mended) {}

    /**
     * Which items; null for any.
     *
     * @param reason what the reason contains
     */
    public record Filter(String status, String source, String reason) {}

    private static final String INSERT =
            "insert into quarantine (id, source, message_id, received_at, form, reason, body, digest)"
                    + " select cast(? as uuid), cast(? as varchar), cast(? as varchar), cast(? as timestamp(6) with time zone),"
                    + " cast(? as varchar), cast(? as varchar), cast(? as varchar), cast(? as uuid)"
                    + " where not exists (select 1 from quarantine where digest = cast(? as uuid))";

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final Quality quality;

    Quarantine(JdbcTemplate jdbc, Clock clock, Quality quality) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.quality = quality;
    }

    /** Keeps the body as it came, but for NUL, which PostgreSQL cannot hold; false when it was there already. */
    public boolean keep(String source, String messageId, String reason, String body) {
        return keep(source, messageId, null, reason, body);
    }

    /** @param form as {@link Item#form} */
    public boolean keep(String source, String messageId, String form, String reason, String body) {
        return insert(List.<Object[]>of(row(source, messageId, form, reason, body))) > 0;
    }

    /** How many of them were not there already. */
    public int keep(String source, List<Understood.Refused> refused) {
        return keep(source, null, refused);
    }

    /** @param form of all of them, as {@link Item#form} */
    public int keep(String source, String form, List<Understood.Refused> refused) {
        return refused.isEmpty()
                ? 0
                : insert(refused.stream()
                        .map(item -> row(
                                source, item.messageId(), form, item.refusal().getMessage(), item.body()))
                        .toList());
    }

    private int insert(List<Object[]> rows) {
        int[] kept;
        try {
            kept = jdbc.batchUpdate(INSERT, rows);
        } catch (DuplicateKeyException e) {
            // delivered twice at the same moment: the other one is there now, and is seen
            kept = jdbc.batchUpdate(INSERT, rows);
        }
        var now = clock.instant();
        var fresh = 0;
        for (int i = 0; i < kept.length; i++) {
            if (kept[i] > 0) {
                fresh++;
                var row = rows.get(i);
                quality.count((String) row[1], now, Quality.REFUSED, classOf((String) row[5]), 1);
            }
        }
        return fresh;
    }

    private Object[] row(String source, String messageId, String form, String reason, String body) {
        var now = clock.instant();
        var cut = body.length() > MAX_BODY;
        var digest = messageId == null && body.isEmpty() ? null : Event.idOf(source, messageId + '\n' + body);
        return new Object[] {
            TimeOrderedId.at(now),
            bounded(source, 120),
            messageId == null ? null : bounded(messageId, 200),
            now.atOffset(ZoneOffset.UTC),
            form == null ? null : bounded(form, MAX_FORM),
            bounded(cut ? reason + " (the body is cut at " + MAX_BODY + " characters)" : reason, 1000),
            bounded(body, MAX_BODY),
            digest,
            digest
        };
    }

    /** Reasons that differ in numbers only are one: {@code not valid JSON at line #, column #}. */
    private static String classOf(String reason) {
        return bounded(reason.replaceAll("[0-9]+", "#"), 100);
    }

    /** The items after the one with id {@code after}, newest first; from the newest when it is null. */
    public List<Item> list(int limit, UUID after) {
        return list(new Filter(null, null, null), limit, after);
    }

    /** The items that the filter lets through, after the one with id {@code after}, newest first. */
    public List<Item> list(Filter filter, int limit, UUID after) {
        return query(filter, "and id < ? order by id desc limit ?", after == null ? new UUID(-1L, -1L) : after, limit);
    }

    /** The oldest that wait, after the one with id {@code after}; from the oldest when it is null. */
    List<Item> oldest(Filter filter, int limit, UUID after) {
        return query(filter, "and id > ? order by id limit ?", after == null ? new UUID(0, 0) : after, limit);
    }

    private List<Item> query(Filter filter, String rest, Object... parameters) {
        var sql = new StringBuilder("select * from quarantine where 1 = 1 ");
        var values = new ArrayList<Object>();
        if (filter.status() != null) {
            sql.append("and status = ? ");
            values.add(filter.status());
        }
        if (filter.source() != null) {
            sql.append("and source = ? ");
            values.add(filter.source());
        }
        if (filter.reason() != null) {
            sql.append("and position(? in reason) > 0 ");
            values.add(filter.reason());
        }
        values.addAll(Arrays.asList(parameters));
        return jdbc.query(sql + rest, Quarantine::read, values.toArray());
    }

    /** The item with this id. */
    public Optional<Item> find(UUID id) {
        return jdbc.query("select * from quarantine where id = ?", Quarantine::read, id).stream()
                .findFirst();
    }

    /** How many wait, by source. */
    public java.util.Map<String, Long> waiting() {
        var counts = new java.util.TreeMap<String, Long>();
        jdbc.query(
                "select source, count(*) from quarantine where status = ? group by source",
                row -> {
                    counts.put(row.getString(1), row.getLong(2));
                },
                WAITING);
        return counts;
    }

    /** Keeps it for good without using it, and says who decided so and why. False when it was settled before. */
    public boolean dismiss(UUID id, String who, String why) {
        return settle(id, DISMISSED, who, bounded(why, MAX_NOTE), null, null);
    }

    boolean replayed(UUID id, String who, List<UUID> events, String mended) {
        var ids = events.stream().map(UUID::toString).collect(Collectors.joining(","));
        return settle(id, REPLAYED, who, null, ids, mended);
    }

    private boolean settle(UUID id, String status, String who, String note, String events, String mended) {
        return jdbc.update(
                        "update quarantine set status = ?, settled_at = ?, settled_by = ?, note = ?, events = ?,"
                                + " mended = ? where id = ? and status = ?",
                        status,
                        clock.instant().atOffset(ZoneOffset.UTC),
                        bounded(who, MAX_WHO),
                        note,
                        events,
                        mended == null ? null : bounded(mended, MAX_BODY),
                        id,
                        WAITING)
                == 1;
    }

    /** It was read again and still cannot be used: it keeps its place, with the new reason. */
    void failedAgain(UUID id, String reason) {
        jdbc.update(
                "update quarantine set reason = ?, attempts = attempts + 1 where id = ? and status = ?",
                bounded(reason, 1000),
                id,
                WAITING);
    }

    private static Item read(ResultSet row, int number) throws SQLException {
        var settled = row.getObject("settled_at", OffsetDateTime.class);
        var events = row.getString("events");
        return new Item(
                row.getObject("id", UUID.class),
                row.getString("source"),
                row.getString("message_id"),
                row.getObject("received_at", OffsetDateTime.class).toInstant(),
                row.getString("reason"),
                row.getString("body"),
                row.getString("form"),
                row.getString("status"),
                row.getInt("attempts"),
                settled == null ? null : settled.toInstant(),
                row.getString("settled_by"),
                row.getString("note"),
                events == null || events.isEmpty()
                        ? List.of()
                        : Arrays.stream(events.split(",")).map(UUID::fromString).toList(),
                row.getString("mended"));
    }

    private static String bounded(String text, int length) {
        var clean = text.replace("\u0000", "\uFFFD");
        return clean.length() <= length ? clean : clean.substring(0, length);
    }
}
