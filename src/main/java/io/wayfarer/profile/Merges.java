package io.wayfarer.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Event;
import io.wayfarer.store.Column;
import io.wayfarer.time.TimeOrderedId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Merges that people make and undo, and the record of all. Each change is in the caller's transaction, and gives the move
 * that the other rooms have to follow in it.
 */
@Component
public class Merges {

    /** Why a merge or its undoing is not done; the message is for the person who asked. */
    public static final class Refused extends RuntimeException {

        Refused(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * A merge as it is told.
     *
     * @param merged whose id is no longer used
     * @param into who they were merged into then
     * @param by the identity that joined them, as {@code kind:name}, or null when a person did
     * @param who the user who did it, or {@code rules}
     * @param undoneAt null while it holds
     */
    public record Told(
            UUID id,
            UUID merged,
            UUID into,
            Instant at,
            UUID event,
            String who,
            String by,
            String rule,
            String reason,
            List<String> identities,
            Map<String, Object> traits,
            Instant undoneAt,
            String undoneBy,
            String undoneReason) {}

    private record Stored(Told told, UUID customer, Identity by, Joined.Moved moved) {}

    /** An event in short, for telling whose it is. */
    private record Log(UUID id, UUID knownAs, List<Identity> stated) {}

    private static final int MAX_TOLD = 200;

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Clock clock;
    private final Customers customers;
    private final ConsentLedger consents;
    private final Statements statements;
    private final SatisfactionRules satisfaction;

    Merges(
            JdbcTemplate jdbc,
            ObjectMapper json,
            Clock clock,
            Customers customers,
            ConsentLedger consents,
            Statements statements,
            SatisfactionRules satisfaction) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.customers = customers;
        this.consents = consents;
        this.statements = statements;
        this.satisfaction = satisfaction;
    }

    /** The newest merges that the customer came out of, undone ones too. */
    public List<Told> of(UUID customer) {
        return jdbc
                .query(
                        "select * from customer_merge where customer_id = ? order by at desc, id desc limit ?",
                        (row, n) -> read(row),
                        customer,
                        MAX_TOLD)
                .stream()
                .map(Stored::told)
                .toList();
    }

    /**
     * Merges {@code from} into {@code into}, because a person says that they are one.
     *
     * @param forced true to merge two who have different user ids as well
     * @throws Refused when they are one already, or have different user ids
     */
    public Move merge(Customer into, Customer from, String reason, boolean forced, String who) {
        if (into.id().equals(from.id())) {
            throw new Refused("the two are one customer already");
        }
        if (!forced
                && userIds(into).findAny().isPresent()
                && userIds(from).findAny().isPresent()) {
            throw new Refused(
                    "the two have different user ids; if they are one person all the same, say so with \"force\"");
        }
        var locked = lock(into.id(), from.id());
        var now = clock.instant();
        var merge = new Merge(TimeOrderedId.at(now), from.id(), into.id(), null, null, now, who, Merge.BY_HAND, reason);
        var joined = Joined.of(merge, locked.get(from.id()), locked.get(into.id()));
        keep(joined.result(), new Known.Changes(Map.of(), Set.of(), Map.of(), List.of(joined), Map.of()));
        return merge.move();
    }

    private static Stream<Identity> userIds(Customer customer) {
        return customer.identities().stream().filter(identity -> identity.kind().equals(Identity.Kind.userId));
    }

    private Map<UUID, Customer> lock(UUID... ids) {
        var locked = new HashMap<UUID, Customer>();
        // in the order of ids, as the spine writes them
        for (var id : Stream.of(ids).sorted().toList()) {
            locked.put(
                    id,
                    customers
                            .lock(id)
                            .filter(customer -> customer.id().equals(id))
                            .orElseThrow(() -> new Refused("one of the two was merged at this moment")));
        }
        return locked;
    }

    private void keep(Customer customer, Known.Changes changes) {
        customers.keep(
                new Known(null, List.of(), List.of(), Map.of(customer.id(), customer), Map.of(), Map.of(), changes),
                Map.of(customer.id(), customer));
    }

