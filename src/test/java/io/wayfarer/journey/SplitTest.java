package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

    private static final Map<String, Integer> ARMS = Split.arms("letter:70,call:20,control:10");

    private static Stream<UUID> people() {
        var random = new Random(42);
        return Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()))
                .limit(100_000);
    }

    @Test
    void theArmsAreAsLargeAsTheirShares() {
        var drawn = people().map(one -> Split.arm("win-back", one, ARMS)).toList();

        ARMS.forEach(
                (arm, share) -> assertThat(drawn.stream().filter(arm::equals).count() / 1000.0)
                        .as(arm)
                        .isCloseTo(share, within(0.5)));
    }

    @Test
    void aCustomerIsAlwaysInTheSameArm() {
        var ada = UUID.fromString("01890000-0000-7000-8000-0000000000ad");

        assertThat(Split.arm("win-back", ada, ARMS)).isEqualTo("letter").isEqualTo(Split.arm("win-back", ada, ARMS));
    }

    @Test
    void whoIsInWhichArmOfOneExperimentTellsNothingOfAnother() {
        var half = Split.arms("a:50,b:50");
        var both = people().filter(one -> Split.arm("first", one, half).equals("a"))
                .filter(one -> Split.arm("second", one, half).equals("a"))
                .count();

        assertThat(both / 1000.0).isCloseTo(25, within(0.5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a:50", "a:50,b:51", "a:50,a:50", "a:0,b:100", "a:-1,b:101", "A:50,b:50", "a:50,b:50,"})
    void armsThatAreNoneAreRefused(String arms) {
        assertThatThrownBy(() -> Split.arms(arms)).isInstanceOf(IllegalArgumentException.class);
    }
}
