package io.wayfarer.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON from outside, read into maps and lists with a bound on everything. A message that breaks a bound is refused alone:
 * the ones beside it in the same body are still read. Only what breaks the syntax, or nests deeper than any message may
 * by far, spoils the whole body.
 */
public final class BoundedJson {

    /** Characters of one message. */
    public static final int MAX_MESSAGE = 32 * 1024;

    static final int MAX_DEPTH = 20;
    static final int MAX_TEXT = 10_000;
    public static final int MAX_NAME = 100;
    /** Values in one message, at all depths together. */
    static final int MAX_VALUES = 1_000;

    private static final int MAX_DIGITS = 100;
    private static final int MAX_BODY_DEPTH = 1_000;

    // names of strangers are not interned: they would stay for ever. Lengths are checked here, message by message
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_BODY_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /**
     * One message of a body.
     *
     * @param fields what it says, up to the place where it is refused. A field that is null is left out
     * @param refusal why it cannot be used, or null
     * @param start where its text begins in the body
     * @param end where its text ends
     */
    public record Message(Map<String, Object> fields, Refusal refusal, int start, int end) {}

    private final char[] chars;
    private final boolean broken;
    private final JsonParser parser;
    private JsonStreamContext around;
    private int values;
    private int characters;

    private BoundedJson(char[] chars, boolean broken, JsonParser parser) {
        this.chars = chars;
        this.broken = broken;
        this.parser = parser;
    }

    private static BoundedJson of(CharBuffer text, boolean broken) throws IOException {
        var start = text.hasRemaining() && text.get(0) == '\uFEFF' ? 1 : 0;
        return new BoundedJson(text.array(), broken, FACTORY.createParser(text.array(), start, text.limit() - start));
    }

