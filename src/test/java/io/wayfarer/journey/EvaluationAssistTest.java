package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Each way through processes/evaluation-assist.bpmn. */
@EngineContext
class EvaluationAssistTest {

    @Autowired
    private Scene scene;

    @Autowired
    private org.springframework.jdbc.core.JdbcTemplate jdbc;

    private UUID customer;

    @BeforeEach
    void nothingRuns() {
        scene.begin();
        scene.noon();
        customer = UUID.randomUUID();
    }

    @ParameterizedTest
    @CsvSource({"price-watched, price-watch", "price-dropped, price-drop", "back-in-stock, back-in-stock"})
    void saysWhatIsNewAndThenNothingMoreForTwoWeeks(String signal, String template) {
        scene.start(customer, "evaluation-assist", signal);
        scene.pass(Duration.ZERO);
        assertThat(scene.sends.templates).containsExactly(template);

        scene.pass(Duration.ofDays(14));
        assertThat(scene.sends.templates).containsExactly(template);
        assertThat(scene.journey(customer).outcome()).isEqualTo("Did not decide");
    }

    @ParameterizedTest
    @CsvSource({
        "price-dropped, price-drop,    Told that it is cheaper",
        "back-in-stock, back-in-stock, Told that it is back"
    })
    void tellsOfNewsOfWhatTheyLookAtOnce(String word, String template, String outcome) {
        scene.start(customer, "evaluation-assist", "price-watched");
        scene.pass(Duration.ofDays(3));
        var told = scene.decided(customer, "tell:" + word, Map.of("items", List.of(Map.of("title", "Tent"))));
        scene.follow(told);
        scene.pass(Duration.ZERO);

        assertThat(scene.sends.templates).containsExactly("price-watch", template);
        assertThat(scene.journey(customer).outcome()).isEqualTo(outcome);
        assertThat(jdbc.queryForList(
                        "select decision_id from message where customer_id = ? and template = ?",
                        UUID.class,
                        customer,
                        template))
                .as("the letter shows what was told of, not what the journey began with")
                .containsExactly(told.id());
    }

    @Test
    void endsAtOnceWhenTheyBuy() {
        scene.start(customer, "evaluation-assist", "price-watched");
        scene.follow(customer, "tell:purchased");
        scene.pass(Duration.ofDays(14));

        assertThat(scene.sends.templates).isEmpty();
        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");
    }

    @Test
    void endsAtOnceWhenTheyUnsubscribe() {
        scene.start(customer, "evaluation-assist", "price-watched");
        scene.pass(Duration.ZERO);
        scene.follow(customer, "tell:unsubscribed");

        assertThat(scene.journey(customer).outcome()).isEqualTo("exit: unsubscribed");
    }
}
