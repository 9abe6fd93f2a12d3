package io.wayfarer.journey;

import io.wayfarer.decide.Answers;
import io.wayfarer.decide.Decision;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/**
 * A step that asks the rules how to go on. Its input parameters are {@code table}, the decision table, and {@code step},
 * which the table can read; the answer is one word in the variable {@code answer}, for the gateway behind it.
 */
@Component
class AskTheRules implements JavaDelegate {

    private final Answers answers;

    AskTheRules(Answers answers) {
        this.answers = answers;
    }

    @Override
    public void execute(DelegateExecution step) {
        var decision =
                ask(Variables.parameter(step, "table"), Variables.customer(step), Variables.parameter(step, "step"));
        var journey = step.getProcessInstance();
        journey.setVariable(Variables.DECISION, decision.id().toString());
        journey.setVariable(Variables.ANSWER, decision.object());
    }

    Decision ask(String table, UUID customer, String step) {
        return answers.ask(table, customer, Map.of("step", step));
    }
}
