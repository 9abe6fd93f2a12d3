package io.wayfarer.catalogue;

import io.wayfarer.catalogue.Product.Kind;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Features;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells the journeys of those who looked at a product that its price dropped, or that it is back in stock, as an event of
 * each of them. Driven by routes/catalogue.camel.yaml, after the catalogue's commit and outside the spine.
 */
@Component
public class Herald {

    private static final String SOURCE = Event.CATALOGUE;
    private static final Duration FORGETTING = Duration.ofHours(6);
    private static final int CHUNK = 500;

    private record Change(UUID id, String product, Kind kind, Instant at, BigDecimal was, BigDecimal became) {}

    private final Products products;
    private final Interests interests;
    private final Customers customers;
    private final Inbox inbox;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final int audience;
    private Instant forgotten = Instant.EPOCH;

    Herald(
            Products products,
            Interests interests,
            Customers customers,
            Inbox inbox,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactionManager,
            Clock clock,
            @Value("${wayfarer.catalogue.audience}") int audience) {
        this.products = products;
        this.interests = interests;
        this.customers = customers;
        this.inbox = inbox;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.clock = clock;
        this.audience = audience;
    }

    /** Folds what was looked at, and tells of one change. @return true when there is more to do */
    public boolean tell() {
        var more = interests.fold();
        var now = clock.instant();
        if (Duration.between(forgotten, now).compareTo(FORGETTING) > 0) {
            interests.forgetOld();
            forgotten = now;
        }
        return !inbox.isFull() && Boolean.TRUE.equals(transactions.execute(status -> tellNext())) || more;
    }

    private boolean tellNext() {
        var found = jdbc.query(
                "select * from product_change where to_tell = true order by id limit 1 for update skip locked",
                (row, n) -> new Change(
                        row.getObject("id", UUID.class),
                        row.getString("product_id"),
                        Kind.valueOf(row.getString("kind")),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getBigDecimal("was"),
                        row.getBigDecimal("became")));
        if (found.isEmpty()) {
            return false;
        }
        var change = found.get(0);
        var product = products.find(List.of(change.product())).get(change.product());
        if (product != null && stillHolds(change, product)) {
            var interested = interests.newest(cut(change.product()), audience);
            for (int from = 0; from < interested.size(); from += CHUNK) {
                tell(change, product, interested.subList(from, Math.min(interested.size(), from + CHUNK)));
            }
        }
        jdbc.update("update product_change set to_tell = false where id = ?", change.id());
        return true;
    }

    /** Nobody is told of a price that has risen again, nor of what is sold out again. */
    private static boolean stillHolds(Change change, Product product) {
        return change.kind() == Kind.price
                ? product.price() != null && product.price().compareTo(change.became()) <= 0
                : !Boolean.FALSE.equals(product.available());
    }

    private void tell(Change change, Product product, List<UUID> interested) {
        var known = customers.find(interested);
        var events = new ArrayList<Event>();
        for (var id : interested) {
            Optional.ofNullable(known.get(id))
                    .flatMap(customer -> event(change, product, customer))
                    .ifPresent(events::add);
        }
        if (!events.isEmpty()) {
            inbox.accept(events);
        }
    }

    private Optional<Event> event(Change change, Product product, Customer customer) {
        var messageId = Fields.hash(change.product() + "\u001F" + change.kind() + change.at() + customer.id());
        var name = change.kind() == Kind.price ? "Price Dropped" : "Product Back In Stock";
        return customers.event(customer, SOURCE, messageId, name, change.at(), said(change, product));
    }

    private static Map<String, Object> said(Change change, Product product) {
        var said = new LinkedHashMap<String, Object>();
        said.put("product_id", product.id());
        product.describe(said);
        if (change.kind() == Kind.price) {
            said.put("old_price", change.was().doubleValue());
            said.put(
                    "drop",
                    change.was().signum() == 0
                            ? 0.0
                            : change.was()
                                    .subtract(change.became())
                                    .divide(change.was(), 4, RoundingMode.HALF_UP)
                                    .doubleValue());
        }
        return said;
    }

    /** As the profile has it, where ids of products are cut. */
    private static String cut(String product) {
        return Features.productOf(Map.of("product_id", product));
    }
}
