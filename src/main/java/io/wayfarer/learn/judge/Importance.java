package io.wayfarer.learn.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * What a model would be worth without an input: how much worse its figure gets when the input's values are shuffled among
 * the held-out rows (permutation importance, Breiman 2001). Inputs that say the same thing share their importance.
 *
 * @param input its name
 * @param loss mean of three shuffles; about 0 or below when the model does without it
 */
public record Importance(String input, double loss) {

    private static final int SHUFFLES = 3;
    /** More rows make it no clearer, only slower. */
    private static final int MAX_ROWS = 2000;

    /**
     * @param names of the inputs
     * @param rows row by row, input by input; left as they were
     * @param predict the model
     * @param figure how good predictions for these rows are, the more the better
     */
    public static List<Importance> of(
            List<String> names, double[][] rows, ToDoubleFunction<double[]> predict, Figure figure) {
        var random = new Random(42);
        var some = new int[Math.min(MAX_ROWS, rows.length)];
        for (int i = 0; i < some.length; i++) {
            some[i] = rows.length <= MAX_ROWS ? i : (int) ((long) i * rows.length / some.length);
        }
        var predictions = new double[some.length];
        for (int i = 0; i < some.length; i++) {
            predictions[i] = predict.applyAsDouble(rows[some[i]]);
        }
        var whole = figure.of(predictions, some);
        var importances = new ArrayList<Importance>();
        for (int input = 0; input < names.size(); input++) {
            var loss = 0.0;
            for (int round = 0; round < SHUFFLES; round++) {
                var order = some.clone();
                for (int i = order.length - 1; i > 0; i--) {
                    var place = random.nextInt(i + 1);
                    var held = order[i];
                    order[i] = order[place];
                    order[place] = held;
                }
                for (int i = 0; i < some.length; i++) {
                    var row = rows[some[i]].clone();
                    row[input] = rows[order[i]][input];
                    predictions[i] = predict.applyAsDouble(row);
                }
                loss += (whole - figure.of(predictions, some)) / SHUFFLES;
            }
            importances.add(new Importance(names.get(input), loss));
        }
        importances.sort(Comparator.comparingDouble(Importance::loss).reversed());
        return List.copyOf(importances);
    }

    /** How good predictions are. */
    public interface Figure {
        /** @param rows which rows the predictions are for */
        double of(double[] predictions, int[] rows);
    }
}
