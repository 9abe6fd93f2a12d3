package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Each way through processes/abandoned-cart.bpmn. */
@EngineContext
class AbandonedCartTest {

    private static final Duration FIRST_WAIT = Duration.ofHours(4);
    private static final Duration SECOND_WAIT = Duration.ofDays(1);

    @Autowired
    private Scene scene;

    private final UUID customer = UUID.randomUUID();

    @BeforeEach
    void aCartIsLeft() {
        scene.begin();
        scene.follow(customer, "start:abandoned-cart");
    }

    @Test
    void waitsFourHoursBeforeAnythingIsAsked() {
        scene.pass(FIRST_WAIT.minusMinutes(1));

        assertThat(scene.journey(customer).at()).containsExactly("Wait 4 hours");
        assertThat(scene.rules.asked).isEmpty();
    }

    @Test
    void remindsAndAfterADaySendsASecondMessage() {
        scene.rules.answers.add("remind");
        scene.pass(FIRST_WAIT);
        assertThat(scene.sends.templates).containsExactly("cart-reminder");
        assertThat(scene.journey(customer).at()).containsExactly("Wait 1 day");

        scene.rules.answers.add("second");
        scene.pass(SECOND_WAIT);
        assertThat(scene.sends.templates).containsExactly("cart-reminder", "cart-second");
        assertThat(scene.rules.asked).containsExactly("offers first", "offers second");
        assertThat(scene.journey(customer).outcome()).isEqualTo("Reminded twice");
    }

    @Test
    void makesAnOfferWhenTheRulesSaySo() {
        scene.rules.answers.add("remind");
        scene.pass(FIRST_WAIT);
        scene.rules.answers.add("offer");
        scene.pass(SECOND_WAIT);

        assertThat(scene.sends.templates).containsExactly("cart-reminder", "cart-offer");
        assertThat(scene.journey(customer).outcome()).isEqualTo("Offer made");
    }

    @Test
    void sendsNothingWhenTheRulesStopItBeforeTheReminder() {
        scene.rules.answers.add("stop");
        scene.pass(FIRST_WAIT);

        assertThat(scene.sends.templates).isEmpty();
        assertThat(scene.journey(customer).outcome()).isEqualTo("No reminder due");
    }

    @Test
    void leavesThemAloneAfterTheReminderWhenTheRulesStopIt() {
        scene.rules.answers.add("remind");
        scene.pass(FIRST_WAIT);
        scene.rules.answers.add("stop");
        scene.pass(SECOND_WAIT);

        assertThat(scene.sends.templates).containsExactly("cart-reminder");
        assertThat(scene.journey(customer).outcome()).isEqualTo("Left alone");
    }

    @Test
    void endsAtOnceWhenTheyBuyDuringTheFirstWait() {
        scene.follow(customer, "tell:purchased");

        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");
        scene.pass(FIRST_WAIT.plus(SECOND_WAIT));
        assertThat(scene.sends.templates).isEmpty();
    }

    @Test
    void endsAtOnceWhenTheyBuyDuringTheSecondWait() {
        scene.rules.answers.add("remind");
        scene.pass(FIRST_WAIT);
        scene.follow(customer, "tell:purchased");

        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");
        scene.pass(SECOND_WAIT);
        assertThat(scene.sends.templates).containsExactly("cart-reminder");
    }

    @Test
    void endsAtOnceWhenTheyUnsubscribe() {
        scene.follow(customer, "tell:unsubscribed");

        assertThat(scene.journey(customer).outcome()).isEqualTo("exit: unsubscribed");
        scene.pass(FIRST_WAIT);
        assertThat(scene.sends.templates).isEmpty();
    }
}
