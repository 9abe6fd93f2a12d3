package io.wayfarer.ingest.file;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Imports;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.time.TimeOrderedId;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Takes files in, from the drop folder and by upload, and says how they fare. */
@Component
public class FileImports implements Imports {

    private static final Logger log = LoggerFactory.getLogger(FileImports.class);
    private static final int PREVIEW = 20;
    private static final int MAX_NAME = 200;
    /** What a spreadsheet program takes for a formula, but for plain numbers. */
    private static final Pattern FORMULA = Pattern.compile("^[=+\\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20].*", Pattern.DOTALL);

    private static final Pattern NUMBER = Pattern.compile("[-+]?[\\d.,]+");

    private final ImportStore store;
    private final Mappings mappings;
    private final ImportFolder folder;
    private final ImportWorker worker;
    private final Clock clock;

    FileImports(ImportStore store, Mappings mappings, ImportFolder folder, ImportWorker worker, Clock clock) {
        this.store = store;
        this.mappings = mappings;
        this.folder = folder;
        this.worker = worker;
        this.clock = clock;
    }

    /**
     * A file of the drop folder: it is taken out of it.
     *
     * @throws IOException when it cannot be taken: it stays, and comes again
     */
    public void arrived(File dropped) throws IOException {
        var file = dropped.toPath();
        var id = TimeOrderedId.at(clock.instant());
        var name = file.getFileName().toString();
        var shown = name.length() <= MAX_NAME ? name : name.substring(name.length() - MAX_NAME);
        var refusal = Files.isSymbolicLink(file) || !Files.isRegularFile(file)
                ? "it is a link, and no file"
                : folder.isTooLarge(Files.size(file)) ? "it is larger than a file may be" : null;
        if (refusal != null) {
            var size = Files.isSymbolicLink(file) ? 0 : Files.size(file);
            Files.move(
                    file,
                    Files.createDirectories(file.resolveSibling(".refused")).resolve(id + "-" + shown));
            store.add(id, shown, true, "", size, null, State.failed, refusal);
            log.warn("The dropped file {} is refused: {}", shown, refusal);
            return;
        }
        // known before it is moved, so that a file which is out of the drop folder is never forgotten
        var kept = folder.look(file);
        store.add(id, shown, true, kept.hash(), kept.size(), null, State.queued, null);
        try {
            folder.take(id, file);
        } catch (IOException e) {
            store.remove(id);
            throw e;
        }
        worker.wake();
    }

    @Override
    public Import receive(String fileName, String mapping, boolean hold, InputStream body) throws IOException {
        if (fileName.isBlank()
                || fileName.length() > MAX_NAME
                || fileName.startsWith(".")
                || fileName.chars().anyMatch(c -> c < ' ' || c == 0x7F || "/\\:".indexOf(c) >= 0)) {
            throw Refusal.bad("name", "name must be the name of a file, without a path, of at most 200 characters");
        }
        if (mapping != null) {
            mappings.named(mapping);
        }
        var id = TimeOrderedId.at(clock.instant());
        var kept = folder.keep(id, body);
        try {
            store.add(id, fileName, false, kept.hash(), kept.size(), mapping, hold ? State.held : State.queued, null);
        } catch (RuntimeException e) {
            folder.remove(id);
            throw e;
        }
        worker.wake();
        return store.find(id).orElseThrow();
    }

    @Override
    public Optional<Import> find(UUID id) {
        return store.find(id);
    }

    @Override
    public List<Import> list(int limit, UUID after) {
        return store.list(limit, after);
    }

    @Override
    public Optional<Preview> preview(UUID id, String mapping) {
        var job = store.job(id).orElse(null);
        if (job == null) {
            return Optional.empty();
        }
        if (!Files.exists(folder.of(id))) {
            throw Refusal.bad(null, "the file is no longer kept");
        }
        var name = mapping != null ? mapping : job.mappingName();
        var named = name != null
                ? mappings.named(name)
                : mappings.fitting(job.file()).orElse(null);
        try {
            return Optional.of(preview(Reading.of(folder.of(id), named, folder.maxUnpacked()), job.hash()));
        } catch (Refusal | IOException e) {
            return Optional.of(new Preview(
                    null,
                    null,
                    null,
                    List.of(),
                    named == null ? Map.of() : named.body(),
                    0,
                    List.of(),
                    List.of(),
                    e.getMessage() == null ? "the file breaks off" : e.getMessage()));
        }
    }

