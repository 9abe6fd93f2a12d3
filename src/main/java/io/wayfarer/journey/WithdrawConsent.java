package io.wayfarer.journey;

import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/**
 * A step that takes the customer's consent back for the {@code topic} of its input parameter, as when nobody answers any
 * more. There is none that gives it: only the person can.
 */
@Component
class WithdrawConsent implements JavaDelegate {

    private final Reports reports;

    WithdrawConsent(Reports reports) {
        this.reports = reports;
    }

    @Override
    public void execute(DelegateExecution step) {
        reports.report(
                Variables.customer(step),
                step.getActivityInstanceId(),
                "Consent Changed",
                Map.of(),
                Map.of(
                        "topic",
                        Variables.parameter(step, "topic"),
                        "granted",
                        false,
                        "proof",
                        "journey " + step.getProcessInstanceId()),
                Map.of());
    }
}
