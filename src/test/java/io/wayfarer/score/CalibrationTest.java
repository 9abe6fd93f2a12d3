package io.wayfarer.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CalibrationTest {

    @Test
    void poolingAgreesWithAnExampleWorkedByHand() {
        var calibration = Calibration.Isotonic.of(
                new double[] {0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, new boolean[] {false, true, false, false, true, true});
        // 0 | 1 0 0 | 1 1, with the ends held off by Laplace's rule: 1/3 and 3/4
        assertThat(calibration.to()).containsExactly(new double[] {1 / 3.0, 1 / 3.0, 3 / 4.0}, within(1e-12));
        assertThat(calibration.from()).containsExactly(new double[] {0.1, 0.3, 0.55}, within(1e-12));
        assertThat(calibration.of(0.425)).isCloseTo((1 / 3.0 + 3 / 4.0) / 2, within(1e-12));
    }
}
