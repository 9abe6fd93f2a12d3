package io.wayfarer.act;

import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.profile.Move;
import io.wayfarer.time.TimeOrderedId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The messages that are to be sent, were sent, or were held back, each with the reason. */
@Component
public class Outbox {

    /** What a journey is told that ends its waiting: whatever waits for the customer is no longer wanted. */
    private static final Map<String, String> ENDINGS = Map.of(
            "purchased", "the customer bought while it waited",
            "unsubscribed", "the customer unsubscribed while it waited");

    /**
     * A message that somebody wants sent.
     *
     * @param idempotencyKey a second message with the same key is not taken; at most 200 characters
     * @param decision the decision that led to it
     * @param template name of the message template, which also states its channel and its topic
     * @param facts what the template may show beside the customer
     */
    public record Wanted(
            String idempotencyKey, UUID customer, UUID decision, String template, Map<String, Object> facts) {}

    private final Messages messages;
    private final Templates templates;
    private final Channels channels;
    private final ChannelStates states;
    private final Clock clock;

    Outbox(Messages messages, Templates templates, Channels channels, ChannelStates states, Clock clock) {
        this.messages = messages;
        this.templates = templates;
        this.channels = channels;
        this.states = states;
        this.clock = clock;
    }

    /**
     * Queues a message for each send decision of the batch, in the caller's transaction. Marketing messages that were
     * waiting for a customer who bought or unsubscribed in this batch are dropped, those of earlier events of the batch
     * among them.
     */
    public void queue(Decided decided) {
        move(decided.moves());
        var decisions = new ArrayList<>(decided.decisions());
        Collections.reverse(decisions);
        var now = clock.instant();
        // asked once for the batch
        var draining = decisions.stream().anyMatch(decision -> decision.verb().equals("send"))
                ? draining()
                : Map.<String, String>of();
        var endings = new HashMap<UUID, Decision>();
        var sends = new ArrayList<Messages.Fresh>();
        for (var decision : decisions) {
            if (decision.verb().equals("tell") && ENDINGS.containsKey(decision.object())) {
                endings.putIfAbsent(decision.customer(), decision);
            } else if (decision.verb().equals("send")) {
                var fresh = fresh(
                        new Wanted(
                                decision.id().toString(),
                                decision.customer(),
                                decision.id(),
                                decision.object(),
                                decision.facts()),
                        draining,
                        now);
                var ending = endings.get(decision.customer());
                var isEnded = ending != null && !ending.event().equals(decision.event());
                sends.add(isEnded && !fresh.topic().equals(Templates.TRANSACTIONAL) ? ended(fresh, ending) : fresh);
            }
        }
        if (!endings.isEmpty()) {
            var batch = decided.decisions().stream().map(Decision::id).collect(Collectors.toSet());
            messages.drop(
                    messages.waiting(endings.keySet(), batch), message -> verdictOf(endings.get(message.customer())));
        }
        Collections.reverse(sends);
        insert(sends);
    }

    /** Messages go with their customers: who were merged, or parted again. */
    public void move(List<Move> moves) {
        messages.move(moves);
    }

    /** Queues the message in the caller's transaction; false when its key was there before. */
    public boolean queue(Wanted wanted) {
        return insert(List.of(fresh(wanted, draining(), clock.instant()))) == 1;
    }

    /** The customer's messages, or everybody's when it is null, the newest first, those before the one with id {@code after}. */
    public List<Message> list(UUID customer, int limit, UUID after) {
        return messages.list(customer, limit, after);
    }

    /** The message with this id. */
    public Optional<Message> find(UUID id) {
        return messages.find(id);
    }

    /**
     * Queues a failed message again, as a person's decision: it passes the gates anew, with all its attempts.
     *
     * @return false when there is no failed message with this id
     */
    public boolean retry(UUID id) {
        return messages.retry(id, clock.instant());
    }

    /**
     * Drops what journeys had queued, or put off, in the caller's transaction.
     *
     * @param customers whose journeys they are
     * @param instances of journeys, as the keys of their messages begin
     */
    public void drop(Set<UUID> customers, Set<String> instances, String reason) {
        messages.drop(
                messages.waitingOf(customers, instances), message -> new Verdict("journey", Verdict.DROP, reason));
    }

    /** Keys of the customer's messages of the template that begin so. */
    public List<String> keys(UUID customer, String template, String begin) {
        return messages.keys(customer, template, begin);
    }

