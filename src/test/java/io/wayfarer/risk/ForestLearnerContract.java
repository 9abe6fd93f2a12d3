package io.wayfarer.risk;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.Events;
import io.wayfarer.SetClock;
import io.wayfarer.anomaly.AnomalyStores;
import io.wayfarer.anomaly.Behaviour;
import io.wayfarer.anomaly.Forest;
import io.wayfarer.anomaly.Forests;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Releases;
import io.wayfarer.decide.ShippedRules;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.EventLog;
import io.wayfarer.profile.Profiler;
import io.wayfarer.store.Version;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** How what orders are like is learnt from the event log and kept, on both databases. */
@ExtendWith(OutputCaptureExtension.class)
abstract class ForestLearnerContract {

    @TempDir
    Path data;

    private final SetClock clock = new SetClock(NOON);
    private JdbcTemplate jdbc;
    private TransactionTemplate transaction;
    private Customers customers;
    private EventLog log;
    private Forests forests;
    private Releases releases;
    private ForestLearner learner;

    abstract DataSource database();

    @BeforeEach
    void emptyStores() throws IOException {
        var database = database();
        jdbc = new JdbcTemplate(database);
        transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
        customers = CustomerStores.of(database);
        log = CustomerStores.log(database);
        forests = AnomalyStores.forests(jdbc, data);
        releases = ShippedRules.releases();
        learner =
                new ForestLearner(log, forests, releases, new ProductClock(clock, 1, NOON), Duration.ofDays(1), 1_000);
    }

    @Test
    void withTooFewOrdersItSaysSoAndLearnsNothing() {
        tell(orders(Forest.ENOUGH - 1, 1));

        learner.run();

        assertThat(learner.learning().step()).isEqualTo("Too few orders and refunds to learn from: 255 of 256");
        assertThat(learner.live()).isEmpty();
        assertThat(forests.newest()).isEmpty();
        assertThat(learner.newest(customers.list(1, null).get(0))).isEmpty();
    }

    @Test
    void whatWasLearntServesAndIsThereAfterANewStart() {
        tell(orders(400, 1));

        learner.run();

        var live = learner.live().orElseThrow();
        assertThat(releases.live().id()).endsWith(live.version());
        assertThat(live.card().seen()).isEqualTo(400);
        assertThat(live.card().rows()).isEqualTo(400);
        assertThat(live.card().learntAt()).isEqualTo(NOON);
        assertThat(live.card().to()).isBefore(NOON);
        var again = forests.newest().orElseThrow();
        assertThat(again.version()).isEqualTo(live.version());
        assertThat(again.card()).isEqualTo(live.card());

        var usual = Customer.unknown(UUID.randomUUID(), Set.of(), NOON);
        var order = Events.by("x", "Order Completed", NOON, Map.of("total", 40));
        var after = Profiler.after(usual, order);
        assertThat(again.judge(usual, after, order)).isEqualTo(live.judge(usual, after, order));
    }

    @Test
    void whatIsUnlikeAllOthersIsFoundWithItsReason() {
        tell(orders(400, 1));
        learner.run();
        var strange = new ArrayList<Event>();
        for (int i = 0; i < 6; i++) {
            strange.add(Events.by("thief", "Payment Failed", NOON.plusSeconds(i), Map.of()));
        }
        strange.add(Events.by("thief", "Product Viewed", NOON.plusSeconds(8), Map.of("product_id", "p1")));
        strange.add(Events.by("thief", "Order Completed", NOON.plusSeconds(9), Map.of("total", 60)));
        var thief = tell(strange).get(0);

        var found = learner.newest(thief).orElseThrow();
        assertThat(found.anomaly().rank()).isGreaterThan(0.9);
        assertThat(found.anomaly().parts().get(0).feature()).isEqualTo("failed-payments-1d");
        assertThat(found.anomaly().parts().get(0).value()).isCloseTo(6, within(1e-9));
    }

