package io.wayfarer.learn.table;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A CSV file, read and typed column by column. The first row has the names; columns are divided by comma, semicolon, tab or
 * bar, whichever the first row has most of.
 *
 * @param file its name
 * @param rows without the first one
 */
record Table(String file, int rows, List<Column> columns) {

    private static final int MAX_ROWS = 1_000_000;
    private static final int MAX_COLUMNS = 1000;
    /** A cell takes up to 20 bytes while it is read, and the models hold copies of what is kept of it. */
    private static final long MAX_CELLS = 20_000_000;

    private static final int MAX_FIELD = 64 * 1024;
    private static final int MAX_NAME = 200;

    /**
     * @throws TableRefused when it is no such file, or larger than 1,000,000 rows, 1,000 columns or 20 million cells
     * @throws IOException when it cannot be read
     */
    static Table read(Path file) throws IOException {
        return read(file, MAX_ROWS, MAX_CELLS);
    }

    static Table read(Path file, int maxRows, long maxCells) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new TableRefused(file + ": there is no such file");
        }
        var divider = divider(file);
        try (var csv = CsvReader.builder()
                .fieldSeparator(divider)
                .allowExtraFields(true)
                .allowMissingFields(true)
                .maxBufferSize(MAX_FIELD)
                .ofCsvRecord(decoding(file))) {
            return read(file.getFileName().toString(), csv, divider != ',', maxRows, maxCells);
        } catch (CsvParseException | UncheckedIOException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof CharacterCodingException) {
                    throw new TableRefused(wrongEncoding(file));
                }
            }
            throw new TableRefused(file + ": " + e.getMessage() + "; is a quote not closed, or a cell longer than "
                    + MAX_FIELD + " characters?");
        } catch (CharacterCodingException e) {
            throw new TableRefused(wrongEncoding(file));
        }
    }

    private static Table read(String name, CsvReader<CsvRecord> csv, boolean commas, int maxRows, long maxCells) {
        var records = csv.iterator();
        if (!records.hasNext()) {
            throw new TableRefused(name + " is empty: its first row must have the names of the columns");
        }
        var header = header(name, records.next().getFields());
        var columns = new ArrayList<ColumnReader>();
        header.forEach(column -> columns.add(new ColumnReader(column, commas)));
        var rows = 0;
        while (records.hasNext()) {
            var row = records.next();
            if (row.getFieldCount() != header.size()) {
                throw new TableRefused("line %d has %d cells, and the first row has %d names"
                        .formatted(row.getStartingLineNumber(), row.getFieldCount(), header.size()));
            }
            if (++rows > maxRows || (long) rows * header.size() > maxCells) {
                throw new TableRefused("%s has more than %,d rows or %,d cells: give an even choice of its rows"
                        .formatted(name, maxRows, maxCells));
            }
            for (int i = 0; i < header.size(); i++) {
                columns.get(i).add(row.getField(i));
            }
        }
        if (rows == 0) {
            throw new TableRefused(name + " has the names of columns, and no row");
        }
        return new Table(name, rows, columns.stream().map(ColumnReader::column).toList());
    }

    private static List<String> header(String file, List<String> names) {
        if (names.size() > MAX_COLUMNS) {
            throw new TableRefused(
                    "%s has %d columns: at most %d can be read".formatted(file, names.size(), MAX_COLUMNS));
        }
        var seen = new HashSet<String>();
        var header = names.stream().map(String::strip).toList();
        for (int i = 0; i < header.size(); i++) {
            var name = header.get(i);
            if (name.isEmpty() || name.length() > MAX_NAME) {
                throw new TableRefused("column %d of %s needs a name of at most %d characters in the first row"
                        .formatted(i + 1, file, MAX_NAME));
            }
            if (!seen.add(name)) {
                throw new TableRefused(file + " has two columns named '" + name + "'");
            }
        }
        return header;
    }

    /** The column of this name, or of this name in another case when there is only one. */
    Optional<Column> column(String name) {
        var exact =
                columns.stream().filter(column -> column.name().equals(name)).findFirst();
        if (exact.isPresent()) {
            return exact;
        }
        var alike = columns.stream()
                .filter(column -> column.name().equalsIgnoreCase(name))
                .toList();
        return alike.size() == 1 ? Optional.of(alike.get(0)) : Optional.empty();
    }

    private static char divider(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var start = in.readNBytes(MAX_FIELD);
            if (start.length >= 2 && (start[0] & 0xFE) == 0xFE && (start[1] & 0xFE) == 0xFE && start[0] != start[1]) {
                throw new TableRefused(file + " is UTF-16: save it as UTF-8");
            }
            var first = new String(start, StandardCharsets.ISO_8859_1).split("[\r\n]", 2)[0];
            var best = ',';
            for (var divider : new char[] {';', '\t', '|'}) {
                if (count(first, divider) > count(first, best)) {
                    best = divider;
                }
            }
            return best;
        }
    }

    private static long count(String text, char sought) {
        return text.chars().filter(c -> c == sought).count();
    }

    private static BufferedReader decoding(Path file) throws IOException {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var reader = new BufferedReader(new InputStreamReader(Files.newInputStream(file), decoder));
        reader.mark(1);
        if (reader.read() != '\uFEFF') {
            reader.reset();
        }
        return reader;
    }

    /** The decoder reads ahead: which line it is has to be looked for. */
    private static String wrongEncoding(Path file) throws IOException {
        try (var lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            var number = 0;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                var bytes = line.getBytes(StandardCharsets.ISO_8859_1);
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                } catch (CharacterCodingException e) {
                    return "line %d of %s is not UTF-8: save the file as UTF-8".formatted(number, file.getFileName());
                }
            }
            return file.getFileName() + " is not UTF-8: save the file as UTF-8";
        }
    }
}
