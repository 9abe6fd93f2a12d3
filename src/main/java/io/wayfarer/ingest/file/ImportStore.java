package io.wayfarer.ingest.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Imports.Import;
import io.wayfarer.ingest.Imports.RefusedRow;
import io.wayfarer.ingest.Imports.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What is kept of imports: how far each has come, and what was refused of it. */
@Component
class ImportStore {

    private static final String ACTIVE = "('queued', 'running', 'waiting')";
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    /** What a worker needs to go on with an import; mapping and header are null before it began. */
    record Job(
            UUID id,
            String hash,
            String mappingName,
            Map<String, Object> mapping,
            long position,
            boolean dropped,
            String file) {}

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final Clock clock;

    ImportStore(JdbcTemplate jdbc, ObjectMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    void add(UUID id, String file, boolean dropped, String hash, long size, String mapping, State state, String error) {
        var now = now();
        jdbc.update(
                "insert into file_import (id, file_name, dropped, content_hash, size_bytes, mapping_name, state,"
                        + " position_no, bytes_read, rows_read, accepted, duplicate, refused, events, error, created_at,"
                        + " finished_at) values (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0, ?, ?, ?)",
                id,
                file,
                dropped,
                hash,
                size,
                mapping,
                state.name(),
                error,
                now,
                state == State.failed ? now : null);
    }

    Optional<Import> find(UUID id) {
        return jdbc.query("select * from file_import where id = ?", ImportStore::read, id).stream()
                .findFirst();
    }

    List<Import> list(int limit, UUID after) {
        return jdbc.query(
                "select * from file_import where id < ? order by id desc limit ?",
                ImportStore::read,
                after == null ? new UUID(-1L, -1L) : after,
                limit);
    }

    private static Import read(ResultSet row, int n) throws SQLException {
        var finished = row.getObject("finished_at", OffsetDateTime.class);
        return new Import(
                row.getObject("id", UUID.class),
                row.getString("file_name"),
                row.getString("mapping_name"),
                State.valueOf(row.getString("state")),
                row.getLong("size_bytes"),
                row.getLong("bytes_read"),
                row.getLong("rows_read"),
                row.getLong("accepted"),
                row.getLong("duplicate"),
                row.getLong("refused"),
                row.getLong("events"),
                row.getString("error"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant());
    }

    /** Those that are to be worked off, the oldest first. */
    List<UUID> active() {
        return jdbc.queryForList(
                "select id from file_import where state in " + ACTIVE + " order by id limit 1000", UUID.class);
    }

    Optional<Job> job(UUID id) {
        return jdbc.query("select * from file_import where id = ?", this::readJob, id).stream()
                .findFirst();
    }

    private Job readJob(ResultSet row, int n) throws SQLException {
        var mapping = row.getString("mapping");
        return new Job(
                row.getObject("id", UUID.class),
                row.getString("content_hash"),
                row.getString("mapping_name"),
                mapping == null ? null : parse(mapping, OBJECT),
                row.getLong("position_no"),
                row.getBoolean("dropped"),
                row.getString("file_name"));
    }

    /** Writes down what it is read by, so that it goes on with the same after a stop. */
    void began(UUID id, String mappingName, Mapping mapping, List<String> header) {
        jdbc.update(
                "update file_import set mapping_name = ?, mapping = ?, header = ? where id = ?",
                mappingName,
                write(mapping.asMap()),
                write(header),
                id);
    }

    /** @return false when it was not in one of the states */
    boolean change(UUID id, State to, String mapping, List<State> from) {
        return jdbc.update(
                        "update file_import set state = ?, mapping_name = coalesce(?, mapping_name), mapping = case"
                                + " when cast(? as varchar) is null then mapping else null end, error = null, finished_at"
                                + " = ? where id = ? and state in (?, ?, ?, ?)",
                        to.name(),
                        mapping,
                        mapping,
                        to == State.cancelled ? now() : null,
                        id,
                        from.get(0).name(),
                        from.get(1 % from.size()).name(),
                        from.get(2 % from.size()).name(),
                        from.get(3 % from.size()).name())
                == 1;
    }

    /** True while it is still to be worked off; only what shows is changed. */
    boolean show(UUID id, State state) {
        return jdbc.update("update file_import set state = ? where id = ? and state in " + ACTIVE, state.name(), id)
                == 1;
    }

    /**
     * Takes the import for the caller's transaction.
     *
     * @return false when it was cancelled, or somebody else has taken it further than this position
     */
    boolean lock(UUID id, long position) {
        return !jdbc.queryForList(
                        "select id from file_import where id = ? and position_no = ? and state in " + ACTIVE
                                + " for update",
                        UUID.class,
                        id,
                        position)
                .isEmpty();
    }

    /** Moves it on, in the caller's transaction. */
    void advance(UUID id, long position, long bytes, Counts counts) {
        jdbc.update(
                "update file_import set state = 'running', position_no = ?, bytes_read = ?, rows_read = rows_read + ?,"
                        + " accepted = accepted + ?, duplicate = duplicate + ?, refused = refused + ?, events = events + ?"
                        + " where id = ?",
                position,
                bytes,
                counts.accepted() + counts.duplicate() + counts.refused(),
                counts.accepted(),
                counts.duplicate(),
                counts.refused(),
                counts.events(),
                id);
    }

    /** Rows, and the events made of those accepted. */
    record Counts(long accepted, long duplicate, long refused, long events) {}

    void keepRefused(UUID id, List<RefusedRow> rows) {
        jdbc.batchUpdate(
                "insert into import_refused (import_id, row_no, column_name, reason, cells) values (?, ?, ?, ?, ?)",
                rows.stream()
                        .map(row -> new Object[] {
                            id,
                            row.row(),
                            bounded(row.column(), 200),
                            bounded(row.reason(), 1000),
                            clean(write(row.cells()))
                        })
                        .toList());
    }

    void finish(UUID id, State state, String error) {
        jdbc.update(
                "update file_import set state = ?, error = ?, bytes_read = case when ? = 'done' then size_bytes else"
                        + " bytes_read end, finished_at = ? where id = ? and state in " + ACTIVE,
                state.name(),
                bounded(error, 1000),
                state.name(),
                now(),
                id);
    }

    List<String> header(UUID id) {
        return jdbc
                .queryForList("select header from file_import where id = ? and header is not null", String.class, id)
                .stream()
                .findFirst()
                .map(text -> parse(text, TEXTS))
                .orElse(List.of());
    }

    /** The refused rows in order, a page of them in memory at a time. */
    void eachRefused(UUID id, Consumer<RefusedRow> each) {
        var after = 0L;
        List<RefusedRow> page;
        do {
            page = jdbc.query(
                    "select * from import_refused where import_id = ? and row_no > ? order by row_no limit 1000",
                    (row, n) -> new RefusedRow(
                            row.getLong("row_no"),
                            row.getString("column_name"),
                            row.getString("reason"),
                            parse(row.getString("cells"), TEXTS)),
                    id,
                    after);
            page.forEach(each);
            after = page.isEmpty() ? after : page.get(page.size() - 1).row();
        } while (!page.isEmpty());
    }

    /** Forgets imports that ended before {@code before}, with what they refused. */
    List<UUID> forget(Instant before) {
        var ids = jdbc.queryForList(
                "select id from file_import where coalesce(finished_at, created_at) < ? and state not in " + ACTIVE
                        + " limit 1000",
                UUID.class,
                before.atOffset(ZoneOffset.UTC));
        for (var id : ids) {
            jdbc.update("delete from import_refused where import_id = ?", id);
            remove(id);
        }
        return ids;
    }

    void remove(UUID id) {
        jdbc.update("delete from file_import where id = ?", id);
    }

    private OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    private static String bounded(String text, int length) {
        return text == null ? null : clean(text.length() <= length ? text : text.substring(0, length));
    }

    /** Without NUL, which PostgreSQL cannot hold. */
    private static String clean(String text) {
        return text.replace("\u0000", "\uFFFD").replace("\\u0000", "\uFFFD");
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T> T parse(String text, TypeReference<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was kept of an import cannot be read", e);
        }
    }
}
