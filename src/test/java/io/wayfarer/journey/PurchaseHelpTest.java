package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.ingest.Event;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.FormService;
import org.camunda.bpm.engine.TaskService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Each way through processes/purchase-help.bpmn. */
@EngineContext
class PurchaseHelpTest {

    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);
    private static final Duration A_DAY = Duration.ofDays(1);

    @Autowired
    private Scene scene;

    @Autowired
    private TaskService tasks;

    @Autowired
    private FormService forms;

    private UUID customer;

    @BeforeEach
    void aPaymentFails() {
        scene.begin();
        scene.noon();
        var user = "user-" + UUID.randomUUID();
        var failed = scene.happened(user, "Payment Failed", Map.of());
        customer = scene.customer(user);
        scene.follow(scene.decided(customer, failed.id(), "start:purchase-help"));
    }

    private void toTheCall() {
        scene.pass(HALF_AN_HOUR);
        scene.rules.answers.add("call");
        scene.pass(A_DAY);
    }

    @Test
    void helpsByMailAfterHalfAnHourAndByACallADayLater() {
        scene.pass(HALF_AN_HOUR);
        assertThat(scene.sends.templates).containsExactly("payment-help");
        scene.rules.answers.add("call");
        scene.pass(A_DAY);
        assertThat(scene.rules.asked).containsExactly("help payment");
        var task = tasks.createTaskQuery()
                .taskCandidateGroup(People.SERVICE_AGENTS)
                .singleResult();
        assertThat(task.getName()).isEqualTo("Call about a payment");
        assertThat((String) tasks.getVariable(task.getId(), "who")).startsWith("Ada Example");

        forms.submitTaskForm(task.getId(), Map.of("outcome", "will-buy", "answer", ""));
        assertThat(scene.journey(customer).outcome()).isEqualTo("Called");
        assertThat(scene.work()).extracting(Event::name).containsExactly("Task Completed");
    }

    @Test
    void whatTheFormDoesNotOfferIsNoOutcome() {
        toTheCall();
        var task = tasks.createTaskQuery().singleResult().getId();

        assertThatThrownBy(() -> forms.submitTaskForm(task, Map.of("outcome", "refund")))
                .hasMessageContaining("outcome must be one of [bought, will-buy, does-not-want, not-reached]");
    }

    @Test
    void callsNobodyWhenTheRulesSayThatItIsNotWorthIt() {
        scene.pass(HALF_AN_HOUR);
        scene.rules.answers.add("stop");
        scene.pass(A_DAY);

        assertThat(tasks.createTaskQuery().count()).isZero();
        assertThat(scene.journey(customer).outcome()).isEqualTo("Left alone");
    }

    @Test
    void theLeadSeesItWhenNobodyCallsForADay() {
        toTheCall();
        scene.pass(A_DAY);

        assertThat(tasks.createTaskQuery().singleResult().getPriority()).isEqualTo(Escalate.PRIORITY);
        assertThat(scene.journey(customer).at()).containsExactly("Call about a payment");
    }

    @Test
    void endsAtOnceWhenTheyBuyBeforeTheMailAndBeforeTheCall() {
        scene.follow(customer, "tell:purchased");
        scene.pass(HALF_AN_HOUR);
        assertThat(scene.sends.templates).isEmpty();
        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");
    }

    @Test
    void theTaskGoesWhenTheyBuyMeanwhile() {
        toTheCall();
        scene.follow(customer, "tell:purchased");

        assertThat(tasks.createTaskQuery().count()).isZero();
        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");
    }

    @Test
    void helpsAtMostOnceADay() {
        scene.follow(customer, "tell:purchased");
        scene.clock.pass(A_DAY.minusMinutes(1));
        scene.follow(customer, "start:purchase-help");
        assertThat(scene.journeys(customer)).hasSize(1);

        scene.clock.pass(Duration.ofMinutes(1));
        scene.follow(customer, "start:purchase-help");
        assertThat(scene.journeys(customer)).hasSize(2);
    }
}
