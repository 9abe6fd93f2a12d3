package io.wayfarer.ingest.file;

import io.wayfarer.ingest.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** The first row of a table as names of its columns. */
final class Headers {

    private static final int MAX_NAME = 200;

    private Headers() {}

    /**
     * Each name once: a second {@code Price} is {@code Price (2)}, a column without a name {@code column 5}.
     *
     * @throws Refusal when it cannot be a header
     */
    static List<String> named(List<String> cells) {
        var names = new ArrayList<String>(cells.size());
        var used = new HashSet<String>();
        for (int i = 0; i < cells.size(); i++) {
            var cell = cells.get(i) == null ? "" : cells.get(i).strip();
            if (cell.indexOf('\0') >= 0) {
                throw Refusal.bad(
                        null,
                        "row 1: column " + (i + 1)
                                + " holds the NUL character: is it UTF-16 without a byte order mark?");
            }
            if (cell.length() > MAX_NAME) {
                throw Refusal.bad(
                        null,
                        "row 1: the name of column " + (i + 1) + " has more than " + MAX_NAME + " characters: is it a"
                                + " header?");
            }
            var name = cell.isEmpty() ? "column " + (i + 1) : cell;
            for (int n = 2; !used.add(name); n++) {
                name = (cell.isEmpty() ? "column " + (i + 1) : cell) + " (" + n + ")";
            }
            names.add(name);
        }
        return List.copyOf(names);
    }
}
