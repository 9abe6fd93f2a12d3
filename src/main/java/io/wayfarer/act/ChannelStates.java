package io.wayfarer.act;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What the receivers of channels and people asked for, for all nodes: to wait, or to send nothing any more. */
@Component
class ChannelStates {

    /**
     * @param pausedUntil product time, or null
     * @param closed why nothing is sent any more; null while the channel is open
     * @param held true when a person holds it: what is queued waits until they open it
     */
    record State(Instant pausedUntil, String closed, boolean held) {

        /** True when messages stay where they are. */
        boolean isPaused(Instant now) {
            return held || pausedUntil != null && pausedUntil.isAfter(now);
        }
    }

    /** Nothing new is queued; what is queued goes out. */
    static final String DRAINING = "draining";

    /** Nothing goes out; what is queued waits. */
    static final String HELD = "held";

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
                        "select paused_until, closed_reason, operated from channel_state where channel = ?",
                        (row, n) -> {
                            var until = row.getObject(1, OffsetDateTime.class);
                            return new State(
                                    until == null ? null : until.toInstant(),
                                    row.getString(2),
                                    HELD.equals(row.getString(3)));
                        },
                        channel)
                .stream()
                .findFirst()
                .orElse(new State(null, null, false));
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

    /** @param how {@link #DRAINING} or {@link #HELD}; the one takes the place of the other */
    void operate(String channel, String how, String who, Instant at, String reason) {
        jdbc.update(
                "update channel_state set operated = ?, operated_by = ?, operated_at = ?, operated_reason = ?"
                        + " where channel = ?",
                how,
                who,
                at.atOffset(ZoneOffset.UTC),
                reason,
                channel);
    }

    /** What people said of channels, by name; those of which they said nothing are left out. */
    Map<String, ChannelStatus.Operated> operated() {
        var all = new HashMap<String, ChannelStatus.Operated>();
        jdbc.query("select * from channel_state where operated is not null", row -> {
            all.put(
                    row.getString("channel"),
                    new ChannelStatus.Operated(
                            row.getString("operated"),
                            row.getString("operated_by"),
                            row.getObject("operated_at", OffsetDateTime.class).toInstant(),
                            row.getString("operated_reason")));
        });
        return all;
    }

    /** Ends a pause as well, and what people said. */
    void open(String channel) {
        jdbc.update(
                "update channel_state set closed_reason = null, closed_at = null, paused_until = null, operated = null,"
                        + " operated_by = null, operated_at = null, operated_reason = null where channel = ?",
                channel);
    }
}
