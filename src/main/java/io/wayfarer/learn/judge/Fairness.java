package io.wayfarer.learn.judge;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Whether a model treats the groups of a column alike, on held-out rows.
 *
 * @param column whose values are the groups; it need not be an input of the model
 * @param groups of at least {@value #MIN_ROWS} rows of {@value #MIN_PEOPLE} people
 * @param suppressed how many groups are smaller, and not shown: a few rows say little of a group and much of a person
 */
public record Fairness(String column, List<Group> groups, int suppressed) {

    public static final int MIN_ROWS = 50;

    /** Rows of fewer people than that say much of each of them, however many the rows are. */
    public static final int MIN_PEOPLE = 10;

    /**
     * @param observed share to whom it happened
     * @param predicted mean probability: calibrated for the group when it is near the observed share
     * @param auc within the group; NaN when it happened to all or to none of it
     * @param selected share at or above the threshold
     */
    public record Group(String name, int rows, double observed, double predicted, double auc, double selected) {}

    /**
     * @param group of each row; null when it is not known
     * @param people whose each row is
     * @param threshold from which a row is chosen
     */
    public static Fairness of(
            String column, String[] group, int[] people, double[] probabilities, boolean[] happened, double threshold) {
        var members = new TreeMap<String, List<Integer>>();
        for (int row = 0; row < group.length; row++) {
            if (group[row] != null) {
                members.computeIfAbsent(group[row], name -> new ArrayList<>()).add(row);
            }
        }
        var shown = new ArrayList<Group>();
        members.forEach((name, rows) -> {
            var theirs = rows.stream().mapToInt(row -> people[row]).distinct().count();
            if (rows.size() >= MIN_ROWS && theirs >= MIN_PEOPLE) {
                shown.add(group(name, rows, probabilities, happened, threshold));
            }
        });
        return new Fairness(column, List.copyOf(shown), members.size() - shown.size());
    }

    private static Group group(
            String name, List<Integer> rows, double[] probabilities, boolean[] happened, double threshold) {
        var theirs = new double[rows.size()];
        var did = new boolean[rows.size()];
        var sum = 0.0;
        var hits = 0;
        var selected = 0;
        for (int i = 0; i < theirs.length; i++) {
            theirs[i] = probabilities[rows.get(i)];
            did[i] = happened[rows.get(i)];
            sum += theirs[i];
            hits += did[i] ? 1 : 0;
            selected += theirs[i] >= threshold ? 1 : 0;
        }
        double size = theirs.length;
        return new Group(name, theirs.length, hits / size, sum / size, Measures.auc(theirs, did), selected / size);
    }

    /** The lowest share that is chosen over the highest one; under 0.8 by custom a sign of unequal treatment. */
    public double ratio() {
        var lowest = groups.stream().mapToDouble(Group::selected).min().orElse(Double.NaN);
        var highest = groups.stream().mapToDouble(Group::selected).max().orElse(Double.NaN);
        return highest == 0 ? 1 : lowest / highest;
    }
}
