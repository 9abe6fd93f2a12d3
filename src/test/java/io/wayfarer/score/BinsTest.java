package io.wayfarer.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BinsTest {

    private static final ToDoubleFunction<Random> NORMAL = Random::nextGaussian;
    private static final ToDoubleFunction<Random> COUNT =
            random -> random.nextInt(10) < 6 ? 0 : Math.log1p(random.nextInt(20));
    private static final ToDoubleFunction<Random> FLAG = random -> random.nextInt(20) == 0 ? 0 : Math.log(2);

    @Test
    void theIndexIsTheSumOfItsDefinition() {
        var bins = Bins.of(numbers(NORMAL, 10_000, 1));
        assertThat(bins.edges()).hasSize(9).isSorted();
        assertThat(bins.shares()).allSatisfy(share -> assertThat(share).isCloseTo(0.1, within(0.001)));
        // all in the lowest tenth, but for the half that is counted into each bin
        var low = (500 + 0.5) / 505;
        var other = 0.5 / 505;
        var expected = (low - 0.1) * Math.log(low / 0.1) + 9 * (other - 0.1) * Math.log(other / 0.1);
        assertThat(bins.psi(numbers(random -> -5, 500, 2))).isCloseTo(expected, within(0.02));
    }

    @Test
    void ofTheSameDistributionItIsSmall() {
        for (var distribution : List.of(NORMAL, COUNT, FLAG)) {
            var bins = Bins.of(numbers(distribution, 5_000, 3));
            for (int seed = 10; seed < 60; seed++) {
                assertThat(bins.psi(numbers(distribution, 300, seed))).isBetween(0.0, 0.1);
            }
        }
    }

    @Test
    void ofAShiftItIsLarge() {
        assertThat(Bins.of(numbers(NORMAL, 5_000, 4)).psi(numbers(random -> random.nextGaussian() + 0.7, 300, 5)))
                .isGreaterThan(0.25);
        assertThat(Bins.of(numbers(COUNT, 5_000, 4)).psi(numbers(random -> Math.log1p(random.nextInt(20)), 300, 5)))
                .isGreaterThan(0.25);
        // what was rare and lower than all else has a bin of its own
        assertThat(Bins.of(numbers(FLAG, 5_000, 4)).psi(numbers(random -> random.nextInt(2) * Math.log(2), 300, 5)))
                .isGreaterThan(0.25);
    }

    @Test
    void oneValueAloneIsOneBin() {
        var bins = Bins.of(new double[500]);
        assertThat(bins.edges()).isEmpty();
        assertThat(bins.shares()).containsExactly(1.0);
        assertThat(bins.psi(new double[300])).isZero();
    }

    private static double[] numbers(ToDoubleFunction<Random> distribution, int count, long seed) {
        var random = new Random(seed);
        return IntStream.range(0, count)
                .mapToDouble(i -> distribution.applyAsDouble(random))
                .toArray();
    }
}
