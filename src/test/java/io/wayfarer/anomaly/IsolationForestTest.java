package io.wayfarer.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IsolationForestTest {

    private static final List<String> NAMES = List.of("a", "b", "c");

    private final Random random = new Random(7);
    private final List<double[]> rows = rows(2_000);
    private final IsolationForest forest = IsolationForest.learn(NAMES, rows, 42, () -> {});

    @Test
    void whatIsFarFromAllScoresAboveWhatIsAmongThem() {
        assertThat(forest.score(new double[] {0, 0, 5})).isLessThan(0.5);
        assertThat(forest.score(new double[] {9, 0, 5})).isGreaterThan(0.6);
        assertThat(forest.rank(forest.score(new double[] {9, 9, 5}))).isEqualTo(1);
        var ranks = rows.stream()
                .mapToDouble(row -> forest.rank(forest.score(row)))
                .average()
                .orElseThrow();
        assertThat(ranks).isCloseTo(0.5, within(0.01));
    }

    @Test
    void thePartsAddUpToTheScoreAndNameWhatSetsItApart() {
        for (int i = 0; i < 200; i++) {
            var row = new double[] {8 * random.nextGaussian(), random.nextGaussian(), 5};
            var found = forest.judge(row, "v");
            var sum = found.parts().stream().mapToDouble(Anomaly.Part::part).sum();
            assertThat(0.5 * Math.pow(2, sum)).isCloseTo(found.score(), within(1e-9));
        }
        var strange = forest.judge(new double[] {0, 9, 5}, "v");
        assertThat(strange.parts().get(0).feature()).isEqualTo("b");
        assertThat(strange.parts().get(0).value()).isCloseTo(Math.expm1(9), within(1e-6));
        assertThat(strange.parts())
                .filteredOn(part -> part.feature().equals("c"))
                .allSatisfy(part -> assertThat(part.part()).as("constant").isZero());
    }

    @Test
    void theSameRowsGiveTheSameForestAndItIsReadBackTheSame() throws Exception {
        var json = new ObjectMapper();
        var written = json.writeValueAsString(forest);
        assertThat(json.writeValueAsString(IsolationForest.learn(NAMES, rows(2_000, new Random(7)), 42, () -> {})))
                .isEqualTo(written);
        var read = json.readValue(written, IsolationForest.class);
        for (var row : rows.subList(0, 50)) {
            assertThat(read.score(row)).isEqualTo(forest.score(row));
        }
        assertThat(written.length()).isLessThan(3_000_000);
    }

    @Test
    void rowsThatAreAllTheSameAreAllAsUsual() {
        var same = new ArrayList<double[]>();
        for (int i = 0; i < 300; i++) {
            same.add(new double[] {1, 2, 3});
        }
        var flat = IsolationForest.learn(NAMES, same, 42, () -> {});
        assertThat(flat.score(new double[] {1, 2, 3})).isCloseTo(0.5, within(1e-9));
        assertThat(flat.rank(flat.score(new double[] {1, 2, 3}))).isZero();
    }

    @Test
    void theMeanDepthIsThatOfThePaper() {
        assertThat(IsolationForest.usualDepth(1)).isZero();
        assertThat(IsolationForest.usualDepth(2)).isEqualTo(1);
        // 2 H(255) - 2 * 255 / 256, with H(255) summed
        var harmonic = 0.0;
        for (int i = 1; i < 256; i++) {
            harmonic += 1.0 / i;
        }
        assertThat(IsolationForest.usualDepth(256)).isCloseTo(2 * harmonic - 2 * 255 / 256.0, within(0.005));
    }

    @Test
    void learningCanBeBrokenOff() {
        assertThatThrownBy(() -> IsolationForest.learn(NAMES, rows, 42, () -> {
                    throw new CancellationException();
                }))
                .isInstanceOf(CancellationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"features\":[\"a\"],\"sample\":256,\"trees\":[],\"ranks\":[0.5]}",
                "{\"features\":[\"a\"],\"sample\":256,\"trees\":[{\"feature\":[0],\"split\":[1],\"right\":[0],\"size\":[9]}],\"ranks\":[0.5]}",
                "{\"features\":[\"a\"],\"sample\":256,\"trees\":[{\"feature\":[1,-1,-1],\"split\":[1,0,0],\"right\":[2,0,0],\"size\":[9,5,4]}],\"ranks\":[0.5]}",
                "{\"features\":[\"a\"],\"sample\":256,\"trees\":[{\"feature\":[-1],\"split\":[1],\"right\":[],\"size\":[9]}],\"ranks\":[0.5]}",
                "{\"features\":[\"a\"],\"sample\":256,\"trees\":[{\"feature\":[-1],\"split\":[1],\"right\":[0],\"size\":[9]}],\"ranks\":[]}",
            })
    void whatIsNoWholeForestIsRefused(String text) {
        assertThatThrownBy(() -> new ObjectMapper().readValue(text, IsolationForest.class))
                .hasMessageContaining("not a whole isolation forest");
    }

    private List<double[]> rows(int count) {
        return rows(count, random);
    }

    private static List<double[]> rows(int count, Random random) {
        var rows = new ArrayList<double[]>();
        for (int i = 0; i < count; i++) {
            rows.add(new double[] {random.nextGaussian(), random.nextGaussian(), 5});
        }
        return rows;
    }
}
