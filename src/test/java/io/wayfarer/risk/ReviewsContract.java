package io.wayfarer.risk;

import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.decide.Decision;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Move;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What every database must do for {@link Reviews}. */
abstract class ReviewsContract {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final UUID ada = UUID.randomUUID();
    private Reviews reviews;

    abstract DataSource database();

    @BeforeEach
    void noReviews() {
        reviews = new Reviews(new JdbcTemplate(database()));
    }

    @Test
    void aReviewIsOpenUntilItsVerdict() {
        assertThat(reviews.newest(ada)).isEmpty();
        var decision = opened(ada, NOON);
        assertThat(reviews.newest(ada)).contains("open");

        judged(decision, "fraud", NOON.plusSeconds(60), true);

        assertThat(reviews.newest(ada)).contains("fraud");
    }

    @Test
    void aVerdictWithoutTheMarkOfATaskIsNone() {
        judged(opened(ada, NOON), "genuine", NOON.plusSeconds(60), false);

        assertThat(reviews.newest(ada)).contains("open");
    }

    @Test
    void theFirstVerdictStands() {
        var decision = opened(ada, NOON);
        judged(decision, "fraud", NOON.plusSeconds(60), true);
        judged(decision, "genuine", NOON.plusSeconds(90), true);

        assertThat(reviews.newest(ada)).contains("fraud");
    }

    @Test
    void whatWasSuspectedDuringAReviewIsClosedWithItAndLabelsNothing() {
        var first = opened(ada, NOON);
        opened(ada, NOON.plusSeconds(30));
        judged(first, "genuine", NOON.plusSeconds(60), true);

        assertThat(reviews.newest(ada)).contains("genuine");
        assertThat(reviews.standing(NOON)).isEqualTo(new Reviews.Standing(0, 0, 1, 0, null));
    }

    @Test
    void whatWasSuspectedAfterTheVerdictIsOpen() {
        var first = opened(ada, NOON);
        opened(ada, NOON.plusSeconds(90));
        judged(first, "genuine", NOON.plusSeconds(60), true);

        assertThat(reviews.newest(ada)).contains("open");
    }

    @Test
    void aReviewGoesWithItsCustomer() {
        var bob = UUID.randomUUID();
        opened(ada, NOON);

        reviews.move(List.of(new Move(ada, bob, null)));
        assertThat(reviews.newest(bob)).contains("open");
        assertThat(reviews.newest(ada)).isEmpty();

        reviews.move(List.of(new Move(bob, ada, Set.of(ada))));
        assertThat(reviews.newest(ada)).contains("open");
    }

    @Test
    void theScoreIsJudgedOnceThereAreEnoughVerdicts() {
        for (int i = 0; i < Reviews.ENOUGH - 1; i++) {
            judged(opened(UUID.randomUUID(), NOON), i < 12 ? "fraud" : "genuine", NOON.plusSeconds(60), true);
        }
        judged(opened(UUID.randomUUID(), NOON), "unsure", NOON.plusSeconds(60), true);
        assertThat(reviews.standing(NOON)).isEqualTo(new Reviews.Standing(0, 12, 7, 1, null));

        judged(opened(UUID.randomUUID(), NOON), "genuine", NOON.plusSeconds(60), true);

        assertThat(reviews.standing(NOON)).isEqualTo(new Reviews.Standing(0, 12, 8, 1, 0.6));
        assertThat(reviews.standing(NOON.plusSeconds(1))).isEqualTo(new Reviews.Standing(0, 0, 0, 0, null));
    }

    @Test
    void reviewsAreListedAllOrByWhatWasFoundAndPageByPage() {
        var first = opened(ada, NOON);
        var second = opened(UUID.randomUUID(), NOON.plusSeconds(1));
        judged(first, "fraud", NOON.plusSeconds(60), true);

        var all = reviews.list(null, 9, null);
        assertThat(all).extracting(Reviews.Review::decision).containsExactlyInAnyOrder(first, second);
        assertThat(reviews.list(null, 9, all.get(0).decision())).containsExactly(all.get(1));
        assertThat(reviews.list("fraud", 9, null))
                .containsExactly(new Reviews.Review(first, ada, NOON, 0.84, "fraud", NOON.plusSeconds(60)));
        assertThat(reviews.list("open", 9, null))
                .extracting(Reviews.Review::decision)
                .containsExactly(second);
    }

    private UUID opened(UUID customer, Instant at) {
        var decision = new Decision(
                UUID.randomUUID(),
                customer,
                UUID.randomUUID(),
                at,
                "start:fraud-review",
                "test: rule",
                "because",
                "test",
                Map.of(),
                Map.of("risk", 0.84));
        reviews.open(List.of(decision));
        return decision.id();
    }

    private void judged(UUID decision, String outcome, Instant at, boolean byTask) {
        var event = new Event(
                UUID.randomUUID(),
                "journey",
                "m",
                "Order Reviewed",
                "server",
                at,
                at,
                "ada",
                null,
                null,
                Map.of(),
                Map.of(),
                Map.of("decision", decision.toString(), "outcome", outcome),
                byTask ? Map.of("verdict", true) : Map.of());
        reviews.close(List.of(event));
    }
}
