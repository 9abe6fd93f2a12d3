package io.wayfarer.act;

import io.wayfarer.store.Column;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The channel of a site's own pages: what is sent is kept, until the visitor's page reads it or its time is over. */
@Component
class OnsiteInbox {

    /**
     * A message that a page shows.
     *
     * @param link where it leads, or null
     * @param at when it was sent; product time
     */
    record Item(UUID id, String title, String text, String link, Instant at, boolean read) {}

    private static final int MAX_TEXT = 4_000;
    private static final int MAX_LINK = 2_000;
    private static final String SHOWN =
            " from inbox_message i join message m on m.id = i.message_id where m.customer_id = ?"
                    + " and i.dismissed_at is null and i.ends_at > ?";

    private final JdbcTemplate jdbc;
    private final Clock clock;

    OnsiteInbox(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Keeps it, once however often it is sent. Called by routes/out-inbox.camel.yaml. */
    public Answer put(Parcel parcel) {
        if (parcel.text().length() > MAX_TEXT || parcel.link().length() > MAX_LINK) {
            return new Answer(Answer.Outcome.REFUSED, "its text or link is too long for an inbox");
        }
        var now = clock.instant();
        var days = Long.parseLong(parcel.channel().get("days"));
        try {
            jdbc.update(
                    "insert into inbox_message (message_id, title, text, link, at, ends_at) values (?, ?, ?, ?, ?, ?)",
                    parcel.id(),
                    parcel.subject(),
                    parcel.text(),
                    parcel.link(),
                    at(now),
                    at(now.plus(Duration.ofDays(days))));
            return new Answer(Answer.Outcome.ACCEPTED, "in the inbox for " + days + " days");
        } catch (DuplicateKeyException e) {
            return new Answer(Answer.Outcome.ACCEPTED, "was in the inbox before");
        }
    }

    /** The customer's messages before the one with id {@code after}, the newest first; from the newest when it is null. */
    List<Item> list(UUID customer, int limit, UUID after) {
        return jdbc.query(
                "select i.*" + SHOWN + " and m.id < ? order by m.id desc limit ?",
                (row, n) -> new Item(
                        row.getObject("message_id", UUID.class),
                        row.getString("title"),
                        row.getString("text"),
                        row.getString("link").isEmpty() ? null : row.getString("link"),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getObject("read_at") != null),
                customer,
                at(clock.instant()),
                after == null ? new UUID(-1L, -1L) : after,
                limit);
    }

    int unread(UUID customer) {
        return jdbc.queryForObject(
                "select count(*)" + SHOWN + " and i.read_at is null", Integer.class, customer, at(clock.instant()));
    }

    /** The template of each of these messages that is the customer's and was not read before, by id. */
    Map<UUID, String> unread(UUID customer, Collection<UUID> ids) {
        return templates(customer, ids, " and i.read_at is null");
    }

    /** The template of each of these messages that is the customer's and is still shown, by id. */
    Map<UUID, String> shown(UUID customer, Collection<UUID> ids) {
        return templates(customer, ids, "");
    }

    private Map<UUID, String> templates(UUID customer, Collection<UUID> ids, String which) {
        var found = new LinkedHashMap<UUID, String>();
        jdbc.query(
                "select m.id, m.template" + SHOWN + " and m.id = any(?)" + which,
                row -> {
                    found.put(row.getObject(1, UUID.class), row.getString(2));
                },
                customer,
                at(clock.instant()),
                Column.uuids(ids));
        return found;
    }

    void read(Collection<UUID> ids) {
        mark("read_at", ids);
    }

    void dismiss(Collection<UUID> ids) {
        mark("dismissed_at", ids);
    }

    private void mark(String column, Collection<UUID> ids) {
        jdbc.update(
                "update inbox_message set " + column + " = ? where message_id = any(?) and " + column + " is null",
                at(clock.instant()),
                Column.uuids(ids));
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
