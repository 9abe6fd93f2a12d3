package io.wayfarer.learn;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.learn.judge.Measures;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FitTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final Question BUY = Question.all().get(4);

    @Test
    void ofATruthThatItCanSeeItPublishesAModelNearTheBestPossible() throws Exception {
        var samples = samples(3000, 1.5);
        var fit = Fit.of(BUY, samples, NOON, WEEK);
        assertThat(fit.goodEnough()).isTrue();
        var held = Split.of(samples, Sample::bought).heldOut();
        var truth = held.stream().mapToDouble(s -> 1.5 * s.features()[1]).toArray();
        var best = Measures.auc(truth, bought(held));
        assertThat(fit.card().auc()).isGreaterThan(0.75).isCloseTo(best, within(0.03));
        assertThat(fit.card().logLoss()).isLessThan(fit.card().baselineLogLoss());
        assertThat(fit.card().features()).hasSize(20);
        assertThat(fit.card().rows()).isEqualTo(3000);
    }

    @Test
    void ofNoiseItPublishesNothingAndSaysWhy() throws Exception {
        var fit = Fit.of(BUY, samples(600, 0), NOON, WEEK);
        assertThat(fit.goodEnough()).isFalse();
        assertThat(fit.reason()).contains("not better");
        assertThat(fit.card().logLoss()).isGreaterThanOrEqualTo(fit.card().baselineLogLoss());
    }

    @Test
    void ofTooLittleItFitsNothingAndSaysHowMuchIsNeeded() throws Exception {
        assertThat(Fit.of(BUY, List.of(), NOON, WEEK).reason())
                .contains("Not enough history")
                .contains("200 moments");
        assertThat(Fit.of(BUY, samples(199, 1), NOON, WEEK).model()).isNull();
        var never = samples(1000, 1).stream().filter(s -> !s.bought()).toList();
        assertThat(Fit.of(BUY, never, NOON, WEEK).reason()).contains("after 0 of " + never.size());
    }

    @Test
    void theSameSamplesGiveTheSameModel() throws Exception {
        var once = Fit.of(BUY, samples(500, 1), NOON, WEEK);
        var twice = Fit.of(BUY, samples(500, 1), NOON, WEEK);
        assertThat(twice.card()).isEqualTo(once.card());
        assertThat(twice.model().coefficients()).isDeepEqualTo(once.model().coefficients());
    }

    @Test
    void noCustomerIsOnBothSidesOfTheSplitAndEachKindIsSplitAlike() {
        var samples = samples(5000, 0.5);
        var split = Split.of(samples, Sample::bought);
        var training = split.training().stream().map(Sample::customer).collect(Collectors.toSet());
        var heldOut = split.heldOut().stream().map(Sample::customer).collect(Collectors.toSet());
        assertThat(training).doesNotContainAnyElementsOf(heldOut);
        assertThat(split.training().size() + split.heldOut().size()).isEqualTo(5000);
        assertThat(heldOut.size() / (double) (training.size() + heldOut.size())).isCloseTo(0.2, within(0.01));
        assertThat(share(split.heldOut())).isCloseTo(share(split.training()), within(0.05));
    }

    @Test
    void aReservoirKeepsAnEvenChoice() {
        var reservoir = new Reservoir<Integer>(1000, 42);
        for (int i = 0; i < 100_000; i++) {
            reservoir.add(i);
        }
        assertThat(reservoir.kept()).hasSize(1000).doesNotHaveDuplicates();
        assertThat(reservoir.kept().stream().mapToInt(i -> i).average().orElseThrow())
                .isCloseTo(50_000, within(3000.0));
    }

    private static boolean[] bought(List<Sample> samples) {
        var bought = new boolean[samples.size()];
        for (int i = 0; i < bought.length; i++) {
            bought[i] = samples.get(i).bought();
        }
        return bought;
    }

    private static double share(List<Sample> samples) {
        return samples.stream().filter(Sample::bought).count() / (double) samples.size();
    }

    /** Samples with twenty features of which the second has the given weight in the truth, about five of a customer. */
    private static List<Sample> samples(int count, double weight) {
        var random = new Random(count);
        var samples = new ArrayList<Sample>();
        for (int i = 0; i < count; i++) {
            var features = new double[FeatureVector.NAMES.size()];
            for (int f = 0; f < 20; f++) {
                features[f] = random.nextGaussian();
            }
            var bought = random.nextDouble() < 1 / (1 + Math.exp(1 - weight * features[1]));
            samples.add(new Sample(
                    new UUID(7, random.nextInt(count / 5)),
                    NOON.plusSeconds(i),
                    Stage.AWARENESS,
                    features,
                    false,
                    bought));
        }
        return samples;
    }
}