    private Preview preview(Reading reading, String hash) {
        var made = new ArrayList<Outcome>();
        var error = (String) null;
        List<String> header = List.of();
        try (var rows = reading.rows(read -> {})) {
            header = rows.header();
            var events = new RowEvents(reading.mapping(), header, reading.source(), hash, clock.instant());
            for (var row = rows.next(); ; row = rows.next()) {
                made.addAll(row == null ? events.end() : events.next(row));
                if (row == null || made.size() >= PREVIEW) {
                    break;
                }
            }
        } catch (Refusal | IOException e) {
            error = e.getMessage() == null ? "the file breaks off" : e.getMessage();
        }
        return new Preview(
                reading.file().format().name(),
                reading.file().charset() == null
                        ? null
                        : reading.file().charset().name(),
                reading.file().format() == ImportFile.Format.csv ? String.valueOf(reading.delimiter()) : null,
                header,
                reading.mapping().asMap(),
                made.stream().mapToInt(Outcome::rows).sum(),
                made.stream()
                        .map(Outcome::event)
                        .filter(Event.class::isInstance)
                        .toList(),
                made.stream().flatMap(outcome -> outcome.refused().stream()).toList(),
                error);
    }

    @Override
    public Optional<Import> start(UUID id, String mapping) {
        if (mapping != null) {
            mappings.named(mapping);
        }
        var found = store.find(id);
        if (found.isPresent()) {
            if (!Files.exists(folder.of(id))) {
                throw Refusal.bad(null, "the file is no longer kept");
            }
            if (!store.change(id, State.queued, mapping, List.of(State.held, State.failed))) {
                throw Refusal.bad(null, "it is " + found.get().state() + ", and neither held nor failed");
            }
            worker.wake();
        }
        return store.find(id);
    }

    @Override
    public Optional<Import> cancel(UUID id) {
        var found = store.find(id);
        if (found.isPresent()) {
            if (!store.change(
                            id, State.cancelled, null, List.of(State.held, State.queued, State.running, State.waiting))
                    && !store.change(id, State.cancelled, null, List.of(State.failed))) {
                throw Refusal.bad(null, "it is " + found.get().state() + " already");
            }
            folder.remove(id);
        }
        return store.find(id);
    }

    @Override
    public void writeRefused(UUID id, Writer to) throws IOException {
        var csv = CsvWriter.builder().build(to);
        var header = store.header(id);
        var first = new ArrayList<>(List.of("row", "column", "reason"));
        first.addAll(header.isEmpty() ? List.of("text") : header);
        csv.writeRecord(first.stream().map(FileImports::harmless).toList());
        store.eachRefused(id, row -> {
            var cells = new ArrayList<String>();
            cells.add(Long.toString(row.row()));
            cells.add(row.column() == null ? "" : row.column());
            cells.add(row.reason());
            cells.addAll(row.cells());
            csv.writeRecord(cells.stream().map(FileImports::harmless).toList());
        });
        csv.flush();
    }

    private static String harmless(String cell) {
        return FORMULA.matcher(cell).matches() && !NUMBER.matcher(cell).matches() ? "'" + cell : cell;
    }

    @Override
    public NamedMapping keepMapping(String name, byte[] json) {
        return mappings.keep(name, json);
    }

    @Override
    public Optional<NamedMapping> mapping(String name) {
        return mappings.find(name);
    }

    @Override
    public List<NamedMapping> mappings(int limit, String after) {
        return mappings.list(limit, after);
    }

    @Override
    public boolean removeMapping(String name) {
        return mappings.remove(name);
    }
}
