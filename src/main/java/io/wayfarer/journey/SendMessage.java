package io.wayfarer.journey;

import io.wayfarer.act.Outbox;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Decisions;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/**
 * A step that wants a message sent: puts it into the outbox, whose gates decide. Its input parameter {@code template} names
 * the message; what the message may show are the facts of the journey's last decision.
 */
@Component
class SendMessage implements JavaDelegate {

    private final Outbox outbox;
    private final Decisions decisions;

    SendMessage(Outbox outbox, Decisions decisions) {
        this.outbox = outbox;
        this.decisions = decisions;
    }

    @Override
    public void execute(DelegateExecution step) {
        var decision = Variables.decision(step);
        outbox.queue(new Outbox.Wanted(
                step.getProcessInstanceId() + ":" + step.getCurrentActivityId(),
                Variables.customer(step),
                decision,
                Variables.parameter(step, "template"),
                decisions.find(decision).map(Decision::facts).orElse(Map.of())));
    }
}
