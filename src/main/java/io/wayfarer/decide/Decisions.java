package io.wayfarer.decide;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.profile.Stage;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The store of decisions, and of the counts of moves between stages. */
@Component
public class Decisions {

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;

    Decisions(JdbcTemplate jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Writes what was decided for a batch, in the caller's transaction, which holds the batch's partition. */
    public void keep(Decided decided) {
        keep(decided.decisions());
        var moves = new HashMap<List<Stage>, Integer>();
        for (var decision : decided.decisions()) {
            if (decision.verb().equals("stage")) {
                var from = Stage.of((String) decision.facts().get("from"));
                moves.merge(List.of(from, Stage.of(decision.object())), 1, Integer::sum);
            }
        }
        var partition = decided.known().batch().partition();
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

    /** Writes the decisions, in the caller's transaction. */
    public void keep(List<Decision> decisions) {
        var rows = decisions.stream()
                .map(decision -> new Object[] {
                    decision.id(),
                    decision.customer(),
                    decision.event(),
                    decision.at().atOffset(ZoneOffset.UTC),
                    decision.action(),
                    decision.rule(),
                    decision.release(),
                    decision.reason(),
                    write(decision.scores()),
                    write(decision.facts())
                })
                .toList();
        jdbc.batchUpdate(
                "insert into decision (id, customer_id, event_id, at, action, rule, release, reason, scores, facts)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows);
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
