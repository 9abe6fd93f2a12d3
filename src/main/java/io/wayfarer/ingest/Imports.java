package io.wayfarer.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Files as a way in: CSV, JSON lines and XLSX, each also packed with gzip. */
public interface Imports {

    /** Held files wait for somebody to start them; waiting ones wait for room in the inbox. */
    enum State {
        held,
        queued,
        running,
        waiting,
        done,
        failed,
        cancelled
    }

    /**
     * How far a file has come. At any moment {@code rows = accepted + duplicate + refused}.
     *
     * @param file its name
     * @param mapping the name of the mapping, or null when it is guessed
     * @param size bytes of the file
     * @param bytes how many of them have been read
     * @param rows rows that have had their effect
     * @param accepted rows whose event is new
     * @param duplicate rows whose event had been delivered before
     * @param refused rows that could not be used
     * @param events events made of the accepted rows; several rows may be one order
     * @param error why it failed, or null
     */
    record Import(
            UUID id,
            String file,
            String mapping,
            State state,
            long size,
            long bytes,
            long rows,
            long accepted,
            long duplicate,
            long refused,
            long events,
            String error,
            Instant created,
            Instant finished) {}

    /** A row that cannot be used. {@code column} is null when it is no single one; {@code cells} are the row's. */
    record RefusedRow(long row, String column, String reason, List<String> cells) {}

    /**
     * What would happen with the first rows.
     *
     * @param format csv, json or xlsx
     * @param charset and {@code delimiter}: null where the format has none
     * @param mapping as it was chosen or guessed
     * @param rows how many rows this is about
     * @param error why the file as a whole cannot be read, or null
     */
    record Preview(
            String format,
            String charset,
            String delimiter,
            List<String> header,
            Map<String, Object> mapping,
            int rows,
            List<Event> events,
            List<RefusedRow> refused,
            String error) {}

    /** @param body as it was given */
    record NamedMapping(String name, Map<String, Object> body) {}

    /**
     * Keeps the file, and works it off in the background, or holds it until {@link #start}.
     *
     * @param mapping the name of the mapping, or null to choose it by the file's name or to guess it
     * @throws Refusal when the name cannot be used, there is no such mapping, or the file is too large
     */
    Import receive(String fileName, String mapping, boolean hold, InputStream body) throws IOException;

    Optional<Import> find(UUID id);

    /** The newest first, after the one with id {@code after}; from the newest when it is null. */
    List<Import> list(int limit, UUID after);

    /** Changes nothing. @throws Refusal when there is no such mapping, or the file is no longer kept */
    Optional<Preview> preview(UUID id, String mapping);

    /**
     * Starts a held file, or one that failed: it goes on where it stopped.
     *
     * @throws Refusal when it is in another state
     */
    Optional<Import> start(UUID id, String mapping);

    /** Ends it for good. What is accepted stays. @throws Refusal when it has ended already */
    Optional<Import> cancel(UUID id);

    /** Writes the refused rows as CSV; no cell of it is a formula. */
    void writeRefused(UUID id, Writer csv) throws IOException;

    /** @throws Refusal naming the field that cannot be used */
    NamedMapping keepMapping(String name, byte[] json);

    Optional<NamedMapping> mapping(String name);

    /** By name, after {@code after}. */
    List<NamedMapping> mappings(int limit, String after);

    boolean removeMapping(String name);
}
