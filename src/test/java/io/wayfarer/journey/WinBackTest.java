package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.decide.Decisions;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Each way through processes/win-back.bpmn. */
@EngineContext
class WinBackTest {

    @Autowired
    private Scene scene;

    @Autowired
    private Decisions decisions;

    @BeforeEach
    void nothingRuns() {
        scene.begin();
        scene.noon();
    }

    /** Somebody who has gone quiet, and who is in this arm. */
    private UUID quiet(String arm) {
        var customer = Stream.generate(UUID::randomUUID)
                .filter(one -> Split.arm("win-back-letters", one, Split.arms("letters:80,control:20"))
                        .equals(arm))
                .findFirst()
                .orElseThrow();
        scene.follow(customer, "start:win-back");
        return customer;
    }

    @Test
    void writesTwoLettersToMost() {
        var customer = quiet("letters");
        scene.pass(Duration.ofDays(1));
        assertThat(scene.sends.templates).containsExactly("win-back");
        scene.pass(Duration.ofDays(14));
        assertThat(scene.sends.templates).containsExactly("win-back", "win-back-second");
        assertThat(scene.journey(customer).at()).containsExactly("Wait 30 days");
        scene.pass(Duration.ofDays(30));
        assertThat(scene.journey(customer).outcome()).isEqualTo("Not won back");
    }

    @Test
    void writesNothingToSomeSoThatItCanBeMeasured() {
        var customer = quiet("control");
        assertThat(scene.journey(customer).at()).containsExactly("Wait 44 days");
        scene.pass(Duration.ofDays(44));

        assertThat(scene.sends.templates).isEmpty();
        assertThat(scene.journey(customer).outcome()).isEqualTo("Not written to");
    }

    @Test
    void whoIsInWhichArmIsKeptAsADecision() {
        var customer = quiet("control");
        assertThat(decisions.of(customer, 10, null))
                .filteredOn(decision -> decision.verb().equals("arm"))
                .singleElement()
                .satisfies(assigned -> {
                    assertThat(assigned.action()).isEqualTo("arm:win-back-letters/control");
                    assertThat(assigned.facts())
                            .isEqualTo(Map.of(
                                    "experiment", "win-back-letters",
                                    "arm", "control",
                                    "share", 20,
                                    "process", "win-back"));
                    assertThat(assigned.rule()).isEqualTo("win-back.bpmn: split");
                    assertThat(assigned.at()).isEqualTo(scene.clock.instant());
                });
    }

    @Test
    void endsAtOnceWhenTheyBuyAndMayBeginAgain() {
        var customer = quiet("letters");
        scene.follow(customer, "tell:purchased");
        scene.pass(Duration.ofDays(60));
        assertThat(scene.sends.templates).isEmpty();
        assertThat(scene.journey(customer).outcome()).isEqualTo("goal: purchased");

        scene.follow(customer, "start:win-back");
        scene.pass(Duration.ofDays(1));
        assertThat(scene.sends.templates).containsExactly("win-back");
    }

    @Test
    void endsAtOnceWhenTheyUnsubscribe() {
        var customer = quiet("letters");
        scene.pass(Duration.ofDays(1));
        scene.follow(customer, "tell:unsubscribed");
        scene.pass(Duration.ofDays(60));

        assertThat(scene.sends.templates).containsExactly("win-back");
        assertThat(scene.journey(customer).outcome()).isEqualTo("exit: unsubscribed");
    }
}
