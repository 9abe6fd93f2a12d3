package io.wayfarer.ingest.file;

import io.wayfarer.ingest.Imports.RefusedRow;
import io.wayfarer.ingest.Refusal;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * One row of a file.
 *
 * @param number where it is in the file: the line it begins on, or the row of the sheet; from 1
 * @param cells by column: text, and what JSON or a sheet has besides; a cell without anything in it is missing
 * @param text the row as it is shown to people, cell by cell
 * @param refusal why it cannot be read, or null
 */
record Row(long number, Map<String, Object> cells, List<String> text, Refusal refusal) {

    static Row unreadable(long number, String column, String reason, List<String> text) {
        return new Row(number, Map.of(), text, Refusal.bad(column, reason));
    }

    /** The cell, or null; of JSON also one inside another: {@code customer.email}. */
    Object cell(String column) {
        var value = cells.get(column);
        for (int dot = column.indexOf('.'); value == null && dot > 0; dot = column.indexOf('.', dot + 1)) {
            if (cells.get(column.substring(0, dot)) instanceof Map<?, ?> inner) {
                value = inner.get(column.substring(dot + 1));
            }
        }
        return value;
    }

    /** The cell as text, or null when there is none. */
    String textOf(String column) {
        return text(cell(column));
    }

    static String text(Object value) {
        if (value == null) {
            return null;
        }
        var text = value instanceof BigDecimal number
                ? number.stripTrailingZeros().toPlainString()
                : value.toString().strip();
        return text.isEmpty() ? null : text;
    }

    RefusedRow refused(Refusal why) {
        return new RefusedRow(number, why.field(), why.getMessage(), text);
    }
}
