package io.wayfarer.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.store.Column;
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
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.NonTransientDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Where every way in ends: what is accepted is committed here before success is answered, and is taken from here in
 * batches, each by one worker at a time.
 */
@Component
public class Inbox {

    /** Partitions of the inbox; events of one order key are always in the same one. As many as rows in spine_partition. */
    public static final int PARTITIONS = 16;

    /** Deliveries of so many events at most share a transaction with others; larger ones are worth one of their own. */
    private static final int FEW = 10;

    private static final int MOST_TOGETHER = 50;

    /** So many partitions one worker takes at most, that others find some too. */
    private static final int PARTITIONS_AT_ONCE = PARTITIONS / 2;

    /**
     * From where one worker begins to where the next one does: beyond most of what the first may hold; and odd, so that each
     * partition is the first one in turn.
     */
    private static final int STRIDE = PARTITIONS_AT_ONCE - 1;

    /**
     * What became of a delivery.
     *
     * @param stored events that are new
     * @param repeated events that had been delivered before
     * @param refused events that went to quarantine
     */
    public record Accepted(int stored, int repeated, int refused) {

        public Accepted(int stored, int repeated) {
            this(stored, repeated, 0);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Quarantine quarantine;
    private final Catalogue catalogue;
    private final Cleaning cleaning;
    private final TransactionTemplate transactions;
    private final int batchSize;
    private final int limit;
    private final GroupCommit<List<Event>, Accepted> together = new GroupCommit<>(MOST_TOGETHER, this::commit);
    private final AtomicInteger backlog = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();
    /** How many events a partition's next batch may have; only for partitions whose last batch failed. */
    private final Map<Integer, Integer> cautious = new ConcurrentHashMap<>();

    Inbox(
            JdbcTemplate jdbc,
            ObjectMapper json,
            Quarantine quarantine,
            Catalogue catalogue,
            Cleaning cleaning,
            PlatformTransactionManager transactionManager,
            @Value("${wayfarer.spine.batch-size}") int batchSize,
            @Value("${wayfarer.inbox.limit}") int limit) {
        this.jdbc = jdbc;
        this.json = json;
        this.quarantine = quarantine;
        this.catalogue = catalogue;
        this.cleaning = cleaning;
        this.transactions = new TransactionTemplate(transactionManager);
        this.batchSize = batchSize;
        this.limit = limit;
    }

    /** True when more events wait than the inbox may hold: the sender is asked to come again later. */
    public boolean isFull() {
        return backlog.get() >= limit;
    }

    /**
     * Cleans and commits the events of one source; those delivered before, in this call or any earlier one, are counted and
     * left out. What is about things and no person goes to the catalogue, with the same commit.
     */
    public Accepted accept(List<Event> events) {
        return cleaning.accept(events, this::store);
    }

    private Accepted store(List<Event> events) {
        var few = events.size() <= FEW && !TransactionSynchronizationManager.isActualTransactionActive();
        return few ? together.bring(events) : commit(List.of(events)).get(0);
    }

    /** @return for each delivery in order what became of it */
    private List<Accepted> commit(List<List<Event>> deliveries) {
        try {
            return transactions.execute(status -> sort(deliveries));
        } catch (DuplicateKeyException e) {
            // the same message came twice at the same moment: the other one is committed now, and is seen
            return transactions.execute(status -> sort(deliveries));
        }
    }

    private List<Accepted> sort(List<List<Event>> deliveries) {
        var aboutThings = new ArrayList<Event>();
        var ofPeople = new LinkedHashMap<UUID, Event>();
        deliveries.forEach(events -> events.forEach(event -> {
            if (event.isAboutAThing()) {
                aboutThings.add(event);
            } else {
                ofPeople.putIfAbsent(event.id(), event);
            }
        }));
        if (!aboutThings.isEmpty()) {
            catalogue.accept(aboutThings);
        }
        if (!ofPeople.isEmpty()) {
            insert(ofPeople);
        }
        // the first delivery of an event stores it, and it is repeated by all others
        return deliveries.stream().map(events -> accepted(events, ofPeople)).toList();
    }

    private static Accepted accepted(List<Event> events, Map<UUID, Event> fresh) {
        var stored = 0;
        for (var event : events) {
            stored += event.isAboutAThing() || fresh.remove(event.id()) != null ? 1 : 0;
        }
        return new Accepted(stored, events.size() - stored);
    }

    /** Leaves in the map those that are new. */
    private void insert(Map<UUID, Event> fresh) {
        fresh.keySet().removeAll(seen(fresh.keySet()));
        if (fresh.isEmpty()) {
            return;
        }
        jdbc.update(
                "insert into inbox (id, partition_no, body) select * from unnest(cast(? as uuid array),"
                        + " cast(? as int array), cast(? as varchar array))",
                Column.uuids(fresh.keySet()),
                Column.ints(
                        fresh.values(), event -> Math.floorMod(event.orderKey().hashCode(), PARTITIONS)),
                Column.texts(fresh.values(), this::write));
        backlog.addAndGet(fresh.size());
    }

    /** Those of the ids that were delivered before. */
    public Set<UUID> seen(Set<UUID> ids) {
        var known = new HashSet<UUID>();
        jdbc.query(
                "select id from inbox where id = any(?) union all select id from event where id = any(?)",
                row -> {
                    known.add(row.getObject(1, UUID.class));
                },
                Column.uuids(ids),
                Column.uuids(ids));
        return known;
    }

    /**
     * Takes the next batch, in the caller's transaction, of partitions that no other worker holds: they are this worker's
     * until the transaction ends. One partition after the other is taken until the batch is full, so that few events make
     * few transactions, and many events of a partition, which are of few people, are worked off together.
     */
    public Batch take() {
        var partitions = new ArrayList<Integer>();
        var events = new ArrayList<Event>();
        for (var partition : waiting()) {
            if (partitions.size() == PARTITIONS_AT_ONCE || events.size() >= batchSize) {
                break;
            }
            var few = cautious.get(partition);
            var isAlone = few != null;
            if (isAlone && !events.isEmpty() || !lock(partition)) {
                continue;
            }
            partitions.add(partition);
            events.addAll(read(partition, isAlone ? few : batchSize - events.size()));
            if (isAlone) {
                break;
            }
        }
        return events.isEmpty() ? Batch.NONE : new Batch(List.copyOf(partitions), events, events.size() >= batchSize);
    }

    /** False for a batch with nothing in it. */
    public boolean isFound(Batch batch) {
        return !batch.isEmpty();
    }

    /** True when more than the batch is likely to wait; false also for none. */
    public boolean hasMore(Batch batch) {
        return batch != null && batch.full();
    }

    /** The partitions with events, in an order that gives each its turn. */
    private List<Integer> waiting() {
        return jdbc.queryForList(
                "select id from spine_partition p where exists (select 1 from inbox i where i.partition_no = p.id)"
                        + " order by mod(p.id + ?, ?)",
                Integer.class,
                (turn.getAndIncrement() & 0xFFFF) * STRIDE,
                PARTITIONS);
    }

    /** By its id alone: with an order or a limit H2 would lock all that it looks at. False when another worker holds it. */
    private boolean lock(int partition) {
        return !jdbc.queryForList(
                        "select id from spine_partition where id = ? for update skip locked", Integer.class, partition)
                .isEmpty();
    }

    private List<Event> read(int partition, int limit) {
        return jdbc
                .queryForList(
                        "select body from inbox where partition_no = ? order by seq limit ?",
                        String.class,
                        partition,
                        limit)
                .stream()
                .map(this::read)
                .toList();
    }

    /** Removes what has had its effect, in the caller's transaction. */
    public void done(Batch batch) {
        remove(batch);
        batch.partitions()
                .forEach(partition ->
                        cautious.computeIfPresent(partition, (p, size) -> size * 2 >= batchSize ? null : size * 2));
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
            // no alarm: two workers met the same person, or the database was busy
            log.info(
                    "A batch is tried again: {}",
                    NestedExceptionUtils.getMostSpecificCause(cause).getMessage());
            return;
        }
        if (batch.events().size() > 1) {
            log.info(
                    "A batch of {} events failed and is halved: {}",
                    batch.events().size(),
                    cause.toString());
            batch.partitions()
                    .forEach(partition -> cautious.put(partition, batch.events().size() / 2));
            return;
        }
        // another worker may have taken the event since the rollback: with the partition locked, only one can remove it
        jdbc.queryForList(
                "select id from spine_partition where id = any(?) order by id for update",
                Column.ints(batch.partitions(), partition -> partition));
        if (remove(batch) == 1) {
            var event = batch.events().get(0);
            log.warn("Event {} of {} goes to quarantine", event.messageId(), event.source(), cause);
            quarantine.keep(
                    event.source(),
                    event.messageId(),
                    Quarantine.EVENT,
                    "could not be worked off: " + cause.getMessage(),
                    write(event));
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
        var removed = jdbc.update("delete from inbox where id = any(?)", Column.uuids(batch.events(), Event::id));
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
