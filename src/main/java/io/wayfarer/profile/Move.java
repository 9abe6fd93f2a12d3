package io.wayfarer.profile;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.SqlTypeValue;

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
                        uuids(move.knownAs()));
                jdbc.update(
                        "update " + table + " set known_as = null where customer_id = ? and known_as = ?",
                        move.to(),
                        move.to());
            }
        }
    }

    static SqlTypeValue uuids(Collection<UUID> ids) {
        return (statement, index, type, name) -> statement.setArray(
                index,
                statement.getConnection().createArrayOf("uuid", List.copyOf(ids).toArray()));
    }
}
