package io.wayfarer.ingest.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.ingest.clean.CleanSettings.OutlierSettings;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutliersTest {

    private final Outliers outliers = new Outliers(null, new OutlierSettings(6, 100));

    private Double bound(double value) {
        return outliers.bound("s", "total", value);
    }

    private void learn(double... values) {
        for (var value : values) {
            outliers.learn("s", "total", value);
        }
    }

    @Test
    void withTooFewNumbersNothingIsTooLarge() {
        for (int i = 0; i < 90; i++) {
            learn(10);
        }
        assertThat(bound(1e12)).isNull();
    }

    /** ln(1 + x) is normal with mean 3 and deviation 0.5, so the limit is near e^(3 + 6 * 0.5) - 1. */
    @Test
    void theLimitIsSixRobustDeviationsOnALogarithmicScale() {
        var random = new Random(42);
        for (int i = 0; i < 5_000; i++) {
            learn(Math.expm1(3 + 0.5 * random.nextGaussian()));
        }
        assertThat(Math.log1p(bound(1e9))).isEqualTo(6, within(0.7));
        assertThat(bound(150)).isNull();
        assertThat(bound(-1e9)).isEqualTo(-bound(1e9));
    }

    @Test
    void whereAllAreTheSameLessThanTenTimesIsNotTooLarge() {
        for (int i = 0; i < 200; i++) {
            learn(1);
        }
        assertThat(bound(9)).isNull();
        assertThat(bound(20)).isNotNull();
    }

    @Test
    void aThirdOfNonsenseDoesNotMoveTheLimitOutOfReach() {
        var random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            learn(i % 3 == 0 ? 1e9 : 20 + 10 * random.nextDouble());
        }
        assertThat(bound(1e9)).isLessThan(100_000);
    }

    @Test
    void whatIsNewTakesTheOldOnesPlace() {
        for (int i = 0; i < 100_000; i++) {
            learn(10);
        }
        for (int i = 0; i < 20_000; i++) {
            learn(10_000);
        }
        assertThat(bound(20_000)).isNull();
    }

    @Test
    void eachSourceAndPropertyHasItsOwn() {
        for (int i = 0; i < 200; i++) {
            learn(1);
        }
        assertThat(outliers.bound("other", "total", 1e9)).isNull();
        assertThat(outliers.bound("s", "price", 1e9)).isNull();
    }
}
