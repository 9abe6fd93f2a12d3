package io.wayfarer.act;

import io.wayfarer.profile.Customers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes messages that are due past the arbiter to their channel: each at most once, or more often with the same key where the
 * receiver knows it again by that; see docs/decisions/0005-at-most-once-mail.md and 0025-one-outbox-many-channels.md. Called
 * by routes/outbox.camel.yaml.
 */
@Component
class Dispatcher {

    /** A message that passed the gates and is marked as being handed over. */
    private record Ready(Messages.Outgoing message, List<Verdict> verdicts, Channels.Channel channel, Parcel parcel) {}

    static final int MAX_ATTEMPTS = 6;
    /** The waits of 4, 16, 64, 256 and 1024 minutes add up to 23 hours. */
    private static final Duration FIRST_WAIT = Duration.ofMinutes(4);
    /** A receiver may ask for a longer wait, but not for more than this: of one message, and of all of its channel. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final Messages messages;
    private final Customers customers;
    private final Arbiter arbiter;
    private final Letters letters;
    private final Channels channels;
    private final ChannelStates states;
    private final Suppressions suppressions;
    private final Feedback feedback;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final int batchSize;

    Dispatcher(
            Messages messages,
            Customers customers,
            Arbiter arbiter,
            Letters letters,
            Channels channels,
            ChannelStates states,
            Suppressions suppressions,
            Feedback feedback,
            PlatformTransactionManager transactionManager,
            Clock clock,
            @Value("${wayfarer.outbox.batch-size}") int batchSize) {
        this.messages = messages;
        this.customers = customers;
        this.arbiter = arbiter;
        this.letters = letters;
        this.channels = channels;
        this.states = states;
        this.suppressions = suppressions;
        this.feedback = feedback;
        this.transactions = new TransactionTemplate(transactionManager);
        this.clock = clock;
        this.batchSize = batchSize;
    }

    /** The messages of the channel that are due and are now ours to deliver. */
    public List<Messages.Claimed> claim(String channel) {
        return transactions.execute(status -> {
            messages.abandoned(channel).forEach(message -> resume(message, channels.get(channel)));
            var now = clock.instant();
            var state = states.of(channel);
            if (state.isPaused(now)) {
                return List.of();
            }
            var claimed = messages.claim(channel, now, batchSize);
            if (state.closed() == null) {
                return claimed;
            }
            var closed = List.of(Verdict.delivery("failed", "the channel is closed: " + state.closed()));
            claimed.forEach(one -> messages.lock(one)
                    .ifPresent(message -> messages.settle(message, Message.FAILED, closed, null, null)));
            return List.of();
        });
    }

    /** A message that was being handed over when the program stopped. */
    private void resume(Messages.Outgoing message, Channels.Channel channel) {
        var stopped = "the program stopped while it was handed over: it may have been delivered, and was ";
        if (channel.isIdempotent() && message.attempts() < MAX_ATTEMPTS) {
            var again = List.of(Verdict.delivery("retry", stopped + "sent again with the same key"));
            messages.settle(message, Message.QUEUED, again, clock.instant(), null);
        } else {
            log.warn("Message {}: {}not sent again", message.id(), stopped);
            var failed = List.of(Verdict.delivery("failed", stopped + "not sent again"));
            messages.settle(message, Message.FAILED, failed, null, null);
        }
    }

    /** Takes one message as far as it gets. What is wrong with it stays with it. */
    public void deliver(Messages.Claimed claimed) {
        Ready ready;
        try {
            ready = transactions.execute(status -> prepare(claimed));
        } catch (TransientDataAccessException e) {
            messages.release(claimed);
            return;
        } catch (DataAccessException | TransactionException e) {
            // the lease gives it back; nothing was sent
            throw e;
        } catch (RuntimeException e) {
            log.warn("Message {} cannot be prepared", claimed.id(), e);
            transactions.executeWithoutResult(status -> messages.lock(claimed)
                    .ifPresent(message -> messages.settle(
                            message,
                            Message.FAILED,
                            List.of(new Verdict("content", "failed", String.valueOf(e.getMessage()))),
                            null,
                            null)));
            return;
        }
        if (ready != null) {
            var answer = channels.hand(ready.channel().name(), ready.parcel());
            transactions.executeWithoutResult(status -> keep(ready, answer));
        }
    }

