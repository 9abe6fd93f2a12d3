package io.wayfarer.ingest;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;

/** When something happened, as its sender says, brought to the product's time. */
public final class EventTime {

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Duration AHEAD = Duration.ofDays(1);
    private static final int MAX_LENGTH = 40;

    /** RFC 3339, and what senders make of it: a space for the T, no colon in the offset, no offset (UTC), no time. */
    private static final DateTimeFormatter LENIENT = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffset("+HH:MM", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHMM", "Z")
            .optionalEnd()
            .optionalEnd()
            .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
            .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    private EventTime() {}

    /**
     * A time as JSON has it: text as above, or a whole number of milliseconds since 1970. Null when there is none.
     *
     * @throws Refusal naming the field, when it is none of these
     */
    public static Instant parse(Object value, String field) {
        if (value == null) {
            return null;
        }
        try {
            if (value instanceof Long || value instanceof Integer) {
                return Instant.ofEpochMilli(((Number) value).longValue());
            }
            if (value instanceof String text && text.length() >= 10 && text.length() <= MAX_LENGTH) {
                var spaced = text.length() > 10 && text.charAt(10) == ' ';
                return LENIENT.parse(spaced ? text.substring(0, 10) + 'T' + text.substring(11) : text, Instant::from);
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw Refusal.bad(field, field + " must be a time such as 2026-03-01T12:00:00Z");
    }

    /**
     * Takes the sender's clock skew out, as Segment's specification has it: how long before sending it happened, counted
     * back from when it was received. So a sender may live in another time altogether.
     *
     * @param timestamp when it happened, by the sender's clock; null when that was not said
     * @param sentAt when it was sent, by the same clock; null when that was not said
     * @throws Refusal when the result is before 2000 or more than a day ahead
     */
    public static Instant at(Instant timestamp, Instant sentAt, Instant receivedAt) {
        if (timestamp == null) {
            return receivedAt;
        }
        var at = sentAt == null ? timestamp : receivedAt.minus(Duration.between(timestamp, sentAt));
        if (at.isBefore(EARLIEST) || at.isAfter(receivedAt.plus(AHEAD))) {
            throw Refusal.bad("timestamp", "timestamp is before the year 2000 or more than a day in the future");
        }
        return at;
    }
}
