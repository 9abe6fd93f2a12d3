package io.wayfarer.monitor;

import io.wayfarer.decide.Evaluator;
import io.wayfarer.decide.Release;
import io.wayfarer.decide.Releases;
import io.wayfarer.ingest.Event;
import io.wayfarer.monitor.Cases.Due;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.EventLog;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.ModelStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Whether it happened, from the event log: an order, or a later stage, after the moment and within the horizon. Those are the
 * labels of training, and the customers' events are replayed as there: with the live rules and without trained models.
 */
@Component
class Outcomes {

    private final EventLog events;
    private final Releases releases;
    private final ModelStore store;
    private final Duration horizon;

    Outcomes(
            EventLog events,
            Releases releases,
            ModelStore store,
            @Value("${wayfarer.learn.horizon}") Duration horizon) {
        this.events = events;
        this.releases = releases;
        this.store = store;
        this.horizon = horizon;
    }

    /** For each case whether it happened; null where the customer has no events any more. */
    Map<Due, Boolean> of(List<Due> cases) {
        var release = new Release("outcomes", releases.live().rulebook(), store.untrained());
        var byOwner = cases.stream().collect(Collectors.groupingBy(Due::owner));
        var outcomes = new HashMap<Due, Boolean>();
        cases.forEach(due -> outcomes.put(due, null));
        var customers = new HashMap<UUID, Customer>();
        events.replay(List.copyOf(byOwner.keySet()), (owner, event) -> {
            if (!event.counts()) {
                return;
            }
            var before = customers.get(owner);
            if (before == null) {
                customers.clear();
                before = Customer.unknown(owner, Set.of(), event.at());
            }
            var after = Evaluator.evaluate(before, event, release, event.at()).customer();
            customers.put(owner, after);
            for (var due : byOwner.get(owner)) {
                outcomes.merge(due, happens(due, event, after), Boolean::logicalOr);
            }
        });
        return outcomes;
    }

    private boolean happens(Due due, Event event, Customer after) {
        var at = event.at().truncatedTo(ChronoUnit.MICROS);
        if (!at.isAfter(due.at()) || at.isAfter(due.at().plus(horizon))) {
            return false;
        }
        return due.name().equals(ModelCard.BUY)
                ? event.name().equals("Order Completed")
                : due.stage().isBefore(after.stage());
    }
}
