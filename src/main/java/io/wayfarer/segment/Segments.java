package io.wayfarer.segment;

import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Release;
import io.wayfarer.decide.Releases;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Move;
import io.wayfarer.store.Column;
import io.wayfarer.time.TimeOrderedId;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Which segments customers are in, and how they moved. */
@Component
public class Segments {

    static final String BY_EVENT = "event";
    static final String BY_PASS = "pass";

    private static final long SECONDS_A_DAY = 86_400;

    /** A segment of one kind that a customer is in, and since when (product time). */
    public record Membership(Kind kind, String segment, Instant since) {}

    /** How many are in a segment. */
    record Size(Kind kind, String segment, long size) {}

    /** How many went from one segment to another on a UTC day; from is null for those who were in none. */
    record DayMoves(Kind kind, String from, String to, int day, long count) {}

    private record Change(UUID id, UUID customer, Kind kind, String from, String to, boolean fresh) {}

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final SegmentModels models;
    private final Releases releases;

    Segments(JdbcTemplate jdbc, Clock clock, SegmentModels models, Releases releases) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.models = models;
        this.releases = releases;
    }

    /**
     * Keeps the segments of the batch's customers as they are after it, in the caller's transaction: one statement reads
     * what they were, and what changed is written by one for each table.
     */
    public void follow(Decided decided) {
        move(decided.moves());
        var live = models.live();
        if (live != null) {
            assign(live, decided.after().values(), BY_EVENT);
        }
    }

    /** Rows of customers who were merged or parted; who was parted is assigned with the next event or pass. */
    public void move(Collection<Move> moves) {
        Move.rows(jdbc, "segment_move", moves);
        for (var move : moves) {
            if (move.merges()) {
                jdbc.update("delete from segment_member where customer_id = ?", move.from());
            }
        }
    }

    /**
     * The customers' rows must be locked by the caller's transaction, so that nobody else assigns them meanwhile.
     *
     * @return what each is in now
     */
    Map<UUID, Map<Kind, String>> assign(Segmentation live, Collection<Customer> customers, String cause) {
        var now = clock.instant();
        var before = new HashMap<UUID, Map<Kind, String>>();
        jdbc.query(
                "select customer_id, kind, segment from segment_member where customer_id = any(?)",
                row -> {
                    before.computeIfAbsent(row.getObject(1, UUID.class), id -> new EnumMap<>(Kind.class))
                            .put(Kind.valueOf(row.getString(2)), row.getString(3));
                },
                Column.uuids(customers, Customer::id));
        var changes = new ArrayList<Change>();
        var assigned = new HashMap<UUID, Map<Kind, String>>();
        for (var customer : customers) {
            var are = segments(live, customer, now);
            assigned.put(customer.id(), are);
            var was = before.getOrDefault(customer.id(), Map.of());
            are.forEach((kind, segment) -> {
                var from = was.get(kind);
                if (!segment.equals(from)) {
                    changes.add(new Change(TimeOrderedId.at(now), customer.id(), kind, from, segment, from == null));
                }
            });
        }
        if (!changes.isEmpty()) {
            keep(changes, cause, now);
        }
        return assigned;
    }

    /** Of each kind the customer's segment: a pure function of what was learnt, the rules, the customer and the moment. */
    Map<Kind, String> segments(Segmentation live, Customer customer, Instant now) {
        var segments = live.of(customer, now);
        segments.put(Kind.rules, releases.live().segment(Release.WRITTEN, customer, now));
        return segments;
    }

    private void keep(List<Change> changes, String cause, Instant now) {
        var at = now.atOffset(ZoneOffset.UTC);
        jdbc.update(
                "merge into segment_member m using (select * from unnest(cast(? as uuid array), cast(? as varchar array),"
                        + " cast(? as varchar array)) as t (customer_id, kind, segment)) s"
                        + " on m.customer_id = s.customer_id and m.kind = s.kind"
                        + " when matched then update set segment = s.segment, since = ?"
                        + " when not matched then insert (customer_id, kind, segment, since)"
                        + " values (s.customer_id, s.kind, s.segment, ?)",
                Column.uuids(changes, Change::customer),
                Column.texts(changes, change -> change.kind().name()),
                Column.texts(changes, Change::to),
                at,
                at);
        jdbc.update(
                "insert into segment_move (id, customer_id, kind, from_segment, to_segment, cause, at, day_no)"
                        + " select t.id, t.customer_id, t.kind, t.from_segment, t.to_segment, cast(? as varchar),"
                        + " cast(? as timestamp(6) with time zone), cast(? as int) from unnest(cast(? as uuid array), cast(? as uuid array), cast(? as varchar array),"
                        + " cast(? as varchar array), cast(? as varchar array))"
                        + " as t (id, customer_id, kind, from_segment, to_segment)",
                cause,
                at,
                day(now),
                Column.uuids(changes, Change::id),
                Column.uuids(changes, Change::customer),
                Column.texts(changes, change -> change.kind().name()),
                Column.texts(changes, Change::from),
                Column.texts(changes, Change::to));
    }

    /** The segments the customer is in, by kind. */
    public List<Membership> of(UUID customer) {
        return jdbc.query(
                "select kind, segment, since from segment_member where customer_id = ? order by kind",
                (row, n) -> new Membership(
                        Kind.valueOf(row.getString(1)),
                        row.getString(2),
                        row.getObject(3, OffsetDateTime.class).toInstant()),
                customer);
    }

    /** Ids of a segment's members after {@code after}, in the order of ids; from the first when it is null. */
    public List<UUID> members(Kind kind, String segment, int limit, UUID after) {
        return jdbc.queryForList(
                "select customer_id from segment_member where kind = ? and segment = ? and customer_id > ?"
                        + " order by customer_id limit ?",
                UUID.class,
                kind.name(),
                segment,
                after == null ? new UUID(0, 0) : after,
                limit);
    }

    /** Segments that somebody is in. */
    List<Size> sizes() {
        return jdbc.query(
                "select kind, segment, count(*) from segment_member group by kind, segment order by kind, segment",
                (row, n) -> new Size(Kind.valueOf(row.getString(1)), row.getString(2), row.getLong(3)));
    }

    /** Movement since so many days ago, by UTC day. */
    List<DayMoves> moves(int days) {
        return jdbc.query(
                "select kind, from_segment, to_segment, day_no, count(*) from segment_move where day_no > ?"
                        + " group by kind, from_segment, to_segment, day_no order by day_no",
                (row, n) -> new DayMoves(
                        Kind.valueOf(row.getString(1)),
                        row.getString(2),
                        row.getString(3),
                        row.getInt(4),
                        row.getLong(5)),
                day(clock.instant()) - days);
    }

    /** Removes what is older than so many days of movement, and who is no customer any more. */
    void forget(int days) {
        jdbc.update("delete from segment_move where day_no < ?", day(clock.instant()) - days);
        jdbc.update("delete from segment_member where not exists"
                + " (select 1 from customer where customer.id = segment_member.customer_id)");
    }

    private static int day(Instant at) {
        return Math.toIntExact(Math.floorDiv(at.getEpochSecond(), SECONDS_A_DAY));
    }
}
