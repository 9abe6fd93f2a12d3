package io.wayfarer.risk;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.Events;
import io.wayfarer.SetClock;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Releases;
import io.wayfarer.decide.ShippedRules;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.time.ProductClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.BiPredicate;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is learnt from what people found, with the real log of events, on both databases. */
abstract class VerdictsContract {

    private static final Releases RELEASES = ShippedRules.releases();

    @TempDir
    Path data;

    private final Random random = new Random(42);
    private TransactionTemplate transaction;
    private Customers customers;
    private Reviews reviews;
    private Verdicts verdicts;

    abstract DataSource database();

    @BeforeEach
    void emptyStores() {
        var database = database();
        transaction = new TransactionTemplate(new DataSourceTransactionManager(database));
        customers = CustomerStores.of(database);
        reviews = new Reviews(new JdbcTemplate(database));
        verdicts = new Verdicts(
                reviews,
                CustomerStores.log(database),
                RELEASES,
                new ProductClock(new SetClock(NOON), 1, NOON),
                Duration.ofDays(1),
                data);
    }

    @Test
    void withTooFewVerdictsItSaysSo() throws Exception {
        reviewed(199, (known, suspicion) -> known);
        verdicts.run();
        assertThat(verdicts.standing().serves()).isFalse();
        assertThat(verdicts.standing().reason()).startsWith("Not enough yet: ").contains(" of 199; 200 and 30");
        assertThat(verdicts.file("card.html")).isEmpty();
        assertThat(verdicts.likelihoods(reviews.list(null, 500, null))).isEmpty();
    }

    @Test
    void whatPeopleFoundTellsHowLikelyFraudIsInAnOpenReview() throws Exception {
        // what the rules do not weigh: newcomers are frauds, mostly
        reviewed(500, (known, suspicion) -> random.nextDouble() < (known ? 0.1 : 0.85));
        verdicts.run();
        var standing = verdicts.standing();
        assertThat(standing.serves()).as(standing.reason()).isTrue();
        assertThat(standing.verdicts()).isEqualTo(500);
        assertThat(standing.reason()).contains(", better than ");
        assertThat(verdicts.file("card.html")).isPresent();
        assertThat(verdicts.file("card.json")).isPresent();
        assertThat(verdicts.file("../model.key")).isEmpty();

        var newcomer = suspected("newcomer", false, 0.7);
        var regular = suspected("regular", true, 0.7);
        var likelihoods = verdicts.likelihoods(reviews.list(null, 1000, null));
        assertThat(likelihoods).containsOnlyKeys(newcomer, regular);
        assertThat(likelihoods.get(newcomer)).isBetween(0.7, 0.97);
        assertThat(likelihoods.get(regular)).isBetween(0.02, 0.3);
    }

    @Test
    void verdictsThatFollowNothingServeForNothing() throws Exception {
        reviewed(500, (known, suspicion) -> random.nextBoolean());
        verdicts.run();
        assertThat(verdicts.standing().serves()).isFalse();
        assertThat(verdicts.standing().reason()).contains("not surely better");
        suspected("newcomer", false, 0.7);
        assertThat(verdicts.likelihoods(reviews.list(null, 1000, null))).isEmpty();
    }

    /** Then the rules' own score ranks as well. */
    @Test
    void whatTheRulesKnowAlreadyIsNotLearntAgain() throws Exception {
        reviewed(500, (known, suspicion) -> random.nextDouble() < 1 / (1 + Math.exp(-20 * (suspicion - 0.8))));
        verdicts.run();
        assertThat(verdicts.standing().serves())
                .as(verdicts.standing().reason())
                .isFalse();
        assertThat(verdicts.standing().reason()).contains("suspicion alone");
    }

    private void reviewed(int count, BiPredicate<Boolean, Double> isFraud) {
        var judged = new ArrayList<Event>();
        for (int n = 0; n < count; n++) {
            var known = n % 2 == 0;
            var suspicion = Math.round(600 + 390 * random.nextDouble()) / 1000.0;
            var decision = suspected("u" + n, known, suspicion);
            judged.add(new Event(
                    UUID.randomUUID(),
                    "journey",
                    "m" + n,
                    Reviews.REVIEWED,
                    "server",
                    NOON.plusSeconds(60),
                    NOON.plusSeconds(60),
                    "u" + n,
                    null,
                    null,
                    Map.of(),
                    Map.of(),
                    Map.of(
                            Reviews.DECISION,
                            decision.toString(),
                            "outcome",
                            isFraud.test(known, suspicion) ? "fraud" : "genuine"),
                    Map.of(Reviews.VERDICT, true)));
        }
        reviews.close(judged);
    }

    /** Somebody pays on the third try; known for months or since today. Gives the decision that had it looked at. */
    private UUID suspected(String user, boolean known, double suspicion) {
        var story = new ArrayList<Event>();
        var first = NOON.minus(known ? Duration.ofDays(20 + random.nextInt(60)) : Duration.ofHours(2));
        story.add(Events.by(user, "Product Viewed", first, Map.of("product_id", "p1")));
        for (int i = 0; i < 3; i++) {
            story.add(Events.by(user, "Payment Failed", NOON.minusSeconds(90 - i), Map.of()));
        }
        var order = Events.by(user, "Order Completed", NOON, Map.of("total", 20 + random.nextInt(200)));
        story.add(order);
        var owner = transaction.execute(status -> {
            var decided = RELEASES.evaluate(customers.recall(new Batch(0, story)));
            customers.keep(decided.known(), decided.after());
            return decided.known().owners().get(0);
        });
        var decision = new Decision(
                UUID.randomUUID(),
                owner,
                order.id(),
                NOON,
                "start:" + Reviews.PROCESS,
                "test: rule",
                "because",
                "test",
                Map.of(),
                Map.of("risk", suspicion));
        reviews.open(List.of(decision));
        return decision.id();
    }
}
