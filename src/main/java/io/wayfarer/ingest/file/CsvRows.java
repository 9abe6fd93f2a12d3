package io.wayfarer.ingest.file;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.file.Lines.Line;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;

/**
 * CSV as RFC 4180 has it. Where a record ends is found here, so that a quote that is never closed costs the line it is on
 * and not the rest of the file.
 */
final class CsvRows implements Rows {

    /** A cell with more line breaks than this is a quote that was forgotten. */
    private static final int MAX_LINES_OF_A_ROW = 200;

    private enum End {
        COMPLETE,
        OPEN,
        BROKEN
    }

    private final Lines lines;
    private final char delimiter;
    private final boolean sound;
    private final CsvReader.CsvReaderBuilder parser;
    private final StringArrayHandler handler =
            StringArrayHandler.builder().maxFields(16 * 1024).build();
    private final List<String> header;
    /** Read ahead in search of a closing quote, and not used up. */
    private final Deque<Line> ahead = new ArrayDeque<>();

    /** The last character that was looked at, and in which column: where the fault is when one is found. */
    private int column;

    /**
     * @param columns the names of the columns when the file does not begin with them; null when it does
     * @param sound the file is known to be valid in its charset
     * @throws Refusal when the header cannot be used
     */
    CsvRows(Lines lines, char delimiter, List<String> columns, boolean sound) throws IOException {
        this.lines = lines;
        this.delimiter = delimiter;
        this.sound = sound;
        this.parser = CsvReader.builder().fieldSeparator(delimiter);
        this.header = columns != null ? columns : readHeader();
    }

    private List<String> readHeader() throws IOException {
        var row = record();
        if (row == null) {
            throw Refusal.bad(null, "the file is empty");
        }
        if (row.refusal() != null) {
            throw Refusal.bad(
                    row.refusal().field(),
                    "row " + row.number() + ": " + row.refusal().getMessage());
        }
        return Headers.named(row.text());
    }

    @Override
    public List<String> header() {
        return header;
    }

    @Override
    public Row next() throws IOException {
        var row = record();
        if (row == null || row.refusal() != null) {
            return row;
        }
        var values = row.text();
        if (values.size() != header.size()) {
            return Row.unreadable(
                    row.number(),
                    null,
                    "it has " + values.size() + " columns where the header has " + header.size(),
                    values);
        }
        var cells = new HashMap<String, Object>(values.size() * 2);
        for (int i = 0; i < values.size(); i++) {
            var value = values.get(i);
            if (!value.isEmpty()) {
                var fault = fault(value);
                if (fault != null) {
                    return Row.unreadable(row.number(), header.get(i), header.get(i) + " " + fault, values);
                }
                cells.put(header.get(i), value);
            }
        }
        return new Row(row.number(), cells, values, null);
    }

    /** The next row that is not blank; its cells are in {@code text} alone. */
    private Row record() throws IOException {
        var line = line();
        while (line != null && line.text().isBlank()) {
            line = line();
        }
        if (line == null) {
            return null;
        }
        if (line.isCut()) {
            return Row.unreadable(
                    line.number(),
                    null,
                    "it has more than " + MAX_ROW + " characters",
                    List.of(line.text().substring(0, 200)));
        }
        var text = line.text();
        if (text.indexOf('"') >= 0) {
            text = closed(line);
            if (text == null) {
                return Row.unreadable(
                        line.number(),
                        null,
                        "a quote in column " + column + " is not closed, or text follows after it",
                        List.of(line.text()));
            }
        }
        try {
            var values = parser.ofSingleCsvRecord(handler, text);
            return values.length > MAX_COLUMNS
                    ? tooMany(line)
                    : new Row(line.number(), null, Arrays.asList(values), null);
        } catch (CsvParseException e) {
            return tooMany(line);
        }
    }

    private static Row tooMany(Line line) {
        return Row.unreadable(
                line.number(),
                null,
                "it has more than " + MAX_COLUMNS + " columns",
                List.of(line.text().substring(0, Math.min(200, line.text().length()))));
    }

    /** The text of the record that begins on this line, or null when its quotes are wrong: then only this line is used up. */
    private String closed(Line first) throws IOException {
        var text = new StringBuilder(first.text());
        var more = new ArrayList<Line>();
        var end = end(text);
        var at = column;
        while (end == End.OPEN && more.size() < MAX_LINES_OF_A_ROW && text.length() < MAX_ROW) {
            var line = line();
            if (line == null) {
                break;
            }
            more.add(line);
            text.append('\n').append(line.text());
            end = end(text);
        }
        if (end == End.COMPLETE && text.length() <= MAX_ROW) {
            return text.toString();
        }
        for (int i = more.size() - 1; i >= 0; i--) {
            ahead.addFirst(more.get(i));
        }
        column = at;
        return null;
    }

    private End end(CharSequence text) {
        column = 1;
        var i = 0;
        while (i < text.length()) {
            if (text.charAt(i) == '"') {
                i++;
                while (true) {
                    while (i < text.length() && text.charAt(i) != '"') {
                        i++;
                    }
                    if (i >= text.length()) {
                        return End.OPEN;
                    }
                    i++;
                    if (i < text.length() && text.charAt(i) == '"') {
                        i++;
                        continue;
                    }
                    break;
                }
                if (i < text.length() && text.charAt(i) != delimiter) {
                    return End.BROKEN;
                }
            }
            while (i < text.length() && text.charAt(i) != delimiter) {
                i++;
            }
            if (i < text.length()) {
                column++;
                i++;
            }
        }
        return End.COMPLETE;
    }

    private Line line() throws IOException {
        return ahead.isEmpty() ? lines.next() : ahead.removeFirst();
    }

    private String fault(String value) {
        for (int i = 0; i < value.length(); i++) {
            var c = value.charAt(i);
            if (c == 0) {
                return "holds the NUL character";
            }
            if (c == '\uFFFD' && !sound) {
                return "holds bytes that are no text in the file's charset: say it in the mapping";
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
