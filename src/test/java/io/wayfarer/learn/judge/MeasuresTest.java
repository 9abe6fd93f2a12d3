package io.wayfarer.learn.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasuresTest {

    private static final boolean[] HAPPENED = {true, false, true, false};

    @Test
    void theAreaUnderTheCurveAgreesWithExamplesWorkedByHand() {
        assertThat(Measures.auc(new double[] {0.9, 0.1, 0.8, 0.2}, HAPPENED)).isEqualTo(1);
        assertThat(Measures.auc(new double[] {0.1, 0.9, 0.2, 0.8}, HAPPENED)).isZero();
        assertThat(Measures.auc(new double[] {0.5, 0.5, 0.5, 0.5}, HAPPENED)).isEqualTo(0.5);
        assertThat(Measures.auc(new double[] {0.9, 0.5, 0.5, 0.1}, HAPPENED)).isEqualTo(0.875);
        assertThat(Measures.auc(new double[] {0.5}, new boolean[] {true})).isNaN();
    }

    @Test
    void theOthersAgreeWithExamplesWorkedByHand() {
        assertThat(Measures.logLoss(new double[] {0.8, 0.4}, new boolean[] {true, false}))
                .isCloseTo(-(Math.log(0.8) + Math.log(0.6)) / 2, within(1e-12));
        assertThat(Measures.logLoss(new double[] {0}, new boolean[] {true})).isFinite();

        // by rank: hit, miss, hit, miss
        var values = new Measures(new double[] {0.9, 0.6, 0.7, 0.1}, new boolean[] {true, true, false, false}).values();
        assertThat(values.prAuc()).isCloseTo((1 / 1.0 + 2 / 3.0) / 2, within(1e-12));
        assertThat(values.brier()).isCloseTo((0.01 + 0.16 + 0.49 + 0.01) / 4, within(1e-12));
        // four rows in ten parts: each is a part of its own
        assertThat(values.calibrationError()).isCloseTo((0.1 + 0.4 + 0.7 + 0.1) / 4, within(1e-12));
    }

    @Test
    void calibrationIsComparedWithinPartsAndNotRowByRow() {
        var probabilities = new double[1000];
        var happened = new boolean[1000];
        for (int i = 0; i < 1000; i++) {
            probabilities[i] = i < 500 ? 0.2 : 0.8;
            happened[i] = i % 5 == 0 ^ i >= 500;
        }
        assertThat(new Measures(probabilities, happened).values().calibrationError())
                .isLessThan(0.05);
        Arrays.setAll(probabilities, i -> probabilities[i] - 0.15);
        assertThat(new Measures(probabilities, happened).values().calibrationError())
                .isCloseTo(0.15, within(0.02));
    }

    @Test
    void theOrderOfTheRowsHasNoSay() {
        var random = new Random(1);
        var probabilities = random.doubles(500).map(p -> Math.rint(p * 20) / 20).toArray();
        var happened = new boolean[500];
        for (int i = 0; i < 500; i++) {
            happened[i] = random.nextDouble() < probabilities[i];
        }
        var turnedProbabilities = new double[500];
        var turned = new boolean[500];
        for (int i = 0; i < 500; i++) {
            turnedProbabilities[i] = probabilities[499 - i];
            turned[i] = happened[499 - i];
        }
        var one = new Measures(probabilities, happened).values();
        var other = new Measures(turnedProbabilities, turned).values();
        assertThat(other.auc()).isCloseTo(one.auc(), within(1e-12));
        assertThat(other.prAuc()).isCloseTo(one.prAuc(), within(1e-12));
        assertThat(other.logLoss()).isCloseTo(one.logLoss(), within(1e-12));
    }

    @Test
    void inNinetyFiveOfAHundredWorldsTheIntervalHoldsTheTruth() {
        // two normal distributions, 1 apart: the true area is the normal distribution function at 1 / sqrt(2)
        var truth = 0.7602;
        var held = 0;
        for (int world = 0; world < 100; world++) {
            var random = new Random(world);
            var scores = new double[400];
            var happened = new boolean[400];
            for (int i = 0; i < 400; i++) {
                happened[i] = i % 4 == 0;
                scores[i] = 1 / (1 + Math.exp(-(random.nextGaussian() + (happened[i] ? 1 : 0))));
            }
            var auc = Judgement.of(scores, happened, 0.25, 0.5).auc();
            held += auc.low() <= truth && truth <= auc.high() ? 1 : 0;
        }
        assertThat(held).isBetween(89, 99);
    }

    @Test
    void aJudgementCountsAtTheThresholdAndByTenths() {
        var random = new Random(7);
        var probabilities = random.doubles(1000).toArray();
        var happened = new boolean[1000];
        for (int i = 0; i < 1000; i++) {
            happened[i] = random.nextDouble() < probabilities[i];
        }
        var judged = Judgement.of(probabilities, happened, 0.5, 0.3);
        var confusion = judged.confusion();
        assertThat(confusion.truePositives() + confusion.falseNegatives()).isEqualTo(judged.positives());
        assertThat(confusion.truePositives() + confusion.falsePositives())
                .isEqualTo(Arrays.stream(probabilities).filter(p -> p >= 0.3).count());
        assertThat(judged.deciles()).hasSize(10).allMatch(decile -> decile.rows() == 100);
        assertThat(judged.deciles().stream()
                        .mapToDouble(Judgement.Decile::lift)
                        .average()
                        .orElseThrow())
                .isCloseTo(1, within(1e-9));
        assertThat(judged.deciles().get(0).lift()).isGreaterThan(1.7);
        assertThat(judged.baseline().auc()).isEqualTo(0.5);
        assertThat(judged.baseline().prAuc()).isCloseTo(judged.positives() / 1000.0, within(1e-9));
        assertThat(judged.roc().get(0)).isEqualTo(new Judgement.Point(0, 0));
        assertThat(judged.roc().get(judged.roc().size() - 1)).isEqualTo(new Judgement.Point(1, 1));
    }

    @Test
    void aGroupTooSmallToHideInIsNotShown() {
        var group = new String[200];
        var probabilities = new double[200];
        var happened = new boolean[200];
        for (int i = 0; i < 200; i++) {
            group[i] = i < 100 ? "north" : i < 190 ? "south" : i < 199 ? "island" : null;
            probabilities[i] = i < 100 ? 0.6 : 0.2;
            happened[i] = i % 2 == 0;
        }
        var each = IntStream.range(0, 200).toArray();
        var fairness = Fairness.of("region", group, each, probabilities, happened, 0.5);
        assertThat(fairness.groups()).extracting(Fairness.Group::name).containsExactly("north", "south");
        assertThat(fairness.suppressed()).isOne();
        assertThat(fairness.groups().get(0).selected()).isOne();
        assertThat(fairness.ratio()).isZero();

        // many rows of few people say no less of them
        var few = Arrays.stream(each).map(row -> row < 100 ? row : row % 9).toArray();
        assertThat(Fairness.of("region", group, few, probabilities, happened, 0.5)
                        .groups())
                .extracting(Fairness.Group::name)
                .containsExactly("north");
        var enough = Arrays.stream(each).map(row -> row < 100 ? row : row % 10).toArray();
        assertThat(Fairness.of("region", group, enough, probabilities, happened, 0.5)
                        .groups())
                .hasSize(2);
    }

    @Test
    void anInputThatIsNotUsedIsOfNoImportance() {
        var random = new Random(3);
        var rows = new double[500][2];
        var happened = new boolean[500];
        for (int i = 0; i < 500; i++) {
            rows[i][0] = random.nextDouble();
            rows[i][1] = random.nextDouble();
            happened[i] = random.nextDouble() < rows[i][1];
        }
        var importance = Importance.of(List.of("idle", "busy"), rows, row -> row[1], (predictions, some) -> {
            var did = new boolean[some.length];
            for (int i = 0; i < some.length; i++) {
                did[i] = happened[some[i]];
            }
            return Measures.auc(predictions, did);
        });
        assertThat(importance).extracting(Importance::input).containsExactly("busy", "idle");
        assertThat(importance.get(0).loss()).isGreaterThan(0.2);
        assertThat(importance.get(1).loss()).isZero();
    }
}
