package io.wayfarer.journey;

import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** A step that says something of the customer: its input parameters are the {@code trait} and its {@code value}. */
@Component
class ChangeTrait implements JavaDelegate {

    private final Reports reports;

    ChangeTrait(Reports reports) {
        this.reports = reports;
    }

    @Override
    public void execute(DelegateExecution step) {
        reports.report(
                Variables.customer(step),
                step.getActivityInstanceId(),
                "Identified",
                Map.of(Variables.parameter(step, "trait"), Variables.parameter(step, "value")),
                Map.of(),
                Map.of());
    }
}
