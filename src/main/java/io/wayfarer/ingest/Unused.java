package io.wayfarer.ingest;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What came in, was understood, and is of a kind that nothing here uses: counted by its kind, and not kept. */
@Component
public class Unused {

    /** Characters of a kind's name. */
    static final int MAX_KIND = 200;

    /**
     * @param kind what the sender calls it
     * @param messages how many there have been
     * @param lastAt product time of the last one
     */
    public record Kind(String source, String kind, long messages, Instant lastAt) {}

    private final JdbcTemplate jdbc;
    private final Clock clock;

    Unused(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Counts each kind once for each time it is there. */
    public void count(String source, Collection<String> kinds) {
        // in the order of names, so that no two deliveries wait for each other's rows
        var counted = kinds.stream()
                .map(Unused::bounded)
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
        counted.forEach((kind, messages) -> count(source, kind, messages));
    }

    private static String bounded(String kind) {
        var plain = kind.replaceAll("[\\p{Cntrl}\\p{Cs}]", "\uFFFD");
        return plain.length() <= MAX_KIND ? plain : plain.substring(0, MAX_KIND);
    }

    private void count(String source, String kind, long messages) {
        if (add(source, kind, messages) == 0) {
            try {
                jdbc.update(
                        "insert into unused (source, kind, messages, last_at) values (?, ?, ?, ?)",
                        source,
                        kind,
                        messages,
                        now());
            } catch (DuplicateKeyException e) {
                // another delivery was first
                add(source, kind, messages);
            }
        }
    }

    private int add(String source, String kind, long messages) {
        return jdbc.update(
                "update unused set messages = messages + ?, last_at = ? where source = ? and kind = ?",
                messages,
                now(),
                source,
                kind);
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    /** The kinds, by source and name, after the one of {@code after}; from the first when it is null. */
    public List<Kind> list(int limit, Map.Entry<String, String> after) {
        return jdbc.query(
                "select * from unused where source > ? or source = ? and kind > ? order by source, kind limit ?",
                (row, n) -> new Kind(
                        row.getString("source"),
                        row.getString("kind"),
                        row.getLong("messages"),
                        row.getObject("last_at", OffsetDateTime.class).toInstant()),
                after == null ? "" : after.getKey(),
                after == null ? "" : after.getKey(),
                after == null ? "" : after.getValue(),
                limit);
    }
}
