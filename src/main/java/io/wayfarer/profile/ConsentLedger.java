package io.wayfarer.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Event;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * All that was ever said of consent, with the proof of it. Entries are added, never changed; {@link Customer#consent} is
 * what they come to. An entry that a merge made counts until the merge is undone.
 */
@Component
public class ConsentLedger {

    /**
     * One statement.
     *
     * @param purpose what the consent is for; {@code messages} when none was named
     * @param topic of what, {@code *} for all
     * @param source which of our sources brought it, or {@code merge}
     * @param at when it was said
     * @param proof what proves it, as the sender gave it: a form, the version of a text; else the event or merge
     * @param counts false for what an undone merge had made
     */
    public record Entry(
            UUID id,
            String purpose,
            String topic,
            boolean granted,
            String source,
            Instant at,
            String proof,
            UUID event,
            Instant recordedAt,
            boolean counts) {}

    private static final int MAX_PROOF = 1_000;
    private static final String MERGE = "merge";

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    ConsentLedger(JdbcTemplate jdbc, ObjectMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** Adds what the batch's events and merges say of consent, in the caller's transaction. */
    void keep(Known known) {
        var rows = new ArrayList<Object[]>(0);
        var now = clock.instant().atOffset(ZoneOffset.UTC);
        for (var joined : known.changes().merges()) {
            var merge = joined.merge();
            joined.refused()
                    .forEach((key, refused) -> rows.add(row(
                            TimeOrderedId.derived(merge.at(), merge.id(), rows.size()),
                            merge.into(),
                            null,
                            said(key),
                            MERGE,
                            refused.at(),
                            "merge " + merge.id() + ": one of the two had refused it",
                            null,
                            merge.id(),
                            now)));
        }
        var topics = new HashMap<UUID, Set<String>>();
        for (int i = 0; i < known.events().size(); i++) {
            var event = known.events().get(i);
            var number = 0;
            for (var said : Profiler.consentIn(event)) {
                var owner = known.owners().get(i);
                var taken = topics.computeIfAbsent(
                        owner,
                        id -> new HashSet<>(known.customers().get(id).consent().keySet()));
                if (Profiler.isTaken(taken, said.key())) {
                    taken.add(said.key());
                    rows.add(row(
                            TimeOrderedId.derived(event.receivedAt(), event.id(), number++),
                            owner,
                            known.changes().knownAs().get(event.id()),
                            said,
                            event.source(),
                            event.at(),
                            proof(event),
                            event.id(),
                            null,
                            now));
                }
            }
        }
        jdbc.batchUpdate(
                "insert into consent_entry (id, customer_id, known_as, purpose, topic, granted, source, at, proof, event_id,"
                        + " merge_id, recorded_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
    }

    private static Object[] row(
            UUID id,
            UUID customer,
            UUID knownAs,
            Profiler.Said said,
            String source,
            Instant at,
            String proof,
            UUID event,
            UUID merge,
            OffsetDateTime now) {
        return new Object[] {
            id,
            customer,
            knownAs,
            said.purpose(),
            said.topic(),
            said.granted(),
            source,
            at.atOffset(ZoneOffset.UTC),
            proof,
            event,
            merge,
            now
        };
    }

    /** A refusal of what a key of {@link Customer#consent} names. */
    private static Profiler.Said said(String key) {
        var slash = key.indexOf('/');
        return slash < 0
                ? new Profiler.Said(Profiler.MESSAGES, key, false)
                : new Profiler.Said(key.substring(0, slash), key.substring(slash + 1), false);
    }

    private String proof(Event event) {
        var given = event.properties().get("proof");
        if (given == null) {
            return "event " + event.messageId();
        }
        try {
            var text = given instanceof String s ? s : json.writeValueAsString(given);
            return text.length() > MAX_PROOF ? text.substring(0, MAX_PROOF) : text;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The customer's entries before the one with id {@code after}, the newest first; from the newest when it is null. */
    public List<Entry> of(UUID customer, int limit, UUID after) {
        return jdbc.query(
                "select e.*, m.undone_at from consent_entry e left join customer_merge m on m.id = e.merge_id"
                        + " where e.customer_id = ? and e.id < ? order by e.id desc limit ?",
                (row, n) -> entry(row),
                customer,
                after == null ? new UUID(-1L, -1L) : after,
                limit);
    }

    /** What the entries come to: {@link Customer#consent}, from the ledger alone. */
    Map<String, Customer.Stamped> derived(UUID customer) {
        var state = new Customer[] {Customer.unknown(customer, Set.of(), Instant.EPOCH)};
        jdbc.query(
                "select e.*, m.undone_at from consent_entry e left join customer_merge m on m.id = e.merge_id"
                        + " where e.customer_id = ?",
                row -> {
                    var entry = entry(row);
                    if (entry.counts()) {
                        var key = new Profiler.Said(entry.purpose(), entry.topic(), entry.granted()).key();
                        state[0] = state[0].withConsent(key, entry.granted(), entry.at());
                    }
                },
                customer);
        return state[0].consent();
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getObject("id", UUID.class),
                row.getString("purpose"),
                row.getString("topic"),
                row.getBoolean("granted"),
                row.getString("source"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("proof"),
                row.getObject("event_id", UUID.class),
                row.getObject("recorded_at", OffsetDateTime.class).toInstant(),
                row.getObject("undone_at") == null);
    }
}