    /** Everything up to the receiver, in one transaction; null when there is nothing to hand over. */
    private Ready prepare(Messages.Claimed claimed) {
        // the customer before the message, as the spine does: so a purchase that is being worked off is waited for, and
        // two messages of one customer cannot both be the last that the cap allows
        var customer = customers.lock(claimed.customer());
        var locked = messages.lock(claimed);
        if (locked.isEmpty()) {
            return null;
        }
        var message = locked.get();
        var now = clock.instant();
        var state = states.of(message.channel());
        if (state.isPaused(now) || state.closed() != null) {
            // since it was claimed: a message of the same batch may have been answered so
            messages.release(claimed);
            return null;
        }
        var ruling = arbiter.judge(message, customer, now);
        if (!ruling.passes()) {
            var status = ruling.defers() ? Message.DEFERRED : Message.DROPPED;
            messages.settle(message, status, ruling.verdicts(), ruling.due(), null);
            return null;
        }
        var channel = channels.get(message.channel());
        var written = letters.write(message, customer.orElseThrow(), channel, now);
        if (written.isEmpty()) {
            var verdicts = new ArrayList<>(ruling.verdicts());
            verdicts.add(new Verdict("content", Verdict.DROP, "there is no product left to show"));
            messages.settle(message, Message.DROPPED, verdicts, null, null);
            return null;
        }
        var parcel = written.get();
        var verdicts = new ArrayList<>(ruling.verdicts());
        if (parcel.sms() != null) {
            var size = parcel.sms().encoding() + ", segments: " + parcel.sms().segments();
            verdicts.add(new Verdict("content", Verdict.PASS, size));
        }
        if (!parcel.recommended().isEmpty()) {
            verdicts.add(
                    new Verdict("content", Verdict.PASS, "recommended: " + String.join(", ", parcel.recommended())));
        }
        messages.handingOver(message, verdicts, parcel.to(), parcel.subject());
        return new Ready(message, verdicts, channel, parcel);
    }

    private void keep(Ready ready, Answer answer) {
        var now = clock.instant();
        switch (answer.outcome()) {
            case ACCEPTED -> settle(ready, Message.SENT, "sent", answer.reason(), null, now);
            case LATER -> retry(ready, answer, now);
            case REFUSED -> {
                // nothing of the customer: it is for whoever runs this
                log.warn("Message {} is refused: {}", ready.message().id(), answer.reason());
                settle(ready, Message.FAILED, "failed", answer.reason(), null, null);
            }
            case BOUNCED, UNREACHABLE -> {
                settle(ready, Message.FAILED, "failed", answer.reason(), null, null);
                var isGone = answer.outcome() == Answer.Outcome.UNREACHABLE;
                if (isGone && !ready.parcel().to().isEmpty()) {
                    suppressions.add(ready.parcel().to(), "bounced: " + answer.reason(), now);
                }
                feedback.bounced(ready.message(), isGone, answer.reason());
            }
            case CLOSED -> {
                log.warn("Channel {} is closed: {}", ready.channel().name(), answer.reason());
                states.close(ready.channel().name(), answer.reason(), now);
                settle(ready, Message.FAILED, "failed", "the channel is closed: " + answer.reason(), null, null);
            }
            case UNKNOWN -> {
                if (ready.channel().isIdempotent()) {
                    retry(ready, answer, now);
                } else {
                    var reason = "it is not known whether it was taken, so that it was not sent again: ";
                    settle(ready, Message.FAILED, "failed", reason + answer.reason(), null, null);
                }
            }
        }
    }

    private void retry(Ready ready, Answer answer, Instant now) {
        if (answer.retryAfter() != null) {
            states.pause(ready.channel().name(), now.plus(shorter(answer.retryAfter(), LONGEST_PAUSE)));
        }
        var attempt = ready.message().attempts() + 1;
        if (attempt < MAX_ATTEMPTS) {
            var due = now.plus(wait(attempt));
            var asked = answer.retryAfter() == null ? due : now.plus(shorter(answer.retryAfter(), LONGEST_WAIT));
            settle(ready, Message.QUEUED, "retry", answer.reason(), asked.isAfter(due) ? asked : due, null);
        } else {
            var reason = "given up after " + attempt + " attempts: " + answer.reason();
            settle(ready, Message.FAILED, "failed", reason, null, null);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void settle(Ready ready, String status, String verdict, String reason, Instant due, Instant sent) {
        var verdicts = new ArrayList<>(ready.verdicts());
        verdicts.add(Verdict.delivery(verdict, reason));
        if (!messages.settle(ready.message(), status, verdicts, due, sent)) {
            log.warn(
                    "Message {} was taken by another hand-over; this one ended with {}",
                    ready.message().id(),
                    verdict);
        }
    }

    /** How long to wait after the attempt: four times as long as the last time, and a fifth more or less by chance. */
    private static Duration wait(int attempt) {
        var factor = Math.pow(4, attempt - 1) * ThreadLocalRandom.current().nextDouble(0.8, 1.2);
        return Duration.ofMillis((long) (FIRST_WAIT.toMillis() * factor));
    }
}
