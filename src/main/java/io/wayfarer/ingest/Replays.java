package io.wayfarer.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Understood.Refused;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Reads again what is in quarantine, by the way that it came, as it is or mended. */
@Component
public class Replays {

    private static final int MANY = 100;

    /**
     * What became of an item.
     *
     * @param status replayed; or waiting, when it still cannot be used
     * @param reason why not, or null
     * @param events the ids of the events that came of it
     * @param stored those of them that are new
     */
    public record Outcome(UUID id, String status, String reason, List<UUID> events, int stored) {}

    /**
     * What became of many.
     *
     * @param failed those that still cannot be used
     * @param more true when there are more than one call takes
     */
    public record Outcomes(int replayed, int failed, boolean more) {}

    private final Quarantine quarantine;
    private final Inbox inbox;
    private final Cleaning cleaning;
    private final ObjectMapper json;
    private final Clock clock;
    private final Map<String, Replayable> ways;

    Replays(
            Quarantine quarantine,
            Inbox inbox,
            Cleaning cleaning,
            ObjectMapper json,
            Clock clock,
            List<Replayable> ways) {
        this.quarantine = quarantine;
        this.inbox = inbox;
        this.cleaning = cleaning;
        this.json = json;
        this.clock = clock;
        this.ways = ways.stream().collect(Collectors.toMap(Replayable::way, Function.identity()));
    }

    /**
     * Replays an item that waits. It can be asked for twice at once: its events have the same ids and count once.
     *
     * @param mended the body to read in its place, or null
     * @param who asks for it
     */
    public Outcome replay(Quarantine.Item kept, String mended, String who) {
        try {
            var understood = read(kept, mended == null ? kept.body() : mended);
            var refused = new ArrayList<>(understood.refused());
            var events = new ArrayList<Event>();
            for (var event : understood.events()) {
                // it happened when it did; but what it leads to begins now
                var now = event.with(event.at(), clock.instant(), event.marks());
                var refusal = cleaning.refusal(now);
                if (refusal.isPresent()) {
                    refused.add(new Refused(now.messageId(), refusal.get(), write(now)));
                } else {
                    events.add(now);
                }
            }
            if (events.isEmpty()) {
                throw refused.isEmpty()
                        ? Refusal.bad(null, "there is nothing in it")
                        : refused.get(0).refusal();
            }
            var accepted = inbox.accept(events);
            var ids = events.stream().map(Event::id).toList();
            if (quarantine.replayed(kept.id(), who, ids, mended)) {
                // a body of several messages, some of them good: the others go on waiting, each by itself
                quarantine.keep(kept.source(), formOfParts(kept), understood.refused());
                quarantine.keep(
                        kept.source(),
                        Quarantine.EVENT,
                        refused.subList(understood.refused().size(), refused.size()));
            }
            return new Outcome(kept.id(), Quarantine.REPLAYED, null, ids, accepted.stored());
        } catch (Refusal refusal) {
            quarantine.failedAgain(kept.id(), refusal.getMessage());
            return new Outcome(kept.id(), Quarantine.WAITING, refusal.getMessage(), List.of(), 0);
        }
    }

    /** Replays, as they are, the oldest of those that wait and that the filter lets through; {@code limit} at most. */
    public Outcomes replay(String source, String reason, int limit, String who) {
        var filter = new Quarantine.Filter(Quarantine.WAITING, source, reason);
        var replayed = 0;
        var failed = 0;
        UUID after = null;
        while (replayed + failed < limit) {
            var some = quarantine.oldest(filter, Math.min(MANY, limit - replayed - failed), after);
            if (some.isEmpty()) {
                return new Outcomes(replayed, failed, false);
            }
            for (var kept : some) {
                var done = replay(kept, null, who).status().equals(Quarantine.REPLAYED);
                replayed += done ? 1 : 0;
                failed += done ? 0 : 1;
                after = kept.id();
            }
        }
        return new Outcomes(
                replayed, failed, !quarantine.oldest(filter, 1, after).isEmpty());
    }

    private Understood read(Quarantine.Item kept, String body) {
        if (Quarantine.EVENT.equals(kept.form())) {
            return Understood.of(event(kept, body));
        }
        var way = way(kept);
        if (way == null) {
            throw Refusal.bad(null, "nothing is set up that could read what came from " + kept.source());
        }
        return way.again(kept, body);
    }

    /** An event that was whole already: it keeps its id, so that it counts once. */
    private Event event(Quarantine.Item kept, String body) {
        Event event;
        try {
            event = json.readValue(body, Event.class);
        } catch (JsonProcessingException e) {
            throw BoundedJson.malformed(e);
        }
        if (event == null
                || event.messageId() == null
                || event.messageId().length() > Fields.MAX_ID
                || !kept.source().equals(event.source())
                || !Event.idOf(event.source(), event.messageId()).equals(event.id())) {
            throw Refusal.bad("id", "source, messageId and id must be those that the event had");
        }
        if (event.name() == null || event.name().isBlank() || event.name().length() > Fields.MAX_EVENT_NAME) {
            throw Refusal.bad("name", "name must have 1 to " + Fields.MAX_EVENT_NAME + " characters");
        }
        if (event.channel() == null || event.channel().length() > 20) {
            throw Refusal.bad("channel", "channel must have at most 20 characters");
        }
        if (event.at() == null || event.receivedAt() == null) {
            throw Refusal.bad("at", "at and receivedAt are required");
        }
        return event;
    }

    private String formOfParts(Quarantine.Item kept) {
        var way = way(kept);
        return way == null ? null : way.formOfPart(kept);
    }

    private Replayable way(Quarantine.Item kept) {
        return ways.get(kept.source().substring(0, Math.max(0, kept.source().indexOf(':'))));
    }

    private String write(Event event) {
        try {
            return json.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
