package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Each way through processes/replenish.bpmn. */
@EngineContext
class ReplenishTest {

    @Autowired
    private Scene scene;

    private UUID customer;

    @BeforeEach
    void somethingIsUsedUp() {
        scene.begin();
        scene.noon();
        customer = UUID.randomUUID();
        scene.start(customer, "replenish", "used-up");
    }

    @Test
    void remindsTwiceInTheMorning() {
        scene.pass(Duration.ofHours(21));
        assertThat(scene.sends.templates).isEmpty();
        scene.pass(Duration.ofHours(1));
        assertThat(scene.sends.templates).containsExactly("replenish");
        scene.pass(Duration.ofDays(7));
        assertThat(scene.sends.templates).containsExactly("replenish", "replenish-second");
        scene.pass(Duration.ofDays(7));
        assertThat(scene.journey(customer).outcome()).isEqualTo("Not ordered again");
    }

    @Test
    void endsAtOnceWhenTheyBuyAndMayBeginAgain() {
        scene.pass(Duration.ofDays(1));
        scene.follow(customer, "tell:purchased");
        scene.pass(Duration.ofDays(14));
        assertThat(scene.sends.templates).containsExactly("replenish");
        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");

        scene.start(customer, "replenish", "used-up");
        assertThat(scene.journeys(customer)).hasSize(2);
    }

    @Test
    void endsAtOnceWhenTheyUnsubscribe() {
        scene.follow(customer, "tell:unsubscribed");
        scene.pass(Duration.ofDays(14));

        assertThat(scene.sends.templates).isEmpty();
        assertThat(scene.journey(customer).outcome()).isEqualTo("exit: unsubscribed");
    }
}