    @Test
    void liveAndFromTheLogTheNumbersAreTheSame() {
        var live = new HashMap<UUID, double[]>();
        var events = orders(60, 3);
        events.sort(Comparator.comparing(Event::at));
        for (var event : events) {
            transaction.executeWithoutResult(status -> {
                Decided decided = releases.evaluate(customers.recall(new Batch(0, List.of(event))));
                customers.keep(decided.known(), decided.after());
                if (Behaviour.isJudged(event)) {
                    var owner = decided.known().owners().get(0);
                    live.put(
                            event.id(),
                            Behaviour.of(
                                    decided.known().customers().get(owner),
                                    decided.after().get(owner),
                                    event));
                }
            });
        }
        var state = new HashMap<UUID, Customer>();
        var seen = new ArrayList<UUID>();
        log.replay((owner, event) -> {
            var before = state.computeIfAbsent(owner, id -> Customer.unknown(id, Set.of(), event.at()));
            var after = Profiler.after(before, event);
            state.put(owner, after);
            if (Behaviour.isJudged(event)) {
                seen.add(event.id());
                assertThat(Behaviour.of(before, after, event)).isEqualTo(live.get(event.id()));
            }
        });
        assertThat(seen).hasSize(60);
    }

    /** Who can write to the database has not the key: the name of a content can be had for any content. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            forged    | body = replace(body, '"sample":256', '"sample":255') | does not match
            cut short | body = substring(body, 1, 2000)                      | does not match
            emptied   | body = ''                                            | does not match
            another's | signature = repeat('ab', 32)                         | does not match
            unsigned  | signature = null                                     | not signed
            no hex    | signature = 'nobody'                                 | cannot be used
            its rows  | row_count = row_count + 1                            | does not match
            """)
    void whatThisInstallationDidNotWriteSoDoesNotServeAndTheOneBeforeDoes(
            String how, String change, String why, CapturedOutput output) throws IOException {
        tell(orders(300, 1));
        learner.run();
        var first = learner.live().orElseThrow();
        clock.pass(Duration.ofDays(1));
        tell(orders(100, 2));
        learner.run();
        var second = forests.newest().orElseThrow();
        assertThat(second.version()).isNotEqualTo(first.version());
        var body = jdbc.queryForObject(
                "select body from anomaly_forest where version = ?", String.class, second.version());

        assertThat(jdbc.update("update anomaly_forest set " + change + " where version = ?", second.version()))
                .isOne();
        if (!how.equals("its rows") && change.startsWith("body")) {
            var changed = jdbc.queryForObject(
                    "select body from anomaly_forest where version = ?", String.class, second.version());
            assertThat(changed).isNotEqualTo(body);
            jdbc.update(
                    "update anomaly_forest set version = ? where version = ?", Version.of(changed), second.version());
        }

        assertThat(AnomalyStores.forests(jdbc, data).newest().orElseThrow().version())
                .isEqualTo(first.version());
        assertThat(output).contains("The isolation forest ").contains(why);
    }

    @Test
    void whatIsSignedWithAnotherKeyDoesNotServe(@TempDir Path other) throws IOException {
        tell(orders(300, 1));
        learner.run();
        assertThat(AnomalyStores.forests(jdbc, other).newest()).isEmpty();
        assertThat(AnomalyStores.forests(jdbc, data).newest()).isPresent();
    }

    @Test
    void aFailureLeavesWhatServedAndIsTold() {
        tell(orders(300, 1));
        learner.run();
        var first = learner.live().orElseThrow();

        learner.ended(BackgroundWork.State.FAILED, "Failed: no disk", new IllegalStateException("no disk"));

        assertThat(learner.learning().state()).isEqualTo(BackgroundWork.State.FAILED);
        assertThat(learner.live()).containsSame(first);
    }

    /** Some look, pay and order as people do; seeded. */
    private static List<Event> orders(int count, long seed) {
        var random = new Random(seed);
        var events = new ArrayList<Event>();
        for (int n = 0; n < count; n++) {
            var user = "u" + random.nextInt(80);
            var at = NOON.minus(Duration.ofMinutes(1 + random.nextInt(80 * 24 * 60)));
            events.add(Events.by(user, "Product Viewed", at.minusSeconds(600), Map.of("product_id", "p" + n % 7)));
            while (random.nextInt(6) == 0) {
                events.add(Events.by(user, "Payment Failed", at.minusSeconds(60), Map.of()));
            }
            events.add(Events.by(
                    user,
                    n % 10 == 9 ? "Order Refunded" : "Order Completed",
                    at,
                    Map.of("total", 10 + random.nextInt(100))));
        }
        return events;
    }

    private List<UUID> tell(List<Event> events) {
        return transaction.execute(status -> {
            var decided = releases.evaluate(customers.recall(new Batch(0, events)));
            customers.keep(decided.known(), decided.after());
            return decided.known().owners();
        });
    }
}
