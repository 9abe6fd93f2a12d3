package io.wayfarer.segment;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.wayfarer.Events;
import io.wayfarer.SetClock;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Evaluator;
import io.wayfarer.decide.Releases;
import io.wayfarer.decide.ShippedRules;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inboxes;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Move;
import io.wayfarer.profile.Profiler;
import io.wayfarer.time.ProductClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What segments promise, on both databases. */
abstract class SegmentsContract {

    private static final Releases RELEASES = ShippedRules.releases();

    private final SetClock clock = new SetClock(NOON);
    private JdbcTemplate jdbc;
    private TransactionTemplate transaction;
    private Customers customers;
    private SegmentModels models;
    private Segments segments;
    private Overview overview;
    private SegmentLearner learner;
    private DataSource database;

    abstract DataSource database();

    @BeforeEach
    void emptyStores() {
        database = database();
        jdbc = new JdbcTemplate(database);
        transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
        customers = CustomerStores.of(database);
        start();
    }

    /** As after a new start of the program: nothing is in memory. */
    private void start() {
        models = new SegmentModels(jdbc, Inboxes.JSON, RELEASES);
        segments = new Segments(jdbc, clock, models, RELEASES);
        overview = new Overview(segments, models);
        learner = new SegmentLearner(
                customers,
                segments,
                models,
                jdbc,
                new DataSourceTransactionManager(database),
                new ProductClock(clock, 1, NOON),
                Duration.ofDays(1),
                1000);
    }

    @Test
    void afterEveryEventMembershipIsWhatItIsWhenComputedFromScratch() throws Exception {
        tell(crowd(60, 8, 1));
        learner.learn();
        assertThat(learner.pass(99)).isTrue();
        for (var event : crowd(20, 6, 2)) {
            // late and out of order, some of people who were not there when thresholds were learnt
            clock.pass(Duration.ofHours(3));
            var owner = tell(List.of(event)).get(0);

            var scratch = Customer.unknown(owner, Set.of(), NOON);
            var events = new ArrayList<>(customers.events(owner, 1000));
            events.sort(Comparator.comparing(Event::at));
            for (var one : events) {
                scratch = Profiler.after(scratch, one);
            }
            assertThat(kept(owner)).isEqualTo(segments.segments(models.live(), scratch, clock.instant()));
        }
    }

    @Test
    void aRuleSeesTheSegmentThatIsKeptOfTheCustomerAndHistoryTellsTheSame() throws Exception {
        tell(crowd(60, 8, 1));
        learner.learn();
        assertThat(learner.pass(99)).isTrue();
        assertThat(RELEASES.live().grouping().version()).isEqualTo(models.live().version());
        assertThat(RELEASES.live().id()).endsWith("-" + models.live().version());
        // after a new start too
        start();
        assertThat(RELEASES.live().grouping().version()).isEqualTo(models.live().version());

        var heard = 0;
        for (int n = 0; n < 60; n++) {
            var refund = Events.by("u" + n, "Order Refunded", clock.instant(), Map.of("order_id", "o" + n));
            var known = customers.recall(new Batch(0, List.of(refund)));
            var before = known.customers().get(known.owners().get(0));
            var kept = segments.of(before.id()).stream()
                    .filter(one -> one.kind() == Kind.rfm)
                    .map(Segments.Membership::segment)
                    .findFirst()
                    .orElse("prospects");
            var decided = RELEASES.evaluate(known).decisions();
            var answers = decided.stream()
                    .filter(one -> one.action().equals("start:unhappy-customer"))
                    .toList();
            assertThat(answers)
                    .hasSize(Set.of("champions", "loyal", "cannot-lose").contains(kept) ? 1 : 0);
            assertThat(decided)
                    .filteredOn(one -> one.facts().containsKey("segments"))
                    .allSatisfy(one -> assertThat(one.facts()).containsEntry("segments", Map.of("rfm", kept)));
            heard += answers.size();
            // what is recorded is judged the same when it is gone through again
            assertThat(Evaluator.evaluate(before, refund, RELEASES.live(), clock.instant())
                            .decisions())
                    .extracting(Decision::action, Decision::reason, Decision::facts)
                    .containsExactlyElementsOf(decided.stream()
                            .map(one -> tuple(one.action(), one.reason(), one.facts()))
                            .toList());
        }
        assertThat(heard).isBetween(5, 55);
    }

