package io.wayfarer.learn.model;

/**
 * What mistakes cost, in any unit.
 *
 * @param falsePositive acting on somebody to whom it would not have happened
 * @param falseNegative not acting on somebody to whom it happens
 */
public record Costs(double falsePositive, double falseNegative) {

    /** A needless contact is worth a fifth of a missed one. */
    public static final Costs DEFAULT = new Costs(1, 5);

    public Costs {
        if (!(falsePositive > 0 && falseNegative > 0)
                || Double.isInfinite(falsePositive)
                || Double.isInfinite(falseNegative)) {
            throw new IllegalArgumentException("costs must be two numbers above 0");
        }
    }

    /** From this probability on, acting is cheaper, if the probability is calibrated (Elkan 2001). */
    public double threshold() {
        return falsePositive / (falsePositive + falseNegative);
    }
}
