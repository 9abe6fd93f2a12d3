package io.wayfarer.ingest.file;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import io.wayfarer.ingest.EmailAddress;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.EventNames;
import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.file.Mapping.Cell;
import io.wayfarer.ingest.file.Mapping.Kind;
import io.wayfarer.ingest.file.Mapping.Type;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Rows as events, by a mapping: pure, the same in a preview and in the import. Rows of one order are held until it ends. */
final class RowEvents {

    /** Rows of one order: they are held in memory, and become one event. */
    static final int MAX_ORDER = 2_000;

    private static final int MAX_NAME = 100;
    private static final PhoneNumberUtil PHONES = PhoneNumberUtil.getInstance();

    private final Mapping mapping;
    private final Cells cells;
    private final String source;
    private final String content;
    private final Instant receivedAt;
    private final Set<String> named = new HashSet<>();

    private final List<Row> open = new ArrayList<>();
    private String number;
    private boolean tooLong;

    /**
     * @param header the columns of the file; empty when each row has its own
     * @param source of the events
     * @param content the hash of the file's content: with the number of a row it is the id of a row without a key
     * @throws Refusal naming a column that the mapping needs and the header does not have, or has twice
     */
    RowEvents(Mapping mapping, List<String> header, String source, String content, Instant receivedAt) {
        this.mapping = mapping;
        this.cells = new Cells(mapping);
        this.source = source;
        this.content = content;
        this.receivedAt = receivedAt;
        Stream.of(
                        mapping.event(),
                        mapping.userId(),
                        mapping.anonymousId(),
                        mapping.email(),
                        mapping.phone(),
                        mapping.timestamp())
                .forEach(this::name);
        mapping.traits().values().forEach(this::name);
        mapping.properties().values().forEach(this::name);
        named.addAll(mapping.key());
        if (mapping.order() != null) {
            named.add(mapping.order().number());
            mapping.order().products().values().forEach(this::name);
        }
        if (!header.isEmpty()) {
            check(header);
        }
    }

    private void name(Cell cell) {
        if (cell != null && cell.column() != null) {
            named.add(cell.column());
        }
    }

    private void check(List<String> header) {
        for (var column : named) {
            if (!header.contains(column)) {
                var shown = String.join(" | ", header);
                throw Refusal.bad(
                        column,
                        "row 1: there is no column " + column + ". The header is: "
                                + (shown.length() > 300 ? shown.substring(0, 300) + "..." : shown));
            }
            if (header.contains(column + " (2)")) {
                throw Refusal.bad(column, "row 1: there are several columns " + column);
            }
        }
    }

    /** What is decided by this row; rows are answered for in order, each once. */
    List<Outcome> next(Row row) {
        if (mapping.order() == null) {
            return List.of(single(row));
        }
        var outcomes = new ArrayList<Outcome>();
        var of = row.refusal() == null ? row.textOf(mapping.order().number()) : null;
        if (row.refusal() != null) {
            // whether it is within an order shows when the next row comes
            open.add(row);
        } else if (of == null) {
            close(outcomes);
            outcomes.add(refused(row, empty(mapping.order().number(), "it belongs to no order")));
        } else {
            if (!of.equals(number)) {
                close(outcomes);
                number = of;
            }
            open.add(row);
        }
        if (open.size() > MAX_ORDER || tooLong) {
            tooLong = true;
            for (var one : open) {
                outcomes.add(refused(
                        one,
                        one.refusal() != null
                                ? one.refusal()
                                : Refusal.tooLarge("its order has more than " + MAX_ORDER + " rows")));
            }
            open.clear();
        }
        return outcomes;
    }

    /** What is decided by the end of the file. */
    List<Outcome> end() {
        var outcomes = new ArrayList<Outcome>();
        close(outcomes);
        return outcomes;
    }

    private Outcome single(Row row) {
        try {
            if (row.refusal() != null) {
                throw row.refusal();
            }
            return Outcome.of(mapping.kind() == Kind.products ? product(row) : event(row), 1, row.number());
        } catch (Refusal refusal) {
            return refused(row, refusal);
        }
    }

    private static Outcome refused(Row row, Refusal refusal) {
        return Outcome.refused(row.refused(refusal));
    }

    private static Refusal empty(String column, String consequence) {
        return Refusal.bad(column, column + " is empty: " + consequence);
    }

