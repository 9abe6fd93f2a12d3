package io.wayfarer.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShapleyTest {

    private static final int[] ALL = IntStream.range(0, 6).toArray();
    private static final double[] ROW = {1, 2, 0, 4, -1, 3};
    private static final double[] BASELINE = {0, 1, 1, 1, 0, 3};

    @Test
    void ofAModelThatIsASumTheValuesAreExact() {
        var coefficients = new double[] {0.5, -1, 2, 0.25, 3, 7};
        var shapley = Shapley.of(row -> dot(coefficients, row), ROW, BASELINE, ALL, 2);
        for (var input : ALL) {
            assertThat(shapley.values()[input])
                    .isCloseTo(coefficients[input] * (ROW[input] - BASELINE[input]), within(1e-12));
            assertThat(shapley.errors()[input]).isCloseTo(0, within(1e-6));
        }
    }

    @Test
    void theValuesAddUpToTheDifferenceHoweverFewTheOrders() {
        var shapley = Shapley.of(ShapleyTest::tangled, ROW, BASELINE, ALL, 2);
        assertThat(Arrays.stream(shapley.values()).sum()).isCloseTo(tangled(ROW) - tangled(BASELINE), within(1e-9));
    }

    @Test
    void whatInputsDoTogetherIsSharedAsTheDefinitionSaysWithinTheErrorThatIsTold() {
        var exact = overAllOrders(ShapleyTest::tangled);
        var shapley = Shapley.of(ShapleyTest::tangled, ROW, BASELINE, ALL, 200);
        for (var input : ALL) {
            assertThat(Math.abs(shapley.values()[input] - exact[input]))
                    .as("input " + input)
                    .isLessThan(1e-9 + 4 * shapley.errors()[input]);
        }
        // and the error that is told is no excuse
        assertThat(Arrays.stream(shapley.errors()).max().orElseThrow()).isLessThan(0.5);
    }

    @Test
    void anInputThatIsAsInTheBaselineAddsNothing() {
        assertThat(Shapley.of(ShapleyTest::tangled, ROW, BASELINE, ALL, 10).values()[5])
                .isZero();
    }

    /** Products and steps: inputs that only count together. */
    private static double tangled(double[] x) {
        return x[0] * x[1] + (x[2] > 0.5 && x[3] > 2 ? 5 : 0) + x[4] * x[3] * x[1] + Math.sin(x[5]);
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    private static double[] overAllOrders(ToDoubleFunction<double[]> model) {
        var orders = new ArrayList<List<Integer>>();
        permute(new ArrayList<>(), orders);
        var values = new double[ROW.length];
        for (var order : orders) {
            var at = BASELINE.clone();
            for (var input : order) {
                var before = model.applyAsDouble(at);
                at[input] = ROW[input];
                values[input] += (model.applyAsDouble(at) - before) / orders.size();
            }
        }
        return values;
    }

    private static void permute(List<Integer> chosen, List<List<Integer>> orders) {
        if (chosen.size() == ROW.length) {
            orders.add(List.copyOf(chosen));
        }
        for (var input : ALL) {
            if (!chosen.contains(input)) {
                chosen.add(input);
                permute(chosen, orders);
                chosen.remove(Integer.valueOf(input));
            }
        }
    }
}
