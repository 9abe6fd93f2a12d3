package io.wayfarer.journey;

import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/**
 * A step that gives the customer something: the event {@code Award Given} with the {@code award}, a name, and the {@code
 * points} of its input parameters. Whoever keeps the accounts reads it from there.
 */
@Component
class GiveAward implements JavaDelegate {

    private final Reports reports;

    GiveAward(Reports reports) {
        this.reports = reports;
    }

    @Override
    public void execute(DelegateExecution step) {
        reports.report(
                Variables.customer(step),
                step.getActivityInstanceId(),
                "Award Given",
                Map.of(),
                Map.of(
                        "award", Variables.parameter(step, "award"),
                        "points", Integer.valueOf(Variables.parameter(step, "points"))),
                Map.of());
    }
}
