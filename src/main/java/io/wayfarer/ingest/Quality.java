package io.wayfarer.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Counts what comes in, by source and UTC day of arrival: added up in memory, and added to the database every few seconds
 * and at the end. Several nodes add to the same rows. What a killed process had counted since the last time is not
 * counted.
 */
@Component
public class Quality {

    /** Events that are new. */
    public static final String STORED = "stored";
    /** Events that had been delivered before, by their id. */
    public static final String REPEATED = "repeated";
    /** What went to quarantine, by reason. */
    public static final String REFUSED = "refused";
    /** Events that said what another had said just before. */
    public static final String DUPLICATE = "duplicate";
    /** Events that no person made, and those that a reader of mails made. */
    public static final String BOT = "bot";

    public static final String MACHINE = "machine";
    /** Events by name, repeated ones among them. */
    public static final String EVENT = "event";
    /** Events by the hour of their arrival, 00 to 23 in UTC. */
    public static final String HOUR = "hour";
    /** Expected and not there, as {@code Order Completed: total}. */
    public static final String MISSING = "missing";
    /** Numbers by property, and those of them that were too large to be believed. */
    public static final String NUMBER = "number";

    public static final String OUTLIER = "outlier";
    /** Events that do not fit their schema and were let in, by name. */
    public static final String MISFIT = "misfit";
    /** Amounts in a currency that nobody knows the rate of, by currency. */
    public static final String UNKNOWN_CURRENCY = "currency";
    /** Events whose time was put right. */
    public static final String RETIMED = "retimed";

    /** Names of one kind, source and day: strangers choose them. The rest are counted together. */
    static final int MAX_NAMES = 200;

    static final String OTHERS = "(others)";
    private static final int MAX_NAME = 200;

    private record Group(String source, LocalDate day, String kind) {}

    private record Key(Group group, String name) {}

    private record Seen(Instant receivedAt, Instant eventAt) {

        Seen with(Instant received, Instant at) {
            return new Seen(received.isAfter(receivedAt) ? received : receivedAt, at.isAfter(eventAt) ? at : eventAt);
        }
    }

    private static final Comparator<Key> ORDER = Comparator.comparing(
                    (Key key) -> key.group().source())
            .thenComparing(key -> key.group().day())
            .thenComparing(key -> key.group().kind())
            .thenComparing(Key::name);

    private static final String ADD =
            "update data_quality set n = n + ? where source = ? and on_day = ? and kind = ? and name = ?";

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final MeterRegistry meters;
    private final Map<Group, Set<String>> names = new HashMap<>();
    private Map<Key, Long> counts = new HashMap<>();
    private Map<String, Seen> seen = new HashMap<>();

    Quality(JdbcTemplate jdbc, PlatformTransactionManager transactionManager, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.meters = meters;
    }

    /** @param name of what; empty where the kind says it all */
    public synchronized void count(String source, Instant at, String kind, String name, long n) {
        if (n != 0) {
            var group = new Group(source, at.atOffset(ZoneOffset.UTC).toLocalDate(), kind);
            counts.merge(new Key(group, bounded(group, name)), n, Long::sum);
        }
    }

    /** Notes that the source was heard of. */
    public synchronized void heard(String source, Instant receivedAt, Instant eventAt) {
        var before = seen.get(source);
        seen.put(source, before == null ? new Seen(receivedAt, eventAt) : before.with(receivedAt, eventAt));
    }

    private String bounded(Group group, String name) {
        if (name.isEmpty()) {
            return name;
        }
        var known = names.computeIfAbsent(group, any -> new HashSet<>());
        var cut = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
        return known.contains(cut) || known.size() < MAX_NAMES && known.add(cut) ? cut : OTHERS;
    }

    /**
     * Adds what was counted to the database.
     *
     * @throws DataAccessException when that fails; it is kept, and added the next time
     */
    public void flush() {
        Map<Key, Long> counted;
        Map<String, Seen> heard;
        synchronized (this) {
            counted = counts;
            heard = seen;
            counts = new HashMap<>();
            seen = new HashMap<>();
        }
        try {
            writeSeen(heard);
            heard = Map.of();
            writeCounts(counted);
        } catch (DataAccessException e) {
            putBack(counted, heard);
            throw e;
        }
    }

    private synchronized void putBack(Map<Key, Long> counted, Map<String, Seen> heard) {
        counted.forEach((key, n) -> counts.merge(key, n, Long::sum));
        heard.forEach((source, one) -> heard(source, one.receivedAt(), one.eventAt()));
    }

    /** Takes out of the map what is written, so that a failure puts only the rest back. */
    private void writeCounts(Map<Key, Long> counted) {
        // in one order, so that two nodes wait for each other and do not deadlock
        var keys = counted.keySet().stream().sorted(ORDER).toList();
        var rows = keys.stream().map(key -> row(key, counted.get(key))).toList();
        var changed = transactions.execute(status -> jdbc.batchUpdate(ADD, rows));
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] > 0) {
                written(keys.get(i), counted);
            }
        }
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] == 0) {
                insert(rows.get(i));
                written(keys.get(i), counted);
            }
        }
        forgetOldNames();
    }

    private void written(Key key, Map<Key, Long> counted) {
        var group = key.group();
        meters.counter("wayfarer.ingest", "source", group.source(), "kind", group.kind())
                .increment(counted.remove(key));
    }

    private static Object[] row(Key key, long n) {
        var group = key.group();
        return new Object[] {n, group.source(), group.day(), group.kind(), key.name()};
    }

    private void insert(Object[] row) {
        try {
            jdbc.update("insert into data_quality (n, source, on_day, kind, name) values (?, ?, ?, ?, ?)", row);
        } catch (DuplicateKeyException e) {
            // another node made the row meanwhile
            jdbc.update(ADD, row);
        }
    }

    private void writeSeen(Map<String, Seen> heard) {
        for (var source : new ArrayList<>(heard.keySet())) {
            var received = heard.get(source).receivedAt().atOffset(ZoneOffset.UTC);
            var at = heard.get(source).eventAt().atOffset(ZoneOffset.UTC);
            var sql = "update source_seen set received_at = case when received_at < ? then ? else received_at end,"
                    + " event_at = case when event_at < ? then ? else event_at end where source = ?";
            if (jdbc.update(sql, received, received, at, at, source) == 0) {
                try {
                    jdbc.update(
                            "insert into source_seen (source, received_at, event_at) values (?, ?, ?)",
                            source,
                            received,
                            at);
                } catch (DuplicateKeyException e) {
                    jdbc.update(sql, received, received, at, at, source);
                }
            }
        }
    }

    private synchronized void forgetOldNames() {
        var newest = names.keySet().stream().map(Group::day).max(Comparator.naturalOrder());
        newest.ifPresent(day -> names.keySet().removeIf(group -> group.day().isBefore(day.minusDays(1))));
    }
}