    /**
     * Parts two who were merged. What was the merged one's before is theirs again; of what came later, what states an identity
     * of theirs. Traits and features of both are computed anew from the log of events, consent from the ledger. The same
     * identity does not merge them again.
     *
     * @param customer who has all of both now
     * @return empty when there is no such merge of this customer
     * @throws Refused when it was undone before
     */
    public Optional<Move> undo(UUID customer, UUID merge, String reason, String who) {
        var found = jdbc.query("select * from customer_merge where id = ?", (row, n) -> read(row), merge).stream()
                .findFirst()
                .filter(stored -> stored.customer().equals(customer));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        var stored = found.get();
        if (stored.told().undoneAt() != null) {
            throw new Refused("it was undone before");
        }
        var together = lock(customer).get(customer);
        var now = clock.instant();
        var parted = jdbc.update(
                "update customer_merge set undone_at = ?, undone_by = ?, undone_reason = ? where id = ? and undone_at is null",
                now.atOffset(ZoneOffset.UTC),
                who,
                reason,
                merge);
        if (parted != 1) {
            throw new Refused("it was undone before");
        }
        var back = stored.told().merged();
        var knownAs = closure(back);
        var move = new Move(customer, back, knownAs);
        var later = later(customer, knownAs);
        var parting = parting(stored, together, later);
        var theirs = parting.identities();
        giveBack(move, parting);
        keepApart(stored, customer);

        var one = replayed(together, customer, minus(together.identities(), theirs));
        var other = replayed(Customer.unknown(back, theirs, stored.moved().stageSince()), back, theirs);
        for (var decided : stored.moved().decided().entrySet()) {
            other = other.withFeatures(other.features().withDecided(decided.getKey(), decided.getValue()));
        }
        for (var decided : together.features().lastDecided.entrySet()) {
            // rather too seldom than too often
            one = one.withFeatures(one.features().withDecided(decided.getKey(), decided.getValue()));
        }
        var isTheirStage = one.stage() == stored.moved().stage()
                && one.stageSince().equals(stored.moved().stageSince());
        keep(
                isTheirStage
                        ? one.withStage(
                                stored.moved().intoStage(), stored.moved().intoStageSince())
                        : one,
                Known.Changes.NONE);
        keep(other.withStage(stored.moved().stage(), stored.moved().stageSince()), Known.Changes.NONE);
        return Optional.of(move);
    }

    /** The id, and all who had been merged into it before, whatever became of it later. */
    private Set<UUID> closure(UUID id) {
        var all = new LinkedHashSet<>(Set.of(id));
        var next = Set.of(id);
        while (!next.isEmpty()) {
            var found = new HashSet<UUID>(jdbc.query(
                    "select merged_id from customer_merge where into_id = any(?) and undone_at is null",
                    (row, n) -> row.getObject(1, UUID.class),
                    Column.uuids(next)));
            found.removeAll(all);
            all.addAll(found);
            next = found;
        }
        return all;
    }

    /** The customer's events that were not the merged one's before. */
    private List<Log> later(UUID customer, Set<UUID> knownAs) {
        return jdbc.query(
                "select id, known_as, body from event where customer_id = ?"
                        + " and (known_as is null or not known_as = any(?)) order by at, id",
                (row, n) -> new Log(
                        row.getObject(1, UUID.class),
                        row.getObject(2, UUID.class),
                        statements.in(event(row.getString(3)))),
                customer,
                Column.uuids(knownAs));
    }

    /** What goes back beside what was theirs before: identities and later events. */
    private record Parting(Set<Identity> identities, List<UUID> events) {}

    /**
     * Each later event goes to the side that has the strongest identity it states. An identity that came after the merge is
     * of the side of the event that brought it. A browser on which the other signed in stays with the other.
     */
    private Parting parting(Stored merge, Customer together, List<Log> later) {
        var isTheirs = new HashMap<Identity, Boolean>();
        merge.moved().intoIdentities().forEach(name -> isTheirs.put(Identity.parse(name), false));
        merge.moved().identities().forEach(name -> isTheirs.put(Identity.parse(name), true));
        if (merge.by() != null && !isPersonal(merge.by())) {
            isTheirs.put(merge.by(), false);
        }
        var events = new ArrayList<UUID>();
        for (var log : later) {
            var theirs = log.knownAs() == null
                    && log.stated().stream()
                            .map(isTheirs::get)
                            .filter(Objects::nonNull)
                            .findFirst()
                            .orElse(false);
            log.stated().forEach(identity -> isTheirs.putIfAbsent(identity, theirs));
            if (theirs) {
                events.add(log.id());
            }
        }
        return new Parting(
                together.identities().stream()
                        .filter(identity -> isTheirs.getOrDefault(identity, false))
                        .collect(Collectors.toSet()),
                events);
    }

