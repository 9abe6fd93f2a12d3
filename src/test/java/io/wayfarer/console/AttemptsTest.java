package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final Attempts attempts = new Attempts(now::get);

    @Test
    void afterSoManyFailuresOneWaitsUntilTheWindowEnds() {
        for (int i = 0; i < Attempts.PER_USER_AND_ADDRESS; i++) {
            assertThat(attempts.begin("ada", "10.0.0.1")).isZero();
            pass(Duration.ofSeconds(10));
        }
        assertThat(attempts.begin("ada", "10.0.0.1")).isEqualTo(Attempts.WINDOW.minusSeconds(50));
        assertThat(attempts.begin("bob", "10.0.0.1")).isZero();
        assertThat(attempts.begin("ada", "10.0.0.2")).isZero();

        pass(Attempts.WINDOW.minusSeconds(50));
        assertThat(attempts.begin("ada", "10.0.0.1")).isZero();
    }

    @Test
    void whatIsTriedAtTheSameMomentIsCountedBeforeItIsAnswered() {
        var allowed = 0;
        for (int i = 0; i < 100; i++) {
            allowed += attempts.begin("ada", "10.0.0.1").isZero() ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(Attempts.PER_USER_AND_ADDRESS);
    }

    @Test
    void successesAreNeverSlowedDown() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(attempts.begin("ada", "10.0.0.1")).isZero();
            attempts.succeeded("ada", "10.0.0.1");
        }
    }

    @Test
    void anAddressHasALimitOverAllUsers() {
        for (int i = 0; i < Attempts.PER_ADDRESS; i++) {
            assertThat(attempts.begin("user" + i, "10.0.0.1")).isZero();
        }
        assertThat(attempts.begin("ada", "10.0.0.1")).isPositive();
        assertThat(attempts.begin("ada", "10.0.0.2")).isZero();
    }

    @Test
    void oneIpv6LineIsOneAddress() {
        for (int i = 0; i < Attempts.PER_USER_AND_ADDRESS; i++) {
            assertThat(attempts.begin("ada", "2001:db8:1:2::" + i)).isZero();
        }
        assertThat(attempts.begin("ada", "2001:db8:1:2:ffff::1")).isPositive();
        assertThat(attempts.begin("ada", "2001:db8:1:3::1")).isZero();
    }

    @Test
    void noMoreIsRememberedThanFits() {
        for (int i = 0; i < 3 * Attempts.REMEMBERED; i++) {
            attempts.begin("user" + i, "10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256);
        }
        assertThat(attempts.remembered()).isLessThanOrEqualTo(Attempts.REMEMBERED);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
