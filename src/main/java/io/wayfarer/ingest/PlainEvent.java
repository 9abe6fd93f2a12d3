package io.wayfarer.ingest;

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
final class PlainEvent {

    private static final Set<String> ENVELOPE = Set.of("type", "timestamp", "id");
    private static final Set<String> PERSON = Set.of("userId", "anonymousId", "email", "traits", "properties");

    private PlainEvent() {}

    static Understood understood(HttpCall call, String messageId, String source, Instant sentAt, Instant receivedAt) {
        var message = BoundedJson.message(call.body());
        var id = messageId;
        try {
            id = id == null ? SegmentMapping.id(message, "id") : id;
            return Understood.of(event(message, id, source, sentAt, receivedAt));
        } catch (Refusal refusal) {
            return Understood.nothing(id, refusal, SegmentCall.shown(call.body()));
        }
    }

    private static Event event(
            Map<String, Object> message, String id, String source, Instant sentAt, Instant receivedAt) {
        var type = SegmentMapping.text(message, "type", SegmentMapping.MAX_EVENT_NAME);
        if (type == null) {
            throw Refusal.bad("type", "type is required");
        }
        var data = message.containsKey("data") ? SegmentMapping.object(message, "data") : without(message, ENVELOPE);
        var userId = SegmentMapping.id(data, "userId");
        var anonymousId = SegmentMapping.id(data, "anonymousId");
        var traits = SegmentMapping.object(data, "traits");
        var email = EmailAddress.of(data.containsKey("email") ? data.get("email") : traits.get("email"));
        if (userId == null && anonymousId == null && email == null) {
            throw Refusal.bad("data", "the event names no person: userId, anonymousId or email is required");
        }
        var timestamp = EventTime.parse(message.get("timestamp"), "timestamp");
        var at = EventTime.at(timestamp, sentAt, receivedAt);
        // its content has its time; without one each delivery counts
        var messageId = id != null ? id : SegmentMapping.hash((timestamp == null ? receivedAt : "") + "\n" + message);
        if (messageId.length() > SegmentMapping.MAX_ID) {
            throw Refusal.bad("id", "the delivery's id may have at most " + SegmentMapping.MAX_ID + " characters");
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
                traits,
                data.containsKey("properties") ? SegmentMapping.object(data, "properties") : without(data, PERSON));
    }

    private static Map<String, Object> without(Map<String, Object> fields, Set<String> names) {
        var rest = new LinkedHashMap<>(fields);
        rest.keySet().removeAll(names);
        return rest;
    }
}