    @Test
    void aKindThatIsNotThereIsRefused() throws Exception {
        tell(crowd(60, 8, 1));
        var live = learner.learn();
        var ada = Customer.unknown(UUID.randomUUID(), Set.of(), NOON);
        assertThat(live.group("rfm", ada, NOON)).isEqualTo("prospects");
        assertThat(live.group("kmeans", ada, NOON)).isEqualTo(live.of(ada, NOON).get(Kind.kmeans));
        assertThat(live.group("em", ada, NOON)).isEqualTo(live.of(ada, NOON).get(Kind.em));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> live.group("rmf", ada, NOON))
                .withMessageContaining("\"rmf\"");
    }

    @Test
    void aMoveIsKeptOnceWithFromAndTo() throws Exception {
        tell(crowd(40, 6, 1));
        learner.learn();
        var ada = tell(List.of(Events.by("ada", "Page Viewed", NOON, Map.of()))).get(0);
        assertThat(kept(ada)).containsEntry(Kind.rfm, "prospects");

        clock.set(NOON.plusSeconds(60));
        tell(List.of(order("ada", NOON.plusSeconds(60), 20)));
        tell(List.of(Events.by("ada", "Page Viewed", NOON.plusSeconds(61), Map.of())));

        assertThat(jdbc.queryForList(
                        "select coalesce(from_segment, '-') || '>' || to_segment || '/' || cause from segment_move"
                                + " where customer_id = ? and kind = 'rfm' order by id",
                        String.class,
                        ada))
                .hasSize(2)
                .first()
                .isEqualTo("->prospects/event");
        assertThat(kept(ada).get(Kind.rfm)).isNotEqualTo("prospects");
        assertThat(segments.of(ada))
                .filteredOn(membership -> membership.kind() == Kind.rfm)
                .allSatisfy(membership -> assertThat(membership.since()).isEqualTo(NOON.plusSeconds(60)));
    }

    @Test
    void timeAloneMovesPeopleOnWithThePass() throws Exception {
        var ids = tell(List.of(order("ada", NOON, 900), order("ada", NOON.plusSeconds(1), 900)));
        for (int n = 1; n < 20; n++) {
            tell(List.of(order("u" + n, NOON.minus(Duration.ofDays(10L * n)), 10)));
        }
        learner.learn();
        learner.pass(99);
        assertThat(kept(ids.get(0))).containsEntry(Kind.rfm, "champions");

        clock.set(NOON.plus(Duration.ofDays(300)));
        transaction.executeWithoutResult(status -> models.keep(models.live().learnt(), clock.instant()));
        learner.pass(99);

        assertThat(kept(ids.get(0))).containsEntry(Kind.rfm, "cannot-lose");
        assertThat(jdbc.queryForObject(
                        "select cause from segment_move where customer_id = ? and to_segment = 'cannot-lose'",
                        String.class,
                        ids.get(0)))
                .isEqualTo("pass");
    }

    @Test
    void aPassThatIsBrokenOffGoesOnWhereItStopped() throws Exception {
        var told = new ArrayList<Event>();
        for (int n = 0; n < 1100; n++) {
            told.add(n % 2 == 0 ? order("u" + n, NOON, n) : Events.by("u" + n, "Page Viewed", NOON, Map.of()));
        }
        tell(told);
        learner.learn();
        assertThat(learner.pass(1)).isFalse();
        assertThat(overview.version().passedAt()).isNull();

        start();
        assertThat(learner.pass(99)).isTrue();

        assertThat(models.lastPass().orElseThrow().sums().get(SegmentModels.ALL).count())
                .isEqualTo(1100);
        assertThat(jdbc.queryForObject("select count(*) from segment_member where kind = 'rfm'", Long.class))
                .isEqualTo(1100);
        assertThat(overview.version().passedAt()).isNotNull();
        var prospects = overview.list().stream()
                .filter(segment -> segment.id().equals("prospects"))
                .findFirst()
                .orElseThrow();
        assertThat(prospects.size()).isEqualTo(550);
        assertThat(prospects.share()).isEqualTo(0.5);
        assertThat(prospects.profile().get("orders").mean()).isZero();
        assertThat(prospects.profile().get("orders").ofAll()).isEqualTo(0.5);
    }

    @Test
    void fewAreNotCountedExactly() throws Exception {
        var told = new ArrayList<Event>();
        for (int n = 0; n < 30; n++) {
            told.add(Events.by("u" + n, "Page Viewed", NOON, Map.of()));
        }
        told.add(order("ada", NOON, 10));
        tell(told);
        learner.learn();
        learner.pass(99);

        var few = overview.list().stream()
                .filter(segment -> segment.kind() == Kind.rfm && !segment.id().equals("prospects"))
                .toList();
        assertThat(few).hasSize(1);
        assertThat(few.get(0).size()).isNull();
        assertThat(few.get(0).share()).isNull();
        assertThat(few.get(0).profile()).isNull();
        var movement = overview.movement(90).stream()
                .filter(moved -> moved.kind() == Kind.rfm)
                .collect(Collectors.toMap(Overview.Movement::segment, moved -> moved));
        assertThat(movement.get("prospects").in()).isEqualTo(30);
        assertThat(movement.get("prospects").out()).isZero();
        assertThat(movement.get(few.get(0).id()).in()).isNull();
    }

    @Test
    void whoIsMergedIsCountedOnce() throws Exception {
        var ids = tell(List.of(order("ada", NOON, 10), order("bob", NOON, 10)));
        learner.learn();
        learner.pass(99);

        segments.move(List.of(new Move(ids.get(1), ids.get(0), null)));

        assertThat(segments.of(ids.get(1))).isEmpty();
        assertThat(segments.of(ids.get(0))).isNotEmpty();
        assertThat(jdbc.queryForObject(
                        "select count(*) from segment_move where customer_id = ? and known_as = ?",
                        Long.class,
                        ids.get(0),
                        ids.get(1)))
                .isPositive();
    }

    @Test
    void whereNothingIsThereNothingIsLearntAndNothingFails() throws Exception {
        tell(List.of(order("ada", NOON, 10)));
        assertThat(overview.list()).isEmpty();
        assertThat(overview.version().version()).isNull();

        jdbc.update("delete from customer");
        learner.learn();
        assertThat(learner.pass(99)).isTrue();
        assertThat(overview.list()).isEmpty();
    }

    private Map<Kind, String> kept(UUID customer) {
        return segments.of(customer).stream()
                .collect(Collectors.toMap(Segments.Membership::kind, Segments.Membership::segment));
    }

    private static Event order(String user, Instant at, double total) {
        return Events.by(user, "Order Completed", at, Map.of("total", total, "order_id", UUID.randomUUID() + ""));
    }

    /** Seeded, in no order of time. */
    private static List<Event> crowd(int people, int each, long seed) {
        var random = new Random(seed);
        var events = new ArrayList<Event>();
        for (int n = 0; n < people * each; n++) {
            var user = "u" + random.nextInt(people + 10);
            var at = NOON.minus(Duration.ofMinutes(random.nextInt(200 * 24 * 60)));
            events.add(
                    random.nextInt(3) == 0
                            ? order(user, at, 5 + random.nextInt(200))
                            : Events.by(user, "Product Viewed", at, Map.of("product_id", "p" + n % 7)));
        }
        Collections.shuffle(events, random);
        return events;
    }

    /** As the spine does it; gives whose each event was. */
    private List<UUID> tell(List<Event> events) {
        return transaction.execute(status -> {
            var known = customers.recall(new Batch(0, events));
            var after = new LinkedHashMap<UUID, Customer>();
            for (int i = 0; i < known.events().size(); i++) {
                var owner = known.owners().get(i);
                var before = after.getOrDefault(owner, known.customers().get(owner));
                after.put(owner, Profiler.after(before, known.events().get(i)));
            }
            customers.keep(known, after);
            segments.follow(new Decided(known, after, List.of()));
            return known.owners();
        });
    }
}
