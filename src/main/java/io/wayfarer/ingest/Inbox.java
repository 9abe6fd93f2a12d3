package io.wayfarer.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.NonTransientDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where every way in ends: what is accepted is committed here before success is answered, and is taken from here in
 * batches, each by one worker at a time.
 */
@Component
public class Inbox {

    /** Partitions of the inbox; events of one order key are always in the same one. As many as rows in spine_partition. */
    public static final int PARTITIONS = 16;

    /**
     * What became of a delivery.
     *
     * @param stored events that are new
     * @param repeated events that had been delivered before
     */
    public record Accepted(int stored, int repeated) {}

    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Quarantine quarantine;
    private final TransactionTemplate transactions;
    private final int batchSize;
    private final int limit;
    private final AtomicInteger backlog = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();
    /** How many events a partition's next batch may have; only for partitions whose last batch failed. */
    private final Map<Integer, Integer> cautious = new ConcurrentHashMap<>();

    Inbox(
            JdbcTemplate jdbc,
            ObjectMapper json,
            Quarantine quarantine,
            PlatformTransactionManager transactionManager,
            @Value("${wayfarer.spine.batch-size}") int batchSize,
            @Value("${wayfarer.inbox.limit}") int limit) {
        this.jdbc = jdbc;
        this.json = json;
        this.quarantine = quarantine;
        this.transactions = new TransactionTemplate(transactionManager);
        this.batchSize = batchSize;
        this.limit = limit;
    }

    /** True when more events wait than the inbox may hold: the sender is asked to come again later. */
    public boolean isFull() {
        return backlog.get() >= limit;
    }

    /** Commits the events; those delivered before, in this call or any earlier one, are counted and left out. */
    public Accepted accept(List<Event> events) {
        try {
            return transactions.execute(status -> insert(events));
        } catch (DuplicateKeyException e) {
            // the same message came twice at the same moment: the other one is committed now, and is seen
            return transactions.execute(status -> insert(events));
        }
    }

    private Accepted insert(List<Event> events) {
        var fresh = new LinkedHashMap<UUID, Event>();
        events.forEach(event -> fresh.putIfAbsent(event.id(), event));
        fresh.keySet().removeAll(seen(fresh.keySet()));
        var rows = new ArrayList<Object[]>(fresh.size());
        for (var event : fresh.values()) {
            rows.add(new Object[] {event.id(), Math.floorMod(event.orderKey().hashCode(), PARTITIONS), write(event)});
        }
        jdbc.batchUpdate("insert into inbox (id, partition_no, body) values (?, ?, ?)", rows);
        backlog.addAndGet(rows.size());
        return new Accepted(rows.size(), events.size() - rows.size());
    }

    /** Those of the ids that were delivered before. */
    public Set<UUID> seen(Set<UUID> ids) {
        var known = new HashSet<UUID>();
        jdbc.query(
                "select id from inbox where id = any(?) union all select id from event where id = any(?)",
                statement -> {
                    var array = statement.getConnection().createArrayOf("uuid", ids.toArray());
                    statement.setArray(1, array);
                    statement.setArray(2, array);
                },
                row -> {
                    known.add(row.getObject(1, UUID.class));
                });
        return known;
    }

    /**
     * Takes the next batch of a partition that no other worker holds, in the caller's transaction: the partition is this
     * worker's until the transaction ends.
     */
    public Batch take() {
        var offset = turn.getAndIncrement() & 0xFFFF;
        var partitions = jdbc.queryForList(
                "select id from spine_partition p where exists (select 1 from inbox i where i.partition_no = p.id)"
                        + " order by mod(p.id + ?, ?) limit 1 for update skip locked",
                Integer.class,
                offset,
                PARTITIONS);
        if (partitions.isEmpty()) {
            return Batch.NONE;
        }
        var partition = partitions.get(0);
        var bodies = jdbc.queryForList(
                "select body from inbox where partition_no = ? order by seq limit ?",
                String.class,
                partition,
                cautious.getOrDefault(partition, batchSize));
        return new Batch(partition, bodies.stream().map(this::read).toList());
    }

    /** Removes what has had its effect, in the caller's transaction. */
    public void done(Batch batch) {
        remove(batch);
        cautious.computeIfPresent(batch.partition(), (p, size) -> size * 2 >= batchSize ? null : size * 2);
    }

    /**
     * Called when a batch failed and was rolled back. What the database may do better next time is tried again as it is;
     * otherwise the batch is halved, until the event that cannot be worked off is alone and goes to quarantine.
     *
     * @param batch what had been taken, or null when taking itself failed
     */
    @Transactional
    public void failed(Batch batch, Exception cause) {
        if (batch == null || batch.isEmpty() || isPassing(cause)) {
            log.warn("A batch is tried again: {}", cause.toString());
            return;
        }
        if (batch.events().size() > 1) {
            log.info(
                    "A batch of {} events failed and is halved: {}",
                    batch.events().size(),
                    cause.toString());
            cautious.put(batch.partition(), batch.events().size() / 2);
            return;
        }
        // another worker may have taken the event since the rollback: with the partition locked, only one can remove it
        jdbc.queryForList("select id from spine_partition where id = ? for update", batch.partition());
        if (remove(batch) == 1) {
            var event = batch.events().get(0);
            log.warn("Event {} of {} goes to quarantine", event.messageId(), event.source(), cause);
            quarantine.keep(
                    event.source(), event.messageId(), "could not be worked off: " + cause.getMessage(), write(event));
        }
    }

    private static boolean isPassing(Throwable cause) {
        for (var at = cause; at != null; at = at.getCause()) {
            if (at instanceof TransientDataAccessException || at instanceof DuplicateKeyException) {
                return true;
            }
            if (at instanceof NonTransientDataAccessException) {
                return at instanceof DataAccessResourceFailureException;
            }
        }
        return false;
    }

    private int remove(Batch batch) {
        var ids = batch.events().stream().map(Event::id).toArray();
        var removed = jdbc.update(
                "delete from inbox where id = any(?)",
                statement -> statement.setArray(1, statement.getConnection().createArrayOf("uuid", ids)));
        backlog.addAndGet(-removed);
        return removed;
    }

    /** Counts what waits, so that the limit holds across nodes and restarts. */
    public int recount() {
        var waiting = jdbc.queryForObject("select count(*) from inbox", Integer.class);
        backlog.set(waiting);
        return waiting;
    }

    private String write(Event event) {
        try {
            return json.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written as JSON", e);
        }
    }

    private Event read(String body) {
        try {
            return json.readValue(body, Event.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event in the inbox cannot be read", e);
        }
    }
}
