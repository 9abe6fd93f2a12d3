package io.wayfarer.act;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.wayfarer.profile.Move;
import io.wayfarer.store.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The store of messages: the table of the outbox, and who holds which message. */
@Component
class Messages {

    private static final TypeReference<List<Verdict>> VERDICTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> FACTS = new TypeReference<>() {};

    /** A message not stored yet. */
    record Fresh(
            UUID id,
            String idempotencyKey,
            UUID customer,
            UUID decision,
            String channel,
            String template,
            String topic,
            String status,
            List<Verdict> verdicts,
            Map<String, Object> facts,
            Instant created) {

        Fresh with(String newStatus, List<Verdict> newVerdicts) {
            return new Fresh(
                    id,
                    idempotencyKey,
                    customer,
                    decision,
                    channel,
                    template,
                    topic,
                    newStatus,
                    newVerdicts,
                    facts,
                    created);
        }
    }

    /** A message that one hand-over holds: nobody else touches it while the claim stands. */
    record Claimed(UUID id, UUID customer, String channel, UUID claim) {}

    /** All that is needed to hand a message over. {@code attempts} counts those before this one. */
    record Outgoing(
            UUID id,
            UUID claim,
            String idempotencyKey,
            UUID customer,
            UUID decision,
            String channel,
            String template,
            String topic,
            int attempts,
            List<Verdict> verdicts,
            Map<String, Object> facts,
            Instant created) {}

    /**
     * Another message of a customer, beside one that is judged.
     *
     * @param sent null while it was not sent
     */
    record Neighbour(
            UUID id, UUID customer, String channel, String template, String topic, String status, Instant sent) {

        boolean isInHand() {
            return Message.UNDER_WAY.contains(status);
        }

        boolean isWaiting() {
            return status.equals(Message.QUEUED) || status.equals(Message.DEFERRED);
        }
    }

    private final JdbcTemplate jdbc;
    private final ObjectMapper json;
    private final MeterRegistry meters;

    Messages(JdbcTemplate jdbc, ObjectMapper json, MeterRegistry meters) {
        this.jdbc = jdbc;
        this.json = json;
        this.meters = meters;
    }

    Set<String> keysAmong(Collection<String> keys) {
        return new HashSet<>(jdbc.queryForList(
                "select idempotency_key from message where idempotency_key = any(?)",
                String.class,
                Column.texts(keys)));
    }

    void insert(List<Fresh> messages) {
        var rows = messages.stream()
                .map(message -> new Object[] {
                    message.id(),
                    message.idempotencyKey(),
                    message.customer(),
                    message.decision(),
                    message.channel(),
                    message.template(),
                    message.topic(),
                    message.status(),
                    message.status().equals(Message.QUEUED) ? at(message.created()) : null,
                    write(message.verdicts()),
                    write(message.facts()),
                    at(message.created()),
                    message.status().equals(Message.FAILED) ? at(message.created()) : null
                })
                .toList();
        jdbc.batchUpdate(
                "insert into message (id, idempotency_key, customer_id, decision_id, channel, template, topic, status,"
                        + " due_at, attempts, verdicts, facts, created_at, failed_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
                rows);
        messages.forEach(message -> count(message.status()));
    }

    /** Marketing messages of the customers that wait, but for those of these decisions; locked, in the caller's transaction. */
    List<Message> waiting(Collection<UUID> customers, Collection<UUID> notOf) {
        return jdbc.query(
                "select * from message where customer_id = any(?) and status in ('queued', 'deferred', 'ready')"
                        + " and topic <> 'transactional' and (decision_id is null or not decision_id = any(?))"
                        + " order by id for update",
                (row, n) -> message(row),
                Column.uuids(customers),
                Column.uuids(notOf));
    }

    void drop(List<Message> messages, Function<Message, Verdict> verdict) {
        var rows = messages.stream()
                .map(message ->
                        new Object[] {write(with(message.verdicts(), List.of(verdict.apply(message)))), message.id()})
                .toList();
        jdbc.batchUpdate("update message set status = 'dropped', due_at = null, verdicts = ? where id = ?", rows);
        messages.forEach(message -> count(Message.DROPPED));
    }

