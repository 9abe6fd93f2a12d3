package io.wayfarer.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.catalogue.Product.Change;
import io.wayfarer.catalogue.Product.Kind;
import io.wayfarer.ingest.Catalogue;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Understood.Refused;
import io.wayfarer.store.Column;
import io.wayfarer.time.TimeOrderedId;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The products, kept as the newest word about each part of them, and a short history of prices and stock. */
@Component
public class Products implements Catalogue {

    private static final String API = "api:products";
    private static final int HISTORY = 50;

    /** A change that is told later than this is no news: what an import brings of last year tells nobody. */
    static final Duration NEWS = Duration.ofDays(1);

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Quarantine quarantine;
    private final TransactionTemplate transactions;
    private final Clock clock;

    Products(
            JdbcTemplate jdbc,
            ObjectMapper json,
            Quarantine quarantine,
            PlatformTransactionManager transactionManager,
            Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.quarantine = quarantine;
        this.transactions = new TransactionTemplate(transactionManager);
        this.clock = clock;
    }

    @Override
    public void accept(List<Event> aboutThings) {
        // in the order of ids, so that two who write the same products do not wait for each other in a ring
        var said = new TreeMap<String, List<ProductEvent>>();
        for (var event : aboutThings) {
            try {
                var one = ProductEvent.of(event);
                said.computeIfAbsent(one.id(), id -> new ArrayList<>()).add(one);
            } catch (Refusal refusal) {
                quarantine.keep(event.source(), List.of(new Refused(event.messageId(), refusal, write(event))));
            }
        }
        if (said.isEmpty()) {
            return;
        }
        try {
            transactions.executeWithoutResult(status -> merge(said));
        } catch (DuplicateKeyException e) {
            // somebody else told of the same new product at the same moment: it is there now
            transactions.executeWithoutResult(status -> merge(said));
        }
    }

    /**
     * Takes what the API says of products, all of it or nothing.
     *
     * @throws Refusal naming the product, by its place, and the field
     */
    public void put(List<Map<String, Object>> said) {
        var now = clock.instant();
        var events = new ArrayList<Event>();
        for (var one : said) {
            var place = "[" + events.size() + "]";
            try {
                var stated = EventTime.parse(one.get("updated_at"), "updated_at");
                var at = EventTime.at(stated, null, now);
                var messageId = TimeOrderedId.at(now).toString();
                var event = new Event(
                        Event.idOf(API, messageId),
                        API,
                        messageId,
                        "Product Changed",
                        "server",
                        at,
                        now,
                        null,
                        null,
                        null,
                        Map.of(),
                        Map.of(),
                        one,
                        Map.of());
                ProductEvent.of(event);
                events.add(event);
            } catch (Refusal refusal) {
                var field = refusal.field() == null ? place : place + "." + refusal.field();
                throw Refusal.bad(field, place + ": " + refusal.getMessage());
            }
        }
        accept(events);
    }