    private Event event(Row row) {
        var traits = fields(row, mapping.traits());
        var name = mapping.event() == null ? "Identified" : cells.text(row, mapping.event(), Fields.MAX_EVENT_NAME);
        if (name == null) {
            throw empty(mapping.event().column(), "it does not say what happened");
        }
        var properties = fields(row, mapping.properties());
        if (mapping.rest()) {
            var said = mapping.event() == null ? traits : properties;
            row.cells().forEach((column, value) -> {
                if (!named.contains(column) && column.length() <= MAX_NAME) {
                    said.putIfAbsent(column, value instanceof BigDecimal ? Row.text(value) : value);
                }
            });
        }
        return event(row, EventNames.of(name), traits, properties, "");
    }

    private Event product(Row row) {
        var properties = fields(row, mapping.properties());
        if (Row.text(properties.get("product_id")) == null) {
            throw empty(mapping.properties().get("product_id").column(), "it names no product");
        }
        var price = mapping.properties().get("price");
        if (price != null && price.type() == Type.money && !properties.containsKey("currency")) {
            var money = cells.money(row, price);
            if (money != null && money.currency() != null) {
                properties.put("currency", money.currency());
            }
        }
        if (mapping.currency() != null) {
            properties.putIfAbsent("currency", mapping.currency());
        }
        var id = messageId(row, "");
        return new Event(
                Event.idOf(source, id),
                source,
                id,
                "Product Changed",
                mapping.channel(),
                at(row),
                receivedAt,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                properties,
                Map.of());
    }

    private Event event(
            Row row, String name, Map<String, Object> traits, Map<String, Object> properties, String which) {
        var userId = cells.text(row, mapping.userId(), Fields.MAX_ID);
        var anonymousId = cells.text(row, mapping.anonymousId(), Fields.MAX_ID);
        var email = email(row);
        var phone = phone(row);
        if (userId == null && anonymousId == null && email == null && phone == null) {
            var columns = Stream.of(mapping.userId(), mapping.email(), mapping.phone(), mapping.anonymousId())
                    .filter(Objects::nonNull)
                    .map(Cell::column)
                    .filter(Objects::nonNull)
                    .toList();
            throw Refusal.bad(
                    columns.isEmpty() ? null : columns.get(0),
                    "it names nobody: " + String.join(", ", columns)
                            + (columns.size() > 1 ? " are empty" : " is empty"));
        }
        if (email != null) {
            traits.putIfAbsent("email", email);
        }
        if (mapping.currency() != null && !properties.isEmpty()) {
            properties.putIfAbsent("currency", mapping.currency());
        }
        var id = messageId(row, which);
        return new Event(
                Event.idOf(source, id),
                source,
                id,
                name,
                mapping.channel(),
                at(row),
                receivedAt,
                userId,
                anonymousId,
                email,
                phone == null ? Map.of() : Map.of("phone", phone),
                traits,
                properties,
                Map.of());
    }

    private Map<String, Object> fields(Row row, Map<String, Cell> wanted) {
        var fields = new LinkedHashMap<String, Object>();
        for (var field : wanted.entrySet()) {
            var value = cells.value(row, field.getValue());
            if (value != null) {
                put(fields, field.getKey(), value);
            }
        }
        return fields;
    }

    /** {@code consent.marketing} is the field marketing of the field consent. */
    @SuppressWarnings("unchecked")
    private static void put(Map<String, Object> fields, String name, Object value) {
        var dot = name.indexOf('.');
        if (dot < 0) {
            fields.put(name, value);
        } else if (fields.computeIfAbsent(name.substring(0, dot), outer -> new LinkedHashMap<String, Object>())
                instanceof Map<?, ?> inner) {
            put((Map<String, Object>) inner, name.substring(dot + 1), value);
        }
    }

    private String email(Row row) {
        var text = cells.text(row, mapping.email(), 1_000);
        var email = EmailAddress.of(text);
        if (text != null && email == null) {
            throw Refusal.bad(mapping.email().column(), mapping.email().column() + " is no email address");
        }
        return email;
    }

    private String phone(Row row) {
        var text = cells.text(row, mapping.phone(), 100);
        if (text == null) {
            return null;
        }
        try {
            var parsed = PHONES.parse(text, mapping.region());
            if (PHONES.isValidNumber(parsed)) {
                return PHONES.format(parsed, PhoneNumberFormat.E164);
            }
        } catch (NumberParseException e) {
            // said below
        }
        throw Refusal.bad(mapping.phone().column(), mapping.phone().column() + " is no telephone number");
    }

    private Instant at(Row row) {
        if (mapping.timestamp() == null) {
            return receivedAt;
        }
        var column = mapping.timestamp().column();
        var time = cells.time(row, mapping.timestamp());
        if (time == null) {
            throw empty(column, "it does not say when it happened");
        }
        try {
            return EventTime.at(time, null, receivedAt);
        } catch (Refusal refusal) {
            throw Refusal.bad(column, column + " is before the year 2000 or more than a day in the future");
        }
    }

