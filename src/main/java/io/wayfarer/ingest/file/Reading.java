package io.wayfarer.ingest.file;

import io.wayfarer.ingest.Imports.NamedMapping;
import io.wayfarer.ingest.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A file with what it is read by.
 *
 * @param name of the mapping, or null when it is guessed
 */
record Reading(ImportFile file, String name, Mapping mapping, char delimiter) {

    private static final int SAMPLE = 50;
    private static final String GUESSED = "guessed";

    /**
     * @param named the mapping that was chosen, or null to guess one
     * @throws Refusal when the file, or its header, cannot be used
     */
    static Reading of(Path path, NamedMapping named, long maxUnpacked) throws IOException {
        if (named != null) {
            var mapping = Mapping.of(named.body());
            var file = new ImportFile(path, mapping, maxUnpacked);
            return new Reading(file, named.name(), mapping, file.delimiter());
        }
        var file = new ImportFile(path, null, maxUnpacked);
        var delimiter = file.delimiter();
        try (var rows = file.rows(delimiter, read -> {})) {
            var sample = new ArrayList<Row>();
            for (var row = rows.next(); row != null && sample.size() < SAMPLE; row = rows.next()) {
                if (row.refusal() == null) {
                    sample.add(row);
                }
            }
            var header = rows.header();
            if (header.isEmpty()) {
                var fields = new LinkedHashSet<String>();
                sample.forEach(row -> fields.addAll(row.cells().keySet()));
                header = List.copyOf(fields);
            }
            return new Reading(file, null, Guess.of(header, sample), delimiter);
        }
    }

    /** @param read is told how many bytes on disk have been read */
    Rows rows(LongConsumer read) throws IOException {
        return file.rows(delimiter, read);
    }

    String source() {
        return "file:" + (name == null ? GUESSED : name);
    }
}
