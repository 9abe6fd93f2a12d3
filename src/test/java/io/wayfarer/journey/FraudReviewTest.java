package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.decide.Decisions;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.profile.Customers;
import io.wayfarer.risk.Reviews;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.ProducerTemplate;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/** Each way through processes/fraud-review.bpmn, from events by the real spine to a verdict by the engine's REST. */
@EngineContext
class FraudReviewTest {

    @Autowired
    private Scene scene;

    @Autowired
    private TaskService tasks;

    @Autowired
    private TestRestTemplate http;

    @Autowired
    private Inbox inbox;

    @Autowired
    private ProducerTemplate spine;

    @Autowired
    private Customers customers;

    @Autowired
    private Decisions decisions;

    @Autowired
    private Reviews reviews;

    private String user;
    private UUID customer;

    @BeforeEach
    void somebodyOrdersAfterThreeFailedPayments() {
        scene.begin();
        user = "user-" + UUID.randomUUID();
        for (int i = 0; i < 3; i++) {
            happens("Payment Failed", Map.of());
        }
        happens("Order Completed", Map.of("order_id", "o-17", "total", 2400, "currency", "EUR"));
        customer = scene.customer(user);
    }

    @Test
    void aPersonSeesTheOrderTheScoreAndTheReasons() {
        scene.pass(Duration.ZERO);

        assertThat(tasks.createTaskQuery()
                        .taskCandidateGroup(People.SERVICE_AGENTS)
                        .list())
                .hasSize(1);
        assertThat(task().getName()).isEqualTo("Judge a suspicious order");
        var form = rest().getForObject("/engine-rest/task/{id}/form-variables", JsonNode.class, task().getId());
        assertThat(value(form, "who")).contains(user);
        assertThat(value(form, "order")).isEqualTo("Order Completed · o-17 · 2400 · EUR");
        assertThat(value(form, "risk")).isEqualTo("0.84");
        assertThat(value(form, "reasons").lines())
                .containsExactly(
                        "3 payments failed within the hour before the order (0.6)",
                        "first order of 2400 by somebody known for less than a day (0.6)");
        var fields = rest().getForObject("/engine-rest/task/{id}/deployed-form", JsonNode.class, task().getId());
        assertThat(fields.get("components").findValuesAsText("key"))
                .containsExactly("who", "order", "risk", "reasons", "orders", "outcome", "answer");
        assertThat(reviews.newest(customer)).contains("open");
    }

    @Test
    void eachVerdictBecomesAnEventAndALabel() {
        for (var outcome : Reviews.OUTCOMES) {
            somebodyOrdersAfterThreeFailedPayments();
            scene.pass(Duration.ofSeconds(1));

            assertThat(complete(outcome).getStatusCode().is2xxSuccessful()).isTrue();
            work();

            assertThat(scene.journey(customer, Reviews.PROCESS).ended()).isNotNull();
            assertThat(reviews.newest(customer)).contains(outcome);
            var verdict = customers.events(customer, 1).get(0);
            assertThat(verdict.name()).isEqualTo("Order Reviewed");
            assertThat(verdict.properties())
                    .containsEntry("outcome", outcome)
                    .containsEntry("process", "fraud-review")
                    .containsEntry("answer", "Looked at it.");
        }
    }

    @Test
    void aVerdictThatTheFormDoesNotOfferLeavesTheReviewOpen() {
        scene.pass(Duration.ZERO);

        var answer = complete("refund");

        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
        assertThat(answer.getBody()).contains("outcome must be one of [genuine, fraud, unsure]");
        assertThat(task()).isNotNull();
        assertThat(reviews.newest(customer)).contains("open");
    }

    @Test
    void theLeadSeesItFirstAfterFourHoursWithoutAVerdict() {
        scene.pass(Duration.ZERO);
        scene.pass(Duration.ofHours(4).minusSeconds(1));
        assertThat(task().getPriority()).isLessThan(Escalate.PRIORITY);

        scene.pass(Duration.ofSeconds(1));

        assertThat(task().getPriority()).isEqualTo(Escalate.PRIORITY);
        complete("genuine");
        assertThat(scene.journey(customer, Reviews.PROCESS).ended()).isNotNull();
    }

    @Test
    void nobodyCanClearThemselvesWithAnEventOfThatName() {
        var decision = decisions.of(customer, 10, null).stream()
                .filter(one -> one.action().equals("start:fraud-review"))
                .findFirst()
                .orElseThrow();
        happens(
                "Order Reviewed",
                Map.of(
                        "outcome", "genuine",
                        "decision", decision.id().toString(),
                        "process", "fraud-review"));
        happens("Order Reviewed", Map.of("outcome", 7, "decision", "not an id\u0000"));

        assertThat(reviews.newest(customer)).contains("open");
    }

    private void happens(String name, Map<String, Object> properties) {
        // the same told twice in a moment counts once
        scene.clock.pass(Duration.ofMinutes(1));
        inbox.accept(List.of(scene.event(user, name, properties)));
        work();
    }

    /** As a worker does, once. */
    private void work() {
        spine.sendBody("direct:journey", null);
    }

    private Task task() {
        return tasks.createTaskQuery().singleResult();
    }

    private ResponseEntity<String> complete(String outcome) {
        return rest().postForEntity(
                        "/engine-rest/task/{id}/submit-form",
                        Map.of("variables", Map.of("outcome", typed(outcome), "answer", typed("Looked at it."))),
                        String.class,
                        task().getId());
    }

    private static Map<String, String> typed(String value) {
        return Map.of("value", value, "type", "String");
    }

    private TestRestTemplate rest() {
        return http.withBasicAuth("admin", "test-password");
    }

    private static String value(JsonNode form, String name) {
        return form.get(name).get("value").asText();
    }
}
