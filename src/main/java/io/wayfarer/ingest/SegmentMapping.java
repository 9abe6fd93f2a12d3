package io.wayfarer.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Segment's messages as events. Of the context only what is named here is kept: its traits, time zone, locale, and what
 * tells the channel.
 */
final class SegmentMapping {

    static final int MAX_ID = 200;
    static final int MAX_EVENT_NAME = 200;

    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();
    private static final int MAX_LOCALE = 35;

    private final String source;
    private final Map<String, Object> sharedContext;
    private final Instant sentAt;
    private final Instant receivedAt;

    /**
     * @param sharedContext the batch's context; a message's own goes before it
     * @param sentAt when the call was sent, by the sender's clock, or null
     * @param receivedAt product time
     */
    SegmentMapping(String source, Map<String, Object> sharedContext, Instant sentAt, Instant receivedAt) {
        this.source = source;
        this.sharedContext = sharedContext;
        this.sentAt = sentAt;
        this.receivedAt = receivedAt;
    }

    /**
     * @param kind identify, track, page, screen, group or alias; null when the message itself says it as {@code type}
     * @throws Refusal naming the field at fault
     */
    Event event(String kind, Map<String, Object> message) {
        var type = kind != null ? kind : text(message, "type", 20);
        if (type == null) {
            throw Refusal.bad("type", "type is required");
        }
        var context = merged(sharedContext, object(message, "context"));
        var userId = id(message, "userId");
        var anonymousId = id(message, "anonymousId");
        var properties = new LinkedHashMap<>(object(message, "properties"));
        var traits = new LinkedHashMap<>(object(context, "traits"));
        var name =
                switch (type) {
                    case "track" -> required(text(message, "event", MAX_EVENT_NAME), "event");
                    case "identify" -> {
                        traits.putAll(object(message, "traits"));
                        yield "Identified";
                    }
                    case "page" -> {
                        keep(properties, message, "name");
                        keep(properties, message, "category");
                        yield "Page Viewed";
                    }
                    case "screen" -> {
                        keep(properties, message, "name");
                        keep(properties, message, "category");
                        yield "Screen Viewed";
                    }
                    case "group" -> {
                        properties.put("groupId", required(id(message, "groupId"), "groupId"));
                        // the traits are the group's, not the person's
                        properties.put("traits", object(message, "traits"));
                        yield "Grouped";
                    }
                    case "alias" -> {
                        required(userId, "userId");
                        anonymousId = required(id(message, "previousId"), "previousId");
                        yield "Aliased";
                    }
                    default ->
                        throw Refusal.bad("type", "type must be one of identify, track, page, screen, group and alias");
                };
        if (userId == null && anonymousId == null) {
            throw Refusal.bad("userId", "userId or anonymousId is required");
        }
        var email = EmailAddress.of(traits.get("email"));
        addSettings(traits, context);
        var timestamp = EventTime.parse(message.get("timestamp"), "timestamp");
        var at = EventTime.at(timestamp, sentAt, receivedAt);
        var messageId = id(message, "messageId");
        if (messageId == null) {
            messageId = derivedId(type, message, timestamp);
        }
        return new Event(
                Event.idOf(source, messageId),
                source,
                messageId,
                name,
                channel(type, message, context),
                at,
                receivedAt,
                userId,
                anonymousId,
                email,
                traits,
                properties);
    }

    private static void addSettings(Map<String, Object> traits, Map<String, Object> context) {
        if (context.get("timezone") instanceof String zone && ZONES.contains(zone)) {
            traits.put("timezone", zone);
        }
        if (context.get("locale") instanceof String locale && !locale.isBlank() && locale.length() <= MAX_LOCALE) {
            traits.put("locale", locale);
        }
    }

    private static String channel(String type, Map<String, Object> message, Map<String, Object> context) {
        if (message.get("channel") instanceof String channel) {
            switch (channel) {
                case "browser", "web" -> {
                    return "web";
                }
                case "mobile", "server" -> {
                    return channel;
                }
                default -> {
                    // not a word of Segment's: what follows tells
                }
            }
        }
        var library =
                context.get("library") instanceof Map<?, ?> map && map.get("name") instanceof String name ? name : "";
        if (context.containsKey("device") || type.equals("screen") || isMobile(library)) {
            return "mobile";
        }
        return context.containsKey("page") || type.equals("page") || library.contains("js") ? "web" : "server";
    }

    private static boolean isMobile(String library) {
        return library.contains("android")
                || library.contains("ios")
                || library.contains("swift")
                || library.contains("kotlin")
                || library.contains("flutter")
                || library.contains("react-native");
    }

    /**
     * An id for a message that has none: its content and its time. Sent again it has the same, so that it counts once;
     * without any time each delivery counts.
     */
    private String derivedId(String type, Map<String, Object> message, Instant timestamp) {
        var content = new LinkedHashMap<>(message);
        content.remove("sentAt");
        content.remove("writeKey");
        var time = timestamp != null ? timestamp : sentAt != null ? sentAt : receivedAt;
        return hash(type + '\n' + time + '\n' + content);
    }

    /** The id of what has none: the first 128 bits of its content's SHA-256, in hexadecimal. */
    static String hash(String content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Object> merged(Map<String, Object> shared, Map<String, Object> own) {
        if (shared.isEmpty() || own.isEmpty()) {
            return shared.isEmpty() ? own : shared;
        }
        var both = new LinkedHashMap<>(shared);
        both.putAll(own);
        return both;
    }

    private static void keep(Map<String, Object> properties, Map<String, Object> message, String field) {
        var text = text(message, field, MAX_EVENT_NAME);
        if (text != null) {
            properties.put(field, text);
        }
    }

    private static String required(String value, String field) {
        if (value == null) {
            throw Refusal.bad(field, field + " is required");
        }
        return value;
    }

    /** An id: text, or a whole number, as many senders have it. Null when it is missing or blank. */
    static String id(Map<String, Object> message, String field) {
        return message.get(field) instanceof Number number && !(number instanceof Double)
                ? number.toString()
                : text(message, field, MAX_ID);
    }

    /** The text of a field, or null when it is missing or blank. */
    static String text(Map<String, Object> message, String field, int maxLength) {
        var value = message.get(field);
        if (value == null) {
            return null;
        }
        if (!(value instanceof String text)) {
            throw Refusal.bad(field, field + " must be text");
        }
        if (text.length() > maxLength) {
            throw Refusal.bad(field, field + " may have at most " + maxLength + " characters");
        }
        return text.isBlank() ? null : text;
    }

    /** The object of a field, empty when it is missing. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Map<String, Object> message, String field) {
        var value = message.get(field);
        if (value == null) {
            return Map.of();
        }
        if (!(value instanceof Map)) {
            throw Refusal.bad(field, field + " must be an object");
        }
        return (Map<String, Object>) value;
    }
}
