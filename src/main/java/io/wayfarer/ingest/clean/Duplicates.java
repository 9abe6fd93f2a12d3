package io.wayfarer.ingest.clean;

import io.wayfarer.ingest.Event;
import io.wayfarer.store.Column;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Finds events that say what another has said, under another id.
 *
 * <p>The same name and content of the same person within seconds is a double click, or a page that tells twice. That is
 * remembered in memory, by this node alone, of the last {@value #REMEMBERED} events: a row for each event in the database
 * would cost more than it saves. What makes sense once only, an order above all, counts money: it is remembered in the
 * database, for ever and for all nodes, and asked for by one query for each call that has such an event.
 */
final class Duplicates {

    private static final int REMEMBERED = 50_000;
    private static final int TRIES = 3;
    /** Until then it may be on its way into the inbox. */
    private static final Duration ON_ITS_WAY = Duration.ofMinutes(1);

    /** @param at when it happened, or, in the database, when it was received */
    private record Said(UUID event, Instant at) {}

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Duration window;
    private final Map<String, String> once = new HashMap<>();
    private final Map<UUID, Said> lately = new Lately<>(REMEMBERED);

    Duplicates(JdbcTemplate jdbc, TransactionTemplate transactions, CleanSettings settings) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.window = settings.duplicateWindow();
        for (var pair : settings.once()) {
            var equals = pair.indexOf('=');
            if (equals < 1 || equals == pair.length() - 1) {
                throw new IllegalArgumentException(
                        "wayfarer.clean.once: " + pair + " must be an event's name, =, and a property");
            }
            once.put(
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip());
        }
    }

    /**
     * For each event that repeats another, the id of that other. The others are remembered from now on.
     *
     * @param held takes what is remembered, for {@link #forget} if the events are not stored after all
     */
    Map<UUID, UUID> find(List<Event> events, Map<UUID, UUID> held) {
        var contents = events.stream().map(Duplicates::content).toList();
        var found = new HashMap<UUID, UUID>();
        synchronized (lately) {
            for (int i = 0; i < events.size(); i++) {
                var event = events.get(i);
                var content = contents.get(i);
                if (content == null) {
                    continue;
                }
                var before = lately.get(content);
                if (before != null
                        && !before.event().equals(event.id())
                        && Duration.between(before.at(), event.at()).abs().compareTo(window) < 0) {
                    found.put(event.id(), before.event());
                } else if (before == null || !before.event().equals(event.id())) {
                    lately.put(content, new Said(event.id(), event.at()));
                    held.put(content, event.id());
                }
            }
        }
        findOnce(events, found);
        return found;
    }

    /** A hash of who said what; null when nothing tells who it was. */
    private static UUID content(Event event) {
        var person = Bots.person(event);
        return person == null
                ? null
                : Event.idOf(
                        person, event.name() + '\n' + event.properties() + '\n' + event.traits() + '\n' + event.ids());
    }

    /** What was not stored has not been said. */
    void forget(Map<UUID, UUID> held) {
        synchronized (lately) {
            held.forEach((content, event) ->
                    lately.computeIfPresent(content, (key, said) -> said.event().equals(event) ? null : said));
        }
    }

    private void findOnce(List<Event> events, Map<UUID, UUID> found) {
        var keys = new LinkedHashMap<Event, List<UUID>>();
        for (var event : events) {
            var property = once.get(event.name());
            var value = property == null ? null : event.text(property);
            if (value != null && !found.containsKey(event.id())) {
                keys.put(event, keysOf(event, value));
            }
        }
        if (keys.isEmpty()) {
            return;
        }
        for (int left = TRIES; ; left--) {
            try {
                transactions.executeWithoutResult(status -> remember(keys, found));
                return;
            } catch (DuplicateKeyException e) {
                // another node is told the same at this moment: what it says is seen the next time
                if (left == 1) {
                    throw e;
                }
            }
        }
    }

    /** By each thing that tells who it is: a shop's page and its back office may know a person by different ones. */
    private static List<UUID> keysOf(Event event, String value) {
        var keys = new ArrayList<UUID>(3);
        var what = event.name() + '\n' + value;
        for (var who : Arrays.asList(
                event.userId() == null ? null : "userId:" + event.userId(),
                event.email() == null ? null : "email:" + event.email(),
                event.anonymousId() == null ? null : "anonymousId:" + event.anonymousId())) {
            if (who != null) {
                keys.add(Event.idOf(who, what));
            }
        }
        event.ids().forEach((kind, id) -> keys.add(Event.idOf(kind + ':' + id, what)));
        return keys;
    }

    private void remember(Map<Event, List<UUID>> keys, Map<UUID, UUID> found) {
        var known = new HashMap<UUID, Said>();
        jdbc.query(
                "select id, event_id, received_at from event_once where id = any(?)",
                row -> {
                    var received = row.getObject(3, OffsetDateTime.class).toInstant();
                    known.put(row.getObject(1, UUID.class), new Said(row.getObject(2, UUID.class), received));
                },
                Column.uuids(keys.values().stream().flatMap(List::stream).toList()));
        var lost = lost(known.values(), keys.keySet());
        var added = new ArrayList<Object[]>();
        var replaced = new ArrayList<Object[]>();
        keys.forEach((event, mine) -> {
            var other = mine.stream()
                    .map(known::get)
                    .filter(said -> said != null && !said.event().equals(event.id()) && !lost.contains(said.event()))
                    .findFirst();
            other.ifPresent(said -> found.put(event.id(), said.event()));
            var first = other.orElse(new Said(event.id(), event.receivedAt()));
            for (var key : mine) {
                var before = known.put(key, first);
                var row = new Object[] {first.event(), first.at().atOffset(ZoneOffset.UTC), key};
                if (before == null) {
                    added.add(row);
                } else if (lost.contains(before.event())) {
                    replaced.add(row);
                }
            }
        });
        jdbc.batchUpdate("insert into event_once (event_id, received_at, id) values (?, ?, ?)", added);
        jdbc.batchUpdate("update event_once set event_id = ?, received_at = ? where id = ?", replaced);
    }

    /** Of those that said it first, the ones that were never stored, or could not be worked off. */
    private Set<UUID> lost(Collection<Said> known, Set<Event> events) {
        var now = events.iterator().next().receivedAt();
        var lost = new HashSet<UUID>();
        known.stream()
                .filter(said -> said.at().isBefore(now.minus(ON_ITS_WAY)))
                .forEach(said -> lost.add(said.event()));
        events.forEach(event -> lost.remove(event.id()));
        if (!lost.isEmpty()) {
            jdbc.query(
                    "select id from inbox where id = any(?) union all select id from event where id = any(?)",
                    row -> {
                        lost.remove(row.getObject(1, UUID.class));
                    },
                    Column.uuids(lost),
                    Column.uuids(lost));
        }
        return lost;
    }
}
