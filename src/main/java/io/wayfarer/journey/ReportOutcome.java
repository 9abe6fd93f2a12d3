package io.wayfarer.journey;

import io.wayfarer.risk.Reviews;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.BadUserRequestException;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.springframework.stereotype.Component;

/**
 * What a person chose becomes an event of the customer, in the transaction that completes the task. A task is refused when
 * no outcome was chosen, or one that the form does not offer.
 */
@Component
class ReportOutcome implements TaskListener {

    static final String OUTCOME = "outcome";

    /** The property of a task in its diagram that lists what it may end with, the same as its form offers. */
    static final String OUTCOMES = "outcomes";

    static final int MAX_ANSWER = 4_000;

    /** What an outcome is called, by process, where another room waits for it. */
    private static final Map<String, String> EVENTS = Map.of(Reviews.PROCESS, Reviews.REVIEWED);

    private final Reports reports;

    ReportOutcome(Reports reports) {
        this.reports = reports;
    }

    @Override
    public void notify(DelegateTask task) {
        var offered = outcomes(task.getBpmnModelElementInstance());
        if (!(task.getVariable(OUTCOME) instanceof String outcome) || !offered.contains(outcome)) {
            throw new BadUserRequestException("outcome must be one of " + offered);
        }
        var answer = task.getVariable(Variables.ANSWER) instanceof String text ? text : "";
        if (answer.length() > MAX_ANSWER) {
            throw new BadUserRequestException("answer must not be longer than " + MAX_ANSWER + " characters");
        }
        var process = process(task);
        reports.report(
                Variables.customer(task),
                task.getId(),
                EVENTS.getOrDefault(process, "Task Completed"),
                Map.of(),
                Map.of(
                        "task",
                        task.getTaskDefinitionKey(),
                        "process",
                        process,
                        Reviews.DECISION,
                        Variables.decision(task).toString(),
                        OUTCOME,
                        outcome,
                        "answer",
                        answer),
                Map.of(Reviews.VERDICT, true));
    }

    /** What the diagram says that a person may choose. */
    static List<String> outcomes(UserTask task) {
        var listed = Policy.properties(task).get(OUTCOMES);
        return listed == null ? List.of() : List.of(listed.split(","));
    }

    private static String process(DelegateTask task) {
        return task.getProcessDefinitionId().split(":", 2)[0];
    }
}
