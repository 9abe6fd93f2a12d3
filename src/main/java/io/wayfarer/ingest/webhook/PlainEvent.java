package io.wayfarer.ingest.webhook;

import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.EmailAddress;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.EventNames;
import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.http.HttpCall;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The body that the Standard Webhooks specification recommends, {@code {"type": ..., "timestamp": ..., "data": {...}}},
 * as one event. {@code type} becomes the event's name by {@link EventNames}. Of {@code data}, {@code userId},
 * {@code anonymousId} and {@code email} say who it is, at least one of them; {@code traits} are the person's;
 * {@code properties}, or when there are none all else in {@code data}, are the event's. Without {@code data} the fields
 * beside {@code type} are taken for it.
 */
public final class PlainEvent {

    private static final Set<String> ENVELOPE = Set.of("type", "timestamp", "id");
    private static final Set<String> PERSON = Set.of("userId", "anonymousId", "email", "traits", "properties");

    private PlainEvent() {}

    static Understood understood(HttpCall call, String messageId, String source, Instant sentAt, Instant receivedAt) {
        var message = BoundedJson.message(call.body());
        var id = messageId;
        try {
            id = id == null ? Fields.id(message, "id") : id;
            return Understood.of(event(message, id, source, sentAt, receivedAt));
        } catch (Refusal refusal) {
            return Understood.nothing(id, refusal, call.shown());
        }
    }

    private static Event event(
            Map<String, Object> message, String id, String source, Instant sentAt, Instant receivedAt) {
        var type = Fields.text(message, "type", Fields.MAX_EVENT_NAME);
        if (type == null) {
            throw Refusal.bad("type", "type is required");
        }
        var data = message.containsKey("data") ? Fields.object(message, "data") : without(message, ENVELOPE);
        var userId = Fields.id(data, "userId");
        var anonymousId = Fields.id(data, "anonymousId");
        var traits = Fields.object(data, "traits");
        var email = EmailAddress.of(data.containsKey("email") ? data.get("email") : traits.get("email"));
        if (userId == null && anonymousId == null && email == null) {
            throw Refusal.bad("data", "the event names no person: userId, anonymousId or email is required");
        }
        var timestamp = EventTime.parse(message.get("timestamp"), "timestamp");
        var at = EventTime.at(timestamp, sentAt, receivedAt);
        // its content has its time; without one each delivery counts
        var messageId = id != null ? id : Fields.hash((timestamp == null ? receivedAt : "") + "\n" + message);
        if (messageId.length() > Fields.MAX_ID) {
            throw Refusal.bad("id", "the delivery's id may have at most " + Fields.MAX_ID + " characters");
        }
        return new Event(
                Event.idOf(source, messageId),
                source,
                messageId,
                EventNames.of(type),
                "crm",
                at,
                receivedAt,
                userId,
                anonymousId,
                email,
                Map.of(),
                traits,
                data.containsKey("properties") ? Fields.object(data, "properties") : without(data, PERSON),
                Map.of());
    }

    private static Map<String, Object> without(Map<String, Object> fields, Set<String> names) {
        var rest = new LinkedHashMap<>(fields);
        rest.keySet().removeAll(names);
        return rest;
    }
}
