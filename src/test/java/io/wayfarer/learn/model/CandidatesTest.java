package io.wayfarer.learn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.learn.judge.Measures;
import io.wayfarer.score.Calibration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {

    private static final Progress UNHEARD = (step, done) -> {};

    @Test
    void allAreTriedAndTheOneThatFitsTheTruthIsChosen() {
        var straight = Candidates.choose(rows(1500, x -> 1.5 * x[0] - x[1]), UNHEARD);
        assertThat(straight.results()).hasSize(6).allMatch(result -> result.failure() == null);
        assertThat(straight.candidate()).isEqualTo(Candidate.LOGISTIC);
        assertThat(straight.results()).isSortedAccordingTo((a, b) -> Double.compare(a.loss(), b.loss()));

        // who is alike in both happens: no straight line tells it
        var crossed = Candidates.choose(rows(1500, x -> 3 * Math.signum(x[0] * x[1])), UNHEARD);
        assertThat(crossed.candidate()).isIn(Candidate.RANDOM_FOREST, Candidate.LOGIT_BOOST, Candidate.J48);
        var logistic = crossed.results().stream()
                .filter(result -> result.candidate() == Candidate.LOGISTIC)
                .findFirst()
                .orElseThrow();
        assertThat(logistic.auc()).isLessThan(0.6);
        assertThat(crossed.results().get(0).auc()).isGreaterThan(0.85);
    }

    @Test
    void theSameRowsGiveTheSameModelOnAnyNumberOfThreads() {
        var rows = rows(400, x -> x[0]);
        var once = Candidates.choose(rows, UNHEARD);
        var twice = Candidates.choose(rows, UNHEARD);
        assertThat(twice.results())
                .extracting(Candidates.Result::loss)
                .isEqualTo(once.results().stream().map(Candidates.Result::loss).toList());
        assertThat(twice.model().predict(rows.values())).isEqualTo(once.model().predict(rows.values()));
    }

    @Test
    void whatIsChosenAnswersCalibrated() {
        var few = Candidates.choose(rows(400, x -> x[0]), UNHEARD).model();
        var many = Candidates.choose(rows(1500, x -> 2 * x[0] * x[1]), UNHEARD).model();
        assertThat(few.calibration()).isInstanceOf(Calibration.Platt.class);
        assertThat(many.calibration()).isInstanceOf(Calibration.Isotonic.class);
        var row = new double[] {1, 1, 0, 0};
        assertThat(many.predict(row)).isEqualTo(many.calibration().of(many.raw(row)));

        // of fresh rows that are told a share, that share is seen
        var fresh = rows(6000, x -> 2 * x[0] * x[1], 7);
        assertThat(new Measures(many.predict(fresh.values()), fresh.happened())
                        .values()
                        .calibrationError())
                .isLessThan(0.06);
    }

    @Test
    void numbersBeyondMeasureDoNotWin() {
        var rows = rows(500, x -> 2 * x[0]);
        for (int i = 0; i < 500; i++) {
            rows.values()[i][3] = i % 2 == 0 ? 1e300 : -1e300;
        }
        var choice = Candidates.choose(rows, UNHEARD);
        assertThat(choice.model().predict(rows.values())).doesNotContain(Double.NaN);
        assertThat(choice.results().get(0).auc()).isGreaterThan(0.75);
    }

    @Test
    void whoeverWatchesCanCancel() {
        var heard = new AtomicInteger();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> Candidates.choose(rows(400, x -> x[0]), (step, done) -> {
                    if (heard.incrementAndGet() == 5) {
                        throw new CancellationException();
                    }
                }));
        assertThat(heard.get()).isLessThan(10);
    }

    @Test
    void whatAModelSaysIsTurnedIntoWhatHappens() {
        for (var size : new int[] {400, 20_000}) {
            var random = new Random(size);
            var truth = random.doubles(size).map(p -> 0.02 + 0.9 * p * p).toArray();
            var happened = new boolean[size];
            for (int i = 0; i < size; i++) {
                happened[i] = random.nextDouble() < truth[i];
            }
            // far too sure of itself
            var said = Arrays.stream(truth)
                    .map(p -> p * p * p / (p * p * p + Math.pow(1 - p, 3)))
                    .toArray();
            var calibration = Calibration.of(said, happened);
            assertThat(calibration).isInstanceOf(size < 1000 ? Calibration.Platt.class : Calibration.Isotonic.class);
            var error = IntStream.range(0, size)
                    .mapToDouble(i -> Math.abs(calibration.of(said[i]) - truth[i]))
                    .average()
                    .orElseThrow();
            var before = IntStream.range(0, size)
                    .mapToDouble(i -> Math.abs(said[i] - truth[i]))
                    .average()
                    .orElseThrow();
            assertThat(error).isLessThan(0.04).isLessThan(before / 3);
            assertThat(calibration.of(0)).isStrictlyBetween(0.0, 0.2);
            assertThat(calibration.of(1)).isStrictlyBetween(0.7, 1.0);
            var last = 0.0;
            for (double p = 0; p <= 1; p += 0.01) {
                assertThat(calibration.of(p)).isGreaterThanOrEqualTo(last);
                last = calibration.of(p);
            }
        }
    }

    @Test
    void foldsKeepGroupsTogetherAndEachItsShare() {
        var random = new Random(5);
        var size = 3000;
        var groups = IntStream.range(0, size).map(i -> random.nextInt(900)).toArray();
        var labels = IntStream.range(0, size)
                .mapToDouble(i -> groups[i] % 7 == 0 ? 1 : 0)
                .toArray();
        var rows = new Rows(List.of(Rows.Input.number("x")), new double[size][1], labels, true, groups);
        var folds = Folds.stratified(rows);
        for (int part = 0; part < Folds.PARTS; part++) {
            var held = rows.select(folds.heldOut(part));
            var others = rows.select(folds.others(part));
            assertThat(Arrays.stream(held.groups()).distinct().toArray())
                    .doesNotContain(Arrays.stream(others.groups()).distinct().toArray());
            assertThat(held.size() / (double) size).isCloseTo(0.2, within(0.03));
            assertThat(held.mean()).isCloseTo(rows.mean(), within(0.03));
        }
    }

    @Test
    void bySplitInTimeNothingThatIsLearnedFromIsLaterThanWhatIsHeldOut() {
        var random = new Random(6);
        var time = random.ints(1000, 0, 100).asDoubleStream().toArray();
        time[3] = Double.NaN;
        var folds = Folds.byTime(time);
        var latest = Arrays.stream(folds.others(0))
                .mapToDouble(row -> time[row])
                .filter(at -> !Double.isNaN(at))
                .max()
                .orElseThrow();
        assertThat(folds.heldOut(0).length).isBetween(150, 200);
        assertThat(Arrays.stream(folds.heldOut(0))).allMatch(row -> time[row] > latest);
        assertThat(folds.part()[3]).isOne();
    }

    @Test
    void gradientDescentEndsWhereLeastSquaresDoes() {
        var random = new Random(8);
        var inputs = List.of(
                Rows.Input.number("age"),
                Rows.Input.number("income"),
                new Rows.Input("school", List.of("a", "b", "c")));
        var values = new double[800][];
        var labels = new double[800];
        for (int i = 0; i < 800; i++) {
            var age = 20 + 50 * random.nextDouble();
            values[i] = new double[] {age, 500 * age + 10_000 * random.nextGaussian(), random.nextInt(3)};
            labels[i] = 3 + 0.2 * age + 0.001 * values[i][1] - 4 * values[i][2] + random.nextGaussian();
        }
        var rows =
                new Rows(inputs, values, labels, false, IntStream.range(0, 800).toArray());
        var squares = Candidates.fit(Candidate.LINEAR_REGRESSION, rows, new Calibration.None());
        var descent = GradientDescent.of(rows);
        for (var row : values) {
            assertThat(descent.predict(row)).isCloseTo(squares.predict(row), within(1e-5));
        }
        assertThat(descent.steps()).isBetween(10, 199_999);
        var more = squares.predict(new double[] {40, 20_000, 0}) - squares.predict(new double[] {30, 20_000, 0});
        assertThat(more).isCloseTo(2, within(0.25));
    }

    @Test
    void costsSetTheThreshold() {
        assertThat(new Costs(1, 1).threshold()).isEqualTo(0.5);
        assertThat(Costs.DEFAULT.threshold()).isCloseTo(1 / 6.0, within(1e-12));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new Costs(0, 1));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new Costs(Double.NaN, 1));
    }

    @Test
    void whereValuesAreMissingAllAnswer() {
        var rows = rows(600, x -> 2 * x[0]);
        var random = new Random(9);
        for (var row : rows.values()) {
            if (random.nextInt(4) == 0) {
                row[random.nextInt(4)] = Double.NaN;
            }
        }
        var choice = Candidates.choose(rows, UNHEARD);
        assertThat(choice.results()).allMatch(result -> result.failure() == null && result.auc() > 0.7);
        assertThat(choice.model().predict(new double[] {Double.NaN, Double.NaN, Double.NaN, Double.NaN}))
                .isStrictlyBetween(0.2, 0.8);
    }

    private static Rows rows(int size, ToDoubleFunction<double[]> logOdds) {
        return rows(size, logOdds, 42);
    }

    private static Rows rows(int size, ToDoubleFunction<double[]> logOdds, long seed) {
        var random = new Random(seed);
        var values = new double[size][];
        var happened = new boolean[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.doubles(4, -2, 2).toArray();
            happened[i] = random.nextDouble() < 1 / (1 + Math.exp(-logOdds.applyAsDouble(values[i])));
        }
        var rows = Rows.of(List.of("a", "b", "c", "d"), values, happened);
        assertThat(Measures.auc(Arrays.stream(values).mapToDouble(logOdds).toArray(), happened))
                .isGreaterThan(0.7);
        return rows;
    }
}