    private boolean isPersonal(Identity identity) {
        return statements.rules().worth(identity.kind()).personal();
    }

    private void giveBack(Move move, Parting parting) {
        jdbc.batchUpdate(
                "update identity set customer_id = ? where kind = ? and name = ? and customer_id = ?",
                parting.identities().stream()
                        .map(identity ->
                                new Object[] {move.to(), identity.kind().name(), identity.name(), move.from()})
                        .toList());
        Move.rows(jdbc, "event", List.of(move));
        Move.rows(jdbc, "consent_entry", List.of(move));
        jdbc.batchUpdate(
                "update event set customer_id = ? where id = ?",
                parting.events().stream()
                        .map(event -> new Object[] {move.to(), event})
                        .toList());
        jdbc.update(
                "update consent_entry set customer_id = ? where customer_id = ?"
                        + " and event_id in (select id from event where customer_id = ?)",
                move.to(),
                move.from(),
                move.to());
        jdbc.update(
                "update customer_merge set customer_id = ? where into_id = any(?) and undone_at is null",
                move.to(),
                Column.uuids(move.knownAs()));
    }

    private void keepApart(Stored merge, UUID customer) {
        if (merge.by() == null) {
            return;
        }
        var pairs = Stream.of(merge.told().into(), customer).distinct();
        jdbc.batchUpdate(
                "insert into kept_apart (customer_id, other_id, kind, name, merge_id) values (?, ?, ?, ?, ?)",
                pairs.flatMap(one -> Stream.of(
                                new Object[] {one, merge.told().merged()},
                                new Object[] {merge.told().merged(), one}))
                        .map(pair -> new Object[] {
                            pair[0],
                            pair[1],
                            merge.by().kind().name(),
                            merge.by().name(),
                            merge.told().id()
                        })
                        .toList());
    }

    private static Set<Identity> minus(Set<Identity> all, Set<Identity> some) {
        return all.stream().filter(identity -> !some.contains(identity)).collect(Collectors.toSet());
    }

    /** The customer as the log of events and the ledger of consent tell it; the stage stays. */
    private Customer replayed(Customer before, UUID id, Set<Identity> identities) {
        var state = new Customer[] {
            new Customer(
                    id,
                    before.version(),
                    identities,
                    Map.of(),
                    Map.of(),
                    before.stage(),
                    before.stageSince(),
                    Features.EMPTY)
        };
        jdbc.query(
                "select body from event where customer_id = ? order by at, id",
                row -> {
                    var event = event(row.getString(1));
                    var after = Profiler.after(state[0], event);
                    state[0] = after.withFeatures(
                            after.features().saying(event.at(), satisfaction.said(state[0], after, event)));
                },
                id);
        return state[0].withConsents(consents.derived(id));
    }

    private Stored read(ResultSet row) throws SQLException {
        var kind = row.getString("kind");
        var by = kind == null ? null : Identities.identity(kind, row.getString("name"));
        var moved = moved(row.getString("moved"));
        var traits = new TreeMap<String, Object>();
        Stream.of(moved.replaced(), moved.traits())
                .forEach(kept -> kept.forEach((name, said) -> traits.put(name, said.value())));
        var undone = row.getObject("undone_at", OffsetDateTime.class);
        return new Stored(
                new Told(
                        row.getObject("id", UUID.class),
                        row.getObject("merged_id", UUID.class),
                        row.getObject("into_id", UUID.class),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getObject("event_id", UUID.class),
                        row.getString("by_whom"),
                        by == null ? null : by.toString(),
                        row.getString("rule"),
                        row.getString("reason"),
                        moved.identities(),
                        traits,
                        undone == null ? null : undone.toInstant(),
                        row.getString("undone_by"),
                        row.getString("undone_reason")),
                row.getObject("customer_id", UUID.class),
                by,
                moved);
    }

    private Joined.Moved moved(String body) {
        try {
            return json.readValue(body, Joined.Moved.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored merge cannot be read", e);
        }
    }

    private Event event(String body) {
        try {
            return json.readValue(body, Event.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored event cannot be read", e);
        }
    }
}
