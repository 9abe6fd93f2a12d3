package io.wayfarer.risk;

import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Move;
import io.wayfarer.store.Column;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Reviews of suspicious orders: open from the decision that starts one until a person's verdict, then kept as labels. */
@Component
public class Reviews {

    /** Key of the process that has a person look. */
    public static final String PROCESS = "fraud-review";

    /** The event that a verdict becomes. */
    public static final String REVIEWED = "Order Reviewed";

    /** The property of what a task gave that names the decision which its journey acted on. */
    public static final String DECISION = "decision";

    /** The mark of what a person's task gave: anybody may send an event of that name. */
    public static final String VERDICT = "verdict";

    /** What a person may find. */
    public static final List<String> OUTCOMES = List.of("genuine", "fraud", "unsure");

    /** With fewer verdicts of fraud or genuine the score is not judged. */
    public static final int ENOUGH = 20;

    /** What a review is called that has no verdict yet. */
    public static final String OPEN = "open";

    /**
     * How the score does at review.
     *
     * @param precision the share of fraud among what was found to be fraud or genuine; null with fewer than {@link
     *     #ENOUGH} of these
     */
    public record Standing(int open, int fraud, int genuine, int unsure, Double precision) {}

    /**
     * A review.
     *
     * @param decision that opened it
     * @param outcome open, or what was found
     * @param judgedAt null while it is open
     */
    public record Review(
            UUID decision, UUID customer, Instant openedAt, double risk, String outcome, Instant judgedAt) {}

    /** What a review is about. */
    record Subject(UUID decision, UUID customer, UUID event, double risk, String outcome) {}

    private final JdbcTemplate jdbc;

    Reviews(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Opens what the batch decided to have looked at, and closes what it brings verdicts of, in the caller's transaction. */
    public void follow(Decided decided) {
        move(decided.moves());
        open(decided.decisions());
        close(decided.known().events());
    }

    /** Reviews go with their customers, who were merged or parted again, in the caller's transaction. */
    public void move(List<Move> moves) {
        Move.rows(jdbc, "fraud_review", moves);
    }

    void open(List<Decision> decisions) {
        var opened = decisions.stream()
                .filter(decision -> decision.action().equals("start:" + PROCESS))
                .map(decision -> new Object[] {
                    decision.id(),
                    decision.customer(),
                    decision.at().atOffset(ZoneOffset.UTC),
                    decision.facts().get("risk") instanceof Number risk ? risk.doubleValue() : 0,
                    decision.event()
                })
                .toList();
        if (!opened.isEmpty()) {
            jdbc.batchUpdate(
                    "insert into fraud_review (decision_id, customer_id, opened_at, risk, event_id)"
                            + " values (?, ?, ?, ?, ?)",
                    opened);
        }
    }

    void close(List<Event> events) {
        for (var event : events) {
            if (event.name().equals(REVIEWED)
                    && Boolean.TRUE.equals(event.marks().get(VERDICT))) {
                close(event);
            }
        }
    }

    private void close(Event event) {
        var decision = UUID.fromString(event.text(DECISION));
        var outcome = event.text("outcome");
        if (!OUTCOMES.contains(outcome)) {
            throw new IllegalArgumentException("outcome must be one of " + OUTCOMES);
        }
        var at = event.at().atOffset(ZoneOffset.UTC);
        // what was suspected meanwhile started no second process: the verdict is on all of it, but labels the first
        // alone
        jdbc.update(
                "delete from fraud_review where outcome is null and decision_id <> ? and opened_at <= ?"
                        + " and customer_id = (select customer_id from fraud_review where decision_id = ?)",
                decision,
                at,
                decision);
        jdbc.update(
                "update fraud_review set outcome = ?, judged_at = ? where decision_id = ? and outcome is null",
                outcome,
                at,
                decision);
    }

    /** What the customer's newest review says: open, genuine, fraud or unsure; empty when there was none. */
    public Optional<String> newest(UUID customer) {
        return Optional.ofNullable(newest(List.of(customer)).get(customer));
    }

    /** As {@link #newest(UUID)}, for those of the customers who had any. */
    public Map<UUID, String> newest(Collection<UUID> customers) {
        var newest = new HashMap<UUID, String>();
        jdbc.query(
                "select customer_id, coalesce(outcome, ?) from fraud_review where customer_id = any(?)"
                        + " order by opened_at, decision_id",
                row -> {
                    newest.put(row.getObject(1, UUID.class), row.getString(2));
                },
                OPEN,
                Column.uuids(customers));
        return newest;
    }

    /**
     * Reviews, the newest first.
     *
     * @param outcome open or one of {@link #OUTCOMES}; null for all
     * @param after the decision of the last one seen, or null
     */
    public List<Review> list(String outcome, int limit, UUID after) {
        // ids of decisions are in the order of time
        return jdbc.query(
                "select decision_id, customer_id, opened_at, risk, coalesce(outcome, ?) as said, judged_at"
                        + " from fraud_review where decision_id < ? and coalesce(outcome, ?) = coalesce(?, outcome, ?)"
                        + " order by decision_id desc limit ?",
                (row, n) -> {
                    var judged = row.getObject(6, OffsetDateTime.class);
                    return new Review(
                            row.getObject(1, UUID.class),
                            row.getObject(2, UUID.class),
                            row.getObject(3, OffsetDateTime.class).toInstant(),
                            row.getDouble(4),
                            row.getString(5),
                            judged == null ? null : judged.toInstant());
                },
                OPEN,
                after == null ? new UUID(-1L, -1L) : after,
                OPEN,
                outcome,
                OPEN,
                limit);
    }

    /** The newest reviews that were found to be fraud or genuine. */
    List<Subject> found(int limit) {
        return subjects("outcome in ('fraud', 'genuine') order by decision_id desc limit " + limit, List.of());
    }

    /** These reviews, whatever was found. */
    List<Subject> subjects(List<UUID> decisions) {
        return subjects("decision_id = any(?)", List.of(Column.uuids(decisions, id -> id)));
    }

    private List<Subject> subjects(String where, List<Object> parameters) {
        return jdbc.query(
                "select decision_id, customer_id, event_id, risk, coalesce(outcome, '" + OPEN
                        + "') from fraud_review where event_id is not null and " + where,
                (row, n) -> new Subject(
                        row.getObject(1, UUID.class),
                        row.getObject(2, UUID.class),
                        row.getObject(3, UUID.class),
                        row.getDouble(4),
                        row.getString(5)),
                parameters.toArray());
    }

    /** @param since reviews that were opened earlier are left out */
    public Standing standing(Instant since) {
        var counts = new HashMap<String, Integer>();
        jdbc.query(
                "select coalesce(outcome, ?) as said, count(*) from fraud_review where opened_at >= ? group by outcome",
                row -> {
                    counts.put(row.getString(1), row.getInt(2));
                },
                OPEN,
                since.atOffset(ZoneOffset.UTC));
        int fraud = counts.getOrDefault("fraud", 0);
        int genuine = counts.getOrDefault("genuine", 0);
        return new Standing(
                counts.getOrDefault(OPEN, 0),
                fraud,
                genuine,
                counts.getOrDefault("unsure", 0),
                fraud + genuine < ENOUGH ? null : (double) fraud / (fraud + genuine));
    }
}
