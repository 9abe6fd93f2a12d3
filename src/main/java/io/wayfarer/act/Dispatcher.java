package io.wayfarer.act;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes messages that are due past the arbiter to their channel: each at most once, or more often with the same key where the
 * receiver knows it again by that; see docs/decisions/0005-at-most-once-mail.md and 0025-one-outbox-many-channels.md. Called
 * by routes/outbox.camel.yaml.
 */
@Component
class Dispatcher {

    /**
     * A message that passed the gates.
     *
     * @param since {@link System#nanoTime} when it passed
     */
    record Ready(
            Messages.Outgoing message,
            List<Verdict> verdicts,
            Channels.Channel channel,
            Customer customer,
            long since) {

        Ready with(Verdict verdict) {
            var all = new ArrayList<>(verdicts);
            all.add(verdict);
            return new Ready(message, all, channel, customer, since);
        }
    }

    static final int MAX_ATTEMPTS = 6;
    /** The waits of 4, 16, 64, 256 and 1024 minutes add up to 23 hours. */
    private static final Duration FIRST_WAIT = Duration.ofMinutes(4);
    /** A receiver may ask for a longer wait, but not for more than this: of one message, and of all of its channel. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    /** What waited longer than this for a free connection is asked for anew, lest it be sent to somebody who bought since. */
    private static final Duration FRESH = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final Messages messages;
    private final Customers customers;
    private final Arbiter arbiter;
    private final Letters letters;
    private final Channels channels;
    private final ChannelStates states;
    private final Suppressions suppressions;
    private final Feedback feedback;
    private final Budget budget;
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
            Budget budget,
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
        this.budget = budget;
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
            messages.lock(claimed).forEach(message -> messages.settle(message, Message.FAILED, closed, null, null, now));
            return List.of();
        });
    }

    /** A message that was being handed over when the program stopped. */
    private void resume(Messages.Outgoing message, Channels.Channel channel) {
        var stopped = FailedMessage.MAY_BE_DELIVERED + ", and was ";
        if (channel.isIdempotent() && message.attempts() < MAX_ATTEMPTS) {
            var again = List.of(Verdict.delivery("retry", stopped + "sent again with the same key"));
            messages.settle(message, Message.QUEUED, again, clock.instant(), null, clock.instant());
        } else {
            log.warn("Message {}: {}not sent again", message.id(), stopped);
            var failed = List.of(Verdict.delivery("failed", stopped + "not sent again"));
            messages.settle(message, Message.FAILED, failed, null, null, clock.instant());
        }
    }

    /**
     * Takes messages of one channel past the gates, in one transaction and few statements. What does not pass is kept with
     * its reason; a message of a customer whom somebody else is changing right now is claimed again a moment later.
     *
     * @return those that may be handed over
     */
    public List<Ready> judge(List<Messages.Claimed> claimed) {
        if (claimed.isEmpty()) {
            return List.of();
        }
        try {
            claimed.stream()
                    .map(Messages.Claimed::channel)
                    .distinct()
                    .forEach(name -> budget.know(name, clock.instant()));
            return transactions.execute(status -> judgeLocked(claimed));
        } catch (TransientDataAccessException e) {
            messages.release(claimed);
            return List.of();
        }
    }

    private List<Ready> judgeLocked(List<Messages.Claimed> claimed) {
        // the customers before the messages, as the spine does: what a purchase that is being worked off drops is not
        // looked at before, and two messages of one customer cannot both be the last that a cap allows
        var held =
                customers.hold(claimed.stream().map(Messages.Claimed::customer).collect(Collectors.toSet()));
        var isBusy = claimed.stream()
                .collect(Collectors.partitioningBy(one -> held.busy().contains(one.customer())));
        if (!isBusy.get(true).isEmpty()) {
            messages.release(isBusy.get(true));
        }
        var now = clock.instant();
        var ready = new ArrayList<Ready>();
        var others = new ArrayList<Arbiter.Judged>();
        var byChannel =
                messages.lock(isBusy.get(false)).stream().collect(Collectors.groupingBy(Messages.Outgoing::channel));
        byChannel.forEach((name, outgoing) -> {
            var channel = channels.get(name);
            for (var one : arbiter.judge(channel, outgoing, held.customers(), now)) {
                if (one.ruling().passes()) {
                    ready.add(new Ready(
                            one.message(),
                            one.ruling().verdicts(),
                            channel,
                            held.customers().get(one.message().customer()),
                            System.nanoTime()));
                } else {
                    others.add(one);
                }
            }
        });
        messages.hold(others);
        messages.ready(ready.stream().map(Ready::message).toList());
        return ready;
    }

    /** Writes one message and hands it over, unless it was dropped meanwhile. What is wrong with it stays with it. */
    public void deliver(Ready passed) {
        if (System.nanoTime() - passed.since() > FRESH.toNanos()) {
            giveBack(passed);
            return;
        }
        var now = clock.instant();
        Optional<Parcel> written;
        try {
            written = letters.write(passed.message(), passed.customer(), passed.channel(), now);
        } catch (DataAccessException e) {
            // the lease gives it back; nothing was sent
            throw e;
        } catch (RuntimeException e) {
            log.warn("Message {} cannot be written", passed.message().id(), e);
            settle(passed.with(new Verdict("content", "failed", String.valueOf(e.getMessage()))), Message.FAILED);
            return;
        }
        if (written.isEmpty()) {
            settle(
                    passed.with(new Verdict("content", Verdict.DROP, "there is no product left to show")),
                    Message.DROPPED);
            return;
        }
        var parcel = written.get();
        var ready = parcel.sms() == null
                ? passed
                : passed.with(new Verdict(
                        "content",
                        Verdict.PASS,
                        parcel.sms().encoding() + ", segments: " + parcel.sms().segments()));
        if (!parcel.recommended().isEmpty()) {
            ready = ready.with(
                    new Verdict("content", Verdict.PASS, "recommended: " + String.join(", ", parcel.recommended())));
        }
        if (messages.handingOver(ready.message(), ready.verdicts(), parcel.to(), parcel.subject(), now)) {
            var answer = channels.hand(ready.channel().name(), parcel);
            var handed = ready;
            transactions.executeWithoutResult(status -> keep(handed, parcel, answer));
        } else {
            giveBack(ready);
        }
    }

    private void giveBack(Ready ready) {
        messages.giveBack(ready.message());
        if (ready.message().attempts() == 0) {
            budget.giveBack(ready.channel().name(), ready.message().template(), clock.instant());
        }
    }

    private void settle(Ready ready, String status) {
        messages.settle(ready.message(), status, ready.verdicts(), null, null, clock.instant());
    }

    private void keep(Ready ready, Parcel parcel, Answer answer) {
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
                if (isGone && !parcel.to().isEmpty()) {
                    suppressions.add(parcel.to(), "bounced: " + answer.reason(), now);
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
                    var reason = FailedMessage.NOT_KNOWN + ", so that it was not sent again: ";
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
        if (!messages.settle(ready.message(), status, verdicts, due, sent, clock.instant())) {
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
