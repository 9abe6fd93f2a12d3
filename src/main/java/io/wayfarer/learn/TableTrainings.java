package io.wayfarer.learn;

import io.wayfarer.learn.judge.CardFiles;
import io.wayfarer.time.TimeOrderedId;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

/**
 * Tables that were sent to be learned from, one at a time: the command {@code train}, in a process of its own, so that a
 * large table takes no memory from what serves customers. The table itself is removed when its training ends; the card
 * stays, of the newest {@value #KEPT}.
 */
@Component
public class TableTrainings {

    static final int KEPT = 20;

    private static final Logger log = LoggerFactory.getLogger(TableTrainings.class);
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\d][\\p{L}\\d ._-]{0,99}");
    private static final Pattern PROGRESS = Pattern.compile(" *(\\d{1,3}) % (.+)");
    private static final int MAX_VALUE = 200;
    private static final int MAX_REASON = 1000;
    private static final String DATA = "data.csv";
    private static final String CARD = "card";

    /** How far it is. */
    public enum State {
        RUNNING,
        DONE,
        REFUSED,
        CANCELLED,
        FAILED
    }

    /**
     * A table, and what became of it.
     *
     * @param name as its sender calls it
     * @param label the column to predict
     * @param step what is being done, in words; when it is over, what came of it
     * @param progress from 0 to 1
     * @param files of its card, when it is done
     */
    public record Item(
            UUID id,
            String name,
            String label,
            State state,
            String step,
            double progress,
            Instant startedAt,
            Instant endedAt,
            List<String> files) {

        private Item at(String newStep, double newProgress) {
            return new Item(id, name, label, state, newStep, newProgress, startedAt, endedAt, files);
        }

        private Item ended(State how, String newStep, Instant at, List<String> newFiles) {
            return new Item(id, name, label, how, newStep, how == State.DONE ? 1 : progress, startedAt, at, newFiles);
        }
    }

    /** What was sent cannot be used; {@code field} says which part of it. */
    public static final class Unusable extends RuntimeException {
        private final String field;

        Unusable(String field, String why) {
            super(field + " " + why);
            this.field = field;
        }

        public String field() {
            return field;
        }
    }

    private final Path folder;
    private final long maxSize;
    private final DataSize heap;
    private final Clock clock;
    private final Map<UUID, Item> items = new ConcurrentSkipListMap<>(Comparator.reverseOrder());

    private Process process;
    private UUID running;
    private boolean cancelled;

    /**
     * @param maxSize of a table
     * @param heap that a training may take
     */
    TableTrainings(
            @Value("${wayfarer.data.dir}") Path data,
            @Value("${wayfarer.learn.table.max-size}") DataSize maxSize,
            @Value("${wayfarer.learn.table.heap}") DataSize heap,
            Clock clock)
            throws IOException {
        this.folder = Files.createDirectories(data.resolve("tables"));
        this.maxSize = maxSize.toBytes();
        this.heap = heap;
        this.clock = clock;
        // what an earlier process left: nobody waits for it any more
        try (var left = Files.list(folder)) {
            left.forEach(TableTrainings::remove);
        }
    }

    /**
     * Takes a table and begins to learn from it.
     *
     * @param options of the command {@code train}, such as {@code positive}, without the dashes; null values are left out
     * @return empty when another training is running
     * @throws Unusable when the name or an option cannot be used, or the table is too large
     */
    public Optional<Item> start(String name, String label, Map<String, String> options, InputStream table)
            throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new Unusable("name", "must be 1 to 100 letters, digits, spaces and . _ -");
        }
        var command = new LinkedHashMap<String, String>();
        command.put("label", label);
        command.putAll(options);
        command.values().removeIf(Objects::isNull);
        command.forEach(TableTrainings::check);
        var id = TimeOrderedId.at(clock.instant());
        synchronized (this) {
            if (running != null) {
                return Optional.empty();
            }
            running = id;
            cancelled = false;
        }
        var own = folder.resolve(id.toString());
        try {
            Files.createDirectory(own);
            keep(table, own.resolve(DATA));
            items.put(id, new Item(id, name, label, State.RUNNING, "Beginning", 0, clock.instant(), null, List.of()));
            begin(id, own, command);
            return Optional.of(items.get(id));
        } catch (IOException | RuntimeException e) {
            items.remove(id);
            remove(own);
            free();
            throw e;
        }
    }

    /** The newest first. */
    public List<Item> list() {
        return List.copyOf(items.values());
    }

    public Optional<Item> find(UUID id) {
        return Optional.ofNullable(items.get(id));
    }

    /** Ends the training, if it runs. */
    public Optional<Item> cancel(UUID id) {
        synchronized (this) {
            if (id.equals(running)) {
                end();
            }
        }
        return find(id);
    }

    /** One of the files of a card. */
    public Optional<Path> file(UUID id, String name) {
        return find(id).flatMap(
                        item -> CardFiles.find(folder.resolve(id.toString()).resolve(CARD), name));
    }

    @PreDestroy
    synchronized void end() {
        if (process != null) {
            cancelled = true;
            process.destroy();
        }
    }

    /** A value that begins like an option would be taken for one. */
    private static void check(String option, String value) {
        if (value.isBlank()
                || value.length() > MAX_VALUE
                || value.startsWith("--")
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new Unusable(option, "must be 1 to " + MAX_VALUE + " characters, and must not begin with --");
        }
    }

    private void keep(InputStream table, Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            var buffer = new byte[1 << 16];
            var size = 0L;
            for (int read; (read = table.read(buffer)) >= 0; ) {
                size += read;
                if (size > maxSize) {
                    throw new Unusable("body", "is larger than " + maxSize + " bytes");
                }
                out.write(buffer, 0, read);
            }
        }
    }

    private void begin(UUID id, Path own, Map<String, String> options) throws IOException {
        var command = new ArrayList<>(program());
        command.addAll(List.of("train", "--data", own.resolve(DATA).toString()));
        command.addAll(List.of("--out", own.resolve(CARD).toString()));
        options.forEach((option, value) -> command.addAll(List.of("--" + option, value)));
        var started = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        synchronized (this) {
            process = started;
        }
        var watcher = new Thread(() -> watch(id, own, started), "table training");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** This program again. In a jar of jars it is loaded by a loader of its own, which only {@code -jar} brings up. */
    private List<String> program() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var line = new ArrayList<>(List.of(java, "-Xmx" + heap.toMegabytes() + "m"));
        var classPath = System.getProperty("java.class.path");
        line.addAll(
                getClass().getClassLoader() == ClassLoader.getSystemClassLoader()
                        ? List.of("-cp", classPath, "io.wayfarer.WayfarerApplication")
                        : List.of("-jar", classPath));
        return line;
    }

    private void watch(UUID id, Path own, Process training) {
        var said = "";
        try (var lines = training.errorReader(StandardCharsets.UTF_8)) {
            for (String line; (line = lines.readLine()) != null; ) {
                var progress = PROGRESS.matcher(line);
                if (progress.matches()) {
                    var step = progress.group(2);
                    var done = Integer.parseInt(progress.group(1)) / 100.0;
                    items.computeIfPresent(id, (same, item) -> item.at(step, done));
                } else if (!line.isBlank()) {
                    said = line.substring(0, Math.min(MAX_REASON, line.length()));
                }
            }
            finish(id, own, training.waitFor(), said);
        } catch (IOException | InterruptedException e) {
            training.destroyForcibly();
            finish(id, own, -1, e.toString());
        }
    }

    private void finish(UUID id, Path own, int exit, String said) {
        boolean wasCancelled;
        synchronized (this) {
            wasCancelled = cancelled;
        }
        var state = exit == 0 ? State.DONE : wasCancelled ? State.CANCELLED : exit == 2 ? State.REFUSED : State.FAILED;
        var step =
                switch (state) {
                    case DONE -> "Done";
                    case CANCELLED -> "Cancelled";
                    // the file is ours, and says nothing to its sender
                    case REFUSED ->
                        said.replace(own.resolve(DATA).toString(), "the table").replace(DATA, "the table");
                    default -> "Failed: it ended with " + exit;
                };
        if (state == State.FAILED) {
            log.warn("The training on table {} ended with {}: {}", id, exit, said);
        }
        var files = state == State.DONE ? filesOf(own.resolve(CARD)) : List.<String>of();
        try {
            Files.deleteIfExists(own.resolve(DATA));
        } catch (IOException e) {
            log.warn("{} could not be removed", own.resolve(DATA), e);
        }
        items.computeIfPresent(id, (same, item) -> item.ended(state, step, clock.instant(), files));
        items.keySet().stream().skip(KEPT).toList().forEach(old -> {
            items.remove(old);
            remove(folder.resolve(old.toString()));
        });
        free();
    }

    private synchronized void free() {
        running = null;
        process = null;
    }

    private static List<String> filesOf(Path card) {
        try {
            return CardFiles.list(card);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) {
        try {
            FileSystemUtils.deleteRecursively(folder);
        } catch (IOException e) {
            log.warn("{} could not be removed", folder, e);
        }
    }
}
