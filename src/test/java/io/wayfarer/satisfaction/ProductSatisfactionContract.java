package io.wayfarer.satisfaction;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.Events;
import io.wayfarer.SetClock;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Releases;
import io.wayfarer.decide.ShippedRules;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Satisfaction.Index;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What {@link ProductSatisfaction} promises, on both databases, with the shipped rules. */
abstract class ProductSatisfactionContract {

    private static final Releases RELEASES = ShippedRules.releases();

    private final SetClock clock = new SetClock(NOON);
    private JdbcTemplate jdbc;
    private TransactionTemplate transaction;
    private Customers customers;
    private ProductSatisfaction satisfaction;

    abstract DataSource database();

    @BeforeEach
    void emptyStores() {
        var database = database();
        jdbc = new JdbcTemplate(database);
        transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
        customers = CustomerStores.of(database);
        satisfaction = new ProductSatisfaction(jdbc, clock);
    }

    @Test
    void whatIsSaidOfAProductCountsForItForThePersonAndForAll() {
        var stars = IntStream.range(0, 10)
                .mapToObj(n -> review("u" + n, NOON, "kettle", 1))
                .toList();
        tell(0, stars);

        // ten ratings of one star, of weight 2 each: (0 + 140) / (20 + 2)
        assertThat(satisfaction.of("kettle")).contains(new Index(6.4, null, 10));
        assertThat(satisfaction.overall()).contains(new Index(6.4, null, 10));
        assertThat(customers.find(customers.list(10, null)).values())
                .hasSize(10)
                .allSatisfy(one ->
                        assertThat(one.features().satisfaction().at(NOON)).isEqualTo(new Index(35, null, 1)));
    }

    @Test
    void whatIsToldTwiceCountsOnce() {
        var stars = IntStream.range(0, 10)
                .mapToObj(n -> review("u" + n, NOON, "kettle", 1))
                .toList();
        tell(0, stars);
        tell(0, stars);

        assertThat(satisfaction.of("kettle")).contains(new Index(6.4, null, 10));
    }

    @Test
    void whatARepeatedEventOrAProgramSaysIsNotCounted() {
        var stars = new ArrayList<Event>();
        for (int n = 0; n < 10; n++) {
            var review = review("u" + n, NOON, "kettle", 5);
            stars.add(n == 0 ? review.with(NOON, NOON, Map.of("bot", true)) : review);
        }
        tell(0, stars);

        assertThat(satisfaction.of("kettle")).as("nine counted").isEmpty();
    }

    @Test
    void workersOfAllPartitionsAddUp() {
        for (int n = 0; n < 10; n++) {
            tell(n % 4, List.of(review("u" + n, NOON.minus(Duration.ofDays(n % 2)), "kettle", 5)));
        }
        assertThat(satisfaction.of("kettle").orElseThrow().observations()).isEqualTo(10);
        assertThat(jdbc.queryForObject(
                        "select count(*) from satisfaction_day where product_id = 'kettle'", Integer.class))
                .isEqualTo(4);
    }

    @Test
    void productsAreRankedAndThoseOfWhichLittleIsSaidAreLeftOut() {
        var said = new ArrayList<Event>();
        for (int n = 0; n < 10; n++) {
            said.add(review("u" + n, NOON, "kettle", 1));
            said.add(review("u" + n, NOON.minus(Duration.ofDays(40)), "lamp", 5));
            said.add(review("u" + n, NOON, "tent", 3));
            said.add(review("u" + n, NOON.plus(Duration.ofDays(9)), "tent", 3));
        }
        said.add(review("u1", NOON, "stove", 5));
        tell(0, said);

        assertThat(satisfaction.list(false, 10))
                .extracting(ProductSatisfaction.Product::product)
                .containsExactly("kettle", "tent", "lamp");
        assertThat(satisfaction.list(true, 2))
                .extracting(ProductSatisfaction.Product::product)
                .containsExactly("lamp", "tent");
        assertThat(satisfaction.list(true, 1).get(0).satisfaction())
                .isEqualTo(satisfaction.of("lamp").orElseThrow());
        assertThat(satisfaction.list(true, 1).get(0).satisfaction().trend()).isLessThan(0);
    }

    @Test
    void anOrderSpeaksOfEachOfItsProductsAndARefundTakesItBack() {
        var lines = List.of(Map.of("product_id", "kettle"), Map.of("product_id", "lamp"));
        var said = new ArrayList<Event>();
        for (int n = 0; n < 20; n++) {
            said.add(Events.by("u" + n, "Order Completed", NOON, Map.of("products", lines, "total", 10)));
        }
        for (int n = 0; n < 10; n++) {
            said.add(Events.by("u" + n, "Order Refunded", NOON, Map.of("product_id", "lamp")));
        }
        tell(0, said);

        assertThat(satisfaction.list(false, 10))
                .extracting(one -> one.product() + " " + one.satisfaction().index())
                // (20 x 0.25 x 100 + 140) / (5 + 10 + 2), and without the refunds
                .containsExactly("lamp 37.6", "kettle 91.4");
    }

    @Test
    void whatIsOldIsForgottenAndWhatComesLateCountsOnItsDay() {
        tell(0, List.of(review("u1", NOON.minus(Duration.ofDays(209)), "kettle", 5)));
        tell(0, List.of(review("u1", NOON.minus(Duration.ofDays(211)), "kettle", 5)));
        assertThat(rows("kettle")).isEqualTo(1);

        clock.set(NOON.plus(Duration.ofDays(1)));
        tell(0, List.of(review("u1", NOON, "lamp", 5)));

        assertThat(rows("kettle")).isZero();
        assertThat(rows("lamp")).isEqualTo(1);
    }

    private int rows(String product) {
        return jdbc.queryForObject(
                "select count(*) from satisfaction_day where product_id = ?", Integer.class, product);
    }

    private static Event review(String user, Instant at, String product, int stars) {
        return Events.by(user, "Review Posted", at, Map.of("product_id", product, "rating", stars));
    }

    /** As the spine does it. */
    private void tell(int partition, List<Event> events) {
        transaction.executeWithoutResult(status -> {
            Decided decided = RELEASES.evaluate(customers.recall(new Batch(partition, events)));
            customers.keep(decided.known(), decided.after());
            satisfaction.follow(decided);
        });
    }
}
