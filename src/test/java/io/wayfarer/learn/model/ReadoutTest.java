package io.wayfarer.learn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.score.Calibration;
import io.wayfarer.score.Fitted;
import io.wayfarer.score.Formula;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class ReadoutTest {

    private static final int INPUTS = 6;

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "LINEAR_REGRESSION")
    void aFormulaSaysWhatWekaSaysOfRowsThatItHasNotSeen(Candidate candidate) throws Exception {
        same(candidate, rows(3000, 1, true));
    }

    @ParameterizedTest
    @EnumSource(names = {"LINEAR_REGRESSION", "RANDOM_FOREST"})
    void ofNumbersToo(Candidate candidate) throws Exception {
        same(candidate, rows(3000, 1, false));
    }

    private static void same(Candidate candidate, Rows rows) throws Exception {
        var model = Candidates.fit(candidate, rows, new Calibration.None());
        var fitted = model.fitted(rows);
        var json = new ObjectMapper();
        var again = json.readValue(json.writeValueAsBytes(fitted), Fitted.class);
        var answers = new double[500];
        for (int i = 0; i < answers.length; i++) {
            var row = rows(1, 100 + i, true).values()[0];
            answers[i] = again.formula().answer(row);
            assertThat(answers[i]).isCloseTo(model.raw(row), within(1e-9));
        }
        assertThat(Arrays.stream(answers).distinct().count()).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "LINEAR_REGRESSION")
    void thePartsOfTwoRowsDifferByWhatTheirSumsDifferBy(Candidate candidate) {
        var rows = rows(1000, 1, true);
        var formula = Candidates.fit(candidate, rows, new Calibration.None())
                .fitted(rows)
                .formula();
        for (int i = 1; i < 200; i++) {
            var one = new double[INPUTS];
            var other = new double[INPUTS];
            formula.addParts(rows.values()[i - 1], one);
            formula.addParts(rows.values()[i], other);
            assertThat(Arrays.stream(other).sum() - Arrays.stream(one).sum())
                    .isCloseTo(formula.sum(rows.values()[i]) - formula.sum(rows.values()[i - 1]), within(1e-9));
        }
        assertThat(formula.additive()).isEqualTo(candidate == Candidate.LOGISTIC || candidate == Candidate.NAIVE_BAYES);
    }

    @Test
    void aCategoryIsNotReadOut() {
        var rows = rows(200, 1, true);
        var inputs = new java.util.ArrayList<>(rows.inputs());
        inputs.set(2, new Rows.Input("colour", List.of("red", "blue")));
        for (var row : rows.values()) {
            row[2] = row[2] > 1 ? 1 : 0;
        }
        var mixed = new Rows(inputs, rows.values(), rows.labels(), true, rows.groups());
        var model = Candidates.fit(Candidate.LOGISTIC, mixed, new Calibration.None());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.fitted(mixed))
                .withMessageContaining("only a model of numbers");
    }

    @Test
    void whatIsNoFormulaIsRefused() {
        var link = Formula.Link.IDENTITY;
        var no = new double[] {0, 0, 0};
        assertThatIllegalArgumentException()
                .as("a tree that leads back would never end")
                .isThrownBy(() ->
                        new Formula.Trees(link, 1, new int[] {0}, new int[] {0, -1, -1}, no, new int[] {0, -1, -1}, no))
                .withMessageContaining("leads nowhere, or back");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Formula.Trees(link, 1, new int[] {0}, new int[] {1, -1, -1}, no, new int[] {1, -1, -1}, no))
                .withMessageContaining("an input that is not there");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new Formula.Trees(link, 1, new int[] {3}, new int[] {0, -1, -1}, no, new int[] {1, -1, -1}, no))
                .withMessageContaining("begins nowhere");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Formula.Linear(link, 0, new double[] {1, Double.NaN}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Formula.Tables(
                        0, new double[][] {{1}, {}}, new int[] {1, -1}, new double[][] {{1, 2, 3}, {1}}))
                .withMessageContaining("one number for each range");
    }

    /** Some inputs are counts with many equal values, as those of customers are. */
    private static Rows rows(int count, long seed, boolean binary) {
        var random = new Random(seed);
        var values = new double[count][INPUTS];
        var labels = new double[count];
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < INPUTS; i++) {
                values[row][i] = i % 2 == 0 ? Math.log1p(random.nextInt(12)) : random.nextGaussian();
            }
            var odds = values[row][0] + values[row][1] * values[row][2] - 2;
            labels[row] =
                    binary ? random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? 1 : 0 : odds + random.nextGaussian();
        }
        return new Rows(
                IntStream.range(0, INPUTS)
                        .mapToObj(i -> Rows.Input.number("n" + i))
                        .toList(),
                values,
                labels,
                binary,
                IntStream.range(0, count).toArray());
    }
}
