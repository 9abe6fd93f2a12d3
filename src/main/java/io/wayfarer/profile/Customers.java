package io.wayfarer.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.store.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.SqlTypeValue;
import org.springframework.stereotype.Component;

/** The store of customers, their identities and the log of their events. */
@Component
public class Customers {

    private static final TypeReference<Map<String, Customer.Stamped>> STAMPED = new TypeReference<>() {};

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Clock clock;
    private final Identities who;
    private final ConsentLedger consents;

    Customers(JdbcTemplate jdbc, ObjectMapper json, Clock clock, Identities who, ConsentLedger consents) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.who = who;
        this.consents = consents;
    }

    /** The customer with this id, or whom that customer was merged into. */
    public Optional<Customer> find(UUID id) {
        var found = load(List.of(id), identitiesOf(List.of(id))).get(id);
        if (found != null) {
            return Optional.of(found);
        }
        var now = who.isNow(id);
        return now.equals(id) ? Optional.empty() : find(now);
    }

    /** As {@link #find(UUID)}; nobody else changes the customer until the caller's transaction ends. */
    public Optional<Customer> lock(UUID id) {
        if (jdbc.queryForList("select id from customer where id = ? for update", UUID.class, id)
                .isEmpty()) {
            var now = who.isNow(id);
            return now.equals(id) ? Optional.empty() : lock(now);
        }
        return find(id);
    }

    /** Who has all of the customer, after merges; the id itself for somebody who was not merged. */
    public UUID isNow(UUID id) {
        return who.isNow(id);
    }

    /** The id, and those of the customers who were merged into this one. */
    public List<UUID> idsOf(UUID id) {
        return who.idsOf(id);
    }

    /** The identity that most surely leads back to the customer; empty for somebody who has none. */
    public Optional<Identity> surest(Customer customer) {
        return who.surest(customer);
    }

    /**
     * An event that happened to the customer without their doing.
     *
     * @param messageId what tells it apart: the same again is one event
     * @return empty for somebody who has no identity
     */
    public Optional<Event> event(
            Customer customer,
            String source,
            String messageId,
            String name,
            Instant at,
            Map<String, Object> properties) {
        return surest(customer)
                .map(identity -> new Event(
                        Event.idOf(source, messageId),
                        source,
                        messageId,
                        name,
                        "server",
                        at,
                        clock.instant(),
                        identity.as(Identity.Kind.userId),
                        identity.as(Identity.Kind.anonymousId),
                        identity.as(Identity.Kind.email),
                        identity.ids(),
                        Map.of(),
                        properties,
                        Map.of()));
    }

    /** The id of the customer with this identity. */
    public Optional<UUID> find(Identity identity) {
        return jdbc
                .queryForList(
                        "select customer_id from identity where name = ? and kind = ?",
                        UUID.class,
                        identity.name(),
                        identity.kind().name())
                .stream()
                .findFirst();
    }

    /** The customers with these ids that exist. */
    public Map<UUID, Customer> find(Collection<UUID> ids) {
        return load(ids, identitiesOf(ids));
    }

    /** The ids after {@code after} in the order of ids (of first contact); from the first when it is null. */
    public List<UUID> list(int limit, UUID after) {
        return jdbc.queryForList(
                "select id from customer where id > ? order by id limit ?",
                UUID.class,
                after == null ? new UUID(0, 0) : after,
                limit);
    }

    /** How many customers are in each stage now; stages that nobody is in are left out. */
    public Map<Stage, Long> countByStage() {
        var counts = new EnumMap<Stage, Long>(Stage.class);
        jdbc.query("select stage, count(*) from customer group by stage", row -> {
            counts.put(Stage.of(row.getString(1)), row.getLong(2));
        });
        return counts;
    }

    /** The customer's newest events, the newest first. */
    public List<Event> events(UUID customer, int limit) {
        return jdbc
                .queryForList(
                        "select body from event where customer_id = ? order by at desc limit ?",
                        String.class,
                        customer,
                        limit)
                .stream()
                .map(body -> read(body, Event.class))
                .toList();
    }

    /** Leaves out what had its effect before, tells whose each event is, and loads those customers. */
    public Known recall(Batch batch) {
        var repeated = logged(batch.events());
        var events = batch.events().stream()
                .filter(event -> !repeated.contains(event.id()))
                .toList();
        var stated = who.statedBy(events);
        var stored = identitiesAround(stated);
        var recognised = who.recognise(events, stated, stored);

        var ids = new LinkedHashSet<>(recognised.owners());
        recognised.recognition().merges().forEach(merge -> ids.add(merge.from()));
        var customers = load(ids, stored);
        for (int i = 0; i < recognised.owners().size(); i++) {
            var event = recognised.events().get(i);
            customers.computeIfAbsent(
                    recognised
                            .knownAs()
                            .getOrDefault(event.id(), recognised.owners().get(i)),
                    id -> Customer.unknown(id, Set.of(), event.at()));
        }
        var changes = who.merged(recognised, customers, stored);
        return new Known(
                batch,
                recognised.events(),
                recognised.owners(),
                customers,
                recognised.recognition().added(),
                recognised.recognition().moved(),
                changes);
    }

    /** Writes what became of a batch, as {@link #keep(Known, Map)}. */
    public void keep(Outcome outcome) {
        keep(outcome.known(), outcome.after());
    }

    /**
     * Writes the batch's events to the log, its new identities, and the customers as they are after it.
     *
     * @throws OptimisticLockingFailureException when another worker has changed one of the customers: the batch is to be
     *     tried again
     */
    public void keep(Known known, Map<UUID, Customer> after) {
        keepEvents(known);
        consents.keep(known);
        who.keep(known);
        keepCustomers(after.values());
    }

    private void keepCustomers(Collection<Customer> after) {
        // in the order of ids, so that two workers that change the same customers wait for each other and do not
        // deadlock
        var customers =
                after.stream().sorted(Comparator.comparing(Customer::id)).toList();
        var now = clock.instant().atOffset(ZoneOffset.UTC);
        var changed = jdbc.update(
                "merge into customer c using (select * from unnest(cast(? as uuid array), cast(? as int array),"
                        + " cast(? as varchar array), cast(? as timestamp(6) with time zone array),"
                        + " cast(? as varchar array), cast(? as varchar array), cast(? as bytea array))"
                        + " as t (id, version, stage, stage_since, traits, consent, features)) s on c.id = s.id"
                        + " when matched and c.version = s.version then update set version = s.version + 1,"
                        + " stage = s.stage, stage_since = s.stage_since, traits = s.traits, consent = s.consent,"
                        + " features = s.features, updated_at = ?"
                        + " when not matched and s.version = 0 then insert"
                        + " (id, version, stage, stage_since, traits, consent, features, updated_at)"
                        + " values (s.id, 1, s.stage, s.stage_since, s.traits, s.consent, s.features, ?)",
                Column.uuids(customers, Customer::id),
                Column.ints(customers, Customer::version),
                Column.texts(customers, customer -> customer.stage().label()),
                Column.times(customers, Customer::stageSince),
                Column.texts(customers, customer -> write(customer.traits())),
                Column.texts(customers, customer -> write(customer.consent())),
                Column.bytes(customers, customer -> FeaturesCodec.encode(customer.features())),
                now,
                now);
        if (changed != customers.size()) {
            throw new OptimisticLockingFailureException("a customer was changed by another worker");
        }
    }

    private void keepEvents(Known known) {
        jdbc.update(
                "insert into event (id, customer_id, at, name, channel, source, body) select * from unnest("
                        + "cast(? as uuid array), cast(? as uuid array), cast(? as timestamp(6) with time zone array),"
                        + " cast(? as varchar array), cast(? as varchar array), cast(? as varchar array),"
                        + " cast(? as varchar array))",
                Column.uuids(known.events(), Event::id),
                Column.uuids(known.owners()),
                Column.times(known.events(), Event::at),
                Column.texts(known.events(), Event::name),
                Column.texts(known.events(), Event::channel),
                Column.texts(known.events(), Event::source),
                Column.texts(known.events(), this::write));
    }

    private Set<UUID> logged(List<Event> events) {
        var known = new HashSet<UUID>();
        jdbc.query(
                "select id from event where id = any(?)",
                row -> {
                    known.add(row.getObject(1, UUID.class));
                },
                Column.uuids(events, Event::id));
        return known;
    }

    /** Every stored identity of every customer that one of the events may belong to. */
    private Map<Identity, UUID> identitiesAround(List<List<Identity>> statedByEvent) {
        var stated = statedByEvent.stream()
                .flatMap(List::stream)
                .map(Identity::name)
                .distinct()
                .toList();
        return identities(
                "select i.* from identity i where i.customer_id in (select customer_id from identity where name = any(?))",
                Column.texts(stated));
    }

    private Map<Identity, UUID> identitiesOf(Collection<UUID> customers) {
        return identities("select * from identity where customer_id = any(?)", Column.uuids(customers));
    }

    private Map<Identity, UUID> identities(String sql, SqlTypeValue parameter) {
        var found = new LinkedHashMap<Identity, UUID>();
        jdbc.query(
                sql,
                row -> {
                    found.put(
                            Identities.identity(row.getString("kind"), row.getString("name")),
                            row.getObject("customer_id", UUID.class));
                },
                parameter);
        return found;
    }

    private Map<UUID, Customer> load(Collection<UUID> ids, Map<Identity, UUID> identities) {
        var byOwner = new HashMap<UUID, Set<Identity>>();
        identities.forEach((identity, owner) ->
                byOwner.computeIfAbsent(owner, id -> new LinkedHashSet<>()).add(identity));
        var found = new LinkedHashMap<UUID, Customer>();
        jdbc.query(
                "select * from customer where id = any(?)",
                row -> {
                    var id = row.getObject("id", UUID.class);
                    found.put(id, read(row, byOwner.getOrDefault(id, Set.of())));
                },
                Column.uuids(ids));
        return found;
    }

    private Customer read(ResultSet row, Set<Identity> identities) throws SQLException {
        return new Customer(
                row.getObject("id", UUID.class),
                row.getInt("version"),
                identities,
                readStamped(row.getString("traits")),
                readStamped(row.getString("consent")),
                Stage.of(row.getString("stage")),
                row.getObject("stage_since", OffsetDateTime.class).toInstant(),
                FeaturesCodec.decode(row.getBytes("features")));
    }

    private Map<String, Customer.Stamped> readStamped(String body) {
        try {
            return body.equals("{}") ? Map.of() : json.readValue(body, STAMPED);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored customer cannot be read", e);
        }
    }

    private <T> T read(String body, Class<T> type) {
        try {
            return json.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored event cannot be read", e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
