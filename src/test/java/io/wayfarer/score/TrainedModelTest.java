package io.wayfarer.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.profile.FeatureVector;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.Test;

class TrainedModelTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private final TrainedOnce trained = new TrainedOnce(1);
    private final ModelCard card = trained.card("buy", NOW).withVersion("v1");
    private final TrainedModel model = new TrainedModel(card, trained.fitted());

    @Test
    void saysWhatWekaSays() {
        var random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            var vector = TrainedOnce.vector(random);
            assertThat(model.score(vector).value()).isCloseTo(trained.byWeka(vector), within(1e-9));
        }
    }

    @Test
    void saysTheSameOnManyThreadsAtOnce() {
        var random = new Random(4);
        var vectors = IntStream.range(0, 5000)
                .mapToObj(i -> TrainedOnce.vector(random))
                .toList();
        var alone = vectors.stream().map(model::score).toList();
        var together = vectors.parallelStream().map(model::score).toList();
        assertThat(together).isEqualTo(alone);
    }

    @Test
    void namesTheThreeFeaturesThatMovedItMost() {
        var coefficients = trained.logistic.coefficients();
        var vector = TrainedOnce.vector(new Random(5));
        var score = model.score(vector);
        var expected = IntStream.range(0, TrainedOnce.FEATURES.size())
                .mapToObj(i -> {
                    var at = FeatureVector.NAMES.indexOf(TrainedOnce.FEATURES.get(i));
                    return new Score.Driver(
                            TrainedOnce.FEATURES.get(i),
                            FeatureVector.natural(at, vector[at]),
                            coefficients[i + 1][0] * (vector[at] - trained.rows.meanOrMode(i)));
                })
                .sorted((a, b) -> Double.compare(Math.abs(b.contribution()), Math.abs(a.contribution())))
                .limit(3)
                .toList();
        assertThat(score.drivers())
                .usingElementComparator(Comparator.comparing(Score.Driver::feature)
                        .thenComparing(Score.Driver::value)
                        .thenComparing(Score.Driver::contribution, new DoubleComparator(1e-12)))
                .isEqualTo(expected);
        assertThat(score.model()).isEqualTo("logistic:buy:v1");
    }

    @Test
    void whyAddsUpExactlyToTheScore() {
        var random = new Random(6);
        for (int i = 0; i < 200; i++) {
            var vector = TrainedOnce.vector(random);
            var why = model.why(vector);
            var parts = why.parts();
            assertThat(why.value()).isEqualTo(model.answer(vector));
            assertThat(parts.stream().mapToDouble(Why.Part::contribution).sum())
                    .isCloseTo(logOdds(why.value()) - logOdds(why.baseline()), within(1e-9));
            assertThat(parts.stream().mapToDouble(Why.Part::share).sum())
                    .isCloseTo(why.value() - why.baseline(), within(1e-9));
            assertThat(parts)
                    .isSortedAccordingTo(Comparator.comparingDouble(part -> -Math.abs(part.contribution())))
                    .allSatisfy(part -> assertThat(part.error()).isZero());
            // what a decision keeps is the beginning of it
            var drivers = model.score(vector).drivers();
            assertThat(parts.stream()
                            .limit(drivers.size())
                            .map(Why.Part::feature)
                            .toList())
                    .isEqualTo(drivers.stream().map(Score.Driver::feature).toList());
        }
    }

    private static double logOdds(double probability) {
        return Math.log(probability / (1 - probability));
    }

    @Test
    void aModelThatDoesNotFitItsCardIsRefused() {
        var withOneLess = withFeatures(card.features().subList(1, 4));
        assertThatThrownBy(() -> new TrainedModel(withOneLess, trained.fitted()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("features");
        var unknown = withFeatures(List.of(
                new ModelCard.Feature("shoe-size", 0),
                card.features().get(1),
                card.features().get(2),
                card.features().get(3)));
        assertThatThrownBy(() -> new TrainedModel(unknown, trained.fitted()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shoe-size");
    }

    private ModelCard withFeatures(List<ModelCard.Feature> features) {
        return new ModelCard(
                card.name(), "v1", NOW, NOW, NOW, card.horizon(), 1, 1, features, 0.5, 0.5, 0.5, 42, "none");
    }
}
