package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Each way through processes/birthday-or-anniversary.bpmn. */
@EngineContext
class BirthdayOrAnniversaryTest {

    @Autowired
    private Scene scene;

    private UUID customer;

    @BeforeEach
    void somebodyIsKnown() {
        scene.begin();
        scene.noon();
        var user = "user-" + UUID.randomUUID();
        scene.happened(user, "Page Viewed", Map.of());
        customer = scene.customer(user);
    }

    @ParameterizedTest
    @ValueSource(strings = {"birthday", "anniversary"})
    void greetsAtNineAndGivesPoints(String day) {
        scene.start(customer, "birthday-or-anniversary", day);
        scene.pass(Duration.ofHours(20));
        assertThat(scene.sends.templates).isEmpty();
        scene.pass(Duration.ofHours(1));

        assertThat(scene.sends.templates).containsExactly(day);
        assertThat(scene.work()).anySatisfy(event -> {
            assertThat(event.name()).isEqualTo("Award Given");
            assertThat(event.properties()).containsEntry("award", day).containsEntry("points", 50);
        });
        scene.pass(Duration.ofDays(14));
        assertThat(scene.journey(customer).outcome()).isEqualTo("Greeted");
    }

    @Test
    void theOtherDayWithinTheMonthIsNotGreetedToo() {
        scene.start(customer, "birthday-or-anniversary", "birthday");
        scene.pass(Duration.ofDays(1));
        scene.pass(Duration.ofDays(14));
        scene.start(customer, "birthday-or-anniversary", "anniversary");
        scene.pass(Duration.ofDays(1));

        assertThat(scene.sends.templates).containsExactly("birthday");
    }

    @Test
    void endsAtOnceWhenTheyUnsubscribe() {
        scene.start(customer, "birthday-or-anniversary", "birthday");
        scene.follow(customer, "tell:unsubscribed");
        scene.pass(Duration.ofDays(1));

        assertThat(scene.sends.templates).isEmpty();
        assertThat(scene.journey(customer).outcome()).isEqualTo("exit: unsubscribed");
    }
}
