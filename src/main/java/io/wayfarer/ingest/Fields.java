package io.wayfarer.ingest;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/** Reads the fields of a JSON object that a stranger sent. What is not of the right kind is refused by its name. */
public final class Fields {

    /** Characters of an id. */
    public static final int MAX_ID = 200;

    /** Characters of an event's name. */
    public static final int MAX_EVENT_NAME = 200;

    private Fields() {}

    /** The id of what has none: the first 128 bits of its content's SHA-256, in hexadecimal. */
    public static String hash(String content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An id: text, or a whole number, as many senders have it. Null when it is missing or blank. */
    public static String id(Map<String, Object> message, String field) {
        return message.get(field) instanceof Number number && !(number instanceof Double)
                ? number.toString()
                : text(message, field, MAX_ID);
    }

    /** The text of a field, or null when it is missing or blank. */
    public static String text(Map<String, Object> message, String field, int maxLength) {
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
    public static Map<String, Object> object(Map<String, Object> message, String field) {
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
