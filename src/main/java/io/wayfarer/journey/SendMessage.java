package io.wayfarer.journey;

import io.wayfarer.act.Outbox;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Decisions;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * A step that wants a message sent: puts it into the outbox, whose gates decide. Its input parameter {@code template} names
 * the message; what the message may show are the facts of the journey's last decision. The message's key is the journey and
 * the step, so that a journey that comes by twice, or was taken back to before the step, sends once.
 */
@Component
class SendMessage implements JavaDelegate {

    private static final Logger log = LoggerFactory.getLogger(SendMessage.class);

    private final Outbox outbox;
    private final Decisions decisions;

    SendMessage(Outbox outbox, Decisions decisions) {
        this.outbox = outbox;
        this.decisions = decisions;
    }

    @Override
    public void execute(DelegateExecution step) {
        var decision = Variables.decision(step);
        var template = Variables.parameter(step, "template");
        if (wasSent(step, template)) {
            log.info("{} was sent by this journey under another name of the step, and is not sent again", template);
            return;
        }
        outbox.queue(new Outbox.Wanted(
                step.getProcessInstanceId() + ":" + step.getCurrentActivityId(),
                Variables.customer(step),
                decision,
                template,
                decisions.find(decision).map(Decision::facts).orElse(Map.of())));
    }

    /** True when a step that the diagram has no more sent the same message: it is this step, and was only renamed. */
    private boolean wasSent(DelegateExecution step, String template) {
        if (step.getVariable(Variables.MIGRATED_FROM) == null) {
            return false;
        }
        var begin = step.getProcessInstanceId() + ":";
        var diagram = step.getBpmnModelInstance();
        return outbox.keys(Variables.customer(step), template, begin).stream()
                .map(key -> key.substring(begin.length()))
                .anyMatch(sender -> diagram.getModelElementById(sender) == null);
    }
}
