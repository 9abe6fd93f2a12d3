package io.wayfarer.ingest.segment;

import com.fasterxml.jackson.core.JsonToken;
import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.Understood.Refused;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A call of Segment's HTTP tracking API as it came: one message, or a batch of them with a time of sending and a context
 * that all share. https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */
public final class SegmentCall {

    static final int MAX_MESSAGES = 500;

    private final String kind;
    private final BoundedJson json;
    private final List<BoundedJson.Message> messages = new ArrayList<>();
    private String writeKey;
    private Object sentAt;
    private Map<String, Object> context = Map.of();

    private SegmentCall(String kind, BoundedJson json) {
        this.kind = kind;
        this.json = json;
    }

    /**
     * The kind of message that a path takes, {@code batch} for those that take many, or null when it is no path of the
     * API. The short ones are those of Segment's browser library; {@code import} is what its Java library calls.
     */
    static String kindOf(String path) {
        return switch (path) {
            case "identify", "i" -> "identify";
            case "track", "t" -> "track";
            case "page", "p" -> "page";
            case "screen", "s" -> "screen";
            case "group", "g" -> "group";
            case "alias", "a" -> "alias";
            case "batch", "b", "import" -> "batch";
            default -> null;
        };
    }

    /**
     * @param kind as {@link #kindOf} gives it
     * @throws Refusal when the body as a whole cannot be used
     */
    static SegmentCall read(String kind, byte[] body) {
        try {
            var call = new SegmentCall(kind, BoundedJson.of(body));
            call.json.parser().nextToken();
            if (call.isBatch()) {
                call.readBatch();
            } else {
                call.readSingle();
            }
            call.json.end();
            return call;
        } catch (IOException e) {
            throw BoundedJson.malformed(e);
        }
    }

    boolean isBatch() {
        return kind.equals("batch");
    }

    /** The write key in the body, or null: senders that can set no header, such as sendBeacon, put it there. */
    String writeKey() {
        return writeKey;
    }

    private void readSingle() throws IOException {
        var message = json.message();
        messages.add(message);
        writeKey = message.fields().get("writeKey") instanceof String key ? key : null;
        sentAt = message.fields().get("sentAt");
    }

    private void readBatch() throws IOException {
        var parser = json.parser();
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw Refusal.bad(null, "a batch must be a JSON object");
        }
        var found = false;
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            switch (name) {
                case "batch" -> {
                    readMessages();
                    found = true;
                }
                case "writeKey" -> writeKey = json.text(name);
                case "sentAt" -> sentAt = json.text(name);
                case "context" -> context = readContext();
                default -> parser.skipChildren();
            }
        }
        if (!found) {
            throw Refusal.bad("batch", "batch is required");
        }
    }

    private Map<String, Object> readContext() throws IOException {
        if (json.parser().currentToken() == JsonToken.VALUE_NULL) {
            return Map.of();
        }
        var message = json.message();
        if (message.refusal() != null) {
            throw Refusal.bad("context", "context: " + message.refusal().getMessage());
        }
        return message.fields();
    }

    private void readMessages() throws IOException {
        if (json.parser().currentToken() != JsonToken.START_ARRAY) {
            throw Refusal.bad("batch", "batch must be an array");
        }
        while (json.parser().nextToken() != JsonToken.END_ARRAY) {
            if (messages.size() == MAX_MESSAGES) {
                throw Refusal.bad("batch", "a batch may have at most " + MAX_MESSAGES + " messages");
            }
            messages.add(json.message());
        }
    }

    /** @throws Refusal when the time of sending, which all messages share, is no time */
    Understood understood(String source, Instant receivedAt) {
        return understood(source, receivedAt, null);
    }

    /**
     * @param agent what the sender calls itself, or null
     * @throws Refusal when the time of sending, which all messages share, is no time
     */
    Understood understood(String source, Instant receivedAt, String agent) {
        var mapping = new SegmentMapping(source, context, EventTime.parse(sentAt, "sentAt"), receivedAt, agent);
        var events = new ArrayList<Event>(messages.size());
        var refused = new ArrayList<Refused>();
        for (var message : messages) {
            try {
                if (message.refusal() != null) {
                    throw message.refusal();
                }
                events.add(mapping.event(isBatch() ? null : kind, message.fields()));
            } catch (Refusal e) {
                var id = message.fields().get("messageId") instanceof String text ? text : null;
                refused.add(new Refused(id, e, json.text(message.start(), message.end())));
            }
        }
        return new Understood(events, refused);
    }
}