    /**
     * Messages that failed, the newest failure first.
     *
     * @param channel only those of this channel; all when it is null
     * @param since only those that failed before, or then with a smaller id; all when it is null
     */
    public List<FailedMessage> failed(String channel, Instant since, UUID before, int limit) {
        return messages.failed(channel, since, before, limit);
    }

    /** How many messages of the channel have failed, or of all when it is null. */
    public long countFailed(String channel) {
        return messages.countFailed(channel);
    }

    /** True when it is not known whether the receiver took the failed message, and one sent again would be a second one. */
    public boolean mayArriveTwice(FailedMessage failed) {
        return failed.isInDoubt()
                && !(channels.has(failed.channel())
                        && channels.get(failed.channel()).isIdempotent());
    }

    /** The failed message with this id. */
    public Optional<FailedMessage> failed(UUID id) {
        return messages.failed(id);
    }

    /** Nothing more is tried with a failed message; false when there is no failed message with this id. */
    public boolean giveUp(UUID id, String reason) {
        return messages.giveUp(id, new Verdict("person", Verdict.DROP, reason));
    }

    /** All channels that are set up, by name. */
    public List<ChannelStatus> channels() {
        var waiting = messages.countWaiting();
        var operated = states.operated();
        return channels.names().stream()
                .map(name -> {
                    var state = states.of(name);
                    return new ChannelStatus(
                            name,
                            waiting.getOrDefault(name, 0L),
                            state.isPaused(clock.instant()) ? state.pausedUntil() : null,
                            state.closed(),
                            operated.get(name));
                })
                .toList();
    }

    /** Opens a channel: it is as usual again, whatever its receiver or a person said. */
    public void open(String channel) {
        states.open(channel);
    }

    /**
     * Nothing new is queued for the channel, and what is queued goes out: new marketing is dropped with the reason, and what is
     * transactional fails with it, so that a person can have it sent when the channel is open again.
     */
    public void drain(String channel, String who, String reason) {
        states.operate(channel, ChannelStates.DRAINING, who, clock.instant(), reason);
    }

    /** Nothing goes out by the channel; what is queued waits until it is opened. */
    public void hold(String channel, String who, String reason) {
        states.operate(channel, ChannelStates.HELD, who, clock.instant(), reason);
    }

    /** Why nothing new is queued for a channel, by name. */
    private Map<String, String> draining() {
        return states.operated().entrySet().stream()
                .filter(state -> state.getValue().how().equals(ChannelStates.DRAINING))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, state -> state.getValue().reason()));
    }

    private int insert(List<Messages.Fresh> wanted) {
        if (wanted.isEmpty()) {
            return 0;
        }
        var seen = messages.keysAmong(
                wanted.stream().map(Messages.Fresh::idempotencyKey).toList());
        var fresh = wanted.stream()
                .filter(message -> seen.add(message.idempotencyKey()))
                .toList();
        messages.insert(fresh);
        return fresh.size();
    }

    private Messages.Fresh fresh(Wanted wanted, Map<String, String> draining, Instant now) {
        var topic = templates.topic(wanted.template());
        var channel = templates.channel(wanted.template()).orElse(Channels.EMAIL);
        var wrong = topic.isEmpty()
                ? "there is no template '" + wanted.template() + "'"
                : channels.has(channel) ? null : "there is no channel '" + channel + "'";
        var status = wrong == null ? Message.QUEUED : Message.FAILED;
        var verdicts = wrong == null ? List.<Verdict>of() : List.of(new Verdict("content", "failed", wrong));
        if (wrong == null && draining.containsKey(channel)) {
            var isKept = topic.get().equals(Templates.TRANSACTIONAL);
            status = isKept ? Message.FAILED : Message.DROPPED;
            verdicts = List.of(new Verdict(
                    "channel",
                    isKept ? "failed" : Verdict.DROP,
                    "the channel takes nothing new: " + draining.get(channel)));
        }
        return new Messages.Fresh(
                TimeOrderedId.at(now),
                wanted.idempotencyKey(),
                wanted.customer(),
                wanted.decision(),
                channel,
                wanted.template(),
                topic.orElse(Templates.MARKETING),
                status,
                verdicts,
                wanted.facts(),
                now);
    }

    private static Messages.Fresh ended(Messages.Fresh fresh, Decision ending) {
        return fresh.with(Message.DROPPED, List.of(verdictOf(ending)));
    }

    private static Verdict verdictOf(Decision ending) {
        return new Verdict("journey", Verdict.DROP, ENDINGS.get(ending.object()));
    }
}
