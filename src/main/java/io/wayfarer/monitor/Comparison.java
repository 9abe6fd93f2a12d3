package io.wayfarer.monitor;

import io.wayfarer.monitor.Cases.Resolved;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;

/**
 * How champion and challenger did on the same customers at the same moments, by what then happened.
 *
 * @param cases moments whose horizon has passed
 * @param customers whose moments they are; this and all that follows is null while there are too few
 * @param happened moments after which it happened
 * @param championLogLoss mean -ln of the probability given to what happened; less is better
 * @param championBrier mean square of the distance from what happened; less is better
 * @param gain log loss of the champion minus that of the challenger: above 0 the challenger is better
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
        Double championLogLoss,
        Double challengerLogLoss,
        Double championBrier,
        Double challengerBrier,
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
    static Comparison of(String champion, String challenger, List<Resolved> cases) {
        var n = cases.size();
        var happened = (int) cases.stream().filter(Resolved::happened).count();
        var customers = (int) cases.stream().map(Resolved::customer).distinct().count();
        if (n < MIN_CASES || Math.min(happened, n - happened) < MIN_OF_EACH || customers < MIN_CUSTOMERS) {
            return new Comparison(
                    champion, challenger, Verdict.TOO_FEW, n, null, null, null, null, null, null, null, null, null);
        }
        var losses = new double[2];
        var squares = new double[2];
        var byCustomer = new HashMap<UUID, Double>();
        var ofCustomer = new HashMap<UUID, Integer>();
        for (var one : cases) {
            var a = loss(one.byChampion(), one.happened());
            var b = loss(one.byChallenger(), one.happened());
            losses[0] += a / n;
            losses[1] += b / n;
            squares[0] += square(one.byChampion(), one.happened()) / n;
            squares[1] += square(one.byChallenger(), one.happened()) / n;
            byCustomer.merge(one.customer(), a - b, Double::sum);
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
                losses[0],
                losses[1],
                squares[0],
                squares[1],
                gain,
                gain - half,
                gain + half);
    }

    /** In words, for the record of a change. */
    String inWords() {
        return "log loss %.4f, the champion's %.4f, over %d moments of %d customers; gain %.4f (%.4f to %.4f)"
                .formatted(challengerLogLoss, championLogLoss, cases, customers, gain, low, high);
    }

    /** Standard errors to each side. */
    private static double width(int customers) {
        var twice = -2 * Math.log(ALPHA);
        var x = customers * (twice + Math.log(twice) + 1) / NARROWEST_AT;
        return Math.sqrt(2 * (x + 1) / x * Math.log(Math.sqrt(x + 1) / ALPHA));
    }

    private static double loss(double probability, boolean happened) {
        var ofTruth = happened ? probability : 1 - probability;
        return -Math.log(Math.max(SURE, Math.min(1 - SURE, ofTruth)));
    }

    private static double square(double probability, boolean happened) {
        var off = probability - (happened ? 1 : 0);
        return off * off;
    }
}
