package io.wayfarer.monitor;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wayfarer.Events;
import io.wayfarer.SetClock;
import io.wayfarer.anomaly.Forests;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Releases;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.monitor.Comparison.Verdict;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.EventLog;
import io.wayfarer.score.Labels;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.ModelStore;
import io.wayfarer.score.Score;
import io.wayfarer.score.Scores;
import io.wayfarer.score.Standing;
import io.wayfarer.score.TrainedOnce;
import io.wayfarer.time.ProductClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntUnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** What the watching of models promises, with the real stores, rules and models, on both databases. */
abstract class MonitorContract {

    private static final int PEOPLE = 500;
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration MONTH = Duration.ofDays(30);

    @TempDir
    Path data;

    private final SetClock clock = new SetClock(NOON);
    private DataSource database;
    private AnnotationConfigApplicationContext product;

    abstract DataSource database();

    @BeforeEach
    void start() {
        database = database();
        product = start("better");
    }

    @AfterEach
    void stop() {
        product.close();
    }

    @Test
    void aChallengerThatForeseesBetterIsPromotedByTheRuleAndRolledBackByAPerson() throws Exception {
        var champion = trained(NOON, false);
        var challenger = trained(NOON.plusSeconds(1), true);
        var decided = aWeek(NOON, 1);
        // while it is tried it decides nothing
        assertThat(decided.stream().flatMap(one -> one.decisions().stream()))
                .isNotEmpty()
                .allSatisfy(decision -> assertThat(decision.scores().values())
                        .extracting(Score::model)
                        .contains("logistic:buy:" + champion.version())
                        .noneMatch(model -> model.contains(challenger.version())));

        clock.set(NOON.plus(WEEK).minusSeconds(60));
        monitor().pass();
        assertThat(standing().champion()).isEqualTo(champion.version());
        assertThat(monitor().comparison(ModelCard.BUY).cases()).isZero();

        // what is seen and not yet resolved is not lost with a restart, nor are the roles
        product.close();
        product = start("better");
        assertThat(standing().challenger()).isEqualTo(challenger.version());
        clock.set(NOON.plus(WEEK).plus(Duration.ofHours(2)));
        monitor().pass();

        assertThat(standing().champion()).isEqualTo(challenger.version());
        assertThat(standing().former()).isEqualTo(champion.version());
        assertThat(standing().challenger()).isNull();
        var change = standing().changes().get(0);
        assertThat(change.by()).isEqualTo("rule:better");
        assertThat(change.why()).contains("gain 0.");
        assertThat(releases().live().models()).isSameAs(store().current());
        assertThat(store().serving()).containsExactly(challenger);

        monitor().rollBack(ModelCard.BUY, "ada", "to see");
        assertThat(store().serving()).containsExactly(champion);
        assertThat(releases().live().models()).isSameAs(store().current());
        assertThat(standing().changes().get(0).by()).isEqualTo("ada");
    }

