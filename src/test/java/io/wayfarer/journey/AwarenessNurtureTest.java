package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Each way through processes/awareness-nurture.bpmn. */
@EngineContext
class AwarenessNurtureTest {

    private static final Duration A_DAY = Duration.ofDays(1);

    @Autowired
    private Scene scene;

    private final UUID customer = UUID.randomUUID();

    @BeforeEach
    void somebodyAgreesToMail() {
        scene.begin();
        scene.noon();
        scene.follow(customer, "start:awareness-nurture");
    }

    @Test
    void welcomesOnTheSecondMorningAndTellsHowToChooseFiveDaysLater() {
        scene.pass(A_DAY);
        assertThat(scene.journey(customer).at()).containsExactly("10:00 there");
        assertThat(scene.sends.templates).isEmpty();
        scene.pass(Duration.ofHours(22));
        assertThat(scene.sends.templates).containsExactly("welcome");

        scene.pass(Duration.ofDays(5));
        assertThat(scene.sends.templates).containsExactly("welcome", "how-to-choose");
        assertThat(scene.journey(customer).outcome()).isEqualTo("Introduced");
    }

    @Test
    void endsAtOnceWhenTheyBuy() {
        scene.pass(A_DAY);
        scene.pass(A_DAY);
        scene.follow(customer, "tell:purchased");
        scene.pass(Duration.ofDays(10));

        assertThat(scene.sends.templates).containsExactly("welcome");
        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");
    }

    @Test
    void endsAtOnceWhenTheyUnsubscribe() {
        scene.follow(customer, "tell:unsubscribed");
        scene.pass(Duration.ofDays(10));

        assertThat(scene.sends.templates).isEmpty();
        assertThat(scene.journey(customer).outcome()).isEqualTo("exit: unsubscribed");
    }

    @Test
    void introducesTheShopOnce() {
        scene.follow(customer, "tell:unsubscribed");
        scene.follow(customer, "start:awareness-nurture");

        assertThat(scene.journey(customer).ended()).isNotNull();
    }
}
