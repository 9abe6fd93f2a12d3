package io.wayfarer.journey;

import io.wayfarer.journey.Operations.Held;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The store of what people said of whole journeys, for all nodes: paused, or closed to newcomers. */
@Component
class JourneyStates {

    /** What can be said; the names are those of columns. */
    enum Kind {
        paused,
        drained
    }

    /** Both are null for a journey that is as usual. */
    record State(Held paused, Held drained) {

        static final State USUAL = new State(null, null);

        /** Why nobody enters: {@code paused} or {@code drained}; null when they may. */
        String closed() {
            return paused != null ? Kind.paused.name() : drained != null ? Kind.drained.name() : null;
        }
    }

    private final JdbcTemplate jdbc;

    JourneyStates(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Makes the row of a process, unless it is there. */
    void know(String process) {
        try {
            jdbc.update(
                    "insert into journey_state (process) select cast(? as varchar)"
                            + " where not exists (select 1 from journey_state where process = ?)",
                    process,
                    process);
        } catch (DuplicateKeyException e) {
            // another node was first
        }
    }

    /** The state, locked until the caller's transaction ends: so a deployment and a pause never pass each other by. */
    State lock(String process) {
        return jdbc
                .query("select * from journey_state where process = ? for update", (row, n) -> state(row), process)
                .stream()
                .findFirst()
                .orElse(State.USUAL);
    }

    /** @param held who, when and why; null for no more */
    void set(String process, Kind kind, Held held) {
        jdbc.update(
                "update journey_state set %1$s_by = ?, %1$s_at = ?, %1$s_reason = ? where process = ?".formatted(kind),
                held == null ? null : held.who(),
                held == null ? null : held.at().atOffset(ZoneOffset.UTC),
                held == null ? null : held.reason(),
                process);
    }

    /** Of all processes that are not as usual. */
    Map<String, State> all() {
        var states = new HashMap<String, State>();
        jdbc.query("select * from journey_state where paused_at is not null or drained_at is not null", row -> {
            states.put(row.getString("process"), state(row));
        });
        return states;
    }

    /** Keys of the processes that are paused. */
    List<String> paused() {
        return jdbc.queryForList("select process from journey_state where paused_at is not null", String.class);
    }

    private static State state(ResultSet row) throws SQLException {
        return new State(held(row, Kind.paused), held(row, Kind.drained));
    }

    private static Held held(ResultSet row, Kind kind) throws SQLException {
        var at = row.getObject(kind + "_at", OffsetDateTime.class);
        return at == null
                ? null
                : new Held(row.getString(kind + "_by"), at.toInstant(), row.getString(kind + "_reason"));
    }
}
