package io.wayfarer.decide;

import static io.wayfarer.decide.People.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Profiler;
import io.wayfarer.score.Scores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A seeded crowd with frauds among it. Frauds are not drawn at the bounds of the rules: some stay below each, and some
 * honest people go above.
 */
class FraudRankingTest {

    private static final int HONEST = 2_000;
    private static final int FRAUDS = 80;

    private final Random random = new Random(42);
    private final PatternRules rules = new PatternRules("ranking", ShippedRules.files());
    private int events;

    private record Happening(Duration ago, String name, double total) {}

    @Test
    void plantedFraudsAreRankedAboveTheRest() {
        var honest = new ArrayList<Double>();
        for (int i = 0; i < HONEST; i++) {
            honest.add(risk(honest()));
        }
        var frauds = new ArrayList<Double>();
        for (int i = 0; i < FRAUDS; i++) {
            frauds.add(risk(fraud(i % 4)));
        }

        var suspectedHonest =
                honest.stream().filter(risk -> risk >= Findings.SUSPECTED).count();
        var suspectedFrauds =
                frauds.stream().filter(risk -> risk >= Findings.SUSPECTED).count();
        var found = "ROC AUC %.3f; to review %d of %d frauds and %d of %d honest people"
                .formatted(auc(frauds, honest), suspectedFrauds, FRAUDS, suspectedHonest, HONEST);
        assertThat(auc(frauds, honest)).as(found).isGreaterThan(0.8);
        assertThat(suspectedFrauds).as(found).isGreaterThan(10 * suspectedHonest * FRAUDS / HONEST);
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

    /** The highest score of any event of the person. */
    private double risk(List<Happening> happened) {
        var customer = Customer.unknown(new UUID(0x7000L, 0x8000000000000000L + events), Set.of(), NOW.minusSeconds(1));
        var highest = 0.0;
        for (var one :
                happened.stream().sorted((a, b) -> b.ago().compareTo(a.ago())).toList()) {
            var event = event(one, NOW.minus(one.ago()));
            var after = Profiler.after(customer, event);
            // judged when it happened, as live
            var moment = new Moment(customer, after, event, new Scores(Map.of()), event.at());
            highest = Math.max(highest, rules.judge(moment).risk());
            customer = after;
        }
        return highest;
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

    /** The share of pairs of a fraud and an honest person that are in the right order; a tie is half a pair. */
    private static double auc(List<Double> frauds, List<Double> honest) {
        var right = 0.0;
        for (var fraud : frauds) {
            for (var other : honest) {
                right += fraud > other ? 1 : fraud.equals(other) ? 0.5 : 0;
            }
        }
        return right / frauds.size() / honest.size();
    }
}