    /** Counts a message that has come to a status, once that is committed: a batch that failed is tried again. */
    private void count(String status) {
        var counter = meters.counter("wayfarer.messages", "status", status);
        if (TransactionSynchronizationManager.isSynchronizationActive()) {
            TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                @Override
                public void afterCommit() {
                    counter.increment();
                }
            });
        } else {
            counter.increment();
        }
    }

    /**
     * Takes up to {@code limit} messages of the channel that are due and that nobody holds. A hand-over that was not finished
     * when its lease ended gives up its claim, so that the program may be killed at any moment before the receiver is spoken
     * to.
     */
    List<Claimed> claim(String channel, Instant now, int limit) {
        var claim = UUID.randomUUID();
        var claimed = jdbc.query(
                "select id, customer_id from message where channel = ? and due_at <= ?"
                        + " and (claimed_until is null or claimed_until < current_timestamp)"
                        + " order by due_at limit ? for update skip locked",
                (row, n) -> new Claimed(row.getObject(1, UUID.class), row.getObject(2, UUID.class), channel, claim),
                channel,
                at(now),
                limit);
        if (!claimed.isEmpty()) {
            jdbc.update(
                    "update message set claim = ?, claimed_until = current_timestamp + interval '1' minute"
                            + " where id = any(?)",
                    claim,
                    Column.uuids(claimed.stream().map(Claimed::id).toList()));
        }
        return claimed;
    }

    /** Gives messages back as they are, to be claimed again a moment later. */
    void release(Collection<Claimed> claimed) {
        jdbc.update(
                "update message set claimed_until = current_timestamp + interval '1' second"
                        + " where id = any(?) and claim = any(?)",
                Column.uuids(claimed, Claimed::id),
                Column.uuids(claimed, Claimed::claim));
    }

    /** Those that were being handed over when their lease ended: whether the receiver took them is not known. */
    List<Outgoing> abandoned(String channel) {
        return jdbc.query(
                "select * from message where claimed_until < current_timestamp and status = 'sending' and channel = ?"
                        + " order by id for update skip locked",
                (row, n) -> outgoing(row),
                channel);
    }

    /** The claimed messages as they are now, locked; without those that were dropped meanwhile or whose claim was lost. */
    List<Outgoing> lock(Collection<Claimed> claimed) {
        return jdbc.query(
                "select * from message where id = any(?) and claim = any(?)"
                        + " and status in ('queued', 'deferred', 'ready') order by id for update",
                (row, n) -> outgoing(row),
                Column.uuids(claimed, Claimed::id),
                Column.uuids(claimed, Claimed::claim));
    }

    /** These passed the gates: to all others they count as sent, and to a hand-over they are what it may take. */
    void ready(Collection<Outgoing> messages) {
        if (!messages.isEmpty()) {
            jdbc.update("update message set status = 'ready' where id = any(?)", Column.uuids(messages, Outgoing::id));
        }
    }

    /**
     * From here on it is not known whether the message was sent, until the outcome is kept.
     *
     * @return false when it must not be handed over: it was dropped or claimed by another since it passed the gates, or its
     *     channel was paused or closed
     */
    boolean handingOver(Outgoing message, List<Verdict> verdicts, String address, String subject, Instant now) {
        return 1
                == jdbc.update(
                        "update message set status = 'sending', due_at = null, attempts = attempts + 1, verdicts = ?,"
                                + " address = ?, subject = ?, claimed_until = current_timestamp + interval '1' minute"
                                + " where id = ? and claim = ? and status = 'ready' and not exists (select 1"
                                + " from channel_state s where s.channel = message.channel"
                                + " and (s.closed_reason is not null or s.paused_until > ?))",
                        write(with(message.verdicts(), verdicts)),
                        address,
                        subject,
                        message.id(),
                        message.claim(),
                        at(now));
    }

    /** A message that passed the gates and is not handed over now: it is asked anew. False when it is not ours any more. */
    boolean giveBack(Outgoing message) {
        return 1
                == jdbc.update(
                        "update message set status = 'queued', claimed_until = null"
                                + " where id = ? and claim = ? and status = 'ready'",
                        message.id(),
                        message.claim());
    }

    /** Keeps what the gates said of messages that are locked and not to be handed over now, and gives them back. */
    void hold(List<Arbiter.Judged> judged) {
        var rows = judged.stream()
                .map(one -> new Object[] {
                    one.ruling().status(),
                    write(with(one.message().verdicts(), one.ruling().verdicts())),
                    one.ruling().due() == null ? null : at(one.ruling().due()),
                    one.message().id()
                })
                .toList();
        jdbc.batchUpdate(
                "update message set status = ?, verdicts = ?, due_at = ?, claimed_until = null where id = ?", rows);
        judged.forEach(one -> count(one.ruling().status()));
    }

    /**
     * Keeps what became of a claimed message and gives it back.
     *
     * @param now since when a failed one has failed
     * @param due when it is to be looked at again, or null when nothing more is to happen
     * @param sent when it was sent, or null
     * @return false when the message has been claimed by another hand-over since
     */
    boolean settle(Outgoing message, String status, List<Verdict> verdicts, Instant due, Instant sent, Instant now) {
        var settled = jdbc.update(
                "update message set status = ?, verdicts = ?, due_at = ?, sent_at = ?, failed_at = ?, claimed_until = null"
                        + " where id = ? and claim = ?",
                status,
                write(with(message.verdicts(), verdicts)),
                due == null ? null : at(due),
                sent == null ? null : at(sent),
                status.equals(Message.FAILED) ? at(now) : null,
                message.id(),
                message.claim());
        if (settled == 1) {
            count(status);
        }
        return settled == 1;
    }

    /**
     * The marketing messages of the customers that were sent since then, are being handed over, or are due: by the ids that
     * the messages have.
     */
    List<Neighbour> neighbours(Collection<UUID> customers, Instant since, Instant now) {
        return jdbc.query(
                "select id, customer_id, channel, template, topic, status, sent_at from message"
                        + " where customer_id = any(?) and topic <> 'transactional' and (status in ('ready', 'sending')"
                        + " or status = 'sent' and sent_at > ? or status in ('queued', 'deferred') and due_at <= ?)",
                (row, n) -> new Neighbour(
                        row.getObject(1, UUID.class),
                        row.getObject(2, UUID.class),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        instant(row, "sent_at")),
                Column.uuids(customers),
                at(since),
                at(now));
    }

    void move(List<Move> moves) {
        Move.rows(jdbc, "message", moves);
        for (var move : moves) {
            if (!move.merges()) {
                jdbc.update(
                        "update message set customer_id = ? where customer_id = ?"
                                + " and decision_id in (select id from decision where customer_id = ?)",
                        move.to(),
                        move.from(),
                        move.to());
            }
        }
    }

    List<Message> list(UUID customer, int limit, UUID after) {
        var before = after == null ? new UUID(-1L, -1L) : after;
        return customer == null
                ? jdbc.query(
                        "select * from message where id < ? order by id desc limit ?",
                        (row, n) -> message(row),
                        before,
                        limit)
                : jdbc.query(
                        "select * from message where customer_id = ? and id < ? order by id desc limit ?",
                        (row, n) -> message(row),
                        customer,
                        before,
                        limit);
    }

    Optional<Message> find(UUID id) {
        return jdbc.query("select * from message where id = ?", (row, n) -> message(row), id).stream()
                .findFirst();
    }

    /** How many messages are due or will be, by channel; channels without any are left out. */
    Map<String, Long> countWaiting() {
        var counts = new HashMap<String, Long>();
        jdbc.query("select channel, count(*) from message where due_at is not null group by channel", row -> {
            counts.put(row.getString(1), row.getLong(2));
        });
        return counts;
    }

    boolean retry(UUID id, Instant now) {
        var failed = find(id).filter(message -> message.status().equals(Message.FAILED));
        return failed.isPresent()
                && 1
                        == jdbc.update(
                                "update message set status = 'queued', due_at = ?, attempts = 0, claim = null,"
                                        + " failed_at = null,"
                                        + " verdicts = ? where id = ? and status = 'failed'",
                                at(now),
                                write(with(
                                        failed.get().verdicts(),
                                        List.of(Verdict.delivery("retry", "a person asked for it")))),
                                id);
    }

    boolean giveUp(UUID id, Verdict verdict) {
        var failed = find(id).filter(message -> message.status().equals(Message.FAILED));
        if (failed.isPresent()
                && 1
                        == jdbc.update(
                                "update message set status = 'dropped', failed_at = null, verdicts = ?"
                                        + " where id = ? and status = 'failed'",
                                write(with(failed.get().verdicts(), List.of(verdict))),
                                id)) {
            count(Message.DROPPED);
            return true;
        }
        return false;
    }

    List<FailedMessage> failed(String channel, Instant since, UUID before, int limit) {
        var place = new StringBuilder("select * from message where failed_at is not null");
        var values = new ArrayList<Object>();
        if (channel != null) {
            place.append(" and channel = ?");
            values.add(channel);
        }
        if (since != null) {
            place.append(" and failed_at <= ? and (failed_at < ? or id < ?)");
            values.addAll(List.of(at(since), at(since), before));
        }
        values.add(limit);
        return jdbc.query(
                place + " order by failed_at desc, id desc limit ?", (row, n) -> failed(row), values.toArray());
    }

    Optional<FailedMessage> failed(UUID id) {
        return jdbc
                .query("select * from message where id = ? and failed_at is not null", (row, n) -> failed(row), id)
                .stream()
                .findFirst();
    }

    private FailedMessage failed(ResultSet row) throws SQLException {
        var verdicts = read(row.getString("verdicts"), VERDICTS);
        return new FailedMessage(
                row.getObject("id", UUID.class),
                row.getObject("customer_id", UUID.class),
                row.getString("channel"),
                row.getString("template"),
                instant(row, "failed_at"),
                row.getInt("attempts"),
                verdicts.isEmpty() ? "" : verdicts.get(verdicts.size() - 1).reason());
    }

    long countFailed(String channel) {
        return channel == null
                ? jdbc.queryForObject("select count(*) from message where failed_at is not null", Long.class)
                : jdbc.queryForObject(
                        "select count(*) from message where failed_at is not null and channel = ?",
                        Long.class,
                        channel);
    }

    /** What waits of these journeys, by which a key begins; locked, in the caller's transaction. */
    List<Message> waitingOf(Collection<UUID> customers, Collection<String> instances) {
        return jdbc.query(
                "select * from message where customer_id = any(?) and status in ('queued', 'deferred')"
                        + " and left(idempotency_key, 36) = any(?) order by id for update",
                (row, n) -> message(row),
                Column.uuids(customers),
                Column.texts(instances));
    }

    List<String> keys(UUID customer, String template, String begin) {
        return jdbc.queryForList(
                "select idempotency_key from message where customer_id = ? and template = ?"
                        + " and left(idempotency_key, ?) = ?",
                String.class,
                customer,
                template,
                begin.length(),
                begin);
    }

    /** What a gate says again as it said it last is not repeated, so that a message that is tried often stays small. */
    private static List<Verdict> with(List<Verdict> known, List<Verdict> added) {
        var all = new ArrayList<>(known);
        for (var verdict : added) {
            var last = all.stream()
                    .filter(other -> other.gate().equals(verdict.gate()))
                    .reduce((a, b) -> b);
            if (last.isEmpty() || !last.get().equals(verdict)) {
                all.add(verdict);
            }
        }
        return all;
    }

    private Message message(ResultSet row) throws SQLException {
        var status = row.getString("status");
        return new Message(
                row.getObject("id", UUID.class),
                row.getObject("customer_id", UUID.class),
                row.getObject("decision_id", UUID.class),
                row.getString("channel"),
                row.getString("template"),
                row.getString("topic"),
                Message.UNDER_WAY.contains(status) ? Message.QUEUED : status,
                read(row.getString("verdicts"), VERDICTS),
                row.getString("subject"),
                instant(row, "created_at"),
                instant(row, "sent_at"),
                instant(row, "due_at"));
    }

    private Outgoing outgoing(ResultSet row) throws SQLException {
        return new Outgoing(
                row.getObject("id", UUID.class),
                row.getObject("claim", UUID.class),
                row.getString("idempotency_key"),
                row.getObject("customer_id", UUID.class),
                row.getObject("decision_id", UUID.class),
                row.getString("channel"),
                row.getString("template"),
                row.getString("topic"),
                row.getInt("attempts"),
                read(row.getString("verdicts"), VERDICTS),
                read(row.getString("facts"), FACTS),
                instant(row, "created_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private <T> T read(String body, TypeReference<T> type) {
        try {
            return json.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored message cannot be read", e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
