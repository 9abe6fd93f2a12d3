package io.wayfarer.catalogue;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.Events;
import io.wayfarer.catalogue.Product.Change;
import io.wayfarer.catalogue.Product.Kind;
import io.wayfarer.decide.Decided;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Inboxes;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the catalogue promises, and whom it tells, on both databases. */
abstract class CatalogueContract {

    private static final Clock CLOCK = Clock.fixed(NOON.plusSeconds(600), ZoneOffset.UTC);
    private static final int AUDIENCE = 5;

    private JdbcTemplate jdbc;
    private TransactionTemplate transaction;
    private Products products;
    private Interests interests;
    private Customers customers;
    private Quarantine quarantine;
    private Inbox inbox;
    private Herald herald;

    abstract DataSource database();

    @BeforeEach
    void emptyCatalogue() {
        var database = database();
        var transactions = new DataSourceTransactionManager(database);
        jdbc = new JdbcTemplate(database);
        transaction = new TransactionTemplate(transactions);
        quarantine = Inboxes.quarantine(database, CLOCK);
        inbox = Inboxes.of(database, transactions, CLOCK, 1_000);
        customers = CustomerStores.of(database);
        products = new Products(jdbc, Inboxes.JSON, quarantine, transactions, CLOCK);
        interests = new Interests(jdbc, Inboxes.JSON, CLOCK, transactions);
        herald = new Herald(products, interests, customers, inbox, jdbc, transactions, CLOCK, AUDIENCE);
    }

    @Test
    void ofEachPartTheNewestWordCountsWhateverTheOrderOfArrival() {
        tell(NOON.plusSeconds(60), Map.of("product_id", "p", "price", 12, "currency", "eur"));
        tell(NOON.plusSeconds(90), Map.of("sku", "p", "quantity", 3));
        tell(NOON, Map.of("product_id", "p", "name", "Kettle", "price", 10, "stock", 0, "brand", "Acme"));

        var product = products.find("p").orElseThrow().product();
        assertThat(product.name()).isEqualTo("Kettle");
        assertThat(product.price()).isEqualByComparingTo("12");
        assertThat(product.currency()).isEqualTo("EUR");
        assertThat(product.pricedAt()).isEqualTo(NOON.plusSeconds(60));
        assertThat(product.stock()).isEqualTo(3);
        assertThat(product.available()).isTrue();
        assertThat(products.find("p").orElseThrow().changes()).isEmpty();
    }

