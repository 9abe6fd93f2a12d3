package io.wayfarer.learn;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.learn.judge.Fairness;
import io.wayfarer.learn.judge.Measures;
import io.wayfarer.learn.model.Progress;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Stage;
import io.wayfarer.score.Label;
import io.wayfarer.score.ModelCard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

class FitTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final List<Label> LABELS = Label.all("", WEEK);
    private static final Question BUY = question("buy");
    private static final Question VALUE = question("value");
    private static final Progress UNHEARD = (step, done) -> {};

    @Test
    void ofATruthThatItCanSeeItPublishesAModelNearTheBestPossible() throws Exception {
        var samples = samples(3000, 1.5);
        var fit = Fit.of(BUY, samples, NOON, UNHEARD);
        assertThat(fit.goodEnough()).isTrue();
        var truth = samples.stream().mapToDouble(s -> 1.5 * s.features()[1]).toArray();
        var best = Measures.auc(truth, bought(samples));
        assertThat(fit.card().auc()).isGreaterThan(0.75).isCloseTo(best, within(0.03));
        assertThat(fit.card().logLoss()).isLessThan(fit.card().baselineLogLoss());
        assertThat(fit.card().features()).hasSize(20);
        assertThat(fit.model().kind()).as("a straight line is the truth").isEqualTo("logistic");
        assertThat(fit.report().tried()).hasSize(6);
        assertThat(fit.card().rows()).isEqualTo(3000);
    }

    @Test
    void ofNoiseItPublishesNothingAndSaysWhy() throws Exception {
        var fit = Fit.of(BUY, samples(600, 0), NOON, UNHEARD);
        assertThat(fit.goodEnough()).isFalse();
        assertThat(fit.reason()).contains("not surely better");
        assertThat(fit.card().logLoss()).isCloseTo(fit.card().baselineLogLoss(), within(0.02));
    }

    @Test
    void ofTooLittleItFitsNothingAndSaysHowMuchIsNeeded() throws Exception {
        assertThat(Fit.of(BUY, List.of(), NOON, UNHEARD).reason())
                .contains("Not enough history")
                .contains("200 moments");
        assertThat(Fit.of(BUY, samples(199, 1), NOON, UNHEARD).model()).isNull();
        var never = samples(1000, 1).stream()
                .filter(s -> s.answers()[BUY.place()] == 0)
                .toList();
        assertThat(Fit.of(BUY, never, NOON, UNHEARD).reason()).contains("after 0 of " + never.size());
    }

    @Test
    void aModelIsJudgedByCountryAndSegmentAndSmallGroupsAreNotShown() {
        var fit = Fit.of(BUY, samples(3000, 1), NOON, UNHEARD);
        // of one stage and one rfm segment alone there is nothing to compare
        assertThat(fit.report().fairness()).extracting(Fairness::column).containsExactly("country");
        var country = fit.report().fairness().get(0);
        assertThat(country.groups()).extracting(Fairness.Group::name).containsExactly("DE", "FR");
        assertThat(country.suppressed()).isOne();
        assertThat(country.groups())
                .allSatisfy(group -> assertThat(group.predicted()).isCloseTo(group.observed(), within(0.15)));
        assertThat(fit.card().features()).extracting(ModelCard.Feature::name).doesNotContain("country");
    }

    @Test
    void theSameSamplesGiveTheSameModel() throws Exception {
        var once = Fit.of(BUY, samples(500, 1), NOON, UNHEARD);
        var twice = Fit.of(BUY, samples(500, 1), NOON, UNHEARD);
        assertThat(twice.card()).isEqualTo(once.card());
        assertThat(new ObjectMapper().<JsonNode>valueToTree(twice.model()))
                .isEqualTo(new ObjectMapper().valueToTree(once.model()));
    }

    @Test
    void ofATruthThatNoStraightLineTellsATreeIsTakenAndItIsWhatServes() {
        var samples = samples(3000, (f, random) -> random.nextDouble() < (f[1] * f[2] > 0 ? 0.9 : 0.1) ? 1 : 0, BUY);
        var fit = Fit.of(BUY, samples, NOON, UNHEARD);
        assertThat(fit.model().kind()).isIn("randomforest", "logitboost", "j48");
        assertThat(fit.card().auc()).isGreaterThan(0.8);
        assertThat(fit.report().network()).isNotNull();
        assertThat(fit.report().chosen().name())
                .isEqualToIgnoringCase(fit.model().kind());
    }

    @Test
    void aNumberIsForeseenToo() {
        var samples = samples(2000, (f, random) -> Math.max(0, 20 + 10 * f[1] + random.nextGaussian()), VALUE);
        var fit = Fit.of(VALUE, samples, NOON, UNHEARD);
        assertThat(fit.goodEnough()).as(fit.reason()).isTrue();
        assertThat(fit.card().auc()).isNull();
        assertThat(fit.report().errors().r2().value()).isGreaterThan(0.95);
        assertThat(fit.report().descent().difference()).isLessThan(0.01);
    }

    @Test
    void aPlantedLeakIsSeenAndLeftOut() {
        var samples = samples(2000, 1);
        // as if a feature were filled in after the fact
        samples.forEach(sample -> sample.features()[7] = sample.answers()[BUY.place()] + 0.01 * sample.features()[3]);
        var fit = Fit.of(BUY, samples, NOON, UNHEARD);
        var planted = FeatureVector.NAMES.get(7);
        assertThat(fit.card().features())
                .extracting(ModelCard.Feature::name)
                .hasSize(19)
                .doesNotContain(planted);
        assertThat(fit.report().leftOut())
                .filteredOn(left -> left.column().equals(planted))
                .singleElement()
                .satisfies(left -> assertThat(left.reason()).contains("it knows the label"));
        assertThat(fit.report().warnings().get(0).en()).contains("'" + planted + "' knows the answer nearly alone");
        assertThat(fit.card().auc()).isLessThan(0.9);
    }

    @Test
    void whoeverWatchesCanCancel() {
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> Fit.of(BUY, samples(1000, 1), NOON, (step, done) -> {
                    throw new CancellationException();
                }));
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
            bought[i] = BUY.answer(samples.get(i)) == 1;
        }
        return bought;
    }

    private static Question question(String name) {
        return Question.all(LABELS).stream()
                .filter(question -> question.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Samples of which the second feature has the given weight in the truth. */
    private static List<Sample> samples(int count, double weight) {
        return samples(count, (f, random) -> random.nextDouble() < 1 / (1 + Math.exp(1 - weight * f[1])) ? 1 : 0, BUY);
    }

    /** Samples with twenty features and an answer to the question, about five of a customer. */
    private static List<Sample> samples(int count, ToDoubleBiFunction<double[], Random> answer, Question question) {
        var random = new Random(count);
        var samples = new ArrayList<Sample>();
        for (int i = 0; i < count; i++) {
            var features = new double[FeatureVector.NAMES.size()];
            for (int f = 0; f < 20; f++) {
                features[f] = random.nextGaussian();
            }
            var answers = new double[LABELS.size()];
            answers[question.place()] = answer.applyAsDouble(features, random);
            var customer = random.nextInt(count / 5);
            var groups = Map.of("country", customer % 25 == 0 ? "LI" : customer % 2 == 0 ? "DE" : "FR", "rfm", "new");
            samples.add(
                    new Sample(new UUID(7, customer), NOON.plusSeconds(i), Stage.AWARENESS, features, answers, groups));
        }
        return samples;
    }
}
