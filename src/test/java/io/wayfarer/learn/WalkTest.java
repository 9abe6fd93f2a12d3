package io.wayfarer.learn;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Profiler;
import io.wayfarer.profile.Stage;
import io.wayfarer.score.Label;
import io.wayfarer.score.StageChain;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WalkTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final List<Label> LABELS = Label.parse(
            "next-stage: a later stage, within the horizon\nbuy: event Order Completed, within the horizon\n", WEEK);
    private static final UUID ADA = UUID.fromString("0196f0aa-0000-7000-8000-000000000001");

    @Test
    void whatComesAfterAMomentChangesNoFeatureOfIt() {
        var events = manyEvents(new Random(1), 300, 90);
        var all = samples(events, days(120));
        assertThat(all).hasSizeGreaterThan(30);
        for (var cut : List.of(40, 150, 260)) {
            var until = events.get(cut).at();
            var before = all.stream().filter(s -> s.at().isBefore(until)).toList();
            // another future: nothing but orders
            var other = new ArrayList<>(events.subList(0, cut));
            for (int i = 0; i < 50; i++) {
                other.add(by("u", "Order Completed", until.plusSeconds(60L * i), Map.of("total", 1e6)));
            }
            var again = samples(other, days(120)).stream()
                    .filter(s -> s.at().isBefore(until))
                    .toList();
            assertThat(again)
                    .extracting(Sample::at)
                    .isEqualTo(before.stream().map(Sample::at).toList());
            for (int i = 0; i < before.size(); i++) {
                assertThat(again.get(i).features()).isEqualTo(before.get(i).features());
                assertThat(again.get(i).stage()).isEqualTo(before.get(i).stage());
            }
            // but the answers of the last week are other ones: the test would see it if they came from the past
            assertThat(again)
                    .extracting(WalkTest::bought)
                    .isNotEqualTo(before.stream().map(WalkTest::bought).toList());
        }
    }

    @Test
    void featuresAreWhatHadHappenedByThen() {
        var events = manyEvents(new Random(2), 200, 60);
        for (var sample : samples(events, days(100))) {
            var customer =
                    Customer.unknown(ADA, java.util.Set.of(), events.get(0).at());
            for (var event : events) {
                customer = event.at().isAfter(sample.at()) ? customer : stages(customer, event);
            }
            assertThat(sample.features()).isEqualTo(FeatureVector.of(customer, sample.at()));
        }
    }

    @Test
    void theAnswerIsWhatHappensWithinTheHorizonAndNotLater() {
        for (var hours : List.of(1L, 167L, 168L, 169L, 400L)) {
            var order = NOON.plus(Duration.ofHours(hours));
            var samples = samplesOfManyCoins(
                    List.of(by("u", "Product Viewed", NOON, Map.of()), by("u", "Order Completed", order, Map.of())));
            var first = samples.stream().filter(s -> s.at().equals(NOON)).toList();
            assertThat(first).isNotEmpty().allSatisfy(sample -> {
                assertThat(bought(sample)).isEqualTo(hours <= 168);
                assertThat(movedOn(sample)).isEqualTo(hours <= 168);
                assertThat(sample.stage()).isEqualTo(Stage.AWARENESS);
            });
            var atOrder = samples.stream().filter(s -> s.at().equals(order)).toList();
            assertThat(atOrder).isNotEmpty().noneMatch(WalkTest::bought).noneMatch(WalkTest::movedOn);
        }
    }

    @Test
    void aMomentWhoseHorizonHasNotFullyPassedIsNotTaken() {
        var events = manyEvents(new Random(3), 300, 60);
        var until = NOON.plus(Duration.ofDays(60));
        var samples = samples(events, until);
        assertThat(samples).isNotEmpty();
        assertThat(samples).allSatisfy(s -> assertThat(s.at().plus(WEEK)).isBeforeOrEqualTo(until));
    }

    @Test
    void atMostOneMomentOfADayIsTakenAndSilenceHasMomentsToo() {
        var samples = samplesOfManyCoins(manyEvents(new Random(4), 400, 40));
        var days = samples.stream()
                .collect(Collectors.groupingBy(
                        s -> s.customer() + " " + s.at().truncatedTo(ChronoUnit.DAYS), Collectors.counting()));
        assertThat(days.values()).containsOnly(1L);
        var quiet = samplesOfManyCoins(List.of(by("u", "Product Viewed", NOON, Map.of())));
        assertThat(quiet)
                .extracting(s -> Duration.between(NOON, s.at()).toDays())
                .contains(0L, 1L, 3L, 7L, 14L, 30L);
    }

    @Test
    void daysAreCountedFromTheStageInTheMorningToTheStageInTheEvening() {
        var steps = new double[StageChain.ROWS][StageChain.COLUMNS];
        var walk = new Walk(ADA, WalkTest::stages, LABELS, days(10), sample -> {}, steps);
        walk.next(by("u", "Product Viewed", NOON, Map.of()));
        walk.next(by("u", "Products Searched", NOON.plusSeconds(60), Map.of()));
        walk.next(by("u", "Order Completed", days(3), Map.of()));
        walk.end();
        // 2 March: awareness to evaluation; 3 and 4 March nothing; 5 March the order; 6 to 11 March nothing
        assertThat(steps[0][StageChain.column(Stage.EVALUATION, false)]).isEqualTo(1);
        assertThat(steps[1][StageChain.column(Stage.EVALUATION, false)]).isEqualTo(2);
        assertThat(steps[1][StageChain.column(Stage.USE, true)]).isEqualTo(1);
        assertThat(steps[3][StageChain.column(Stage.USE, false)]).isEqualTo(6);
        assertThat(java.util.Arrays.stream(steps)
                        .flatMapToDouble(java.util.Arrays::stream)
                        .sum())
                .isEqualTo(10);
    }

    @Test
    void eachAnswerHasItsOwnTimeAndIsNotKnownBeforeThat() {
        var labels = Label.parse(
                """
                next-stage: a later stage, within the horizon
                buy: event Order Completed, within the horizon
                churn: silence, within 3d
                value: sum of revenue, within 10d
                orders: sum of orders, within 30d
                """,
                WEEK);
        var events = List.of(
                by("u", "Product Viewed", NOON, Map.of()),
                by("u", "Order Completed", NOON.plus(Duration.ofDays(4)), Map.of("total", 40.5)),
                by("u", "Order Completed", NOON.plus(Duration.ofDays(9)), Map.of("total", 10)),
                by("u", "Order Completed", NOON.plus(Duration.ofDays(11)), Map.of("total", 5)));
        var first = new ArrayList<double[]>();
        for (int i = 0; i < 50; i++) {
            var walk = new Walk(
                    new UUID(i * 0x9E3779B97F4A7C15L, i),
                    WalkTest::stages,
                    labels,
                    days(20),
                    sample -> {
                        if (sample.at().equals(NOON)) {
                            first.add(sample.answers());
                        }
                    },
                    new double[StageChain.ROWS][StageChain.COLUMNS]);
            events.forEach(walk::next);
            walk.end();
        }
        // a later stage, an order, silent for three days, two orders in ten days, and thirty days are not over
        assertThat(first).isNotEmpty().allSatisfy(answers -> assertThat(answers)
                .containsExactly(1, 1, 1, 50.5, Double.NaN));
    }

    private static boolean movedOn(Sample sample) {
        return sample.answers()[0] == 1;
    }

    private static boolean bought(Sample sample) {
        return sample.answers()[1] == 1;
    }

    /** The stages of these tests: a search leads to evaluation, an order to use. */
    static Customer stages(Customer before, Event event) {
        var customer = Profiler.after(before, event);
        return switch (event.name()) {
            case "Products Searched" -> customer.withStage(Stage.EVALUATION, event.at());
            case "Order Completed" -> customer.withStage(Stage.USE, event.at());
            default -> customer;
        };
    }

    private static Instant days(int days) {
        return NOON.plus(Duration.ofDays(days));
    }

    private static List<Event> manyEvents(Random random, int count, int days) {
        var names =
                new String[] {"Product Viewed", "Products Searched", "Product Added", "Page Left", "Order Completed"};
        return random.longs(count, 0, Duration.ofDays(days).toSeconds())
                .sorted()
                .mapToObj(second -> by(
                        "u",
                        names[random.nextInt(random.nextInt(20) == 0 ? 5 : 4)],
                        NOON.plusSeconds(second),
                        Map.of("product_id", "p" + random.nextInt(5), "price", 10, "dwell", 30, "total", 20)))
                .toList();
    }

    private static List<Sample> samples(List<Event> events, Instant until) {
        return samples(ADA, events, until);
    }

    /** The same story of fifty people, so that every moment is taken of one of them. */
    private static List<Sample> samplesOfManyCoins(List<Event> events) {
        var all = new ArrayList<Sample>();
        for (int i = 0; i < 50; i++) {
            all.addAll(samples(new UUID(i * 0x9E3779B97F4A7C15L, i), events, days(200)));
        }
        return all;
    }

    private static List<Sample> samples(UUID id, List<Event> events, Instant until) {
        var found = new ArrayList<Sample>();
        var steps = new double[StageChain.ROWS][StageChain.COLUMNS];
        var walk = new Walk(id, WalkTest::stages, LABELS, until, found::add, steps);
        events.forEach(walk::next);
        walk.end();
        return found;
    }
}
