package io.wayfarer.profile;

import io.wayfarer.store.Column;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Rows that change their customer.
 *
 * @param knownAs when two are parted again, whose rows they were before; null when they are merged, and all rows move
 */
public record Move(UUID from, UUID to, Set<UUID> knownAs) {

    /** True when two are merged, false when they are parted again. */
    public boolean merges() {
        return knownAs == null;
    }

    /**
     * Moves the rows of a table that has the columns {@code customer_id} and {@code known_as}.
     *
     * @param table a constant of the program, never from outside
     */
    public static void rows(JdbcTemplate jdbc, String table, Collection<Move> moves) {
        for (var move : moves) {
            if (move.merges()) {
                jdbc.update(
                        "update " + table + " set customer_id = ?, known_as = coalesce(known_as, ?)"
                                + " where customer_id = ?",
                        move.to(),
                        move.from(),
                        move.from());
            } else {
                jdbc.update(
                        "update " + table + " set customer_id = ? where customer_id = ? and known_as = any(?)",
                        move.to(),
                        move.from(),
                        Column.uuids(move.knownAs()));
                jdbc.update(
                        "update " + table + " set known_as = null where customer_id = ? and known_as = ?",
                        move.to(),
                        move.to());
            }
        }
    }
}
