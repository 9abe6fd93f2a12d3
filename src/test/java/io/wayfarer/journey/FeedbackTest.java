package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Each way through processes/feedback.bpmn. */
@EngineContext
class FeedbackTest {

    private static final Duration UP_TO_A_DAY = Duration.ofDays(1);

    @Autowired
    private Scene scene;

    private UUID customer;

    @BeforeEach
    void somebodyOrders() {
        scene.begin();
        scene.noon();
        var user = "user-" + UUID.randomUUID();
        scene.happened(user, "Order Completed", Map.of("order_id", "o-1", "total", 20));
        customer = scene.customer(user);
        scene.follow(customer, "start:feedback");
    }

    private void asked() {
        scene.follow(customer, "tell:delivered");
        scene.pass(Duration.ofDays(3));
        scene.pass(UP_TO_A_DAY);
        assertThat(scene.sends.templates).containsExactly("order-feedback");
        assertThat(scene.journey(customer).at()).containsExactly("What do they say?");
    }

    @Test
    void asksThreeDaysAfterTheDeliveryInTheMorning() {
        scene.pass(Duration.ofDays(1));
        assertThat(scene.journey(customer).at()).containsExactly("Delivered?");

        scene.follow(customer, "tell:delivered");
        assertThat(scene.journey(customer).at()).containsExactly("Wait 3 days");
        scene.pass(Duration.ofDays(3));
        assertThat(scene.sends.templates).isEmpty();
        assertThat(scene.journey(customer).at()).containsExactly("10:00 there");

        scene.pass(UP_TO_A_DAY);
        assertThat(scene.sends.templates).containsExactly("order-feedback");
    }

    @Test
    void asksWithoutNewsOfTheDeliveryTooButLater() {
        scene.pass(Duration.ofDays(10));
        assertThat(scene.journey(customer).at()).containsExactly("Wait 3 days");
        scene.pass(Duration.ofDays(3));
        scene.pass(UP_TO_A_DAY);

        assertThat(scene.sends.templates).containsExactly("order-feedback");
    }

    @Test
    void asksAHappyOneForAReview() {
        asked();
        scene.follow(customer, "tell:answered-well");
        scene.pass(Duration.ZERO);

        assertThat(scene.sends.templates).containsExactly("order-feedback", "review-request");
        assertThat(scene.journey(customer).outcome()).isEqualTo("Asked for a review");
    }

    @Test
    void leavesAnUnhappyOneToAPerson() {
        asked();
        scene.follow(scene.decided(customer, "tell:answered-badly"), scene.decided(customer, "start:unhappy-customer"));
        scene.pass(Duration.ZERO);

        assertThat(scene.sends.templates).containsExactly("order-feedback");
        assertThat(scene.journey(customer, "feedback").outcome()).isEqualTo("A person answers");
        assertThat(scene.journey(customer, "unhappy-customer").at()).contains("Answer an unhappy customer");
    }

    @Test
    void waitsNoLongerThanTwoWeeksForAnAnswer() {
        asked();
        scene.pass(Duration.ofDays(14));

        assertThat(scene.sends.templates).containsExactly("order-feedback");
        assertThat(scene.journey(customer).outcome()).isEqualTo("No answer");
    }

    @Test
    void endsAtOnceWhenTheyPostAReviewByThemselves() {
        asked();
        scene.follow(customer, "tell:reviewed");

        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: reviewed");
        scene.pass(Duration.ofDays(20));
        assertThat(scene.sends.templates).containsExactly("order-feedback");
    }

    @Test
    void endsAtOnceWhenTheyUnsubscribe() {
        scene.follow(customer, "tell:unsubscribed");

        assertThat(scene.journey(customer).outcome()).isEqualTo("exit: unsubscribed");
        scene.pass(Duration.ofDays(30));
        assertThat(scene.sends.templates).isEmpty();
    }

    @Test
    void asksACustomerOnceWhateverTheyOrder() {
        asked();
        scene.follow(customer, "tell:answered-well");
        scene.pass(Duration.ofDays(400));
        scene.follow(customer, "start:feedback");

        assertThat(scene.journeys(customer)).hasSize(1);
    }
}
