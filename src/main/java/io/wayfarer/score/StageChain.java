package io.wayfarer.score;

import io.wayfarer.profile.Stage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A Markov chain over the stages, counted in days of customers: what answers where there is not enough history for a
 * model. A count of moves alone has no time in it and cannot give a probability within a horizon; so each day of each
 * customer is one step of the chain, from the stage in which the day began to the one in which it ended, with an order or
 * without. The days on which nothing happened are steps too.
 *
 * <p>Each stage's daily probabilities are the posterior mean under a Dirichlet prior: (steps + alpha) / (all steps + all
 * alphas) (Strelioff, Crutchfield and Hübler, Inferring Markov chains, Phys. Rev. E 76, 011106, 2007). The prior weighs
 * as much as {@value #PRIOR_DAYS} days of one customer in each stage. The probability within the horizon is the one of
 * being absorbed within that many days, where all later stages (or an order) are absorbing (Kemeny and Snell, Finite
 * Markov Chains, 1960, chapter 3).
 */
public final class StageChain {

    /** Rows: the stage at a day's begin. Columns: the stage at its end without an order, then those with one. */
    public static final int ROWS = Stage.values().length;

    public static final int COLUMNS = 2 * ROWS;

    static final double PRIOR_DAYS = 30;
    static final double ALPHA = 0.1;

    private final Score[] movingOn = new Score[ROWS];
    private final Score[] buying = new Score[ROWS];

    /**
     * @param label which chain it is, for the scores
     * @param steps counted days, {@link #ROWS} x {@link #COLUMNS}
     * @param horizon the probabilities are of what happens within it; whole days, rounded up
     * @throws IllegalArgumentException when the counts have another shape or are negative
     */
    StageChain(String label, double[][] steps, Duration horizon) {
        var daily = posterior(steps);
        var days = Math.max(1, (int) Math.ceil(horizon.toSeconds() / 86_400.0));
        for (int stage = 0; stage < ROWS; stage++) {
            var from = stage;
            var on = absorbed(daily, from, days, column -> column % ROWS <= from);
            movingOn[from] = new Score(from == ROWS - 1 ? 0 : on, label, List.of());
            buying[from] = new Score(absorbed(daily, from, days, column -> column < ROWS), label, List.of());
        }
    }

    /** A column of the counts. */
    public static int column(Stage end, boolean ordered) {
        return end.ordinal() + (ordered ? ROWS : 0);
    }

    /** Probability of reaching any later stage within the horizon; 0 in the last one. */
    Score movingOn(Stage stage) {
        return movingOn[stage.ordinal()];
    }

    Score buying(Stage stage) {
        return buying[stage.ordinal()];
    }

    private static double[][] posterior(double[][] steps) {
        if (steps.length != ROWS || Arrays.stream(steps).anyMatch(row -> row.length != COLUMNS)) {
            throw new IllegalArgumentException("the counts of a stage chain are " + ROWS + " x " + COLUMNS);
        }
        var daily = new double[ROWS][COLUMNS];
        for (int i = 0; i < ROWS; i++) {
            var sum = PRIOR_DAYS;
            for (var count : steps[i]) {
                if (!(count >= 0)) {
                    throw new IllegalArgumentException("a count of a stage chain is negative");
                }
                sum += count;
            }
            for (int j = 0; j < COLUMNS; j++) {
                var alpha = j == i ? PRIOR_DAYS - (COLUMNS - 1) * ALPHA : ALPHA;
                daily[i][j] = (steps[i][j] + alpha) / sum;
            }
        }
        return daily;
    }

    /** Probability of leaving the columns in which the chain goes on, within so many days. */
    private static double absorbed(double[][] daily, int from, int days, IntPredicate goesOn) {
        var at = new double[ROWS];
        at[from] = 1;
        for (int day = 0; day < days; day++) {
            var next = new double[ROWS];
            for (int i = 0; i < ROWS; i++) {
                for (int j = 0; j < COLUMNS; j++) {
                    next[j % ROWS] += goesOn.test(j) ? at[i] * daily[i][j] : 0;
                }
            }
            at = next;
        }
        return Math.max(0, 1 - Arrays.stream(at).sum());
    }
}