    /** A body as it came; UTF-8 that is broken in one message is no harm to the others. */
    public static BoundedJson of(byte[] body) throws IOException {
        try {
            return of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)), false);
        } catch (CharacterCodingException e) {
            return of(StandardCharsets.UTF_8.decode(ByteBuffer.wrap(body)), true);
        }
    }

    /** The one message that a body is. */
    public static Map<String, Object> message(byte[] body) {
        try {
            var json = of(body);
            json.parser.nextToken();
            var message = json.message();
            json.end();
            if (message.refusal() != null) {
                throw message.refusal();
            }
            return message.fields();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** The one message that a tree is, which may be larger than what it was made of. */
    public static Map<String, Object> message(JsonNode tree) {
        try {
            var json = new BoundedJson(new char[0], false, tree.traverse());
            json.parser.nextToken();
            var message = json.message();
            if (message.refusal() != null) {
                throw message.refusal();
            }
            return message.fields();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** Says where the syntax is broken, and nothing of the body's own text. */
    public static Refusal malformed(IOException cause) {
        return cause instanceof com.fasterxml.jackson.core.JsonProcessingException json && json.getLocation() != null
                ? Refusal.bad(
                        null,
                        "the body is not valid JSON at line %d, column %d"
                                .formatted(
                                        json.getLocation().getLineNr(),
                                        json.getLocation().getColumnNr()))
                : Refusal.bad(null, "the body is not valid JSON");
    }

    public JsonParser parser() {
        return parser;
    }

    /** The body's own text from one place to another. */
    public String text(int start, int end) {
        return new String(chars, start, end - start);
    }

    /** Makes sure that nothing follows. */
    public void end() throws IOException {
        if (parser.nextToken() != null) {
            throw Refusal.bad(null, "the body goes on after its JSON value");
        }
    }

    /** Reads the message at the parser's current token, and leaves the parser on its last one. */
    public Message message() throws IOException {
        values = 0;
        characters = 0;
        var inside = parser.getParsingContext();
        var open = parser.currentToken() != null && parser.currentToken().isStructStart();
        around = open ? inside.getParent() : inside;
        var start = offset(parser.currentTokenLocation().getCharOffset());
        var fields = new LinkedHashMap<String, Object>();
        Refusal refusal = null;
        try {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw Refusal.bad(null, "a message must be a JSON object");
            }
            read(fields, 1);
        } catch (Refusal e) {
            refusal = e;
        }
        while (open && parser.getParsingContext() != around) {
            parser.nextToken();
        }
        var end = offset(parser.currentLocation().getCharOffset());
        if (refusal == null && end - start > MAX_MESSAGE) {
            refusal = tooLarge();
        }
        return new Message(fields, refusal, start, end);
    }

    /** The text at the parser's current token, checked; null when it is JSON's null. */
    public String text(String field) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw Refusal.bad(field, field + " must be text");
        }
        return checked(parser.getText());
    }

    private Map<String, Object> object(int depth) throws IOException {
        var fields = new LinkedHashMap<String, Object>();
        read(fields, depth);
        return fields;
    }

    private void read(Map<String, Object> fields, int depth) throws IOException {
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (name.length() > MAX_NAME) {
                throw Refusal.bad(null, "a field's name may have at most " + MAX_NAME + " characters");
            }
            checked(name);
            parser.nextToken();
            var value = value(depth + 1);
            if (value != null) {
                fields.put(name, value);
            }
        }
    }

    private List<Object> array(int depth) throws IOException {
        var items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            var value = value(depth + 1);
            if (value != null) {
                items.add(value);
            }
        }
        return items;
    }

    private Object value(int depth) throws IOException {
        if (++values > MAX_VALUES) {
            throw Refusal.bad(null, "a message may have at most " + MAX_VALUES + " values");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(nested(depth));
            case START_ARRAY -> array(nested(depth));
            case VALUE_STRING -> checked(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private int nested(int depth) {
        if (depth > MAX_DEPTH) {
            throw refuse("is nested deeper than " + MAX_DEPTH + " levels");
        }
        return depth;
    }

    private Number number() throws IOException {
        if (parser.getTextLength() > MAX_DIGITS) {
            throw refuse("is a number of more than " + MAX_DIGITS + " digits");
        }
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return parser.getNumberValue();
        }
        var number = parser.getDoubleValue();
        if (!Double.isFinite(number)) {
            throw refuse("is a number out of range");
        }
        return number;
    }

    private String checked(String text) {
        if (text.length() > MAX_TEXT) {
            throw refuse("is longer than " + MAX_TEXT + " characters");
        }
        characters += text.length();
        if (characters > MAX_MESSAGE) {
            throw tooLarge();
        }
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == 0) {
                throw refuse("holds the NUL character");
            }
            if (c >= Character.MIN_SURROGATE) {
                if (c == '\uFFFD' && broken) {
                    throw refuse("is not valid UTF-8");
                }
                if (Character.isSurrogate(c)
                        && (Character.isLowSurrogate(c)
                                || i + 1 == text.length()
                                || !Character.isLowSurrogate(text.charAt(++i)))) {
                    throw refuse("holds half a surrogate pair");
                }
            }
        }
        return text;
    }

    private static Refusal tooLarge() {
        return Refusal.tooLarge("a message may have at most " + MAX_MESSAGE + " characters");
    }

    private Refusal refuse(String what) {
        var field = field();
        return Refusal.bad(field, (field == null ? "a value" : field) + " " + what);
    }

    /** Where the parser is within the message, dotted; made from names that are checked, but for the one at fault. */
    private String field() {
        var path = new StringBuilder();
        for (var at = parser.getParsingContext(); at != null && at != around; at = at.getParent()) {
            var name = at.getCurrentName();
            if (name != null && name.length() <= MAX_NAME && path.length() <= 200) {
                path.insert(0, path.isEmpty() ? name : name + ".");
            }
        }
        return path.isEmpty() ? null : path.toString();
    }

    private static int offset(long offset) {
        return Math.toIntExact(Math.max(0, offset));
    }
}
