package io.wayfarer.monitor;

import io.wayfarer.profile.Stage;
import io.wayfarer.store.Column;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What champions and challengers said of customers, until it is known what came of it, and then for the trial's time. */
@Component
class Cases {

    /**
     * A case whose time has passed.
     *
     * @param owner who has the customer's events now: another one after a merge
     */
    record Due(String name, String challenger, UUID customer, int day, UUID owner, Instant at, Stage stage) {}

    /**
     * A case of which it is known what came of it.
     *
     * @param answer 1 for yes, 0 for no, or a number
     */
    record Resolved(UUID customer, double byChampion, double byChallenger, double answer) {}

    private final JdbcTemplate jdbc;

    Cases(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A customer who was seen twice on a day, as around a restart, counts once. */
    void keep(Collection<Seen> seen) {
        var rows = new ArrayList<Object[]>();
        for (var one : seen) {
            for (var scored : one.scored()) {
                rows.add(new Object[] {
                    scored.name(),
                    scored.challenger(),
                    one.customer(),
                    one.day(),
                    scored.champion(),
                    one.stage().label(),
                    // the event log may know it finer: what a database rounds up would make an event its own outcome
                    one.at().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC),
                    scored.byChampion(),
                    scored.byChallenger(),
                    scored.name(),
                    scored.challenger(),
                    one.customer(),
                    one.day()
                });
            }
        }
        jdbc.batchUpdate(
                "insert into shadow_case (name, challenger, customer_id, day_no, champion, stage, at, by_champion,"
                        + " by_challenger) select cast(? as varchar), cast(? as varchar), cast(? as uuid), cast(? as int),"
                        + " cast(? as varchar), cast(? as varchar), cast(? as timestamp(6) with time zone),"
                        + " cast(? as double precision), cast(? as double precision)"
                        + " where not exists (select 1 from shadow_case where name = ? and challenger = ?"
                        + " and customer_id = ? and day_no = ?)",
                rows);
    }

    /** Cases of these challengers from {@code until} or before of which nothing is known yet, the oldest first. */
    List<Due> due(Collection<String> challengers, Instant until, int limit) {
        return jdbc.query(
                "select c.name, c.challenger, c.customer_id, c.day_no, coalesce(m.customer_id, c.customer_id), c.at, c.stage"
                        + " from shadow_case c left join customer_merge m on m.merged_id = c.customer_id and m.undone_at is null"
                        + " where c.answer is null and c.challenger = any(?) and c.at <= ? order by c.at limit ?",
                (row, n) -> new Due(
                        row.getString(1),
                        row.getString(2),
                        row.getObject(3, UUID.class),
                        row.getInt(4),
                        row.getObject(5, UUID.class),
                        row.getObject(6, OffsetDateTime.class).toInstant(),
                        Stage.of(row.getString(7))),
                Column.texts(challengers),
                until.atOffset(ZoneOffset.UTC),
                limit);
    }

    /** What came of each; a case whose customer is gone is removed: null. */
    void resolve(Map<Due, Double> answers) {
        var known = new ArrayList<Object[]>();
        var gone = new ArrayList<Object[]>();
        answers.forEach((due, answer) -> {
            if (answer == null) {
                gone.add(new Object[] {due.name(), due.challenger(), due.customer(), due.day()});
            } else {
                known.add(new Object[] {answer, due.name(), due.challenger(), due.customer(), due.day()});
            }
        });
        var key = " where name = ? and challenger = ? and customer_id = ? and day_no = ?";
        jdbc.batchUpdate("update shadow_case set answer = ?" + key, known);
        jdbc.batchUpdate("delete from shadow_case" + key, gone);
    }

    /** The resolved cases of two versions side by side. */
    List<Resolved> resolved(String name, String champion, String challenger) {
        return jdbc.query(
                "select customer_id, by_champion, by_challenger, answer from shadow_case"
                        + " where name = ? and challenger = ? and champion = ? and answer is not null",
                (row, n) -> new Resolved(
                        row.getObject(1, UUID.class), row.getDouble(2), row.getDouble(3), row.getDouble(4)),
                name,
                challenger,
                champion);
    }

    /** Removes what these models said before that, of whatever versions: also of another node's. */
    void forget(Collection<String> models, Instant before) {
        jdbc.update(
                "delete from shadow_case where name = any(?) and at < ?",
                Column.texts(models),
                before.atOffset(ZoneOffset.UTC));
    }
}
