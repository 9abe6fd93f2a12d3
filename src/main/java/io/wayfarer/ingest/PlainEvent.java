package io.wayfarer.ingest;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The shape in which any program may say an event, that of the body which the Standard Webhooks specification recommends:
 * {@code {"type": ..., "id": ..., "timestamp": ..., "data": {...}}}. {@code type} becomes the event's name by
 * {@link EventNames}. Of {@code data}, {@code userId}, {@code anonymousId}, {@code email} and {@code ids} say who it is, at
 * least one of them but for {@linkplain Event#isAboutAThing events about things}; {@code traits} are the person's;
 * {@code properties}, or when there are none all else in {@code data}, are the event's. Without {@code data} the fields
 * beside {@code type} are taken for it.
 */
public final class PlainEvent {

    private static final Set<String> ENVELOPE = Set.of("type", "timestamp", "id");
    private static final Set<String> PERSON = Set.of("userId", "anonymousId", "email", "ids", "traits", "properties");

    private static final int MAX_IDS = 10;
    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,19}");

    /**
     * What a delivery says of all events in it.
     *
     * @param source which of our sources it came from
     * @param channel as {@link Event#channel}
     * @param sentAt when it was sent, by the sender's clock; null when that was not said
     * @param receivedAt product time
     */
    public record Delivery(String source, String channel, Instant sentAt, Instant receivedAt) {}

    private PlainEvent() {}

    /**
     * @param id the message's id, or null when it says its own, or has none
     * @throws Refusal naming the field at fault
     */
    public static Event of(Map<String, Object> message, String id, Delivery delivery) {
        var type = Fields.text(message, "type", Fields.MAX_EVENT_NAME);
        if (type == null) {
            throw Refusal.bad("type", "type is required");
        }
        var data = message.containsKey("data") ? Fields.object(message, "data") : without(message, ENVELOPE);
        var traits = Fields.object(data, "traits");
        var timestamp = EventTime.parse(message.get("timestamp"), "timestamp");
        var messageId = id != null ? id : Fields.id(message, "id");
        if (messageId == null) {
            // its content has its time; without one each delivery counts
            messageId = Fields.hash((timestamp == null ? delivery.receivedAt() : "") + "\n" + message);
        }
        if (messageId.length() > Fields.MAX_ID) {
            throw Refusal.bad("id", "the message's id may have at most " + Fields.MAX_ID + " characters");
        }
        var event = new Event(
                Event.idOf(delivery.source(), messageId),
                delivery.source(),
                messageId,
                EventNames.of(type),
                delivery.channel(),
                EventTime.at(timestamp, delivery.sentAt(), delivery.receivedAt()),
                delivery.receivedAt(),
                Fields.id(data, "userId"),
                Fields.id(data, "anonymousId"),
                EmailAddress.of(data.containsKey("email") ? data.get("email") : traits.get("email")),
                ids(Fields.object(data, "ids")),
                traits,
                data.containsKey("properties") ? Fields.object(data, "properties") : without(data, PERSON),
                Map.of());
        if (!event.namesAPerson() && !event.isAboutAThing()) {
            throw Refusal.bad("data", "the event names no person: userId, anonymousId, email or ids is required");
        }
        return event;
    }

    private static Map<String, String> ids(Map<String, Object> stated) {
        if (stated.size() > MAX_IDS) {
            throw Refusal.bad("ids", "ids may have at most " + MAX_IDS + " kinds");
        }
        var ids = new TreeMap<String, String>();
        for (var kind : stated.keySet()) {
            if (!KIND.matcher(kind).matches()) {
                throw Refusal.bad("ids", "a kind of id has at most 20 small letters, digits and -");
            }
            var id = Fields.id(stated, kind);
            if (id != null) {
                ids.put(kind, id);
            }
        }
        return ids;
    }

    private static Map<String, Object> without(Map<String, Object> fields, Set<String> names) {
        var rest = new LinkedHashMap<>(fields);
        rest.keySet().removeAll(names);
        return rest;
    }
}
