package io.wayfarer.act;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What the receivers of channels asked for, for all nodes: to wait, or to send nothing any more. */
@Component
class ChannelStates {

    /**
     * @param pausedUntil product time, or null
     * @param closed why nothing is sent any more; null while the channel is open
     */
    record State(Instant pausedUntil, String closed) {

        boolean isPaused(Instant now) {
            return pausedUntil != null && pausedUntil.isAfter(now);
        }
    }

    private final JdbcTemplate jdbc;

    ChannelStates(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Makes the row of a channel, unless it is there. */
    void know(String channel) {
        try {
            jdbc.update(
                    "insert into channel_state (channel) select cast(? as varchar)"
                            + " where not exists (select 1 from channel_state where channel = ?)",
                    channel,
                    channel);
        } catch (DuplicateKeyException e) {
            // another node was first
        }
    }

    State of(String channel) {
        return jdbc
                .query(
                        "select paused_until, closed_reason from channel_state where channel = ?",
                        (row, n) -> {
                            var until = row.getObject(1, OffsetDateTime.class);
                            return new State(until == null ? null : until.toInstant(), row.getString(2));
                        },
                        channel)
                .stream()
                .findFirst()
                .orElse(new State(null, null));
    }

    /** Nothing is sent before then; an earlier moment does not shorten the pause. */
    void pause(String channel, Instant until) {
        jdbc.update(
                "update channel_state set paused_until = ? where channel = ? and (paused_until is null or paused_until < ?)",
                until.atOffset(ZoneOffset.UTC),
                channel,
                until.atOffset(ZoneOffset.UTC));
    }

    /** Nothing is sent until somebody opens it again; the first reason stays. */
    void close(String channel, String reason, Instant at) {
        jdbc.update(
                "update channel_state set closed_reason = ?, closed_at = ? where channel = ? and closed_reason is null",
                reason.length() > 300 ? reason.substring(0, 300) : reason,
                at.atOffset(ZoneOffset.UTC),
                channel);
    }

    /** Ends a pause as well. */
    void open(String channel) {
        jdbc.update(
                "update channel_state set closed_reason = null, closed_at = null, paused_until = null where channel = ?",
                channel);
    }
}
