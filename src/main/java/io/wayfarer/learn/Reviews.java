package io.wayfarer.learn;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.wayfarer.text.MoodTraining.Opinion;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reviews out of a CSV file: a text and a label in each row.
 *
 * @param opinions the texts whose label says happy or unhappy, each once
 * @param rows of the file, without its header
 * @param withoutText rows whose text is empty
 * @param withoutLabel rows with a text whose label is empty
 * @param inTheMiddle rows with three stars
 * @param repeated rows whose text is that of an earlier row: in both parts of a split it would be no test
 */
record Reviews(List<Opinion> opinions, int rows, int withoutText, int withoutLabel, int inTheMiddle, int repeated) {

    static final int MAX_ROWS = 500_000;
    /** Characters of a text that are kept; so many are read by {@link io.wayfarer.text.Texts}. */
    private static final int MAX_TEXT = 10_000;

    /** Values of a label, and which of them are the happy ones. */
    private static final Map<Set<String>, Set<String>> KINDS = Map.of(
            Set.of("0", "1"), Set.of("1"),
            Set.of("-", "+"), Set.of("+"),
            Set.of("-1", "1"), Set.of("1"),
            Set.of("negative", "positive"), Set.of("positive"),
            Set.of("neg", "pos"), Set.of("pos"),
            Set.of("unhappy", "happy"), Set.of("happy"),
            Set.of("false", "true"), Set.of("true"),
            Set.of("1", "2", "3", "4", "5"), Set.of("4", "5"));

    private static final String MIDDLE = "3";

    private record Row(String text, String label) {}

    /**
     * Reads a file.
     *
     * @param text the name of the column with the texts
     * @param label the name of that with the labels
     * @throws IllegalArgumentException in words for its reader, when it cannot be used
     * @throws IOException when it cannot be read at all
     */
    static Reviews read(Path file, String text, String label, Charset charset) throws IOException {
        var rows = new ArrayList<Row>();
        var decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (var in = new InputStreamReader(Files.newInputStream(file), decoder);
                var csv = CsvReader.builder()
                        .allowExtraFields(true)
                        .allowMissingFields(true)
                        .ofCsvRecord(in)) {
            var records = csv.iterator();
            if (!records.hasNext()) {
                throw new IllegalArgumentException(file + " is empty");
            }
            var header = records.next();
            var textAt = column(header, text, file);
            var labelAt = column(header, label, file);
            while (records.hasNext()) {
                var record = records.next();
                if (rows.size() == MAX_ROWS) {
                    throw new IllegalArgumentException(
                            file + " has more than " + MAX_ROWS + " rows: take a part of them");
                }
                rows.add(new Row(
                        bounded(field(record, textAt)), field(record, labelAt).toLowerCase(Locale.ROOT)));
            }
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no file " + file);
        } catch (CharacterCodingException e) {
            throw notIn(charset, file, rows.size());
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw notIn(charset, file, rows.size());
            }
            throw e.getCause();
        } catch (CsvParseException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw notIn(charset, file, rows.size());
            }
            throw new IllegalArgumentException(file + " is no CSV after row " + rows.size()
                    + ": a quotation mark that is not closed, or a text that is too long?");
        }
        return of(rows, label);
    }

    private static IllegalArgumentException notIn(Charset charset, Path file, int rows) {
        return new IllegalArgumentException(file + " is not in " + charset + " (after some " + rows
                + " rows): save it in UTF-8, or name its encoding with --charset");
    }

    private static int column(CsvRecord header, String name, Path file) {
        var names = header.getFields().stream()
                .map(field -> field.replace("\uFEFF", "").strip())
                .toList();
        var at = names.indexOf(name);
        if (at < 0) {
            throw new IllegalArgumentException(file + " has no column '" + name + "'; it has " + names);
        }
        return at;
    }

    private static String field(CsvRecord record, int at) {
        return at < record.getFieldCount() ? record.getField(at).strip() : "";
    }

    private static Reviews of(List<Row> rows, String column) {
        var labels = new LinkedHashSet<String>();
        rows.stream()
                .map(row -> plain(row.label()))
                .filter(label -> !label.isEmpty())
                .forEach(labels::add);
        var happyOnes = happyOnes(labels, column);
        var opinions = new ArrayList<Opinion>();
        var seen = new HashSet<String>();
        var withoutText = 0;
        var withoutLabel = 0;
        var inTheMiddle = 0;
        var repeated = 0;
        for (var row : rows) {
            var label = plain(row.label());
            if (row.text().isEmpty()) {
                withoutText++;
            } else if (label.isEmpty()) {
                withoutLabel++;
            } else if (label.equals(MIDDLE)) {
                inTheMiddle++;
            } else if (!seen.add(row.text())) {
                repeated++;
            } else {
                opinions.add(new Opinion(row.text(), happyOnes.contains(label)));
            }
        }
        if (opinions.isEmpty()) {
            throw new IllegalArgumentException("of " + rows.size() + " rows none has both a text and a label");
        }
        return new Reviews(opinions, rows.size(), withoutText, withoutLabel, inTheMiddle, repeated);
    }

    private static Set<String> happyOnes(Set<String> labels, String column) {
        // the smallest set that has them all: 1 alone is happy where others are 0, and one star where others are 5
        return KINDS.entrySet().stream()
                .filter(kind -> kind.getKey().containsAll(labels))
                .min(Comparator.comparingInt(kind -> kind.getKey().size()))
                .map(Map.Entry::getValue)
                .orElseThrow(() -> new IllegalArgumentException("the column '" + column + "' is no label: it holds "
                        + labels.stream().limit(8).map(Reviews::shown).toList()
                        + ", and a label is 1 to 5 stars, 1 and 0, + and -, positive and negative, or true and"
                        + " false"));
    }

    /** "5.0" is 5. */
    private static String plain(String label) {
        return label.endsWith(".0") ? label.substring(0, label.length() - 2) : label;
    }

    private static String shown(String label) {
        return label.length() <= 20 ? label : label.substring(0, 20) + "...";
    }

    private static String bounded(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }
}
