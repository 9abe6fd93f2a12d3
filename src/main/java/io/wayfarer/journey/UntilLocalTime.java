package io.wayfarer.journey;

import io.wayfarer.profile.Customers;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * A step that finds when it is next a time of day where the customer lives, for the timer behind it, which waits until the
 * variable {@code until}. Its input parameter {@code at} is the time, such as 09:00.
 */
@Component
class UntilLocalTime implements JavaDelegate {

    private final Customers customers;
    private final Clock clock;
    private final ZoneId zone;

    UntilLocalTime(Customers customers, Clock clock, @Value("${wayfarer.zone}") ZoneId zone) {
        this.customers = customers;
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public void execute(DelegateExecution step) {
        var home = customers
                .find(Variables.customer(step))
                .map(customer -> customer.zone(zone))
                .orElse(zone);
        var at = LocalTime.parse(Variables.parameter(step, "at"));
        step.getProcessInstance().setVariable(Variables.UNTIL, Date.from(next(clock.instant(), at, home)));
    }

    /**
     * The first moment from now on at which clocks show the time. Where they jump over it, it is as long after the jump; where
     * they show it twice, it is the first.
     */
    static Instant next(Instant now, LocalTime at, ZoneId zone) {
        var today = now.atZone(zone).toLocalDate();
        var then = today.atTime(at).atZone(zone).toInstant();
        return then.isBefore(now) ? today.plusDays(1).atTime(at).atZone(zone).toInstant() : then;
    }
}