    @Test
    void pricesAndStockThatChangeAreRememberedAndTheSameAgainIsNot() {
        tell(NOON, Map.of("product_id", "p", "price", 12, "stock", 5));
        tell(NOON.plusSeconds(1), Map.of("product_id", "p", "price", 12.0, "stock", 4));
        tell(NOON.plusSeconds(2), Map.of("product_id", "p", "price", 10, "availability", "out_of_stock"));
        tell(NOON.plusSeconds(3), Map.of("product_id", "p", "price", 11, "availability", "in stock"));

        assertThat(products.find("p").orElseThrow().changes())
                .extracting(
                        Change::kind,
                        change ->
                                change.became() == null ? null : change.became().intValue())
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(Kind.back, null),
                        org.assertj.core.groups.Tuple.tuple(Kind.price, 11),
                        org.assertj.core.groups.Tuple.tuple(Kind.sold_out, null),
                        org.assertj.core.groups.Tuple.tuple(Kind.price, 10));
    }

    @Test
    void whatNamesNoProductIsInQuarantineAndTheOthersAreTaken() {
        products.accept(List.of(
                about(NOON, Map.of("name", "Nothing")),
                about(NOON, Map.of("product_id", "p", "price", "dear")),
                about(NOON, Map.of("product_id", "q", "price", "9.5"))));

        assertThat(products.list(10, null)).extracting(Product::id).containsExactly("q");
        assertThat(quarantine.list(10, null))
                .extracting(Quarantine.Item::reason)
                .containsExactlyInAnyOrder("product_id is required", "price must be a number");
    }

    @Test
    void theApiTakesAllOrNothingAndSaysWhichIsWrong() {
        assertThatThrownBy(() -> products.put(List.of(Map.of("id", "a", "price", 1), Map.of("id", "b", "price", -1))))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.field()).isEqualTo("[1].price");
                    assertThat(refusal).hasMessage("[1]: price is out of range");
                });
        assertThat(products.list(10, null)).isEmpty();
    }

    @Test
    void manyWhoTellOfTheSameProductsAtOnceLoseNothing() throws Exception {
        var pool = Executors.newFixedThreadPool(4);
        try {
            var tellers = new ArrayList<Callable<Void>>();
            for (int t = 0; t < 4; t++) {
                var teller = t;
                tellers.add(() -> {
                    for (int round = 0; round < 10; round++) {
                        var events = new ArrayList<Event>();
                        for (int p = 0; p < 20; p++) {
                            var product = teller % 2 == 0 ? p : 19 - p;
                            events.add(about(
                                    NOON.plusSeconds(round * 4L + teller),
                                    Map.of("product_id", "p" + product, "price", round * 4 + teller + 1)));
                        }
                        products.accept(events);
                    }
                    return null;
                });
            }
            for (var done : pool.invokeAll(tellers)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(products.list(100, null)).hasSize(20).allSatisfy(product -> assertThat(product.price())
                .isEqualByComparingTo("40"));
    }

    @Test
    void thoseWhoLookedAreToldOnceThatThePriceDropped() {
        look("ada", "p", NOON);
        look("bob", "p", NOON.plusSeconds(1));
        look("eve", "q", NOON);
        tell(NOON, Map.of("product_id", "p", "price", 20, "name", "Kettle", "url", "https://shop.example/p"));
        tell(NOON.plusSeconds(5), Map.of("product_id", "p", "price", 15));

        work();
        work();

        assertThat(told()).extracting(event -> event.get("userId").asText()).containsExactly("bob", "ada");
        var event = told().get(0);
        assertThat(event.get("name").asText()).isEqualTo("Price Dropped");
        assertThat(event.at("/properties/product_id").asText()).isEqualTo("p");
        assertThat(event.at("/properties/price").asDouble()).isEqualTo(15);
        assertThat(event.at("/properties/old_price").asDouble()).isEqualTo(20);
        assertThat(event.at("/properties/drop").asDouble()).isEqualTo(0.25);
        assertThat(event.at("/properties/name").asText()).isEqualTo("Kettle");

        jdbc.update("update product_change set to_tell = true");
        work();
        assertThat(told()).as("counts once, also when it is told again").hasSize(2);
    }

    @Test
    void thoseWhoLookedAreToldThatItIsBackUnlessItIsGoneAgain() {
        look("ada", "p", NOON);
        look("ada", "q", NOON);
        for (var product : List.of("p", "q")) {
            tell(NOON, Map.of("product_id", product, "stock", 0));
            tell(NOON.plusSeconds(1), Map.of("product_id", product, "stock", 7));
        }
        tell(NOON.plusSeconds(2), Map.of("product_id", "q", "stock", 0));

        work();

        assertThat(told())
                .extracting(event -> event.get("name").asText()
                        + event.at("/properties/product_id").asText())
                .containsExactly("Product Back In Stock" + "p");
    }

    @Test
    void noMoreThanTheAudienceIsToldTheNewestFirstAndNobodyOfOldNews() {
        for (int i = 0; i < 9; i++) {
            look("u" + i, "p", NOON.plusSeconds(i));
        }
        look("old", "q", NOON.minusSeconds(31 * 86_400L));
        tell(NOON, Map.of("product_id", "p", "price", 20));
        tell(NOON.plusSeconds(1), Map.of("product_id", "p", "price", 19));
        tell(NOON, Map.of("product_id", "q", "price", 20));
        tell(NOON.plusSeconds(1), Map.of("product_id", "q", "price", 19));
        tell(NOON.minusSeconds(90_000), Map.of("product_id", "r", "price", 20));
        look("ada", "r", NOON);
        tell(NOON.minusSeconds(89_000), Map.of("product_id", "r", "price", 10));

        work();

        assertThat(told())
                .extracting(event -> event.get("userId").asText())
                .containsExactly("u8", "u7", "u6", "u5", "u4");
    }

    @Test
    void aRiseIsNoDropNorIsAnotherCurrency() {
        look("ada", "p", NOON);
        tell(NOON, Map.of("product_id", "p", "price", 20, "currency", "EUR"));
        tell(NOON.plusSeconds(1), Map.of("product_id", "p", "price", 21));
        tell(NOON.plusSeconds(2), Map.of("product_id", "p", "price", 10, "currency", "GBP"));

        work();

        assertThat(told()).isEmpty();
    }

    private void look(String who, String product, Instant at) {
        var event = by(who, "Product Viewed", at, Map.of("product_id", product));
        transaction.executeWithoutResult(status -> {
            var known = customers.recall(new Batch(0, List.of(event)));
            customers.keep(known, known.customers());
            interests.note(new Decided(known, known.customers(), List.of()));
        });
    }

    private void work() {
        for (int i = 0; i < 100 && herald.tell(); i++) {
            // goes on until there is no more
        }
    }

    private List<JsonNode> told() {
        return jdbc.queryForList("select body from inbox order by seq", String.class).stream()
                .map(body -> {
                    try {
                        return Inboxes.JSON.readTree(body);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    private void tell(Instant at, Map<String, Object> properties) {
        products.accept(List.of(about(at, properties)));
    }

    private static Event about(Instant at, Map<String, Object> properties) {
        return Events.event("Product Changed", at, null, null, null, Map.of(), new LinkedHashMap<>(properties));
    }
}
