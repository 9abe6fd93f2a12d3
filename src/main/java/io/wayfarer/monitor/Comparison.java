package io.wayfarer.monitor;

import io.wayfarer.monitor.Cases.Resolved;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;

/**
 * How champion and challenger did on the same customers at the same moments, by what then happened. A yes or no is judged by
 * the log loss. A number is judged by the squared error, which is least for the mean that such a model foresees; the absolute
 * error would be least for the median, and most customers spend nothing. So that one order does not decide it, answers and
 * what was foreseen count no further from 0 than {@code bound}.
 *
 * @param cases moments whose time has passed
 * @param customers whose moments they are; this and all that follows is null while there are too few
 * @param happened moments after which it happened, or whose number is not 0
 * @param bound {@value #WITHIN} of the numbers that are not 0 are no further from 0; null for a yes or no
 * @param championLogLoss mean -ln of the probability given to what happened; less is better; null for a number
 * @param championSquaredError mean square of the distance from what happened, for a yes or no also called the Brier score;
 *     less is better
 * @param gain loss of the champion minus that of the challenger: above 0 the challenger is better
 * @param low of the interval of the gain
 * @param high of it
 */
public record Comparison(
        String champion,
        String challenger,
        Verdict verdict,
        int cases,
        Integer customers,
        Integer happened,
        Double bound,
        Double championLogLoss,
        Double challengerLogLoss,
        Double championSquaredError,
        Double challengerSquaredError,
        Double gain,
        Double low,
        Double high) {

    static final int MIN_CASES = 200;
    static final int MIN_OF_EACH = 30;
    static final int MIN_CUSTOMERS = 50;

    /** In this share of all trials, at most, the gain is ever outside its interval, half of it to each side. */
    private static final double ALPHA = 0.05;

    /** The interval is narrowest, in standard errors, at so many customers: there it has 3.0 to each side, at 50 it has 3.8. */
    private static final double NARROWEST_AT = 500;

    static final double WITHIN = 0.95;

    /** No probability is believed beyond it: one sure and wrong answer would outweigh all others. */
    private static final double SURE = 1e-4;

    /** What the comparison says of the challenger. */
    public enum Verdict {
        TOO_FEW,
        OPEN,
        BETTER,
        WORSE
    }

    /**
     * The interval is of the mean of paired differences, with the cases of one customer as a cluster. It is looked at every day
     * until it says something, so it is a confidence sequence, which holds at all looks together (Waudby-Smith, Arbour, Sinha,
     * Kennedy and Ramdas, Time-uniform central limit theory and asymptotic confidence sequences, 2021, theorem 2.2).
     */
    static Comparison of(String champion, String challenger, boolean binary, List<Resolved> cases) {
        var n = cases.size();
        var happened = (int) cases.stream().filter(one -> one.answer() != 0).count();
        var customers = (int) cases.stream().map(Resolved::customer).distinct().count();
        var fewest = binary ? Math.min(happened, n - happened) : happened;
        if (n < MIN_CASES || fewest < MIN_OF_EACH || customers < MIN_CUSTOMERS) {
            return new Comparison(
                    champion,
                    challenger,
                    Verdict.TOO_FEW,
                    n,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }
        var bound = binary ? 1 : bound(cases);
        var losses = new double[2];
        var squares = new double[2];
        var byCustomer = new HashMap<UUID, Double>();
        var ofCustomer = new HashMap<UUID, Integer>();
        for (var one : cases) {
            var square = new double[] {
                square(one.byChampion(), one.answer(), bound), square(one.byChallenger(), one.answer(), bound)
            };
            var loss = binary
                    ? new double[] {loss(one.byChampion(), one.answer()), loss(one.byChallenger(), one.answer())}
                    : square;
            for (int i = 0; i < 2; i++) {
                losses[i] += loss[i] / n;
                squares[i] += square[i] / n;
            }
            byCustomer.merge(one.customer(), loss[0] - loss[1], Double::sum);
            ofCustomer.merge(one.customer(), 1, Integer::sum);
        }
        var gain = losses[0] - losses[1];
        var variance = 0.0;
        for (var entry : byCustomer.entrySet()) {
            var off = entry.getValue() - gain * ofCustomer.get(entry.getKey());
            variance += off * off;
        }
        var half = width(customers) * Math.sqrt(variance * customers / (customers - 1)) / n;
        var verdict = gain - half > 0 ? Verdict.BETTER : gain + half < 0 ? Verdict.WORSE : Verdict.OPEN;
        return new Comparison(
                champion,
                challenger,
                verdict,
                n,
                customers,
                happened,
                binary ? null : bound,
                binary ? losses[0] : null,
                binary ? losses[1] : null,
                squares[0],
                squares[1],
                gain,
                gain - half,
                gain + half);
    }

    /** In words, for the record of a change. */
    String inWords() {
        var isNumber = championLogLoss == null;
        return "%s %.4f, the champion's %.4f, over %d moments of %d customers; gain %.4f (%.4f to %.4f)"
                .formatted(
                        isNumber ? "squared error within " + "%.2f".formatted(bound) : "log loss",
                        isNumber ? challengerSquaredError : challengerLogLoss,
                        isNumber ? championSquaredError : championLogLoss,
                        cases,
                        customers,
                        gain,
                        low,
                        high);
    }

    private static double bound(List<Resolved> cases) {
        var sizes = cases.stream()
                .mapToDouble(one -> Math.abs(one.answer()))
                .filter(size -> size != 0)
                .sorted()
                .toArray();
        return sizes[(int) Math.ceil(WITHIN * sizes.length) - 1];
    }

    /** Standard errors to each side. */
    private static double width(int customers) {
        var twice = -2 * Math.log(ALPHA);
        var x = customers * (twice + Math.log(twice) + 1) / NARROWEST_AT;
        return Math.sqrt(2 * (x + 1) / x * Math.log(Math.sqrt(x + 1) / ALPHA));
    }

    private static double loss(double probability, double answer) {
        var ofTruth = answer != 0 ? probability : 1 - probability;
        return -Math.log(Math.max(SURE, Math.min(1 - SURE, ofTruth)));
    }

    private static double square(double foreseen, double answer, double bound) {
        var off = clip(foreseen, bound) - clip(answer, bound);
        return off * off;
    }

    private static double clip(double number, double bound) {
        return Math.max(-bound, Math.min(bound, number));
    }
}
