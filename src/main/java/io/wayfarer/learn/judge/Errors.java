package io.wayfarer.learn.judge;

import java.util.Arrays;

/**
 * A model for a number, judged on rows that it has never seen.
 *
 * @param rows held out
 * @param rmse root of the mean squared error, in units of the label
 * @param mae mean absolute error, in units of the label
 * @param r2 share of the variance that is explained; below 0 when the mean of the held-out rows would have been nearer
 * @param baselineRmse the error when the mean of the training rows is given to all
 */
public record Errors(int rows, Interval rmse, Interval mae, Interval r2, double baselineRmse) {

    /** @param mean of the label over the training rows */
    public static Errors of(double[] predicted, double[] actual, double mean) {
        var once = new int[predicted.length];
        Arrays.fill(once, 1);
        var intervals = Interval.bootstrap(
                predicted.length, measure(predicted, actual, once), times -> measure(predicted, actual, times));
        var bare = new double[predicted.length];
        Arrays.fill(bare, mean);
        return new Errors(predicted.length, intervals[0], intervals[1], intervals[2], rmse(bare, actual));
    }

    /** Root of the mean squared error. */
    public static double rmse(double[] predicted, double[] actual) {
        var once = new int[predicted.length];
        Arrays.fill(once, 1);
        return measure(predicted, actual, once)[0];
    }

    private static double[] measure(double[] predicted, double[] actual, int[] times) {
        var rows = 0L;
        var squares = 0.0;
        var absolute = 0.0;
        var sum = 0.0;
        for (int i = 0; i < times.length; i++) {
            var error = actual[i] - predicted[i];
            rows += times[i];
            squares += times[i] * error * error;
            absolute += times[i] * Math.abs(error);
            sum += times[i] * actual[i];
        }
        var variance = 0.0;
        for (int i = 0; i < times.length; i++) {
            variance += times[i] * (actual[i] - sum / rows) * (actual[i] - sum / rows);
        }
        return new double[] {Math.sqrt(squares / rows), absolute / rows, 1 - squares / variance};
    }
}
