package io.wayfarer.ingest.cloudevents;

import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.EventNames;
import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.http.HttpCall;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * One CloudEvent.
 *
 * @param messageId made of {@code source} and {@code id}, which together are unique
 * @param name our name of its type
 * @param time RFC 3339, or null
 * @param data JSON
 */
record CloudEvent(String messageId, String name, String time, Map<String, Object> data) {

    private static final String HEADER = "ce-";
    private static final String[] ATTRIBUTES = {"specversion", "id", "source", "type", "time"};
    private static final int MAX_ATTRIBUTE = 1_000;

    /** @param event as the JSON format has it */
    static CloudEvent structured(Map<String, Object> event) {
        checkJson(attribute(event, "datacontenttype"));
        var packed = event.get("data_base64");
        if (packed == null) {
            return of(event, Fields.object(event, "data"));
        }
        if (event.containsKey("data")) {
            throw Refusal.bad("data_base64", "an event has data or data_base64, and not both");
        }
        try {
            return of(event, BoundedJson.message(Base64.getDecoder().decode(packed.toString())));
        } catch (IllegalArgumentException e) {
            throw Refusal.bad("data_base64", "data_base64 is not base64");
        }
    }

    /** The attributes are headers, and the body is the data. */
    static CloudEvent binary(HttpCall call) {
        var attributes = new LinkedHashMap<String, Object>();
        for (var name : ATTRIBUTES) {
            var value = call.header(HEADER + name);
            if (value != null) {
                attributes.put(name, decoded(name, value));
            }
        }
        required(attributes, "specversion");
        checkJson(call.header("Content-Type"));
        var body = call.unpacked();
        return of(attributes, body.length == 0 ? Map.of() : BoundedJson.message(body));
    }

    /** A binary event that could not be used, as the JSON format would have it: as much of it as there is, as it came. */
    static Map<String, Object> shown(HttpCall call) {
        var event = new LinkedHashMap<String, Object>();
        for (var name : ATTRIBUTES) {
            var value = call.header(HEADER + name);
            if (value != null) {
                event.put(name, decodedIfItCanBe(name, value));
            }
        }
        var body = call.shown();
        try {
            event.put("data", BoundedJson.message(body.getBytes(StandardCharsets.UTF_8)));
        } catch (Refusal e) {
            event.put("data", body);
        }
        return event;
    }

    private static String decodedIfItCanBe(String attribute, String value) {
        try {
            return decoded(attribute, value);
        } catch (Refusal e) {
            return value;
        }
    }

    private static CloudEvent of(Map<String, Object> attributes, Map<String, Object> data) {
        if (!required(attributes, "specversion").equals("1.0")) {
            throw Refusal.bad("specversion", "specversion must be 1.0");
        }
        var id = required(attributes, "id");
        var source = required(attributes, "source");
        var type = required(attributes, "type");
        var time = attribute(attributes, "time");
        EventTime.parse(time, "time");
        // the length before the source tells where it ends
        var whole = source.length() + ":" + source + id;
        return new CloudEvent(
                whole.length() <= Fields.MAX_ID ? source + " " + id : Fields.hash(whole),
                EventNames.ofQualified(type),
                time,
                data);
    }

    private static String required(Map<String, Object> attributes, String name) {
        var value = attribute(attributes, name);
        if (value == null) {
            throw Refusal.bad(name, name + " is required");
        }
        return value;
    }

    private static String attribute(Map<String, Object> attributes, String name) {
        var value = Fields.text(attributes, name, name.equals("type") ? Fields.MAX_EVENT_NAME : MAX_ATTRIBUTE);
        if (value != null && value.chars().anyMatch(Character::isISOControl)) {
            throw Refusal.bad(name, name + " holds a control character");
        }
        return value;
    }

    private static void checkJson(String type) {
        try {
            var subtype = type == null || type.isBlank()
                    ? "json"
                    : MediaType.valueOf(type).getSubtype();
            if (!subtype.equals("json") && !subtype.endsWith("+json")) {
                throw Refusal.unsupported("the data must be JSON");
            }
        } catch (InvalidMediaTypeException e) {
            throw Refusal.unsupported("the data must be JSON");
        }
    }

    /** A header's value as the HTTP binding has it: quotes taken off, then percent signs decoded, once. */
    private static String decoded(String attribute, String value) {
        var text = value.trim();
        var quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        var inside = quoted ? text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1") : text;
        var bytes = new ByteArrayOutputStream(inside.length());
        for (int i = 0; i < inside.length(); i++) {
            var c = inside.charAt(i);
            if (c == '%') {
                var whole = i + 2 < inside.length();
                var high = whole ? Character.digit(inside.charAt(i + 1), 16) : -1;
                var low = whole ? Character.digit(inside.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw Refusal.bad(attribute, attribute + " holds a % that is no percent-encoding");
                }
                bytes.write(high * 16 + low);
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Refusal.bad(attribute, attribute + " is not valid UTF-8");
        }
    }
}
