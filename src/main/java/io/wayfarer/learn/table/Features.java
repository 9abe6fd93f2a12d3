package io.wayfarer.learn.table;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.judge.Words;
import io.wayfarer.learn.model.Rows;
import io.wayfarer.learn.table.Column.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What may be learned from a table: its columns as inputs, but for those that say who somebody is, that say nothing, or that
 * are of no use as they stand.
 *
 * @param rows with a label, in the table's order
 * @param places of these rows in the table
 * @param positive which value of the label is a yes; null when it is a number
 * @param inputs for the card
 * @param repeated rows that are the same as an earlier one
 */
record Features(
        Rows rows,
        int[] places,
        String positive,
        List<Card.Input> inputs,
        List<Card.LeftOut> leftOut,
        List<Words> warnings,
        int repeated) {

    static final int MIN_ROWS = 50;
    static final int MIN_OF_EACH = 10;

    /** Of the levels of a category at most so many are told apart, each in at least {@value #MIN_OF_EACH} rows. */
    private static final int MAX_LEVELS = 30;

    private static final String OTHER = "(other)";

    /**
     * @param positive the value of the label that is a yes; null to have it found
     * @param time the column by which rows are split, or null
     * @throws TableRefused when nothing can be learned, saying why
     */
    static Features of(Table table, String label, String positive, Column time) {
        var answer = table.column(label)
                .orElseThrow(() -> new TableRefused(
                        "there is no column '%s' in %s; it has %s".formatted(label, table.file(), names(table))));
        var warnings = new ArrayList<Words>();
        // sums of money may all be different, and are a number to predict all the same
        var number = answer.kind() == Kind.NUMBER || answer.kind() == Kind.IDENTIFIER && answer.numbers() != null;
        var yes = number && answer.distinct() > 2 && positive == null ? null : yes(answer, positive, warnings);
        var labels = labels(answer, yes, table.rows());
        var places = IntStream.range(0, labels.length)
                .filter(row -> !Double.isNaN(labels[row]))
                .toArray();
        check(answer, labels, places, yes != null);

        var inputs = new ArrayList<Rows.Input>();
        var values = new ArrayList<double[]>();
        var told = new ArrayList<Card.Input>();
        var leftOut = new ArrayList<Card.LeftOut>();
        for (var column : table.columns()) {
            if (column == answer) {
                continue;
            }
            var reason = column == time ? "rows are split by it" : reason(column);
            if (reason == null) {
                var notes = new ArrayList<String>();
                var input = input(column, places, notes);
                if (input != null) {
                    inputs.add(new Rows.Input(column.name(), input.levels()));
                    values.add(input.values());
                    told.add(new Card.Input(
                            column.name(),
                            column.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            share(input.values()),
                            String.join("; ", notes)));
                    continue;
                }
                reason = "constant in the rows that have a label";
            }
            leftOut.add(new Card.LeftOut(column.name(), reason));
        }
        if (inputs.isEmpty()) {
            throw new TableRefused("no column is left to learn from: "
                    + String.join(
                            "; ",
                            leftOut.stream()
                                    .map(left -> left.column() + ": " + left.reason())
                                    .toList()));
        }
        var rows = new double[places.length][inputs.size()];
        for (int i = 0; i < rows.length; i++) {
            for (int input = 0; input < inputs.size(); input++) {
                rows[i][input] = values.get(input)[i];
            }
        }
        var known = Arrays.stream(places).mapToDouble(row -> labels[row]).toArray();
        var groups = groups(rows, known);
        var repeated = places.length - (int) Arrays.stream(groups).distinct().count();
        return new Features(
                new Rows(
                        List.copyOf(inputs),
                        rows,
                        known,
                        yes != null,
                        repeated <= places.length / 2
                                ? groups
                                : IntStream.range(0, places.length).toArray()),
                places,
                yes,
                told,
                leftOut,
                warnings,
                repeated);
    }

    private static String names(Table table) {
        var names = table.columns().stream().limit(30).map(Column::name).toList();
        return String.join(", ", names) + (table.columns().size() > names.size() ? ", ..." : "");
    }

    /** The value of the label that is a yes. */
    private static String yes(Column answer, String positive, List<Words> warnings) {
        var name = "the label '" + answer.name() + "'";
        if (answer.kind() == Kind.EMPTY) {
            throw new TableRefused(name + " is missing in all rows");
        }
        if (answer.constant()) {
            throw new TableRefused(name + " has one value only: there is nothing to tell apart");
        }
        var levels = answer.levels();
        if (positive != null) {
            return levels.stream()
                    .filter(level -> level.equals(positive))
                    .findFirst()
                    .orElseThrow(() -> new TableRefused(name + " has no value '" + positive + "'"));
        }
        if (answer.distinct() != 2 || levels.size() < 2) {
            throw new TableRefused(
                    ("%s has %s different values, and is no number: it must be a yes or no, have two values, or "
                                    + "be a number; or name the value that is a yes with --positive")
                            .formatted(
                                    name,
                                    answer.distinct() > ColumnReader.MAX_LEVELS
                                            ? "more than " + ColumnReader.MAX_LEVELS
                                            : answer.distinct()));
        }
        if (answer.kind() == Kind.YES_NO) {
            return levels.stream().filter(Cells::isYes).findFirst().orElseThrow();
        }
        if (answer.kind() == Kind.NUMBER) {
            var highest = Arrays.stream(answer.numbers())
                    .filter(n -> !Double.isNaN(n))
                    .max()
                    .orElseThrow();
            return IntStream.range(0, answer.codes().length)
                    .filter(row -> answer.numbers()[row] == highest)
                    .mapToObj(row -> levels.get(answer.codes()[row]))
                    .findFirst()
                    .orElseThrow();
        }
        var first = Arrays.stream(answer.codes()).filter(code -> code == 0).count();
        var rarer = levels.get(2 * first < answer.codes().length - answer.missing() ? 0 : 1);
        warnings.add(Words.of(
                "'%1$s' is taken for the yes of '%2$s', because it is the rarer one; --positive names another.",
                "“%2$s”中较少的值“%1$s”被视为正例;可用 --positive 指定。", rarer, answer.name()));
        return rarer;
    }

    /** NaN where it is not known. */
    private static double[] labels(Column answer, String yes, int rows) {
        var labels = new double[rows];
        var place = yes == null ? -1 : answer.levels().indexOf(yes);
        for (int row = 0; row < rows; row++) {
            if (yes == null || answer.kind() == Kind.NUMBER && Double.isNaN(answer.numbers()[row])) {
                labels[row] = answer.numbers()[row];
            } else if (answer.kind() == Kind.NUMBER) {
                // "1" and "1.0" are the same
                labels[row] = answer.numbers()[row] == Cells.number(yes, true) ? 1 : 0;
            } else {
                labels[row] = answer.codes()[row] < 0 ? Double.NaN : answer.codes()[row] == place ? 1 : 0;
            }
        }
        return labels;
    }

    private static void check(Column answer, double[] labels, int[] places, boolean binary) {
        var name = "the label '" + answer.name() + "'";
        var positives = Arrays.stream(places).filter(row -> labels[row] == 1).count();
        if (places.length < MIN_ROWS) {
            throw new TableRefused("%d rows with a label are too few to learn from and to judge: at least %d are needed"
                    .formatted(places.length, MIN_ROWS));
        }
        if (binary && Math.min(positives, places.length - positives) < MIN_OF_EACH) {
            throw new TableRefused("%s is yes in %d of %d rows: at least %d of each kind are needed"
                    .formatted(name, positives, places.length, MIN_OF_EACH));
        }
    }

    /** Why a column is not learned from, or null. */
    private static String reason(Column column) {
        if (column.identifier() != null) {
            return "it may say who somebody is: " + column.identifier();
        }
        return switch (column.kind()) {
            case EMPTY -> "all values are missing";
            case DATE -> "a date; rows can be split by it with --time";
            case TEXT -> "free text";
            case IDENTIFIER ->
                column.distinct() > ColumnReader.MAX_LEVELS
                        ? "more than %d different values".formatted(ColumnReader.MAX_LEVELS)
                        : "nearly every row has a value of its own (%d values)".formatted(column.distinct());
            default -> column.constant() ? "constant" : null;
        };
    }

    private record Values(List<String> levels, double[] values) {}

    /** Null when it is constant in the rows that are used. */
    private static Values input(Column column, int[] places, List<String> notes) {
        if (column.strangers() > 0) {
            notes.add("%d values that are no number count as missing".formatted(column.strangers()));
        }
        if (column.kind() != Kind.CATEGORY) {
            var numbers = Arrays.stream(places)
                    .mapToDouble(row -> column.numbers()[row])
                    .toArray();
            return Arrays.stream(numbers).distinct().limit(2).count() < 2 ? null : new Values(List.of(), numbers);
        }
        var counts = new int[column.levels().size()];
        for (var row : places) {
            if (column.codes()[row] >= 0) {
                counts[column.codes()[row]]++;
            }
        }
        var common = IntStream.range(0, counts.length)
                .boxed()
                .filter(level -> counts[level] >= MIN_OF_EACH)
                .sorted((a, b) -> Integer.compare(counts[b], counts[a]))
                .limit(MAX_LEVELS)
                .toList();
        var levels = new ArrayList<String>();
        common.forEach(level -> levels.add(column.levels().get(level)));
        var present = (int) Arrays.stream(counts).filter(count -> count > 0).count();
        if (present > levels.size()) {
            notes.add("%d values in few rows are one".formatted(present - levels.size()));
            levels.add(new HashSet<>(levels).contains(OTHER) ? OTHER + "'" : OTHER);
        }
        if (levels.size() < 2) {
            return null;
        }
        var place = new int[counts.length];
        Arrays.fill(place, levels.size() - 1);
        for (int i = 0; i < common.size(); i++) {
            place[common.get(i)] = i;
        }
        var values = Arrays.stream(places)
                .mapToDouble(row -> column.codes()[row] < 0 ? Double.NaN : place[column.codes()[row]])
                .toArray();
        return new Values(List.copyOf(levels), values);
    }

    private static double share(double[] values) {
        return Arrays.stream(values).filter(Double::isNaN).count() / (double) values.length;
    }

    /** The same row twice is one group, so that no row is held out whose twin was learned from. */
    private static int[] groups(double[][] rows, double[] labels) {
        var seen = new HashMap<Long, Integer>();
        var groups = new int[rows.length];
        for (int row = 0; row < rows.length; row++) {
            var hash = Double.doubleToLongBits(labels[row]);
            for (var value : rows[row]) {
                // the mixing of SplitMix64 (Steele, Lea and Flood 2014): 64 bits, as good as no two rows alike by
                // chance
                hash = (hash ^ Double.doubleToLongBits(value)) * 0x9E3779B97F4A7C15L;
                hash = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
                hash ^= hash >>> 27;
            }
            groups[row] = seen.computeIfAbsent(hash, unseen -> seen.size());
        }
        return groups;
    }

    /** Without some of the inputs, each with its reason. */
    Features without(Map<String, String> reasons) {
        var left = new ArrayList<>(leftOut);
        reasons.forEach((name, reason) -> left.add(new Card.LeftOut(name, reason)));
        return new Features(
                rows.without(List.copyOf(reasons.keySet())),
                places,
                positive,
                inputs.stream()
                        .filter(input -> !reasons.containsKey(input.name()))
                        .toList(),
                left,
                warnings,
                repeated);
    }
}
