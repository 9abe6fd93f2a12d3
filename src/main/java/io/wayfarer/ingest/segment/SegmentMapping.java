package io.wayfarer.ingest.segment;

import io.wayfarer.ingest.EmailAddress;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Marks;
import io.wayfarer.ingest.Refusal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Segment's messages as events. Of the context only what is named here is kept: its traits, time zone, locale, what tells
 * the channel, and of a page view the page. What the browser calls itself is for cleaning, and goes no further.
 */
public final class SegmentMapping {

    private static final List<String> PAGE = List.of("path", "url", "title", "referrer");
    private static final Set<String> ZONES = ZoneId.getAvailableZoneIds();
    private static final int MAX_LOCALE = 35;

    private final String source;
    private final Map<String, Object> sharedContext;
    private final Instant sentAt;
    private final Instant receivedAt;
    private final String agent;

    /**
     * @param sharedContext the batch's context; a message's own goes before it
     * @param sentAt when the call was sent, by the sender's clock, or null
     * @param receivedAt product time
     * @param agent what the sender calls itself, or null; a message's own context goes before it
     */
    SegmentMapping(String source, Map<String, Object> sharedContext, Instant sentAt, Instant receivedAt, String agent) {
        this.source = source;
        this.sharedContext = sharedContext;
        this.sentAt = sentAt;
        this.receivedAt = receivedAt;
        this.agent = agent;
    }

    /**
     * @param kind identify, track, page, screen, group or alias; null when the message itself says it as {@code type}
     * @throws Refusal naming the field at fault
     */
    Event event(String kind, Map<String, Object> message) {
        var type = kind != null ? kind : required(either(message, "type", "action"), "type");
        var context = merged(sharedContext, Fields.object(message, "context"));
        var userId = either(message, "userId", "user_id");
        var anonymousId = either(message, "anonymousId", "anonymous_id");
        var properties = new LinkedHashMap<>(Fields.object(message, "properties"));
        var traits = new LinkedHashMap<>(Fields.object(context, "traits"));
        var name =
                switch (type) {
                    case "track" -> required(Fields.text(message, "event", Fields.MAX_EVENT_NAME), "event");
                    case "identify" -> {
                        traits.putAll(Fields.object(message, "traits"));
                        yield "Identified";
                    }
                    case "page" -> {
                        keep(properties, message, "name");
                        keep(properties, message, "category");
                        addPage(properties, context);
                        yield "Page Viewed";
                    }
                    case "screen" -> {
                        keep(properties, message, "name");
                        keep(properties, message, "category");
                        yield "Screen Viewed";
                    }
                    case "group" -> {
                        properties.put("groupId", required(Fields.id(message, "groupId"), "groupId"));
                        // the traits are the group's, not the person's
                        properties.put("traits", Fields.object(message, "traits"));
                        yield "Grouped";
                    }
                    case "alias" -> {
                        required(userId, "userId");
                        anonymousId = required(Fields.id(message, "previousId"), "previousId");
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
        var messageId = Fields.id(message, "messageId");
        if (messageId == null) {
            messageId = derivedId(type, message);
        }
        return new Event(
                Event.idOf(source, messageId),
                source,
                messageId,
                name,
                channel(type, message, context),
                at(message),
                receivedAt,
                userId,
                anonymousId,
                email,
                ids(context),
                traits,
                properties,
                agent(context));
    }

    private Map<String, Object> agent(Map<String, Object> context) {
        var said = context.get("userAgent") instanceof String text ? text : agent;
        return said == null ? Map.of() : Map.of(Marks.AGENT, said);
    }

    /** What a page view says of its page itself goes before what its context says. */
    private static void addPage(Map<String, Object> properties, Map<String, Object> context) {
        if (context.get("page") instanceof Map<?, ?> page) {
            for (var field : PAGE) {
                if (page.get(field) instanceof String text && !text.isEmpty()) {
                    properties.putIfAbsent(field, text);
                }
            }
        }
    }

    /** A field by its name, or as the specification's own pages on email spell it. */
    private static String either(Map<String, Object> message, String field, String spelled) {
        var id = Fields.id(message, field);
        return id != null ? id : Fields.id(message, spelled);
    }

    /**
     * When it happened. RudderStack's libraries call the sender's time originalTimestamp. Where both are there, or a time of
     * receiving, others had the message before, who took the skew out of timestamp.
     */
    private Instant at(Map<String, Object> message) {
        var timestamp = EventTime.parse(message.get("timestamp"), "timestamp");
        var original = EventTime.parse(message.get("originalTimestamp"), "originalTimestamp");
        if (timestamp != null && (original != null || message.containsKey("receivedAt"))) {
            return EventTime.at(timestamp, null, receivedAt);
        }
        var sent = EventTime.parse(message.get("sentAt"), "sentAt");
        return EventTime.at(original != null ? original : timestamp, sent != null ? sent : sentAt, receivedAt);
    }

    private static Map<String, String> ids(Map<String, Object> context) {
        return context.get("device") instanceof Map<?, ?> device
                        && device.get("id") instanceof String id
                        && !id.isBlank()
                        && id.length() <= Fields.MAX_ID
                ? Map.of("device", id)
                : Map.of();
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
    private String derivedId(String type, Map<String, Object> message) {
        var content = new LinkedHashMap<>(message);
        content.remove("sentAt");
        content.remove("writeKey");
        var timed = message.containsKey("timestamp") || message.containsKey("originalTimestamp");
        return Fields.hash(type + '\n' + (timed ? "" : sentAt != null ? sentAt : receivedAt) + '\n' + content);
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
        var text = Fields.text(message, field, Fields.MAX_EVENT_NAME);
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
}
