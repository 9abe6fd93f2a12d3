package io.wayfarer.act;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import jakarta.mail.internet.MimeMessage;
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
 * Takes messages that are due past the arbiter to the mail server, each at most once: see
 * docs/decisions/0005-at-most-once-mail.md. Called by routes/out-email.camel.yaml.
 */
@Component
class Dispatcher {

    /** A message that passed the gates and is marked as being handed over. */
    private record Ready(Messages.Outgoing message, List<Verdict> verdicts, String address, MimeMessage mail) {}

    static final int MAX_ATTEMPTS = 6;
    /** The waits of 4, 16, 64, 256 and 1024 minutes add up to 23 hours. */
    private static final Duration FIRST_WAIT = Duration.ofMinutes(4);

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final Messages messages;
    private final Customers customers;
    private final Arbiter arbiter;
    private final Letters letters;
    private final Smtp smtp;
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
            Smtp smtp,
            Suppressions suppressions,
            Feedback feedback,
            PlatformTransactionManager transactionManager,
            Clock clock,
            @Value("${wayfarer.outbox.batch-size}") int batchSize) {
        this.messages = messages;
        this.customers = customers;
        this.arbiter = arbiter;
        this.letters = letters;
        this.smtp = smtp;
        this.suppressions = suppressions;
        this.feedback = feedback;
        this.transactions = new TransactionTemplate(transactionManager);
        this.clock = clock;
        this.batchSize = batchSize;
    }

    /** The messages that are due and are now ours to deliver. */
    public List<Messages.Claimed> claim() {
        return transactions.execute(status -> {
            for (var abandoned : messages.abandoned()) {
                var reason = "the program stopped while the mail server was taking it: it may have been delivered,"
                        + " and was not sent again";
                log.warn("Message {}: {}", abandoned.id(), reason);
                messages.settle(abandoned, Message.FAILED, List.of(Verdict.delivery("failed", reason)), null, null);
            }
            return messages.claim(clock.instant(), batchSize);
        });
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
            var result = smtp.send(ready.mail());
            transactions.executeWithoutResult(status -> keep(ready, result));
        }
    }

    /** Everything up to the mail server, in one transaction; null when there is nothing to hand over. */
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
        var ruling = arbiter.judge(message, customer, now);
        if (!ruling.passes()) {
            var status = ruling.defers() ? Message.DEFERRED : Message.DROPPED;
            messages.settle(message, status, ruling.verdicts(), ruling.due(), null);
            return null;
        }
        var address = customer.flatMap(Customer::email).orElseThrow();
        var written = letters.write(message, customer.orElseThrow(), now);
        if (written.isEmpty()) {
            var verdicts = new ArrayList<>(ruling.verdicts());
            verdicts.add(new Verdict("content", Verdict.DROP, "there is no product left to show"));
            messages.settle(message, Message.DROPPED, verdicts, null, null);
            return null;
        }
        messages.handingOver(message, ruling.verdicts(), address, written.get().subject());
        return new Ready(message, ruling.verdicts(), address, written.get().mail());
    }

    private void keep(Ready ready, Smtp.Result result) {
        var now = clock.instant();
        var attempt = ready.message().attempts() + 1;
        switch (result.outcome()) {
            case SENT -> settle(ready, Message.SENT, "sent", result.reason(), null, now);
            case LATER -> {
                if (attempt < MAX_ATTEMPTS) {
                    settle(ready, Message.QUEUED, "retry", result.reason(), now.plus(wait(attempt)), null);
                } else {
                    var reason = "given up after " + attempt + " attempts: " + result.reason();
                    settle(ready, Message.FAILED, "failed", reason, null, null);
                }
            }
            case REFUSED -> {
                // nothing of the customer: it is for whoever runs this
                log.warn("Message {} is refused: {}", ready.message().id(), result.reason());
                settle(ready, Message.FAILED, "failed", result.reason(), null, null);
            }
            case BOUNCED, NO_SUCH_ADDRESS -> {
                settle(ready, Message.FAILED, "failed", result.reason(), null, null);
                var isGone = result.outcome() == Smtp.Outcome.NO_SUCH_ADDRESS;
                if (isGone) {
                    suppressions.add(ready.address(), "bounced: " + result.reason(), now);
                }
                feedback.bounced(ready.message(), isGone, result.reason());
            }
            case UNKNOWN -> {
                var reason = "the mail server did not say whether it took it, so that it was not sent again: ";
                settle(ready, Message.FAILED, "failed", reason + result.reason(), null, null);
            }
        }
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
