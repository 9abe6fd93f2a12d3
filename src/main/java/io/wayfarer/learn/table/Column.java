package io.wayfarer.learn.table;

import java.util.List;

/**
 * A column, read and typed.
 *
 * @param numbers of a number, 1 or 0 of a yes or no, seconds since 1970 of a date; NaN where missing; null for all others
 * @param codes place in the levels; -1 where missing; null unless it has at most {@value ColumnReader#MAX_LEVELS} values
 * @param levels its values as they stand in the file, in the order of their first row
 * @param missing rows without a value: empty, NA, NaN, infinite and the like, or not of the column's kind
 * @param distinct how many different values, counted up to {@value ColumnReader#MAX_LEVELS} for what is no number
 * @param strangers values that are not of the column's kind, and so count as missing
 * @param identifier what of a person it holds, by name or content, in words; null when nothing was found
 */
record Column(
        String name,
        Kind kind,
        double[] numbers,
        int[] codes,
        List<String> levels,
        int missing,
        int distinct,
        int strangers,
        String identifier) {

    enum Kind {
        NUMBER,
        YES_NO,
        CATEGORY,
        DATE,
        /** Nearly every row has a value of its own. */
        IDENTIFIER,
        TEXT,
        /** All missing. */
        EMPTY
    }

    boolean constant() {
        return distinct == 1;
    }
}