    /** @param which tells two events of the same rows apart */
    private String messageId(Row row, String which) {
        if (mapping.key().isEmpty()) {
            return content + ":" + row.number() + which;
        }
        var values = new ArrayList<String>();
        for (var column : mapping.key()) {
            var value = row.textOf(column);
            if (value == null) {
                throw empty(column, "it is the key by which the row counts once");
            }
            values.add(value);
        }
        var key = values.get(0);
        return (values.size() > 1 || key.length() > MAX_NAME ? Fields.hash(String.join("\u001F", values)) : key)
                + which;
    }

    private void close(List<Outcome> outcomes) {
        var rows = new ArrayList<>(open);
        open.clear();
        number = null;
        tooLong = false;
        var after = new ArrayList<Row>();
        while (!rows.isEmpty() && rows.get(rows.size() - 1).refusal() != null) {
            after.add(0, rows.remove(rows.size() - 1));
        }
        while (!rows.isEmpty() && rows.get(0).refusal() != null) {
            var row = rows.remove(0);
            outcomes.add(refused(row, row.refusal()));
        }
        if (!rows.isEmpty()) {
            order(rows, outcomes);
        }
        after.forEach(row -> outcomes.add(refused(row, row.refusal())));
    }

    private void order(List<Row> rows, List<Outcome> outcomes) {
        var bought = new Basket();
        var returned = new Basket();
        var faults = new LinkedHashMap<Row, Refusal>();
        var first = rows.get(0);
        var prefix = mapping.order().refundPrefix();
        for (var row : rows) {
            try {
                if (row.refusal() != null) {
                    throw row.refusal();
                }
                var quantity = cells.number(row, mapping.order().products().get("quantity"));
                var isRefund = quantity != null && quantity.signum() < 0
                        || prefix != null
                                && row.textOf(mapping.order().number()).startsWith(prefix);
                if (mapping.userId() != null
                        && !Objects.equals(
                                cells.text(row, mapping.userId(), Fields.MAX_ID),
                                cells.text(first, mapping.userId(), Fields.MAX_ID))) {
                    throw Refusal.bad(
                            mapping.userId().column(),
                            mapping.userId().column() + " is another than in the rest of its order");
                }
                (isRefund ? returned : bought).add(row, quantity);
            } catch (Refusal refusal) {
                faults.put(row, refusal);
            }
        }
        var done = new ArrayList<Outcome>();
        if (faults.isEmpty()) {
            try {
                bought.into(done, "Order Completed", "");
                returned.into(done, "Order Refunded", ":refund");
                outcomes.addAll(done);
                return;
            } catch (Refusal refusal) {
                rows.forEach(row -> faults.put(row, refusal));
            }
        }
        var fault = faults.entrySet().iterator().next();
        for (var row : rows) {
            outcomes.add(refused(
                    row,
                    faults.getOrDefault(
                            row,
                            Refusal.bad(
                                    fault.getValue().field(),
                                    "row " + fault.getKey().number() + " of its order is refused: "
                                            + fault.getValue().getMessage()))));
        }
    }

    /** What of an order was bought, or was returned. */
    private final class Basket {

        private final List<Row> rows = new ArrayList<>();
        private final List<Map<String, Object>> products = new ArrayList<>();
        private BigDecimal total = BigDecimal.ZERO;

        void add(Row row, BigDecimal quantity) {
            var product = fields(row, mapping.order().products());
            var price = cells.number(row, mapping.order().products().get("price"));
            if (quantity != null) {
                product.put(
                        "quantity",
                        quantity.abs().stripTrailingZeros().scale() <= 0
                                ? (Object) quantity.abs().longValue()
                                : quantity.abs().doubleValue());
            }
            if (price != null) {
                total = total.add(price.multiply(quantity == null ? BigDecimal.ONE : quantity.abs()));
            }
            rows.add(row);
            products.add(product);
        }

        void into(List<Outcome> outcomes, String name, String which) {
            if (rows.isEmpty()) {
                return;
            }
            var first = rows.get(0);
            var properties = fields(first, mapping.properties());
            properties.put("order_id", Row.text(first.cell(mapping.order().number())));
            properties.put("total", total.setScale(2, RoundingMode.HALF_UP).doubleValue());
            properties.put("products", products);
            var event = event(first, name, fields(first, mapping.traits()), properties, which);
            outcomes.add(
                    Outcome.of(event, rows.size(), rows.get(rows.size() - 1).number()));
        }
    }
}
