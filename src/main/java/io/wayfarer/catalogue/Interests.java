package io.wayfarer.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.decide.Decided;
import io.wayfarer.profile.Features;
import io.wayfarer.time.TimeOrderedId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who looked at what lately. The spine writes one row for each of its batches; these are folded into a table of products
 * and customers outside of it (docs/decisions/0010).
 */
@Component
public class Interests {

    /** Interest that is older is forgotten. */
    static final Duration LATELY = Duration.ofDays(30);

    private static final Set<String> SIGNS = Set.of("Product Viewed", "Product Added");
    private static final int BATCHES = 20;
    private static final TypeReference<List<Seen>> SEEN = new TypeReference<>() {};

    /** @param at milliseconds since 1970 */
    record Seen(String product, UUID customer, long at) {}

    private record Pair(String product, UUID customer) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            var byProduct = product.compareTo(other.product);
            return byProduct != 0 ? byProduct : customer.compareTo(other.customer);
        }
    }

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Clock clock;
    private final TransactionTemplate transactions;

    Interests(JdbcTemplate jdbc, ObjectMapper json, Clock clock, PlatformTransactionManager transactionManager) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /** Notes what the batch's people looked at, in the caller's transaction: one row, or none. */
    public void note(Decided decided) {
        var events = decided.known().events();
        var oldest = clock.instant().minus(LATELY);
        var newest = new HashMap<Pair, Instant>();
        for (int i = 0; i < events.size(); i++) {
            var event = events.get(i);
            var product = SIGNS.contains(event.name()) ? Features.productOf(event.properties()) : null;
            if (product != null && event.at().isAfter(oldest)) {
                newest.merge(
                        new Pair(product, decided.known().owners().get(i)), event.at(), (a, b) -> a.isAfter(b) ? a : b);
            }
        }
        if (!newest.isEmpty()) {
            var seen = newest.entrySet().stream()
                    .map(one -> new Seen(
                            one.getKey().product(),
                            one.getKey().customer(),
                            one.getValue().toEpochMilli()))
                    .toList();
            jdbc.update(
                    "insert into interest_seen (id, body) values (?, ?)",
                    TimeOrderedId.at(clock.instant()),
                    write(seen));
        }
    }

    /** Folds what the spine noted. @return true when there may be more */
    boolean fold() {
        return Boolean.TRUE.equals(transactions.execute(status -> {
            var ids = new ArrayList<UUID>();
            var newest = new TreeMap<Pair, Instant>();
            jdbc.query(
                    "select id, body from interest_seen order by id limit ? for update skip locked",
                    row -> {
                        ids.add(row.getObject(1, UUID.class));
                        for (var seen : read(row.getString(2))) {
                            newest.merge(
                                    new Pair(seen.product(), seen.customer()),
                                    Instant.ofEpochMilli(seen.at()),
                                    (a, b) -> a.isAfter(b) ? a : b);
                        }
                    },
                    BATCHES);
            upsert(newest);
            jdbc.batchUpdate(
                    "delete from interest_seen where id = ?",
                    ids.stream().map(id -> new Object[] {id}).toList());
            return ids.size() == BATCHES;
        }));
    }

    private void upsert(Map<Pair, Instant> newest) {
        if (newest.isEmpty()) {
            return;
        }
        var pairs = List.copyOf(newest.keySet());
        var updated = jdbc.batchUpdate(
                "update product_interest set last_at = case when last_at < ? then ? else last_at end"
                        + " where product_id = ? and customer_id = ?",
                pairs.stream()
                        .map(pair -> {
                            var at = newest.get(pair).atOffset(ZoneOffset.UTC);
                            return new Object[] {at, at, pair.product(), pair.customer()};
                        })
                        .toList());
        var fresh = new ArrayList<Object[]>();
        for (int i = 0; i < updated.length; i++) {
            if (updated[i] == 0) {
                var pair = pairs.get(i);
                fresh.add(new Object[] {
                    pair.product(), pair.customer(), newest.get(pair).atOffset(ZoneOffset.UTC)
                });
            }
        }
        jdbc.batchUpdate("insert into product_interest (product_id, customer_id, last_at) values (?, ?, ?)", fresh);
    }

    /** Those who looked at the product last, after a customer and time of a page before; the newest first. */
    List<UUID> newest(String product, int limit) {
        return jdbc.queryForList(
                "select customer_id from product_interest where product_id = ? and last_at > ?"
                        + " order by last_at desc, customer_id limit ?",
                UUID.class,
                product,
                stamp(clock.instant().minus(LATELY)),
                limit);
    }

    void forgetOld() {
        jdbc.update(
                "delete from product_interest where last_at < ?",
                stamp(clock.instant().minus(LATELY)));
    }

    private static OffsetDateTime stamp(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }

    private String write(List<Seen> seen) {
        try {
            return json.writeValueAsString(seen);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Seen> read(String body) {
        try {
            return json.readValue(body, SEEN);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
