package io.wayfarer.decide;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.profile.Move;
import io.wayfarer.profile.Stage;
import io.wayfarer.score.Score;
import io.wayfarer.store.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The store of decisions, and of the counts of moves between stages. */
@Component
public class Decisions {

    private static final TypeReference<Map<String, Score>> SCORES = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> FACTS = new TypeReference<>() {};

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;

    Decisions(JdbcTemplate jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Writes what was decided for a batch, in the caller's transaction, which holds the batch's partition. */
    public void keep(Decided decided) {
        move(decided.moves());
        keep(decided.decisions());
        var moves = new HashMap<List<Stage>, Integer>();
        for (var decision : decided.decisions()) {
            if (decision.verb().equals("stage")) {
                var from = Stage.of((String) decision.facts().get("from"));
                moves.merge(List.of(from, Stage.of(decision.object())), 1, Integer::sum);
            }
        }
        // the batch holds this partition, so that no other worker counts in its rows
        var partition = decided.known().batch().partitions().get(0);
        moves.forEach((move, count) -> {
            var key = new Object[] {
                count, partition, move.get(0).label(), move.get(1).label()
            };
            var updated = jdbc.update(
                    "update stage_move set moves = moves + ? where partition_no = ? and from_stage = ? and to_stage = ?",
                    key);
            if (updated == 0) {
                jdbc.update(
                        "insert into stage_move (moves, partition_no, from_stage, to_stage) values (?, ?, ?, ?)", key);
            }
        });
    }

    /** Decisions go with their customers: who were merged, or parted again. */
    public void move(List<Move> moves) {
        Move.rows(jdbc, "decision", moves);
        for (var move : moves) {
            if (!move.merges()) {
                jdbc.update(
                        "update decision set customer_id = ? where customer_id = ?"
                                + " and event_id in (select id from event where customer_id = ?)",
                        move.to(),
                        move.from(),
                        move.to());
            }
        }
    }

    /** Writes the decisions, in the caller's transaction. */
    public void keep(List<Decision> decisions) {
        if (decisions.isEmpty()) {
            return;
        }
        jdbc.update(
                "insert into decision (id, customer_id, event_id, at, action, rule, release, reason, scores, facts)"
                        + " select * from unnest(cast(? as uuid array), cast(? as uuid array), cast(? as uuid array),"
                        + " cast(? as timestamp(6) with time zone array), cast(? as varchar array),"
                        + " cast(? as varchar array), cast(? as varchar array), cast(? as varchar array),"
                        + " cast(? as varchar array), cast(? as varchar array))",
                Column.uuids(decisions, Decision::id),
                Column.uuids(decisions, Decision::customer),
                Column.uuids(decisions, Decision::event),
                Column.times(decisions, Decision::at),
                Column.texts(decisions, Decision::action),
                Column.texts(decisions, Decision::rule),
                Column.texts(decisions, Decision::release),
                Column.texts(decisions, Decision::reason),
                Column.texts(decisions, decision -> write(decision.scores())),
                Column.texts(decisions, decision -> write(decision.facts())));
    }

    /** The decision with this id. */
    public Optional<Decision> find(UUID id) {
        return jdbc.query("select * from decision where id = ?", (row, n) -> read(row), id).stream()
                .findFirst();
    }

    /** The customer's decisions before the one with id {@code after}, newest first; from the newest when it is null. */
    public List<Decision> of(UUID customer, int limit, UUID after) {
        return jdbc.query(
                "select * from decision where customer_id = ? and id < ? order by id desc limit ?",
                (row, n) -> read(row),
                customer,
                after == null ? new UUID(-1L, -1L) : after,
                limit);
    }

    /** How often people have moved from a stage to another, over all time; pairs that never were are left out. */
    public Map<Stage, Map<Stage, Long>> stageMoves() {
        var moves = new EnumMap<Stage, Map<Stage, Long>>(Stage.class);
        jdbc.query(
                "select from_stage, to_stage, sum(moves) as moves from stage_move group by from_stage, to_stage",
                row -> {
                    moves.computeIfAbsent(Stage.of(row.getString("from_stage")), from -> new EnumMap<>(Stage.class))
                            .put(Stage.of(row.getString("to_stage")), row.getLong("moves"));
                });
        return moves;
    }

    private Decision read(ResultSet row) throws SQLException {
        return new Decision(
                row.getObject("id", UUID.class),
                row.getObject("customer_id", UUID.class),
                row.getObject("event_id", UUID.class),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("action"),
                row.getString("rule"),
                row.getString("reason"),
                row.getString("release"),
                read(row.getString("scores"), SCORES),
                read(row.getString("facts"), FACTS));
    }

    private <T> T read(String body, TypeReference<T> type) {
        try {
            return json.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored decision cannot be read", e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
