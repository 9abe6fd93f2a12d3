package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.ingest.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;

/** Each way through processes/unhappy-customer.bpmn, with the task completed as Tasklist completes it. */
@EngineContext
class UnhappyCustomerTest {

    private static final String SECRET = "the left sole fell off on the first day";

    @Autowired
    private Scene scene;

    @Autowired
    private TaskService tasks;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private TestRestTemplate http;

    private UUID customer;

    @BeforeEach
    void somebodyIsUnhappy() {
        scene.begin();
        var user = "user-" + UUID.randomUUID();
        scene.happened(user, "Order Completed", Map.of("order_id", "o-17", "total", 59.9, "currency", "EUR"));
        var mail = scene.happened(user, "Mail Received", Map.of("subject", "Boots", "text", SECRET));
        customer = scene.customer(user);
        scene.follow(scene.decided(customer, mail.id(), "start:unhappy-customer"));
    }

    @Test
    void theTaskIsMadeByTheJobExecutorAndNotWhileTheSpineWaits() {
        assertThat(task()).isNull();
        scene.pass(Duration.ZERO);
        assertThat(task().getName()).isEqualTo("Answer an unhappy customer");
    }

    @Test
    void serviceAgentsSeeWhoTheyAnswerAndWhatWasWritten() {
        scene.pass(Duration.ZERO);

        assertThat(tasks.createTaskQuery()
                        .taskCandidateGroup(People.SERVICE_AGENTS)
                        .list())
                .hasSize(1);
        assertThat(task().getDueDate().toInstant())
                .isEqualTo(scene.clock.instant().plus(Duration.ofDays(1)));
        var form = rest().getForObject("/engine-rest/task/{id}/form-variables", JsonNode.class, task().getId());
        assertThat(value(form, "who")).startsWith("Ada Example, user-").endsWith("@example.org");
        assertThat(value(form, "stage")).isNotEmpty();
        assertThat(value(form, "orders")).matches("\\d+ \\w{3} \\d{4} · o-17 · 59.9 EUR");
        assertThat(value(form, "text")).isEqualTo("Boots\n\n" + SECRET);
        assertThat(value(form, "answer")).startsWith("We are sorry");
        var fields = rest().getForObject("/engine-rest/task/{id}/deployed-form", JsonNode.class, task().getId());
        assertThat(fields.get("components").findValuesAsText("key"))
                .containsExactly("who", "stage", "orders", "text", "outcome", "answer");
    }

    @Test
    void whatWasChosenBecomesAnEventOfTheCustomer() {
        scene.pass(Duration.ZERO);
        var id = task().getId();

        assertThat(complete("refund", "You get it all back.").getStatusCode().is2xxSuccessful())
                .isTrue();

        assertThat(scene.journey(customer).ended()).isNotNull();
        var events = scene.work();
        assertThat(events).extracting(Event::name).containsExactly("Task Completed");
        assertThat(events.get(0).messageId()).isEqualTo(id);
        assertThat(events.get(0).properties())
                .isEqualTo(Map.of(
                        "task", "answer-customer",
                        "process", "unhappy-customer",
                        "outcome", "refund",
                        "answer", "You get it all back."));
        assertThat(scene.customer(events.get(0).userId())).isEqualTo(customer);
    }

    @Test
    void aTaskWithoutAKnownOutcomeStaysOpenAndGivesNoEvent() {
        scene.pass(Duration.ZERO);

        var answer = complete("delete-everything", "");

        // the engine answers 500 to whatever a listener refuses
        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
        assertThat(answer.getBody()).contains("outcome must be one of [refund, voucher, apology, call]");
        assertThat(task()).isNotNull();
        assertThat(scene.work()).isEmpty();
    }

    @Test
    void theLeadSeesItFirstWhenNobodyAnswersForADay() {
        scene.pass(Duration.ZERO);
        scene.pass(Duration.ofDays(1));

        assertThat(task().getPriority()).isEqualTo(Escalate.PRIORITY);
        assertThat(tasks.createTaskQuery()
                        .taskCandidateGroup(People.ADMINISTRATORS)
                        .list())
                .hasSize(1);
        complete("call", "We called.");
        assertThat(scene.journey(customer).ended()).isNotNull();
        assertThat(scene.work()).hasSize(1);
    }

    @Test
    void whatTheCustomerWroteStaysNowhereInTheEngineOnceAnswered() {
        scene.pass(Duration.ZERO);
        assertThat(rowsWith(SECRET)).isEqualTo(1);

        complete("apology", "Sorry about " + SECRET);

        assertThat(rowsWith(SECRET)).isZero();
        assertThat(jdbc.queryForObject("select count(*) from act_ru_variable", Integer.class))
                .isZero();
        assertThat(jdbc.queryForObject("select count(*) from act_hi_varinst", Integer.class))
                .isZero();
        assertThat(jdbc.queryForObject("select count(*) from act_hi_detail", Integer.class))
                .isZero();
    }

    @Test
    void aTextOfAnyLengthFitsTheForm() {
        var user = "user-" + UUID.randomUUID();
        var mail = scene.happened(user, "Mail Received", Map.of("text", "bad\u0000".repeat(20_000)));
        scene.begin();
        scene.follow(scene.decided(scene.customer(user), mail.id(), "start:unhappy-customer"));
        scene.pass(Duration.ZERO);

        assertThat((String) tasks.getVariable(task().getId(), "text"))
                .hasSize(ShowCustomer.MAX_TEXT)
                .doesNotContain("\u0000")
                .endsWith("…");
    }

    private Task task() {
        return tasks.createTaskQuery().singleResult();
    }

    private ResponseEntity<String> complete(String outcome, String answer) {
        return rest().postForEntity(
                        "/engine-rest/task/{id}/submit-form",
                        Map.of("variables", Map.of("outcome", typed(outcome), "answer", typed(answer))),
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

    /** Rows of any table of the engine with the words in any column of text. */
    private int rowsWith(String words) {
        var rows = 0;
        List<Map<String, Object>> columns =
                jdbc.queryForList("select table_name, column_name from information_schema.columns"
                        + " where table_name like 'ACT%' and data_type = 'CHARACTER VARYING'");
        for (var column : columns) {
            rows += jdbc.queryForObject(
                    "select count(*) from " + column.get("TABLE_NAME") + " where " + column.get("COLUMN_NAME")
                            + " like ?",
                    Integer.class,
                    "%" + words + "%");
        }
        return rows;
    }
}
