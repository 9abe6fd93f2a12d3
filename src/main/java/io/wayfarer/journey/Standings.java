package io.wayfarer.journey;

import io.wayfarer.store.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * How many journeys stand where, counted in the engine's own tables: its queries would load the instances, or ask once for
 * each version.
 */
@Component
class Standings {

    /**
     * What stands at one element of one version.
     *
     * @param since of the one that has stood there longest; null when the engine does not tell
     * @param due of the next timer; null when there is none
     */
    record Standing(long people, Instant since, Instant due, long failures) {

        static final Standing NOBODY = new Standing(0, null, null, 0);

        Standing plus(Standing other) {
            return new Standing(
                    people + other.people,
                    earlier(since, other.since),
                    earlier(due, other.due),
                    failures + other.failures);
        }
    }

    /**
     * A running journey, as what is done to many of them needs it.
     *
     * @param customer null when it is nobody's: started in the engine by hand
     */
    record Running(String instance, String process, UUID customer) {}

    /** Somebody on an element. */
    record Stands(UUID customer, String element) {}

    private final JdbcTemplate jdbc;

    Standings(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** How many journeys run, by the id of the definition. */
    Map<String, Long> running() {
        return counts(
                "select PROC_DEF_ID_, count(*) from ACT_RU_EXECUTION where PARENT_ID_ is null group by PROC_DEF_ID_");
    }

    /** How many journeys have failed and are not tried any more, by the id of the definition. */
    Map<String, Long> failures() {
        return counts("select PROCESS_DEF_ID_, count(*) from ACT_RU_JOB where RETRIES_ = 0"
                + " and PROCESS_INSTANCE_ID_ is not null group by PROCESS_DEF_ID_");
    }

    private Map<String, Long> counts(String sql) {
        var counts = new HashMap<String, Long>();
        jdbc.query(sql, row -> {
            counts.put(row.getString(1), row.getLong(2));
        });
        return counts;
    }

    /** By the id of the definition and the id of the element in its diagram, in three statements however many stand there. */
    Map<String, Map<String, Standing>> of(Collection<String> definitions) {
        var all = new HashMap<String, Map<String, Standing>>();
        jdbc.query(
                "select PROC_DEF_ID_, ACT_ID_, count(*) from ACT_RU_EXECUTION where PROC_DEF_ID_ = any(?)"
                        + " and IS_ACTIVE_ = true and ACT_ID_ is not null group by PROC_DEF_ID_, ACT_ID_",
                row -> {
                    add(all, row, new Standing(row.getLong(3), null, null, 0));
                },
                Column.texts(definitions));
        jdbc.query(
                "select PROC_DEF_ID_, ACT_ID_, min(START_TIME_) from ACT_HI_ACTINST where PROC_DEF_ID_ = any(?)"
                        + " and END_TIME_ is null group by PROC_DEF_ID_, ACT_ID_",
                row -> {
                    add(all, row, new Standing(0, instant(row.getTimestamp(3)), null, 0));
                },
                Column.texts(definitions));
        // who stands before a step that is done by itself has no history of it yet: there the job tells since when
        jdbc.query(
                "select J.PROCESS_DEF_ID_, D.ACT_ID_, min(case when J.TYPE_ = 'message' then J.CREATE_TIME_ end),"
                        + " min(case when J.TYPE_ = 'timer' and J.RETRIES_ > 0 then J.DUEDATE_ end),"
                        + " sum(case when J.RETRIES_ = 0 then 1 else 0 end)"
                        + " from ACT_RU_JOB J join ACT_RU_JOBDEF D on D.ID_ = J.JOB_DEF_ID_"
                        + " where J.PROCESS_DEF_ID_ = any(?) group by J.PROCESS_DEF_ID_, D.ACT_ID_",
                row -> {
                    add(
                            all,
                            row,
                            new Standing(
                                    0, instant(row.getTimestamp(3)), instant(row.getTimestamp(4)), row.getLong(5)));
                },
                Column.texts(definitions));
        return all;
    }

    private static void add(Map<String, Map<String, Standing>> all, ResultSet row, Standing standing)
            throws SQLException {
        all.computeIfAbsent(row.getString(1), id -> new HashMap<>()).merge(row.getString(2), standing, Standing::plus);
    }

    /** Who stands on these elements of the definition; as many as {@code limit}. */
    List<Stands> customers(String definition, Collection<String> elements, int limit) {
        return jdbc.query(
                "select I.BUSINESS_KEY_, E.ACT_ID_ from ACT_RU_EXECUTION E"
                        + " join ACT_RU_EXECUTION I on I.ID_ = E.PROC_INST_ID_ where E.PROC_DEF_ID_ = ?"
                        + " and E.IS_ACTIVE_ = true and E.ACT_ID_ = any(?) order by E.ID_ limit ?",
                (row, n) -> new Stands(customer(row.getString(1)), row.getString(2)),
                definition,
                Column.texts(elements),
                limit);
    }

    /** Running journeys of the definition, in the order of their ids, those after this one. */
    List<Running> after(String definition, String process, String instance, int limit) {
        return jdbc.query(
                "select ID_, BUSINESS_KEY_ from ACT_RU_EXECUTION where PROC_DEF_ID_ = ? and PARENT_ID_ is null and ID_ > ?"
                        + " order by ID_ limit ?",
                (row, n) -> new Running(row.getString(1), process, customer(row.getString(2))),
                definition,
                instance,
                limit);
    }

    /** Whose journey has this business key; null when it is nobody's. */
    static UUID customer(String key) {
        try {
            return key == null ? null : UUID.fromString(key);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The engine keeps times as the clock on the wall showed them. */
    static Instant instant(Timestamp time) {
        return time == null ? null : time.toInstant();
    }

    private static Instant earlier(Instant one, Instant other) {
        return one == null || other != null && other.isBefore(one) ? other : one;
    }
}
