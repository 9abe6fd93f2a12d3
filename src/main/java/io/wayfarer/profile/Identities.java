package io.wayfarer.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Understood;
import io.wayfarer.profile.Recognition.Parted;
import io.wayfarer.profile.Recognition.Past;
import io.wayfarer.store.Column;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Who is who in a batch, and the tables that remember it. */
@Component
class Identities {

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Clock clock;
    private final Statements statements;
    private final Quarantine quarantine;

    Identities(JdbcTemplate jdbc, ObjectMapper json, Clock clock, Statements statements, Quarantine quarantine) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.statements = statements;
        this.quarantine = quarantine;
    }

    /** The identities that each of the events states, the strongest first. */
    List<List<Identity>> statedBy(List<Event> events) {
        return events.stream().map(statements::in).toList();
    }

    Optional<Identity> surest(Customer customer) {
        return statements.surest(customer);
    }

    /** Events with whose they are; customers may have been merged by a later event. */
    record Recognised(List<Event> events, List<UUID> owners, Recognition recognition, Map<UUID, UUID> knownAs) {}

    /**
     * Tells whose each event is. What states nobody goes to quarantine, in the caller's transaction.
     *
     * @param stated for each event the identities that it states
     * @param stored every stored identity of every customer who has one of them
     */
    Recognised recognise(List<Event> events, List<List<Identity>> stated, Map<Identity, UUID> stored) {
        var recognition = new Recognition(
                statements.rules(), stored, () -> past(stated, new HashSet<>(stored.values())), clock.instant());
        var owned = new ArrayList<Event>(events.size());
        var owners = new ArrayList<UUID>(events.size());
        for (int i = 0; i < events.size(); i++) {
            var owner = recognition.ownerOf(events.get(i), stated.get(i));
            if (owner == null) {
                refuse(events.get(i));
            } else {
                owned.add(events.get(i));
                owners.add(owner);
            }
        }
        var knownAs = new HashMap<UUID, UUID>();
        if (!recognition.merges().isEmpty()) {
            for (int i = 0; i < owners.size(); i++) {
                var now = recognition.isNow(owners.get(i));
                if (!now.equals(owners.get(i))) {
                    knownAs.put(owned.get(i).id(), owners.get(i));
                    owners.set(i, now);
                }
            }
        }
        return new Recognised(owned, owners, recognition, knownAs);
    }

    private void refuse(Event event) {
        quarantine.keep(
                event.source(),
                List.of(new Understood.Refused(
                        event.messageId(),
                        Refusal.bad(
                                "userId",
                                "it states no identity that is somebody's: placeholders, and what many people"
                                        + " share, are none"),
                        write(event))));
    }

    /** Merges the loaded customers as the batch says, in its order, and tells what has changed. */
    Known.Changes merged(Recognised recognised, Map<UUID, Customer> customers, Map<Identity, UUID> stored) {
        var recognition = recognised.recognition();
        var removed = recognition.removed();
        var were = new LinkedHashMap<Identity, UUID>(removed);
        recognition.moved().keySet().forEach(identity -> were.put(identity, stored.get(identity)));
        var joined = new ArrayList<Joined>(recognition.merges().size());
        for (var merge : recognition.merges()) {
            var from = customers.remove(merge.from());
            var both = Joined.of(merge, from, customers.get(merge.into()));
            customers.put(merge.into(), both.result());
            joined.add(both);
        }
        customers.replaceAll((id, customer) -> {
            var identities = recognition.changed(id);
            return identities == null ? customer : customer.withIdentities(identities);
        });
        return were.isEmpty() && joined.isEmpty() && recognition.people().isEmpty()
                ? Known.Changes.NONE
                : new Known.Changes(were, removed.keySet(), recognition.people(), joined, recognised.knownAs());
    }

    private Past past(List<List<Identity>> stated, Set<UUID> customers) {
        var people = new HashMap<Identity, Set<UUID>>();
        var names = stated.stream()
                .flatMap(List::stream)
                .map(Identity::name)
                .distinct()
                .toList();
        jdbc.query(
                "select kind, name, customer_id from identity_people where name = any(?)",
                row -> {
                    people.computeIfAbsent(identity(row.getString(1), row.getString(2)), i -> new HashSet<>())
                            .add(row.getObject(3, UUID.class));
                },
                Column.texts(names));
        var apart = new HashSet<Parted>();
        jdbc.query(
                "select customer_id, other_id, kind, name from kept_apart where customer_id = any(?)",
                row -> {
                    apart.add(Parted.of(
                            row.getObject(1, UUID.class),
                            row.getObject(2, UUID.class),
                            identity(row.getString(3), row.getString(4))));
                },
                Column.uuids(customers));
        return new Past(people, apart);
    }

    /**
     * Writes what has changed of identities and merges, in the caller's transaction, after the batch's events.
     *
     * @throws OptimisticLockingFailureException when another worker has changed the same at the same time
     */
    void keep(Known known) {
        var changes = known.changes();
        var moved = known.moved().entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.comparing(Identity::name)))
                .map(e -> new Object[] {
                    e.getValue(),
                    e.getKey().kind().name(),
                    e.getKey().name(),
                    changes.were().get(e.getKey())
                })
                .toList();
        exactly(jdbc.batchUpdate(
                "update identity set customer_id = ? where kind = ? and name = ? and customer_id = ?", moved));
        insert("identity", List.copyOf(known.added().entrySet()));
        if (changes == Known.Changes.NONE) {
            return;
        }
        exactly(jdbc.batchUpdate(
                "delete from identity where kind = ? and name = ? and customer_id = ?",
                changes.removed().stream()
                        .map(identity -> new Object[] {
                            identity.kind().name(),
                            identity.name(),
                            changes.were().get(identity)
                        })
                        .toList()));
        insert(
                "identity_people",
                changes.people().entrySet().stream()
                        .flatMap(e -> e.getValue().stream().map(person -> Map.entry(e.getKey(), person)))
                        .toList());
        keep(changes.merges());
        jdbc.batchUpdate(
                "update event set known_as = ? where id = ? and known_as is null",
                changes.knownAs().entrySet().stream()
                        .map(e -> new Object[] {e.getValue(), e.getKey()})
                        .toList());
    }

    private void keep(List<Joined> merges) {
        if (merges.isEmpty()) {
            return;
        }
        exactly(jdbc.batchUpdate(
                "delete from customer where id = ? and version = ?",
                merges.stream()
                        .map(Joined::from)
                        .filter(from -> from.version() > 0)
                        .sorted(Comparator.comparing(Customer::id))
                        .map(from -> new Object[] {from.id(), from.version()})
                        .toList()));
        var pairs = merges.stream()
                .map(joined ->
                        new Object[] {joined.merge().into(), joined.merge().from()})
                .toList();
        jdbc.batchUpdate("update identity set customer_id = ? where customer_id = ?", pairs);
        var moves = merges.stream().map(joined -> joined.merge().move()).toList();
        Move.rows(jdbc, "event", moves);
        Move.rows(jdbc, "consent_entry", moves);
        jdbc.batchUpdate(
                "insert into customer_merge (id, customer_id, merged_id, into_id, at, event_id, by_whom, kind, name, rule,"
                        + " reason, moved) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                merges.stream().map(this::row).toList());
        jdbc.batchUpdate("update customer_merge set customer_id = ? where customer_id = ?", pairs);
        // whoever was kept apart from one of the two is kept apart from both as one
        jdbc.batchUpdate(
                "insert into kept_apart (customer_id, other_id, kind, name, merge_id)"
                        + " select cast(? as uuid), other_id, kind, name, merge_id from kept_apart where customer_id = ?",
                pairs);
        jdbc.batchUpdate(
                "insert into kept_apart (customer_id, other_id, kind, name, merge_id)"
                        + " select customer_id, cast(? as uuid), kind, name, merge_id from kept_apart where other_id = ?",
                pairs);
    }

    private Object[] row(Joined joined) {
        var merge = joined.merge();
        return new Object[] {
            merge.id(),
            merge.into(),
            merge.from(),
            merge.into(),
            merge.at().atOffset(ZoneOffset.UTC),
            merge.event(),
            merge.who(),
            merge.by() == null ? null : merge.by().kind().name(),
            merge.by() == null ? null : merge.by().name(),
            merge.rule(),
            merge.reason(),
            write(joined.moved())
        };
    }

    /** @param table a constant of the program */
    private void insert(String table, List<Map.Entry<Identity, UUID>> rows) {
        if (rows.isEmpty()) {
            return;
        }
        jdbc.update(
                "insert into " + table + " (customer_id, kind, name) select * from unnest(cast(? as uuid array),"
                        + " cast(? as varchar array), cast(? as varchar array))",
                Column.uuids(rows, Map.Entry::getValue),
                Column.texts(rows, row -> row.getKey().kind().name()),
                Column.texts(rows, row -> row.getKey().name()));
    }

    private static void exactly(int[] counts) {
        for (var count : counts) {
            if (count != 1) {
                throw new OptimisticLockingFailureException("an identity or customer was changed by another worker");
            }
        }
    }

    /** Who has all of a customer who was merged into another; the id itself when nobody has. */
    UUID isNow(UUID customer) {
        var into = jdbc.queryForList(
                "select customer_id from customer_merge where merged_id = ? and undone_at is null",
                UUID.class,
                customer);
        return into.isEmpty() ? customer : into.get(0);
    }

    /** The id, and those of all who were merged into this customer and not parted again. */
    List<UUID> idsOf(UUID customer) {
        var ids = new ArrayList<UUID>(List.of(customer));
        ids.addAll(jdbc.queryForList(
                "select merged_id from customer_merge where customer_id = ? and undone_at is null",
                UUID.class,
                customer));
        return ids;
    }

    static Identity identity(String kind, String name) {
        return new Identity(new Identity.Kind(kind), name);
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
