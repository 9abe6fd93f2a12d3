package io.wayfarer.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.score.Scores;
import io.wayfarer.score.TrainedOnce;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A seeded crowd, some of whom are unhappy, who write what real people wrote: sentences of UCI dataset 331, read by the mood
 * that comes with the product, which has not seen them. Answers, tickets and refunds are drawn, and often mislead.
 */
class SatisfactionRankingTest {

    private static final int PEOPLE = 1_000;
    private static final double UNHAPPY = 0.2;
    private static final Path DATA = Path.of("../shared/data/sentiment-labelled-sentences");

    @TempDir
    Path models;

    private final Random random = new Random(42);
    private final List<String> praise = new ArrayList<>();
    private final List<String> blame = new ArrayList<>();
    private int events;

    @Test
    void theIndexRanksTheUnhappyBelowTheRestAndBetterThanWordsAlone() throws Exception {
        assumeTrue(Files.isDirectory(DATA), "../shared/data is not there");
        read();
        var release = new Release("test", People.RULEBOOK, TrainedOnce.forEveryQuestion(models));
        var index = new ArrayList<double[]>();
        var moods = new ArrayList<double[]>();
        for (int n = 0; n < PEOPLE; n++) {
            var unhappy = random.nextDouble() < UNHAPPY;
            var customer = Customer.unknown(new UUID(0x7000L, 0x8000000000000000L + n), Set.of(), People.NOW);
            var mood = 0.0;
            var texts = 0;
            for (var event : told(unhappy)) {
                customer =
                        Evaluator.evaluate(customer, event, release, event.at()).customer();
                if (event.words() != null) {
                    mood += release.models().score(customer, event, event.at()).value(Scores.SENTIMENT, 0.5);
                    texts++;
                }
            }
            index.add(new double[] {
                unhappy ? 1 : 0,
                customer.features().satisfaction().at(People.NOW).index()
            });
            moods.add(new double[] {unhappy ? 1 : 0, texts == 0 ? 0.7 : mood / texts});
        }
        System.out.printf("ROC AUC of the index %.3f, of the mean mood alone %.3f%n", auc(index), auc(moods));
        assertThat(auc(index)).isGreaterThan(0.75).isGreaterThan(auc(moods));
    }

    private void read() throws IOException {
        for (var site : List.of("amazon_cells", "imdb", "yelp")) {
            for (var line :
                    Files.readString(DATA.resolve(site + "_labelled.txt")).split("\n")) {
                var tab = line.lastIndexOf('\t');
                (line.charAt(tab + 1) == '1' ? praise : blame).add(line.substring(0, tab));
            }
        }
    }

    /** One to six happenings in four months: three of four fit how they are, the others do not. */
    private List<Event> told(boolean unhappy) {
        var told = new ArrayList<Event>();
        var ago = Duration.ofHours(random.nextInt(48));
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            var bad = random.nextDouble() < (unhappy ? 0.75 : 0.25);
            var name =
                    switch (random.nextInt(6)) {
                        case 0, 1 -> "Review Posted";
                        case 2, 3 -> "Survey Answered";
                        case 4 -> bad ? "Ticket Opened" : "Order Completed";
                        default -> bad ? "Order Refunded" : "Order Completed";
                    };
            told.add(event(name, ago, bad));
            ago = ago.plusHours(12 + random.nextInt(24 * 30));
        }
        Collections.reverse(told);
        return told;
    }

    private Event event(String name, Duration ago, boolean bad) {
        var said = new HashMap<String, Object>();
        var texts = bad ? blame : praise;
        switch (name) {
            case "Review Posted" -> {
                said.put("text", texts.get(random.nextInt(texts.size())));
                if (random.nextBoolean()) {
                    said.put("rating", bad ? 1 + random.nextInt(3) : 3 + random.nextInt(3));
                }
            }
            case "Survey Answered" -> {
                said.put("kind", "nps");
                said.put("score", bad ? random.nextInt(8) : 6 + random.nextInt(5));
            }
            default -> said.put("total", 50);
        }
        var id = "satisfaction-" + events++;
        var at = People.NOW.minus(ago);
        return new Event(
                Event.idOf("test", id),
                "test",
                id,
                name,
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

    /** The share of pairs of an unhappy and another person of whom the unhappy has less; a tie is half a pair. */
    private static double auc(List<double[]> judged) {
        var right = 0.0;
        var pairs = 0L;
        for (var one : judged) {
            for (var other : judged) {
                if (one[0] == 1 && other[0] == 0) {
                    right += one[1] < other[1] ? 1 : one[1] == other[1] ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        return right / pairs;
    }
}
