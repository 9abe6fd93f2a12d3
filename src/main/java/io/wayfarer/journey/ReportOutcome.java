package io.wayfarer.journey;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import io.wayfarer.risk.Reviews;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * What a person chose becomes an event of the customer, in the transaction that completes the task. A task is refused when
 * no outcome was chosen, or one that the form does not offer.
 */
@Component
class ReportOutcome implements TaskListener {

    static final String OUTCOME = "outcome";

    /** What a task may end with, by the key of its process; the same as its form offers. */
    static final Map<String, List<String>> OUTCOMES = Map.of(
            "unhappy-customer", List.of("refund", "voucher", "apology", "call"), Reviews.PROCESS, Reviews.OUTCOMES);

    static final int MAX_ANSWER = 4_000;

    private static final Logger log = LoggerFactory.getLogger(ReportOutcome.class);
    private static final String SOURCE = "journey";

    private final Inbox inbox;
    private final Customers customers;
    private final Clock clock;

    ReportOutcome(Inbox inbox, Customers customers, Clock clock) {
        this.inbox = inbox;
        this.customers = customers;
        this.clock = clock;
    }

    @Override
    public void notify(DelegateTask task) {
        var offered = OUTCOMES.get(process(task));
        if (!(task.getVariable(OUTCOME) instanceof String outcome) || !offered.contains(outcome)) {
            throw new BadUserRequestException("outcome must be one of " + offered);
        }
        var answer = task.getVariable(Variables.ANSWER) instanceof String text ? text : "";
        if (answer.length() > MAX_ANSWER) {
            throw new BadUserRequestException("answer must not be longer than " + MAX_ANSWER + " characters");
        }
        var customer = Variables.customer(task);
        var strongest = customers.find(customer).flatMap(customers::surest);
        if (strongest.isEmpty()) {
            log.info("Task {} was completed for customer {}, who is not known any more", task.getId(), customer);
            return;
        }
        inbox.accept(List.of(event(task, strongest.get(), outcome, answer)));
    }

    private Event event(DelegateTask task, Identity identity, String outcome, String answer) {
        var now = clock.instant();
        var process = process(task);
        var isReview = process.equals(Reviews.PROCESS);
        var said = new HashMap<String, Object>(
                Map.of("task", task.getTaskDefinitionKey(), "process", process, OUTCOME, outcome, "answer", answer));
        if (isReview) {
            said.put(Reviews.DECISION, Variables.decision(task).toString());
        }
        return new Event(
                Event.idOf(SOURCE, task.getId()),
                SOURCE,
                task.getId(),
                isReview ? Reviews.REVIEWED : "Task Completed",
                "server",
                now,
                now,
                identity.as(Identity.Kind.userId),
                identity.as(Identity.Kind.anonymousId),
                identity.as(Identity.Kind.email),
                identity.ids(),
                Map.of(),
                said,
                isReview ? Map.of(Reviews.VERDICT, true) : Map.of());
    }

    private static String process(DelegateTask task) {
        return task.getProcessDefinitionId().split(":", 2)[0];
    }
}
