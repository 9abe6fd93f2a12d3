package io.wayfarer.profile;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.Events;
import io.wayfarer.profile.Satisfaction.Index;
import io.wayfarer.profile.Satisfaction.Said;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SatisfactionTest {

    @Test
    void whoHasSaidNothingIsTakenForUsualAndHasNoTrend() {
        assertThat(Satisfaction.NOTHING.at(NOON)).isEqualTo(new Index(70, null, 0));
    }

    @Test
    void theIndexIsTheWeightedMeanDrawnToThePrior() {
        var said = said(Satisfaction.NOTHING, NOON, 0, 2);
        assertThat(said.at(NOON)).isEqualTo(new Index(35, null, 1));
        assertThat(said(said, NOON, 100, 1).at(NOON)).isEqualTo(new Index(48, null, 2));
        var often = said;
        for (int i = 0; i < 99; i++) {
            often = said(often, NOON, 0, 2);
        }
        assertThat(often.at(NOON)).isEqualTo(new Index(0.7, null, 100));
    }

    @Test
    void whatWasSaidCountsHalfAfterThirtyDaysAndNothingAfterAHundredAndEighty() {
        var said = said(Satisfaction.NOTHING, NOON, 0, 2);
        assertThat(said.at(NOON.plus(Duration.ofDays(30))).index()).isCloseTo(140 / 3.0, within(0.05));
        assertThat(said.at(NOON.plus(Duration.ofDays(179))))
                .extracting(Index::observations)
                .isEqualTo(1L);
        assertThat(said.at(NOON.plus(Duration.ofDays(180))).index()).isEqualTo(70);
        assertThat(said.at(NOON.minus(Duration.ofDays(1)))).isEqualTo(new Index(70, null, 0));
    }

    @Test
    void theTrendIsAgainstThirtyDaysAgo() {
        var said = said(Satisfaction.NOTHING, NOON, 100, 2);
        var worse = said(said, NOON.plus(Duration.ofDays(30)), 0, 2);
        var index = worse.at(NOON.plus(Duration.ofDays(30)));
        assertThat(index.index()).isEqualTo(48);
        assertThat(index.trend()).isEqualTo(48 - 85);
    }

    @Test
    void inAnyOrderAndInTwoPartsItIsTheSame() {
        for (int seed = 0; seed < 30; seed++) {
            var random = new Random(seed);
            var all = Satisfaction.NOTHING;
            var one = Satisfaction.NOTHING;
            var other = Satisfaction.NOTHING;
            var backwards = Satisfaction.NOTHING;
            var days = random.ints(60, 0, 400).toArray();
            for (int i = 0; i < days.length; i++) {
                all = said(all, NOON.plus(Duration.ofDays(days[i])), days[i] % 101, 0.25);
                var last = days[days.length - 1 - i];
                backwards = said(backwards, NOON.plus(Duration.ofDays(last)), last % 101, 0.25);
                if (i % 3 == 0) {
                    one = said(one, NOON.plus(Duration.ofDays(days[i])), days[i] % 101, 0.25);
                } else {
                    other = said(other, NOON.plus(Duration.ofDays(days[i])), days[i] % 101, 0.25);
                }
            }
            assertThat(backwards.days).isEqualTo(all.days);
            assertThat(one.joined(other).days).isEqualTo(all.days);
            assertThat(other.joined(one).days).isEqualTo(all.days);
        }
    }

    @Test
    void aBusyCriticStaysSmallAndIsStoredAndReadBack() {
        var features = Features.EMPTY.with(Events.by("u", "Page Viewed", NOON, Map.of()));
        for (int i = 0; i < 5_000; i++) {
            features = features.saying(NOON.plus(Duration.ofHours(5L * i)), Said.of(i % 101, 2));
        }
        assertThat(features.satisfaction().days).hasSize(Satisfaction.KEPT_DAYS);
        var stored = FeaturesCodec.encode(features);
        assertThat(stored.length).isLessThan(2_500);
        assertThat(FeaturesCodec.decode(stored).satisfaction().days).isEqualTo(features.satisfaction().days);
    }

    @Test
    void whatWasStoredBeforeSatisfactionWasKeptCanBeRead() {
        var features = Features.EMPTY.with(Events.by("u", "Page Viewed", NOON, Map.of()));
        var old = FeaturesCodec.encode(features);
        old[0] = 2;
        assertThat(FeaturesCodec.decode(old).satisfaction().days).isEmpty();
        assertThat(FeaturesCodec.decode(old).recent()).isEqualTo(features.recent());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -0.1, 100.1, Double.POSITIVE_INFINITY})
    void aValueThatIsNoneIsRefused(double value) {
        assertThatThrownBy(() -> Said.of(value, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, 0, -1, 11})
    void aWeightThatIsNoneIsRefused(double weight) {
        assertThatThrownBy(() -> Said.of(50, weight)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Satisfaction said(Satisfaction before, Instant at, double value, double weight) {
        return before.with(Features.dayOf(at), Said.of(value, weight));
    }
}
