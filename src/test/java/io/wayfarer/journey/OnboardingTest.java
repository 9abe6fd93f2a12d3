package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Each way through processes/onboarding.bpmn. */
@EngineContext
class OnboardingTest {

    private static final ZoneId THERE = ZoneId.of("Asia/Shanghai");

    @Autowired
    private Scene scene;

    private UUID customer;

    @BeforeEach
    void somebodyInShanghaiOrdersForTheFirstTime() {
        scene.begin();
        scene.noon();
        var user = "user-" + UUID.randomUUID();
        scene.happened(user, "Order Completed", Map.of("order_id", "o-1"), Map.of("timezone", THERE.getId()));
        customer = scene.customer(user);
        scene.follow(customer, "start:onboarding");
    }

    @Test
    void helpsOnTheMorningAfterTheDeliveryAndTwoWeeksLater() {
        scene.pass(Duration.ofDays(2));
        scene.follow(customer, "tell:delivered");
        scene.pass(untilNine().minusMinutes(1));
        assertThat(scene.sends.templates).isEmpty();
        scene.pass(Duration.ofMinutes(1));
        assertThat(scene.clock.instant().atZone(THERE).getHour()).isEqualTo(9);
        assertThat(scene.sends.templates).containsExactly("onboarding-start");
        assertThat(scene.journey(customer).at()).containsExactly("Wait 14 days");

        scene.pass(Duration.ofDays(14));
        scene.pass(Duration.ofDays(1));
        assertThat(scene.sends.templates).containsExactly("onboarding-start", "onboarding-care");
        assertThat(scene.journey(customer).outcome()).isEqualTo("Settled in");
    }

    private Duration untilNine() {
        var now = scene.clock.instant().atZone(THERE);
        var nine = now.withHour(9).withMinute(0).withSecond(0).withNano(0);
        return Duration.between(now, nine.isBefore(now) ? nine.plusDays(1) : nine);
    }

    @Test
    void helpsAfterAWeekWithoutNewsOfTheDelivery() {
        scene.pass(Duration.ofDays(7));
        scene.pass(Duration.ofDays(1));

        assertThat(scene.sends.templates).containsExactly("onboarding-start");
    }

    @Test
    void endsAtOnceWhenTheyBuyAgain() {
        scene.follow(customer, "tell:purchased");

        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");
        scene.pass(Duration.ofDays(30));
        assertThat(scene.sends.templates).isEmpty();
    }

    @Test
    void endsAtOnceWhenTheyUnsubscribe() {
        scene.follow(customer, "tell:unsubscribed");

        assertThat(scene.journey(customer).outcome()).isEqualTo("exit: unsubscribed");
    }
}
