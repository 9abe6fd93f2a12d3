package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import org.camunda.bpm.engine.HistoryService;
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

    @Autowired
    private HistoryService history;

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
        assertThat(end()).isEqualTo("reminded-twice");
    }

    @Test
    void makesAnOfferWhenTheRulesSaySo() {
        scene.rules.answers.add("remind");
        scene.pass(FIRST_WAIT);
        scene.rules.answers.add("offer");
        scene.pass(SECOND_WAIT);

        assertThat(scene.sends.templates).containsExactly("cart-reminder", "cart-offer");
        assertThat(end()).isEqualTo("offer-made");
    }

    @Test
    void sendsNothingWhenTheRulesStopItBeforeTheReminder() {
        scene.rules.answers.add("stop");
        scene.pass(FIRST_WAIT);

        assertThat(scene.sends.templates).isEmpty();
        assertThat(end()).isEqualTo("not-reminded");
    }

    @Test
    void leavesThemAloneAfterTheReminderWhenTheRulesStopIt() {
        scene.rules.answers.add("remind");
        scene.pass(FIRST_WAIT);
        scene.rules.answers.add("stop");
        scene.pass(SECOND_WAIT);

        assertThat(scene.sends.templates).containsExactly("cart-reminder");
        assertThat(end()).isEqualTo("left-alone");
    }

    @Test
    void endsAtOnceWhenTheyBuyDuringTheFirstWait() {
        scene.follow(customer, "tell:purchased");

        assertThat(end()).isEqualTo("won");
        scene.pass(FIRST_WAIT.plus(SECOND_WAIT));
        assertThat(scene.sends.templates).isEmpty();
    }

    @Test
    void endsAtOnceWhenTheyBuyDuringTheSecondWait() {
        scene.rules.answers.add("remind");
        scene.pass(FIRST_WAIT);
        scene.follow(customer, "tell:purchased");

        assertThat(end()).isEqualTo("won");
        scene.pass(SECOND_WAIT);
        assertThat(scene.sends.templates).containsExactly("cart-reminder");
    }

    @Test
    void endsAtOnceWhenTheyUnsubscribe() {
        scene.follow(customer, "tell:unsubscribed");

        assertThat(end()).isEqualTo("stopped");
        scene.pass(FIRST_WAIT);
        assertThat(scene.sends.templates).isEmpty();
    }

    private String end() {
        var journey = scene.journey(customer);
        assertThat(journey.ended()).isNotNull();
        assertThat(journey.at()).isEmpty();
        return history.createHistoricActivityInstanceQuery()
                .processInstanceId(journey.id())
                .activityType("noneEndEvent")
                .singleResult()
                .getActivityId();
    }
}
