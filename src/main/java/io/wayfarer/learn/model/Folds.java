package io.wayfarer.learn.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Rows in parts, each of which is held out once. Whole groups are dealt; of a yes or no, each part gets its share of both.
 *
 * @param part of each row, from 0
 * @param parts how many
 */
public record Folds(int[] part, int parts) {

    public static final long SEED = 42;
    public static final int PARTS = 5;

    /** Five parts, stratified by whether it ever happened to the group, dealt by seed {@value #SEED}. */
    public static Folds stratified(Rows rows) {
        var ever = new TreeMap<Integer, Boolean>();
        for (int row = 0; row < rows.size(); row++) {
            ever.merge(rows.groups()[row], rows.binary() && rows.labels()[row] == 1, Boolean::logicalOr);
        }
        var dealt = new TreeMap<Integer, Integer>();
        for (var stratum : List.of(true, false)) {
            var groups = new ArrayList<Integer>();
            ever.forEach((group, did) -> {
                if (did.equals(stratum)) {
                    groups.add(group);
                }
            });
            Collections.shuffle(groups, new Random(SEED));
            for (int i = 0; i < groups.size(); i++) {
                dealt.put(groups.get(i), i % PARTS);
            }
        }
        return new Folds(
                IntStream.range(0, rows.size())
                        .map(row -> dealt.get(rows.groups()[row]))
                        .toArray(),
                PARTS);
    }

    /** Two parts: 0 is the latest fifth of the rows, 1 all before it. Rows without a time are taken for the oldest. */
    public static Folds byTime(double[] time) {
        var order = IntStream.range(0, time.length)
                .boxed()
                .sorted((a, b) -> Double.compare(known(time[a]), known(time[b])))
                .toList();
        var border = known(time[order.get(time.length - 1 - time.length / PARTS)]);
        var part = new int[time.length];
        for (int row = 0; row < part.length; row++) {
            // rows of one moment stay together, on the older side
            part[row] = known(time[row]) > border ? 0 : 1;
        }
        return new Folds(part, 2);
    }

    private static double known(double time) {
        return Double.isNaN(time) ? Double.NEGATIVE_INFINITY : time;
    }

    public int[] heldOut(int which) {
        return IntStream.range(0, part.length).filter(row -> part[row] == which).toArray();
    }

    public int[] others(int which) {
        return IntStream.range(0, part.length).filter(row -> part[row] != which).toArray();
    }
}
