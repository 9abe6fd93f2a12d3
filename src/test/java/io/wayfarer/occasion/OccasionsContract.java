package io.wayfarer.occasion;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static io.wayfarer.Events.identify;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.SetClock;
import io.wayfarer.catalogue.Catalogues;
import io.wayfarer.catalogue.Products;
import io.wayfarer.decide.Decided;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Inboxes;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Move;
import io.wayfarer.profile.Profiler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What comes by itself comes once, to those to whom it comes, on both databases. */
abstract class OccasionsContract {

    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    Path rules;

    private final SetClock clock = new SetClock(NOON);
    private DataSource database;
    private JdbcTemplate jdbc;
    private TransactionTemplate transaction;
    private Customers customers;
    private Products products;
    private Inbox inbox;
    private Occasions occasions;

    abstract DataSource database();

    @BeforeEach
    void nobodyIsKnown() {
        database = database();
        jdbc = new JdbcTemplate(database);
        transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
        customers = CustomerStores.of(database);
        products = Catalogues.of(database, clock);
        inbox = Inboxes.of(database, new DataSourceTransactionManager(database), clock, 10_000);
        occasions = with("quiet: 60d after the newest order\nbirthday: each year on birthday"
                + "\nused-up: when a product is used up");
        occasions.tell();
    }

    private Occasions with(String file) {
        try {
            Files.writeString(rules.resolve("occasions.txt"), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Occasions(
                customers,
                products,
                inbox,
                jdbc,
                new DataSourceTransactionManager(database),
                clock,
                ZoneOffset.UTC,
                rules.toString());
    }

    @Test
    void whoOrdersNoMoreIsQuietOnceAndOnTime() {
        order("ada", NOON);
        clock.pass(DAY.multipliedBy(60).minusSeconds(1));
        assertThat(told()).isEmpty();
        clock.pass(Duration.ofSeconds(1));
        assertThat(told()).singleElement().satisfies(event -> {
            assertThat(event.get("name").asText()).isEqualTo("Occasion Due");
            assertThat(event.get("source").asText()).isEqualTo("occasions");
            assertThat(event.get("userId").asText()).isEqualTo("ada");
            assertThat(event.at("/properties/occasion").asText()).isEqualTo("quiet");
            assertThat(event.at("/properties/due").asText())
                    .isEqualTo(NOON.plus(DAY.multipliedBy(60)).toString());
            assertThat(event.get("at").asText()).isEqualTo(clock.instant().toString());
        });

        clock.pass(DAY.multipliedBy(300));
        assertThat(told()).as("once").hasSize(1);
    }

    @Test
    void whoOrdersAgainIsNotQuiet() {
        order("ada", NOON);
        clock.pass(DAY.multipliedBy(59));
        order("ada", clock.instant());
        clock.pass(DAY.multipliedBy(2));
        assertThat(told()).isEmpty();
        clock.pass(DAY.multipliedBy(58));
        assertThat(told()).hasSize(1);
    }

    @Test
    void whatHasComeWhileTheProgramWasDownIsToldLateAndSaysSo() {
        order("ada", NOON);
        clock.pass(DAY.multipliedBy(63));
        // a batch that comes before we have looked does not forget it
        happened(identify("ada", null, null, clock.instant(), Map.of("birthday", "07-01")));

        assertThat(told()).singleElement().satisfies(event -> assertThat(
                        event.at("/properties/due").asText())
                .isEqualTo(NOON.plus(DAY.multipliedBy(60)).toString()));
        clock.set(Instant.parse("2026-07-01T00:00:00Z"));
        assertThat(told()).hasSize(2);
    }

    @Test
    void importedHistoryStartsNothing() {
        order("ada", NOON.minus(DAY.multipliedBy(70)));
        order("bob", NOON.minus(DAY.multipliedBy(59)));
        assertThat(told()).isEmpty();
        clock.pass(DAY);
        assertThat(told()).extracting(event -> event.get("userId").asText()).containsExactly("bob");
    }

    @Test
    void aNewFileHasAllLookedAtAndBringsNothingThatHasPassed() {
        order("ada", NOON);
        order("bob", NOON.plus(DAY.multipliedBy(5)));
        clock.pass(DAY.multipliedBy(32));

        occasions = with("quiet: 30d after the newest order");
        assertThat(told()).isEmpty();
        clock.pass(DAY.multipliedBy(3));
        assertThat(told()).extracting(event -> event.get("userId").asText()).containsExactly("bob");
    }

    @Test
    void whatIsUsedUpIsToldWithWhatTheCatalogueKnows() {
        products.put(
                List.of(Map.of("id", "tea", "name", "Green tea", "price", 4.5, "url", "https://shop.example/tea")));
        order("ada", NOON.minus(DAY.multipliedBy(30)));
        order("ada", NOON);
        clock.pass(DAY.multipliedBy(30));

        assertThat(told()).singleElement().satisfies(event -> {
            assertThat(event.at("/properties/occasion").asText()).isEqualTo("used-up");
            assertThat(event.at("/properties/product_id").asText()).isEqualTo("tea");
            assertThat(event.at("/properties/name").asText()).isEqualTo("Green tea");
            assertThat(event.at("/properties/price").asDouble()).isEqualTo(4.5);
        });
    }

    @Test
    void ofTwoWhoTurnOutToBeOneTheOrdersOfBothCount() {
        order("ada", NOON);
        order("bob", NOON.plus(DAY.multipliedBy(10)));
        var ids = customers.list(10, null);
        transaction.executeWithoutResult(status -> occasions.move(List.of(new Move(ids.get(0), ids.get(1), null))));
        jdbc.update("delete from identity where customer_id = ?", ids.get(0));
        jdbc.update("delete from customer where id = ?", ids.get(0));

        clock.pass(DAY.multipliedBy(61));
        assertThat(told()).as("nobody is there any more").isEmpty();
        clock.pass(DAY.multipliedBy(10));
        assertThat(told()).extracting(event -> event.get("userId").asText()).containsExactly("bob");
    }

    @Test
    void twoNodesTellEachOnce() throws Exception {
        for (int i = 0; i < 1_200; i++) {
            order("u" + i, NOON);
        }
        clock.pass(DAY.multipliedBy(60));
        var nodes = Executors.newFixedThreadPool(2);
        try {
            Callable<Void> node = () -> {
                while (occasions.tell()) {
                    // there is more
                }
                return null;
            };
            for (var done : nodes.invokeAll(List.of(node, node))) {
                done.get();
            }
        } finally {
            nodes.shutdownNow();
        }
        assertThat(told()).hasSize(1_200);
        assertThat(told()).extracting(event -> event.get("userId").asText()).doesNotHaveDuplicates();
    }

    private void order(String who, Instant at) {
        happened(by(who, "Order Completed", at, Map.of("product_id", "tea", "total", 4.5)));
    }

    /** Through the spine's own steps. */
    private void happened(Event event) {
        transaction.executeWithoutResult(status -> {
            var known = customers.recall(new Batch(0, List.of(event)));
            var after = new HashMap<UUID, Customer>();
            for (int i = 0; i < known.events().size(); i++) {
                var one = known.events().get(i);
                var owner = known.owners().get(i);
                after.put(
                        owner,
                        Profiler.after(
                                after.getOrDefault(owner, known.customers().get(owner)), one));
            }
            customers.keep(known, after);
            occasions.follow(new Decided(known, after, List.of()));
        });
    }

    private List<JsonNode> told() {
        while (occasions.tell()) {
            // there is more
        }
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
}