    private void merge(Map<String, List<ProductEvent>> said) {
        var known = locked(said.keySet());
        var fresh = new ArrayList<Product>();
        var changed = new ArrayList<Product>();
        var changes = new LinkedHashMap<UUID, Object[]>();
        said.forEach((id, events) -> {
            var before = known.get(id);
            var product = before == null ? Product.unknown(id) : before;
            for (var event : events) {
                var after = after(product, event);
                note(product, after, changes);
                product = after;
            }
            if (before == null) {
                fresh.add(product);
            } else if (!product.equals(before)) {
                changed.add(product);
            }
        });
        jdbc.batchUpdate(
                "insert into product (name, url, image, category, brand, described_at, price, currency, priced_at,"
                        + " stock, available, stocked_at, id) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                fresh.stream().map(Products::row).toList());
        jdbc.batchUpdate(
                "update product set name = ?, url = ?, image = ?, category = ?, brand = ?, described_at = ?, price = ?,"
                        + " currency = ?, priced_at = ?, stock = ?, available = ?, stocked_at = ? where id = ?",
                changed.stream().map(Products::row).toList());
        jdbc.batchUpdate(
                "insert into product_change (id, product_id, kind, at, was, became, to_tell) values (?, ?, ?, ?, ?, ?,"
                        + " ?)",
                List.copyOf(changes.values()));
    }

    static Product after(Product before, ProductEvent said) {
        var described = isNews(before.describedAt(), said.at());
        var tells = said.name() != null
                || said.url() != null
                || said.image() != null
                || said.category() != null
                || said.brand() != null;
        var prices = said.price() != null && isNews(before.pricedAt(), said.at());
        var stocks = (said.available() != null || said.stock() != null) && isNews(before.stockedAt(), said.at());
        return new Product(
                before.id(),
                newer(described, said.name(), before.name()),
                newer(described, said.url(), before.url()),
                newer(described, said.image(), before.image()),
                newer(described, said.category(), before.category()),
                newer(described, said.brand(), before.brand()),
                described && tells ? said.at() : before.describedAt(),
                prices ? said.price() : before.price(),
                prices ? newer(true, said.currency(), before.currency()) : before.currency(),
                prices ? said.at() : before.pricedAt(),
                stocks ? said.stock() : before.stock(),
                stocks ? said.available() : before.available(),
                stocks ? said.at() : before.stockedAt());
    }

    private static boolean isNews(Instant before, Instant at) {
        return before == null || at.isAfter(before);
    }

    /** What is missing in the newer word stays as it was; what was never said is taken from an older word too. */
    private static String newer(boolean isNewer, String said, String before) {
        return said == null || !isNewer && before != null ? before : said;
    }

    private void note(Product before, Product after, Map<UUID, Object[]> changes) {
        if (before.price() != null && after.price().compareTo(before.price()) != 0) {
            // a price in another currency is neither higher nor lower
            var drops = after.price().compareTo(before.price()) < 0
                    && (before.currency() == null || before.currency().equals(after.currency()));
            add(changes, after, Kind.price, after.pricedAt(), before.price(), after.price(), drops);
        }
        if (before.available() != null
                && after.available() != null
                && !after.available().equals(before.available())) {
            add(
                    changes,
                    after,
                    after.available() ? Kind.back : Kind.sold_out,
                    after.stockedAt(),
                    null,
                    null,
                    after.available());
        }
    }

    private void add(
            Map<UUID, Object[]> changes,
            Product product,
            Kind kind,
            Instant at,
            BigDecimal was,
            BigDecimal became,
            boolean isGood) {
        var now = clock.instant();
        var id = TimeOrderedId.at(now);
        var tell = isGood && at.isAfter(now.minus(NEWS));
        changes.put(id, new Object[] {id, product.id(), kind.name(), stamp(at), was, became, tell});
    }

    private Map<String, Product> locked(Collection<String> ids) {
        return read("select * from product where id = any(?) order by id for update", ids);
    }

    /** The products with these ids that are known, by id. */
    public Map<String, Product> find(Collection<String> ids) {
        return read("select * from product where id = any(?)", ids);
    }

    private Map<String, Product> read(String query, Collection<String> ids) {
        var found = new LinkedHashMap<String, Product>();
        jdbc.query(
                query,
                row -> {
                    var product = read(row, 0);
                    found.put(product.id(), product);
                },
                Column.texts(ids));
        return found;
    }

    /** The products after the one with id {@code after}, by id; from the first when it is null. */
    public List<Product> list(int limit, String after) {
        return jdbc.query(
                "select * from product where id > ? order by id limit ?",
                Products::read,
                after == null ? "" : after,
                limit);
    }

    public Optional<Product.WithHistory> find(String id) {
        return Optional.ofNullable(find(List.of(id)).get(id))
                .map(product -> new Product.WithHistory(
                        product,
                        jdbc.query(
                                "select * from product_change where product_id = ? order by at desc, id desc limit ?",
                                (row, n) -> new Change(
                                        Kind.valueOf(row.getString("kind")),
                                        instant(row, "at"),
                                        row.getBigDecimal("was"),
                                        row.getBigDecimal("became")),
                                id,
                                HISTORY)));
    }

    private static Product read(ResultSet row, int n) throws SQLException {
        var stock = row.getLong("stock");
        var counted = !row.wasNull();
        return new Product(
                row.getString("id"),
                row.getString("name"),
                row.getString("url"),
                row.getString("image"),
                row.getString("category"),
                row.getString("brand"),
                instant(row, "described_at"),
                row.getBigDecimal("price"),
                row.getString("currency"),
                instant(row, "priced_at"),
                counted ? stock : null,
                row.getObject("available", Boolean.class),
                instant(row, "stocked_at"));
    }

    private static Object[] row(Product product) {
        return new Object[] {
            product.name(),
            product.url(),
            product.image(),
            product.category(),
            product.brand(),
            stamp(product.describedAt()),
            product.price(),
            product.currency(),
            stamp(product.pricedAt()),
            product.stock(),
            product.available(),
            stamp(product.stockedAt()),
            product.id()
        };
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        var at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    private static OffsetDateTime stamp(Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }

    private String write(Event event) {
        try {
            return json.writeValueAsString(event);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written as JSON", e);
        }
    }
}
