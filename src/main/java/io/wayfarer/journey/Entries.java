package io.wayfarer.journey;

import io.wayfarer.decide.Decision;
import io.wayfarer.profile.Move;
import io.wayfarer.store.Column;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The store of who entered which journey when. The engine's own history is deleted in time, and would forget. */
@Component
class Entries {

    private final JdbcTemplate jdbc;

    Entries(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * When the customers last entered each process, by its key. Until the caller's transaction ends nobody else sees or
     * changes their entries through here, so that of two nodes one is the first.
     */
    Map<UUID, Map<String, Instant>> lockedOf(Collection<UUID> customers) {
        // in the order of ids, as the store of customers writes them, so that two that meet wait and do not deadlock
        jdbc.queryForList(
                "select id from customer where id = any(?) order by id for update",
                UUID.class,
                Column.uuids(customers));
        var last = new HashMap<UUID, Map<String, Instant>>();
        jdbc.query(
                "select customer_id, process, max(entered_at) as entered_at from journey_entry where customer_id = any(?)"
                        + " group by customer_id, process",
                row -> {
                    last.computeIfAbsent(row.getObject("customer_id", UUID.class), id -> new HashMap<>())
                            .put(
                                    row.getString("process"),
                                    row.getObject("entered_at", OffsetDateTime.class)
                                            .toInstant());
                },
                Column.uuids(customers));
        return last;
    }

    /** Keeps that these decisions let their customers in. */
    void keep(List<Decision> starts) {
        if (!starts.isEmpty()) {
            jdbc.update(
                    "insert into journey_entry (decision_id, customer_id, process, entered_at) select * from unnest("
                            + "cast(? as uuid array), cast(? as uuid array), cast(? as varchar array),"
                            + " cast(? as timestamp(6) with time zone array))",
                    Column.uuids(starts, Decision::id),
                    Column.uuids(starts, Decision::customer),
                    Column.texts(starts, Decision::object),
                    Column.times(starts, Decision::at));
        }
    }

    void move(List<Move> moves) {
        Move.rows(jdbc, "journey_entry", moves);
    }
}
