package io.wayfarer.decide;

import static io.wayfarer.decide.People.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.anomaly.Behaviour;
import io.wayfarer.anomaly.Forest;
import io.wayfarer.anomaly.LearntForest;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Profiler;
import io.wayfarer.score.Scores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A seeded crowd with frauds among it. Frauds are not drawn at the bounds of the rules: some stay below each, and some
 * honest people go above.
 */
class FraudRankingTest {

    private static final int HONEST = 2_000;
    private static final int FRAUDS = 80;
    /** What rules/fraud.drl says. */
    private static final double REVIEWED = 0.6;
    /** As many as the rules alone send to review. */
    private static final int CAPACITY = 64;

    private final PatternRules rules = new PatternRules("ranking", ShippedRules.files());
    private Random random;
    private int events;

    private record Happening(Duration ago, String name, double total) {}

    /** What came of a crowd. */
    private record Judged(List<Double> frauds, List<Double> honest, long reviewedFrauds, long reviewedHonest) {

        /** The share of pairs of a fraud and an honest person that are in the right order; a tie is half a pair. */
        double auc() {
            var right = 0.0;
            for (var fraud : frauds) {
                for (var other : honest) {
                    right += fraud > other ? 1 : fraud.equals(other) ? 0.5 : 0;
                }
            }
            return right / frauds.size() / honest.size();
        }

        /** The share of frauds among the so many of highest risk; of those who tie at the end an even share. */
        double precision(int reviews) {
            var all = Stream.concat(frauds.stream(), honest.stream())
                    .sorted(Comparator.reverseOrder())
                    .toList();
            double last = all.get(reviews - 1);
            var above = all.stream().filter(risk -> risk > last).count();
            var tied = all.stream().filter(risk -> risk == last).count();
            var fraudsAbove = frauds.stream().filter(risk -> risk > last).count();
            var fraudsTied = frauds.stream().filter(risk -> risk == last).count();
            return (fraudsAbove + (reviews - above) * fraudsTied / (double) tied) / reviews;
        }

        String inWords() {
            return "ROC AUC %.3f; precision of the 64 highest %.3f; to review %d of %d frauds and %d of %d honest people"
                    .formatted(
                            auc(), precision(CAPACITY), reviewedFrauds, frauds.size(), reviewedHonest, honest.size());
        }
    }

    @Test
    void plantedFraudsAreRankedAboveTheRestAndTheForestFindsMoreOfThem() {
        var rows = new ArrayList<double[]>();
        crowd(1, happened -> {
            fold(happened, (before, after, event) -> {
                if (Behaviour.isJudged(event)) {
                    rows.add(Behaviour.of(before, after, event));
                }
            });
            return 0.0;
        });
        var forest = LearntForest.of(rows);
        var alone = crowd(42, happened -> risk(happened, null));
        var together = crowd(42, happened -> risk(happened, forest));
        var forestAlone = crowd(42, happened -> oddity(happened, forest));

        System.out.println("rules alone: " + alone.inWords());
        System.out.printf(
                "forest alone: ROC AUC %.3f; precision of the 64 highest %.3f%n",
                forestAlone.auc(), forestAlone.precision(CAPACITY));
        System.out.println("together: " + together.inWords());
        assertThat(alone.auc()).as(alone.inWords()).isGreaterThan(0.8);
        assertThat(alone.reviewedFrauds())
                .as(alone.inWords())
                .isGreaterThan(10 * alone.reviewedHonest() * FRAUDS / HONEST);
        assertThat(together.auc()).as(together.inWords()).isGreaterThan(alone.auc());
        assertThat(together.reviewedFrauds()).as(together.inWords()).isGreaterThan(alone.reviewedFrauds());
        assertThat(together.precision(CAPACITY)).isGreaterThanOrEqualTo(alone.precision(CAPACITY));
    }

    private Judged crowd(int seed, ToDoubleFunction<List<Happening>> judge) {
        random = new Random(seed);
        var honest = new ArrayList<Double>();
        for (int i = 0; i < HONEST; i++) {
            honest.add(judge.applyAsDouble(honest()));
        }
        var frauds = new ArrayList<Double>();
        for (int i = 0; i < FRAUDS; i++) {
            frauds.add(judge.applyAsDouble(fraud(i % 4)));
        }
        return new Judged(frauds, honest, reviewed(frauds), reviewed(honest));
    }

    private static long reviewed(List<Double> risks) {
        return risks.stream().filter(risk -> risk >= REVIEWED).count();
    }

