package io.wayfarer.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.profile.Stage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StageChainTest {

    private static final Duration WEEK = Duration.ofDays(7);

    @Test
    void withoutHistoryThePriorSpeaks() {
        var chain = new StageChain("markov:prior", nothing(), WEEK);
        // each day: eight of the nine moves that are not "stays" lead on from awareness, at 0.1 of 30 days each
        assertThat(chain.movingOn(Stage.AWARENESS).value()).isCloseTo(1 - Math.pow(1 - 0.8 / 30, 7), within(1e-12));
        assertThat(chain.buying(Stage.AWARENESS).value()).isCloseTo(1 - Math.pow(1 - 0.5 / 30, 7), within(1e-12));
        assertThat(chain.movingOn(Stage.AWARENESS).model()).isEqualTo("markov:prior");
    }

    @Test
    void countedDaysOutweighThePrior() {
        var steps = nothing();
        steps[0][StageChain.column(Stage.AWARENESS, false)] = 9_000_000;
        steps[0][StageChain.column(Stage.EVALUATION, false)] = 1_000_000;
        var chain = new StageChain("markov:x", steps, WEEK);
        assertThat(chain.movingOn(Stage.AWARENESS).value()).isCloseTo(1 - Math.pow(0.9, 7), within(1e-5));
    }

    @Test
    void buyingGoesThroughTheStagesOfTheDaysBetween() {
        var steps = nothing();
        for (var stage : Stage.values()) {
            steps[stage.ordinal()][StageChain.column(stage, false)] = 1e9;
        }
        // awareness -> evaluation in a day, evaluation -> use with an order in a day: never within one, always within
        // two
        steps[0] = new double[StageChain.COLUMNS];
        steps[0][StageChain.column(Stage.EVALUATION, false)] = 1e9;
        steps[1] = new double[StageChain.COLUMNS];
        steps[1][StageChain.column(Stage.USE, true)] = 1e9;
        assertThat(new StageChain("m", steps, Duration.ofDays(1))
                        .buying(Stage.AWARENESS)
                        .value())
                .isCloseTo(0, within(1e-6));
        assertThat(new StageChain("m", steps, Duration.ofDays(2))
                        .buying(Stage.AWARENESS)
                        .value())
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void fromTheLastStageNobodyMovesOn() {
        var chain = new StageChain("m", nothing(), WEEK);
        assertThat(chain.movingOn(Stage.AFTER_SALES).value()).isZero();
    }

    @Test
    void countsOfAnotherShapeAreRefused() {
        assertThatThrownBy(() -> new StageChain("m", new double[2][3], WEEK))
                .isInstanceOf(IllegalArgumentException.class);
        var negative = nothing();
        negative[0][0] = -1;
        assertThatThrownBy(() -> new StageChain("m", negative, WEEK)).isInstanceOf(IllegalArgumentException.class);
        negative[0][0] = Double.NaN;
        assertThatThrownBy(() -> new StageChain("m", negative, WEEK)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double[][] nothing() {
        return new double[StageChain.ROWS][StageChain.COLUMNS];
    }
}
