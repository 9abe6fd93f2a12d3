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
        return insert(List.of(fresh(wanted, clock.instant()))) == 1;
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

    /** All channels that are set up, by name. */
    public List<ChannelStatus> channels() {
        var waiting = messages.countWaiting();
        return channels.names().stream()
                .map(name -> {
                    var state = states.of(name);
                    return new ChannelStatus(
                            name,
                            waiting.getOrDefault(name, 0L),
                            state.isPaused(clock.instant()) ? state.pausedUntil() : null,
                            state.closed());
                })
                .toList();
    }

    /** Ends a pause that a channel's receiver asked for, or opens a channel that it closed. */
    public void open(String channel) {
        states.open(channel);
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

    private Messages.Fresh fresh(Wanted wanted, Instant now) {
        var topic = templates.topic(wanted.template());
        var channel = templates.channel(wanted.template()).orElse(Channels.EMAIL);
        var wrong = topic.isEmpty()
                ? "there is no template '" + wanted.template() + "'"
                : channels.has(channel) ? null : "there is no channel '" + channel + "'";
        return new Messages.Fresh(
                TimeOrderedId.at(now),
                wanted.idempotencyKey(),
                wanted.customer(),
                wanted.decision(),
                channel,
                wanted.template(),
                topic.orElse(Templates.MARKETING),
                wrong == null ? Message.QUEUED : Message.FAILED,
                wrong == null ? List.of() : List.of(new Verdict("content", "failed", wrong)),
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