    @Test
    void wherePeopleDecideTheRuleOnlySaysSo() throws Exception {
        product.close();
        product = start("manual");
        var champion = trained(NOON, false);
        var challenger = trained(NOON.plusSeconds(1), true);
        aWeek(NOON, 2);
        clock.set(NOON.plus(WEEK).plus(Duration.ofHours(2)));
        monitor().pass();

        assertThat(store().serving()).containsExactly(champion);
        var comparison = monitor().comparison(ModelCard.BUY);
        assertThat(comparison.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(comparison.low()).isPositive();
        assertThat(comparison.challengerLogLoss()).isLessThan(comparison.championLogLoss());
        assertThat(comparison.challengerSquaredError()).isLessThan(comparison.championSquaredError());
        assertThat(comparison.cases()).isBetween(Comparison.MIN_CASES, PEOPLE);
        // as it was planted: of those who looked 70 % bought, of the others 10 %
        assertThat(comparison.happened() / (double) comparison.cases()).isBetween(0.3, 0.5);

        monitor().promote(ModelCard.BUY, challenger.version(), "ada", "it is better");
        assertThat(store().serving()).containsExactly(challenger);
        assertThat(releases().live().models()).isSameAs(store().current());
        assertThat(standing().changes().get(0))
                .isEqualTo(new Standing.Change(
                        clock.instant(), "ada", Standing.What.PROMOTED, challenger.version(), "it is better"));
    }

    @Test
    void aChallengerThatIsWorseNeverServesAndItsTrialEnds() throws Exception {
        var champion = trained(NOON, true);
        var worse = trained(NOON.plusSeconds(1), false);
        aWeek(NOON, 3);
        clock.set(NOON.plus(WEEK).plus(Duration.ofHours(2)));
        monitor().pass();
        assertThat(store().serving()).containsExactly(champion);
        assertThat(standing().challenger()).isNull();
        assertThat(standing().changes().get(0).what()).isEqualTo(Standing.What.RETIRED);
        assertThat(standing().changes().get(0).version()).isEqualTo(worse.version());
    }

    @Test
    void oneThatIsNoBetterIsNotPromoted() throws Exception {
        var champion = trained(NOON, true);
        var same = trained(NOON.plusSeconds(1), true);
        aWeek(NOON, 4);
        clock.set(NOON.plus(WEEK).plus(Duration.ofHours(2)));
        monitor().pass();
        assertThat(monitor().comparison(ModelCard.BUY).verdict()).isEqualTo(Verdict.OPEN);
        assertThat(store().serving()).containsExactly(champion);
        assertThat(standing().challenger()).isEqualTo(same.version());
    }

    @Test
    void anOrderIsNotItsOwnOutcomeAndWhatComesAfterTheHorizonIsNone() throws Exception {
        trained(NOON, true);
        trained(NOON.plusSeconds(1), false);
        var at = NOON.plusNanos(123_456_789);
        var orders = new ArrayList<Event>();
        for (int n = 0; n < 100; n++) {
            orders.add(Events.by("u" + n, "Order Completed", at, Map.of("total", 5, "order_id", "a" + n)));
        }
        happen(orders, at.plusSeconds(1));
        var late = new ArrayList<Event>();
        for (int n = 0; n < 100; n++) {
            var when = n < 50 ? at.plus(WEEK).plusMillis(1) : at.plus(WEEK).minusMillis(1);
            late.add(Events.by("u" + n, "Order Completed", when, Map.of("total", 5, "order_id", "b" + n)));
        }
        happen(late, at.plus(WEEK).plusSeconds(1));
        clock.pass(Duration.ofDays(1));
        monitor().pass();
        var jdbc = product.getBean(JdbcTemplate.class);
        var counted = jdbc.queryForMap(
                "select count(*) as n, count(case when answer = 1 then 1 end) as yes from shadow_case"
                        + " where at < ?",
                NOON.plusSeconds(60).atOffset(ZoneOffset.UTC));
        var seen = ((Number) counted.get("n")).intValue();
        assertThat(seen).isGreaterThan(15);
        assertThat(((Number) counted.get("yes")).intValue()).isGreaterThan(3).isLessThan(seen - 3);
        assertThat(jdbc.queryForList(
                        "select i.name from shadow_case c join identity i on i.customer_id = c.customer_id"
                                + " where c.answer = 1 and c.at < ?",
                        String.class,
                        NOON.plusSeconds(60).atOffset(ZoneOffset.UTC)))
                .allSatisfy(
                        user -> assertThat(Integer.parseInt(user.substring(1))).isGreaterThanOrEqualTo(50));
    }

    @Test
    void whoIsMergedIsLookedUpAsWhoTheyAreNowAndWhoIsGoneIsForgotten() throws Exception {
        trained(NOON, true);
        trained(NOON.plusSeconds(1), false);
        var looks = new ArrayList<Event>();
        for (int n = 0; n < 60; n++) {
            looks.add(Events.byBrowser("b" + n, "Product Viewed", NOON, Map.of("product_id", "p")));
        }
        happen(looks, NOON.plusSeconds(1));
        var later = NOON.plus(Duration.ofDays(1));
        for (int n = 0; n < 60; n++) {
            happen(List.of(Events.by("u" + n, "Page Viewed", later, Map.of())), later);
            happen(
                    List.of(Events.identify("u" + n, "b" + n, null, later.plusSeconds(5), Map.of())),
                    later.plusSeconds(5));
            happen(
                    List.of(Events.by(
                            "u" + n, "Order Completed", later.plusSeconds(9), Map.of("total", 5, "order_id", "o" + n))),
                    later.plusSeconds(9));
        }
        var jdbc = product.getBean(JdbcTemplate.class);
        assertThat(jdbc.queryForObject("select count(*) from customer_merge", Long.class))
                .isEqualTo(60);
        monitor().pass();
        var gone = jdbc.queryForList(
                        "select m.customer_id from customer_merge m join shadow_case c on c.customer_id = m.merged_id"
                                + " order by c.customer_id",
                        UUID.class)
                .get(0);
        jdbc.update("delete from event where customer_id = ?", gone);
        clock.set(NOON.plus(WEEK).plus(Duration.ofHours(1)));
        var first = NOON.plusSeconds(60).atOffset(ZoneOffset.UTC);
        var count = "select count(*) from shadow_case where at < ?";
        var before = jdbc.queryForObject(count, Long.class, first);
        monitor().pass();
        assertThat(jdbc.queryForObject(count, Long.class, first)).isEqualTo(before - 1);
        assertThat(jdbc.queryForList(
                        "select answer from shadow_case where at < ?",
                        Double.class,
                        NOON.plusSeconds(60).atOffset(ZoneOffset.UTC)))
                .isNotEmpty()
                .containsOnly(1.0);
    }

    @Test
    void whatAnOwnerAskedForIsTriedByTheSameAnswersAsInTraining() throws Exception {
        var champions = new ArrayList<ModelCard>();
        var challengers = new ArrayList<ModelCard>();
        for (var name : List.of(Scores.CHURN, Scores.VALUE)) {
            champions.add(trained(name, NOON, false));
            challengers.add(trained(name, NOON.plusSeconds(1), true));
        }
        assertThat(store().serving()).containsExactlyElementsOf(champions);
        var random = new Random(6);
        var people = 1200;
        var looks = new ArrayList<Event>();
        for (int n = 0; n < people; n++) {
            // once: who looks again is not silent
            looks.add(
                    Events.by("u" + n, n % 2 == 0 ? "Page Viewed" : "Product Viewed", NOON, Map.of("product_id", "p")));
        }
        happen(looks, NOON.plusSeconds(1));
        var at = NOON.plus(Duration.ofDays(20));
        var comeAgain = new ArrayList<Event>();
        for (int n = 0; n < people; n++) {
            // as planted: silence after 70 % of those who looked at products, 10 % of the others; who comes spends 50
            if (random.nextDouble() > (n % 2 == 0 ? 0.1 : 0.7)) {
                comeAgain.add(Events.by("u" + n, "Order Completed", at, Map.of("total", 50, "order_id", "o" + n)));
            }
        }
        happen(comeAgain, at);
        clock.set(NOON.plus(MONTH).minusSeconds(60));
        monitor().pass();
        assertThat(store().serving()).containsExactlyElementsOf(champions);
        var jdbc = product.getBean(JdbcTemplate.class);
        assertThat(jdbc.queryForObject("select count(*) from shadow_case where answer is not null", Long.class))
                .isZero();
        clock.set(NOON.plus(MONTH).plus(Duration.ofHours(2)));
        monitor().pass();
        assertThat(jdbc.queryForList(
                        "select distinct answer from shadow_case where name = 'value' and at < ? order by answer",
                        Double.class,
                        NOON.plus(Duration.ofDays(1)).atOffset(ZoneOffset.UTC)))
                .containsExactly(0.0, 50.0);
        assertThat(store().serving()).containsExactlyElementsOf(challengers);
        assertThat(store().standings())
                .extracting(standing -> standing.changes().get(0).by())
                .containsOnly("rule:better");
        monitor().rollBack(Scores.VALUE, "ada", "to see");
        assertThat(store().serving()).containsExactly(challengers.get(0), champions.get(1));
    }

    @Test
    void driftIsSeenOnAPlantedShiftAndNotWithoutOne() throws Exception {
        trained(NOON, true);
        var registry = product.getBean(MeterRegistry.class);
        var meter = registry.get("wayfarer.model.drift")
                .tags("model", "buy", "of", "features")
                .gauge();
        assertThat(meter.value()).isNaN();
        see(i -> i % 2 == 0 ? 0 : 1 + i / 2 % 8);
        monitor().pass();
        var same = monitor().drift(ModelCard.BUY);
        assertThat(same.level()).as(same.toString()).isEqualTo(Drift.Level.NONE);
        assertThat(same.vectors()).isGreaterThan(Drift.MIN_VECTORS);
        assertThat(meter.value()).isEqualTo(same.highest()).isLessThan(0.1);

        see(i -> i % 10 == 0 ? 0 : 6 + i % 3);
        see(i -> i % 10 == 0 ? 0 : 6 + i % 3);
        monitor().pass();
        var shifted = monitor().drift(ModelCard.BUY);
        assertThat(shifted.level()).isEqualTo(Drift.Level.WARNING);
        assertThat(shifted.features()).extracting(Drift.Feature::name).containsExactly("product-views-7d");
        assertThat(shifted.scores()).isGreaterThan(Drift.WARNING);
        assertThat(meter.value()).isGreaterThan(Drift.WARNING);
    }

    @Test
    void ofADayOnlySoManyAreSeenAndWhatIsOldIsNot() throws Exception {
        trained(NOON, true);
        var random = new Random(5);
        for (int round = 0; round < 6; round++) {
            var events = new ArrayList<Event>();
            for (int n = 0; n < 1200; n++) {
                var at = round == 0
                        ? NOON.minus(Duration.ofDays(40))
                        : NOON.plusSeconds(round * 60 + random.nextInt(60));
                events.add(Events.by("u" + n, "Page Viewed", at, Map.of()));
            }
            happen(events, NOON.plusSeconds(round * 60 + 60));
            if (round == 0) {
                assertThat(shadow().takeAll()).isEmpty();
            }
        }
        clock.pass(Duration.ofDays(1));
        var days = shadow().take(clock.instant());
        assertThat(days).hasSize(1);
        assertThat(days.get(0)).hasSize(Shadow.A_DAY).extracting(Seen::customer).doesNotHaveDuplicates();
        assertThat(shadow().take(clock.instant())).isEmpty();
    }

    /** People look at so many products, and are seen with all of it; none of them comes again. */
    private void see(IntUnaryOperator views) {
        var day = clock.instant();
        var events = new ArrayList<Event>();
        for (int i = 0; i < 1500; i++) {
            var wanted = views.applyAsInt(i);
            for (int v = 0; v < Math.max(1, wanted); v++) {
                events.add(Events.by(
                        day + "u" + i, wanted == 0 ? "Page Viewed" : "Product Viewed", day.plusSeconds(v), Map.of()));
            }
        }
        happen(events, day.plusSeconds(30));
        clock.set(day.plus(Duration.ofDays(1)));
    }

    /** Half of the people look at products, the others at pages; three days later 70 % and 10 % of them buy. */
    private List<Decided> aWeek(Instant begin, long seed) {
        var random = new Random(seed);
        var decided = new ArrayList<Decided>();
        for (int round = 1; round <= 8; round++) {
            var at = begin.plusSeconds(round * 60);
            var events = new ArrayList<Event>();
            for (int n = 0; n < PEOPLE; n++) {
                events.add(Events.by(
                        "u" + n, n % 2 == 0 ? "Page Viewed" : "Product Viewed", at, Map.of("product_id", "p")));
            }
            decided.add(happen(events, at.plusSeconds(1)));
        }
        var orders = new ArrayList<Event>();
        var at = begin.plus(Duration.ofDays(3));
        for (int n = 0; n < PEOPLE; n++) {
            if (random.nextDouble() < (n % 2 == 0 ? 0.1 : 0.7)) {
                orders.add(Events.by("u" + n, "Order Completed", at, Map.of("total", 5, "order_id", "o" + n)));
            }
        }
        decided.add(happen(orders, at));
        return decided;
    }

    /** Keeps a model and lets what serves be live, as the trainer does. */
    private ModelCard trained(Instant at, boolean right) throws Exception {
        return trained(ModelCard.BUY, at, right);
    }

    private ModelCard trained(String name, Instant at, boolean right) throws Exception {
        var card = TrainedOnce.keepPlanted(store(), name, at, right);
        releases().use(store()::current);
        return card;
    }

    /** As the spine does, in one batch, and then as its policy does. */
    private Decided happen(List<Event> events, Instant now) {
        clock.set(now);
        var customers = product.getBean(Customers.class);
        var decided = releases().evaluate(customers.recall(new Batch(0, events)));
        customers.keep(decided.known(), decided.after());
        shadow().see(decided.after().values(), clock.instant());
        return decided;
    }

    private AnnotationConfigApplicationContext start(String promotion) {
        var context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test",
                        Map.of(
                                "wayfarer.data.dir",
                                data.toString(),
                                "wayfarer.rules.dir",
                                "",
                                "wayfarer.learn.horizon",
                                "7d",
                                "wayfarer.models.promotion",
                                promotion)));
        context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
        // it outlives the program
        context.registerBean(DataSource.class, () -> database, bean -> bean.setDestroyMethodName(""));
        context.registerBean(JdbcTemplate.class, () -> new JdbcTemplate(database));
        context.registerBean(JdbcTransactionManager.class, () -> new JdbcTransactionManager(database));
        context.registerBean(
                ObjectMapper.class,
                () -> JsonMapper.builder().addModule(new JavaTimeModule()).build());
        context.registerBean(ProductClock.class, () -> new ProductClock(clock, 1, NOON));
        context.registerBean(MeterRegistry.class, SimpleMeterRegistry::new);
        context.registerBean(Customers.class, () -> CustomerStores.of(database));
        context.register(
                EventLog.class,
                Labels.class,
                ModelStore.class,
                Forests.class,
                Releases.class,
                Shadow.class,
                Cases.class,
                Outcomes.class,
                Monitor.class);
        context.refresh();
        return context;
    }

    private Standing standing() {
        return store().standings().get(0);
    }

    private Monitor monitor() {
        return product.getBean(Monitor.class);
    }

    private Shadow shadow() {
        return product.getBean(Shadow.class);
    }

    private ModelStore store() {
        return product.getBean(ModelStore.class);
    }

    private Releases releases() {
        return product.getBean(Releases.class);
    }
}