    /** Orders over three months around an own mean; a payment fails now and then, something is sent back, a sofa is bought. */
    private List<Happening> honest() {
        var happened = new ArrayList<Happening>();
        var mean = 30 * Math.exp(random.nextGaussian() * 0.7);
        var ago = Duration.ofHours(random.nextInt(20));
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            while (random.nextInt(100) < 12) {
                happened.add(new Happening(ago.plusMinutes(5), "Payment Failed", 0));
            }
            var sofa = random.nextInt(100) < 2 ? 15 : 1;
            happened.add(new Happening(ago, "Order Completed", sofa * mean * Math.exp(random.nextGaussian() * 0.5)));
            if (random.nextInt(100) < 12) {
                happened.add(new Happening(ago.minus(ago.dividedBy(2)), "Order Refunded", 0));
            }
            ago = ago.plusHours(6 + random.nextInt(24 * 20));
        }
        if (random.nextInt(10) > 0) {
            happened.add(new Happening(ago.plusDays(random.nextInt(5)), "Product Viewed", 0));
        }
        return happened;
    }

    private List<Happening> fraud(int kind) {
        var happened = new ArrayList<Happening>();
        var hours = random.nextInt(20);
        var at = Duration.ofHours(hours).plusMinutes(1);
        switch (kind) {
            case 0 -> {
                for (int i = 2 + random.nextInt(5); i > 0; i--) {
                    happened.add(new Happening(at.plusMinutes(random.nextInt(70)), "Payment Failed", 0));
                }
                happened.add(new Happening(at, "Order Completed", 50 + random.nextInt(300)));
            }
            case 1 -> {
                happened.add(new Happening(at.plusHours(random.nextInt(30)), "Product Viewed", 0));
                happened.add(new Happening(at, "Order Completed", 500 + random.nextInt(3_000)));
            }
            case 2 -> {
                for (int i = 3 + random.nextInt(4); i > 0; i--) {
                    happened.add(new Happening(Duration.ofDays(5L * i + 2), "Order Completed", 60));
                    if (random.nextInt(10) < 8) {
                        happened.add(new Happening(Duration.ofHours(6L * i - 5), "Order Refunded", 0));
                    }
                }
            }
            default -> {
                for (int i = 3; i > 0; i--) {
                    happened.add(new Happening(Duration.ofDays(20L * i), "Order Completed", 20 + random.nextInt(40)));
                }
                for (int i = 2 + random.nextInt(5); i > 0; i--) {
                    happened.add(new Happening(
                            at.plusMinutes(random.nextInt(40)), "Order Completed", 200 + random.nextInt(900)));
                }
            }
        }
        return happened;
    }

    private interface Step {
        void taken(Customer before, Customer after, Event event);
    }

    private void fold(List<Happening> happened, Step step) {
        var customer = Customer.unknown(new UUID(0x7000L, 0x8000000000000000L + events), Set.of(), NOW.minusSeconds(1));
        for (var one :
                happened.stream().sorted((a, b) -> b.ago().compareTo(a.ago())).toList()) {
            var event = event(one, NOW.minus(one.ago()));
            var after = Profiler.after(customer, event);
            step.taken(customer, after, event);
            customer = after;
        }
    }

    /** The highest risk of any event of the person, each judged when it happened, as live. */
    private double risk(List<Happening> happened, Forest forest) {
        var highest = new double[1];
        var release = new Release("test", People.RULEBOOK, People.models(null, null), forest, null);
        fold(happened, (before, after, event) -> {
            var found = rules.judge(new Moment(before, after, event, new Scores(Map.of()), release, event.at()));
            highest[0] = Math.max(highest[0], found.risk());
            assertThat(found.signals().stream().anyMatch(one -> one.object().equals("fraud-suspected")))
                    .isEqualTo(found.risk() >= REVIEWED);
        });
        return highest[0];
    }

    private double oddity(List<Happening> happened, Forest forest) {
        var highest = new double[1];
        fold(happened, (before, after, event) -> {
            if (Behaviour.isJudged(event)) {
                highest[0] =
                        Math.max(highest[0], forest.judge(before, after, event).score());
            }
        });
        return highest[0];
    }

    private Event event(Happening one, Instant at) {
        var id = "ranking-" + events++;
        Map<String, Object> said = one.total() > 0 ? Map.of("total", one.total()) : Map.of();
        return new Event(
                Event.idOf("test", id),
                "test",
                id,
                one.name(),
                "web",
                at,
                at,
                null,
                "b",
                null,
                Map.of(),
                Map.of(),
                said,
                Map.of());
    }
}
