package io.wayfarer.console;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.journey.Journeys;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * All that happened with one customer, the newest first. The one place that reads the tables of several rooms at once,
 * since only the database can merge them part by part without reading them whole.
 */
@Component
class Timeline {

    /** One thing that happened. */
    record Item(
            @Schema(description = "Id of the event, decision, message, task or merge") String id,
            @Schema(description = "Product time; for an event when it happened") Instant at,
            @Schema(allowableValues = {"event", "stage", "decision", "message", "task", "merge", "segment"})
                    String kind,
            @Schema(description = "Name of the event, stage or segment reached, action decided on, template, or task")
                    String name,
            @Schema(description = "How the customer was in touch, where there is such a thing") String channel,
            @Schema(
                            description =
                                    "What it comes from: an event's source, a decision's rule, a message's topic, a task's process, a merge's rule, a segment's kind")
                    String source) {}

    /** A place in the timeline: what comes after it is older, or as old with a smaller id. */
    record Place(Instant at, String id) {

        private static final Place TOP = new Place(Instant.parse("9999-01-01T00:00:00Z"), new UUID(-1, -1).toString());

        /** @throws BadParameter when it is not what {@link #toString} gave */
        static Place of(String cursor) {
            if (cursor == null) {
                return TOP;
            }
            try {
                var parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII).split("/");
                if (parts.length == 2 && UUID.fromString(parts[1]).toString().equals(parts[1])) {
                    var at = Instant.parse(parts[0]);
                    if (!at.isAfter(TOP.at) && at.isAfter(Instant.EPOCH)) {
                        return new Place(at, parts[1]);
                    }
                }
            } catch (IllegalArgumentException | DateTimeException e) {
                // said below
            }
            throw new BadParameter("after", "must be the \"next\" of the part before");
        }

        @Override
        public String toString() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((at + "/" + id).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static final String PART =
            " where customer_id = ? and (%1$s < ? or %1$s = ? and id < ?) order by %1$s desc, id desc limit ?";
    /** Only what the customer did themselves: what a learning moved is no news of them. */
    private static final String MOVED = PART.replace("where", "where from_segment is not null and cause = 'event' and");

    /** One statement for each kind: of all of them in one union H2 now and then forgot the last rows. */
    private static final List<String> PARTS = List.of(
            "select id, at, 'event' as kind, name, channel, source from event" + PART.formatted("at"),
            "select id, at, 'decision' as kind, action as name, null as channel, rule as source from decision"
                    + PART.formatted("at"),
            "select id, created_at as at, 'message' as kind, template as name, channel, topic as source from message"
                    + PART.formatted("created_at"),
            "select id, at, 'merge' as kind, case when undone_at is null then 'merged' else 'merged, and undone' end"
                    + " as name, null as channel, rule as source from customer_merge" + PART.formatted("at"),
            "select id, at, 'segment' as kind, to_segment as name, null as channel, kind as source from segment_move"
                    + MOVED.formatted("at"));

    private static final Comparator<Item> NEWEST_FIRST =
            Comparator.comparing(Item::at).thenComparing(Item::id).reversed();

    private final JdbcTemplate jdbc;
    private final Journeys journeys;

    Timeline(JdbcTemplate jdbc, Journeys journeys) {
        this.jdbc = jdbc;
        this.journeys = journeys;
    }

    /** At most {@code limit} items that come after the place. */
    List<Item> of(UUID customer, int limit, Place after) {
        return Stream.concat(stored(customer, limit, after), tasks(customer, after))
                .sorted(NEWEST_FIRST)
                .limit(limit)
                .toList();
    }

    private Stream<Item> stored(UUID customer, int limit, Place after) {
        var at = after.at.atOffset(ZoneOffset.UTC);
        return PARTS.stream()
                .flatMap(part -> jdbc
                        .query(
                                part,
                                (row, n) -> item(
                                        row.getString("id"),
                                        row.getObject("at", OffsetDateTime.class)
                                                .toInstant(),
                                        row.getString("kind"),
                                        row.getString("name"),
                                        row.getString("channel"),
                                        row.getString("source")),
                                customer,
                                at,
                                at,
                                UUID.fromString(after.id),
                                limit)
                        .stream());
    }

    private Stream<Item> tasks(UUID customer, Place after) {
        return journeys.tasks(customer).stream()
                .map(task -> new Item(task.id(), task.since(), "task", task.name(), null, task.process()))
                .filter(task -> task.at().isBefore(after.at)
                        || task.at().equals(after.at) && task.id().compareTo(after.id) < 0);
    }

    private static Item item(String id, Instant at, String kind, String name, String channel, String source) {
        return kind.equals("decision") && name.startsWith("stage:")
                ? new Item(id, at, "stage", name.substring("stage:".length()), channel, source)
                : new Item(id, at, kind, name, channel, source);
    }
}
