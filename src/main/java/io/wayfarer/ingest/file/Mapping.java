package io.wayfarer.ingest.file;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Refusal;
import java.nio.charset.Charset;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the columns of a file become events. What is left out has no column.
 *
 * @param kind what a row is about; events of people unless it says products
 * @param files a pattern of file names that this is for, such as {@code orders-*.csv}
 * @param charset of files that are not UTF-8
 * @param delimiter of CSV; found out when it is left out
 * @param columns names of the columns, in order, of a file that does not begin with them
 * @param zone of times that do not say theirs; UTC when left out
 * @param decimal what stands before the decimals: a point unless it says a comma
 * @param currency of the amounts, as in ISO 4217
 * @param region of telephone numbers without a country code, as in ISO 3166
 * @param channel how the person was in touch; server when left out
 * @param event the event's name; left out, rows are orders, or say something about a person
 * @param timestamp when it happened; on arrival when left out
 * @param key the columns that tell a row from all others, also in another file; left out, each row of each file counts
 * @param rest true when every column that is not named here is a property of its own name
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Mapping(
        Kind kind,
        String files,
        String charset,
        String delimiter,
        List<String> columns,
        String zone,
        String decimal,
        String currency,
        String region,
        String channel,
        Cell event,
        Cell userId,
        Cell anonymousId,
        Cell email,
        Cell phone,
        Cell timestamp,
        List<String> key,
        Map<String, Cell> traits,
        Map<String, Cell> properties,
        Boolean rest,
        Order order) {

    enum Kind {
        events,
        products
    }

    enum Type {
        text,
        number,
        /** A number, with its currency or without. */
        money,
        truth,
        date
    }

    /**
     * What one field is taken from.
     *
     * @param column its column, or null when it is always {@code value}
     * @param type text when left out
     * @param format of a date: a pattern of java.time, {@code epoch-seconds} or {@code epoch-milliseconds}; ISO 8601 when left
     *     out
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Cell(String column, Object value, Type type, String format) {

        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        Cell {}

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static Cell of(String column) {
            return new Cell(column, null, null, null);
        }

        static Cell of(String column, Type type) {
            return new Cell(column, null, type, null);
        }
    }

    /**
     * Rows that follow one another with the same number are one {@code Order Completed}; of those whose quantity is below
     * zero, or whose number has the prefix of refunds, there is an {@code Order Refunded}.
     *
     * @param products fields of each product; {@code quantity} and {@code price} make the order's total
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Order(String number, String refundPrefix, Map<String, Cell> products) {

        Order {
            products = products == null ? Map.of() : products;
        }
    }

    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,59}");

    private static final Set<String> CHANNELS = Set.of("web", "mobile", "email", "crm", "server");
    private static final int MAX_FIELDS = 200;
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    Mapping {
        kind = kind == null ? Kind.events : kind;
        columns = columns == null || columns.isEmpty() ? null : columns;
        decimal = decimal == null ? "." : decimal;
        channel = channel == null ? "server" : channel;
        key = key == null ? List.of() : key;
        traits = traits == null ? Map.of() : traits;
        properties = properties == null ? Map.of() : properties;
        rest = Boolean.TRUE.equals(rest);
    }

    /** @throws Refusal naming the field that cannot be used */
    static Mapping read(byte[] json) {
        return of(BoundedJson.message(json));
    }

    /** @throws Refusal naming the field that cannot be used */
    static Mapping of(Map<String, Object> json) {
        try {
            return JSON.convertValue(json, Mapping.class).checked();
        } catch (IllegalArgumentException e) {
            var field = e.getCause() instanceof JsonMappingException cause ? path(cause) : null;
            throw Refusal.bad(field, (field == null ? "the mapping" : field) + " cannot be used in a mapping");
        }
    }

    Map<String, Object> asMap() {
        return Collections.unmodifiableMap(JSON.convertValue(
                this, JSON.getTypeFactory().constructMapType(LinkedHashMap.class, String.class, Object.class)));
    }

    private static String path(JsonMappingException cause) {
        var path = new StringBuilder();
        for (var at : cause.getPath()) {
            if (at.getFieldName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(at.getFieldName());
            }
        }
        return path.isEmpty() ? null : path.toString();
    }

    private Mapping checked() {
        if (charset != null && !supports(charset)) {
            throw Refusal.bad("charset", "charset must be one that Java knows, such as ISO-8859-1 or GB18030");
        }
        if (delimiter != null && (delimiter.length() != 1 || "\"\r\n".contains(delimiter))) {
            throw Refusal.bad("delimiter", "delimiter must be one character");
        }
        if (!decimal.equals(".") && !decimal.equals(",")) {
            throw Refusal.bad("decimal", "decimal must be . or ,");
        }
        if (currency != null && !currency.matches("[A-Z]{3}")) {
            throw Refusal.bad("currency", "currency must be three capitals, as in ISO 4217");
        }
        if (region != null && !region.matches("[A-Z]{2}")) {
            throw Refusal.bad("region", "region must be two capitals, as in ISO 3166");
        }
        if (!CHANNELS.contains(channel)) {
            throw Refusal.bad("channel", "channel must be one of web, mobile, email, crm and server");
        }
        if (traits.size() + properties.size() > MAX_FIELDS) {
            throw Refusal.bad("properties", "a mapping may have at most " + MAX_FIELDS + " fields");
        }
        try {
            zoneId();
        } catch (DateTimeException e) {
            throw Refusal.bad("zone", "zone must be a time zone, such as Europe/Berlin");
        }
        Cells.check(timestamp);
        traits.values().forEach(Cells::check);
        properties.values().forEach(Cells::check);
        if (kind == Kind.products && !properties.containsKey("product_id")) {
            throw Refusal.bad("properties.product_id", "properties.product_id is required");
        }
        if (kind == Kind.events && userId == null && anonymousId == null && email == null && phone == null) {
            throw Refusal.bad("userId", "one of userId, anonymousId, email and phone is required");
        }
        if (order != null && order.number == null) {
            throw Refusal.bad("order.number", "order.number is required");
        }
        return this;
    }

    private static boolean supports(String charset) {
        try {
            return Charset.isSupported(charset);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    ZoneId zoneId() {
        return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
    }
}
