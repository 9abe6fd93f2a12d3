package io.wayfarer.learn.table;

import io.wayfarer.learn.table.Column.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Takes the cells of a column one by one, and says in the end what kind of column it is. */
final class ColumnReader {

    /** Past so many different values a column of words is no category, and they are not kept. */
    static final int MAX_LEVELS = 10_000;

    /** Of the values of a column of numbers or dates, the share that must be one; the others count as missing. */
    private static final double MOST = 0.95;

    /** Of the numbers of a column, the share that must look like those of a person to be left out for it. */
    private static final double MANY = 0.5;

    private static final double UNIQUE = 0.9;
    private static final int LONG = 40;
    private static final int MANY_WORDS = 5;

    private final String name;
    private final boolean commas;
    private double[] numbers = new double[64];
    private double[] dates;
    private int[] codes = new int[64];
    private Map<String, Integer> places = new HashMap<>();
    private final List<String> levels = new ArrayList<>();
    private final Map<String, Integer> found = new HashMap<>();
    private int rows;
    private int missing;
    private int ofNumbers;
    private int ofDates;
    private int personal;
    private long length;
    private long words;

    ColumnReader(String name, boolean commas) {
        this.name = name;
        this.commas = commas;
    }

    void add(String cell) {
        if (rows == numbers.length) {
            grow();
        }
        var text = cell.strip();
        numbers[rows] = Double.NaN;
        if (dates != null) {
            dates[rows] = Double.NaN;
        }
        if (codes != null) {
            codes[rows] = -1;
        }
        if (Cells.isMissing(text)) {
            missing++;
        } else {
            value(text);
        }
        rows++;
    }

    private void value(String text) {
        var number = Cells.number(text, commas);
        if (Double.isNaN(number)) {
            date(text);
            length += text.length();
            words += text.chars().filter(c -> c == ' ').count() + 1;
        } else {
            numbers[rows] = number;
            ofNumbers++;
        }
        if (codes == null) {
            look(text);
            return;
        }
        var place = places.get(text);
        if (place == null) {
            look(text);
            if (levels.size() == MAX_LEVELS) {
                codes = null;
                places = null;
                return;
            }
            place = levels.size();
            places.put(text, place);
            levels.add(text);
        }
        codes[rows] = place;
    }

    private void date(String text) {
        // a column that has shown no date in a thousand values is none: parsing is slow
        if (dates == null && rows - missing > 1000) {
            return;
        }
        var date = Cells.date(text);
        if (!Double.isNaN(date)) {
            if (dates == null) {
                dates = new double[numbers.length];
                Arrays.fill(dates, Double.NaN);
            }
            dates[rows] = date;
            ofDates++;
        }
    }

    private void look(String text) {
        var what = Identifiers.byContent(text);
        if (what != null) {
            personal++;
            found.merge(what, 1, Integer::sum);
        }
    }

    private void grow() {
        numbers = Arrays.copyOf(numbers, 2 * rows);
        dates = dates == null ? null : Arrays.copyOf(dates, 2 * rows);
        codes = codes == null ? null : Arrays.copyOf(codes, 2 * rows);
    }

    Column column() {
        var known = rows - missing;
        if (known == 0) {
            return new Column(name, Kind.EMPTY, null, null, List.of(), missing, 0, 0, identifier(false));
        }
        if (codes != null && levels.size() == 2 && Cells.isYesNo(levels.get(0), levels.get(1))) {
            return yesNo();
        }
        if (ofNumbers >= MOST * known) {
            return numbers(known);
        }
        if (ofDates >= MOST * known) {
            return new Column(
                    name,
                    Kind.DATE,
                    Arrays.copyOf(dates, rows),
                    codes(),
                    levels(),
                    missing + known - ofDates,
                    levels.size(),
                    known - ofDates,
                    identifier(false));
        }
        var distinct = codes == null ? MAX_LEVELS + 1 : levels.size();
        var kind = length > (double) LONG * known || words > (double) MANY_WORDS * known
                ? Kind.TEXT
                : codes == null || distinct > 50 && distinct > known / 2 ? Kind.IDENTIFIER : Kind.CATEGORY;
        return new Column(name, kind, null, codes(), levels(), missing, distinct, 0, identifier(personal > 0));
    }

    /** Whatever its name is, a yes or no is nobody's address. */
    private Column yesNo() {
        var values = new double[rows];
        for (int row = 0; row < rows; row++) {
            values[row] = codes[row] < 0 ? Double.NaN : Cells.isYes(levels.get(codes[row])) ? 1 : 0;
        }
        return new Column(name, Kind.YES_NO, values, codes(), levels(), missing, 2, 0, null);
    }

    private Column numbers(int known) {
        var sorted = Arrays.stream(numbers, 0, rows)
                .filter(n -> !Double.isNaN(n))
                .sorted()
                .toArray();
        var distinct = sorted.length == 0 ? 0 : 1;
        var whole = true;
        for (int i = 0; i < sorted.length; i++) {
            distinct += i > 0 && sorted[i] != sorted[i - 1] ? 1 : 0;
            whole &= sorted[i] == Math.rint(sorted[i]);
        }
        var seen = codes == null ? known : levels.size();
        var identifier = identifier(personal > MANY * seen);
        if (identifier == null && whole && sorted.length >= 50 && distinct >= UNIQUE * sorted.length) {
            var range = sorted[sorted.length - 1] - sorted[0] + 1;
            if (range <= 1.5 * sorted.length) {
                identifier = "it counts its rows";
            } else if (sorted[sorted.length / 2] >= 1e7) {
                identifier = "nearly every row has a long number of its own";
            }
        }
        return new Column(
                name,
                identifier == null ? Kind.NUMBER : Kind.IDENTIFIER,
                Arrays.copyOf(numbers, rows),
                codes(),
                levels(),
                missing + known - ofNumbers,
                distinct,
                known - ofNumbers,
                identifier);
    }

    private String identifier(boolean content) {
        var byName = Identifiers.byName(name);
        if (byName != null) {
            return byName;
        }
        return content
                ? "it holds "
                        + found.entrySet().stream()
                                .max(Map.Entry.comparingByValue())
                                .orElseThrow()
                                .getKey()
                : null;
    }

    private int[] codes() {
        return codes == null ? null : Arrays.copyOf(codes, rows);
    }

    private List<String> levels() {
        return codes == null ? List.of() : List.copyOf(levels);
    }
}
