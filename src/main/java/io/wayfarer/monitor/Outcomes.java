package io.wayfarer.monitor;

import io.wayfarer.decide.Evaluator;
import io.wayfarer.decide.Releases;
import io.wayfarer.monitor.Cases.Due;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.EventLog;
import io.wayfarer.score.Label;
import io.wayfarer.score.ModelStore;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * What came of a moment within the label's time, from the event log: the answer that training would read, as the customers'
 * events are replayed as there: with the live rules and without trained models.
 */
@Component
class Outcomes {

    private final EventLog events;
    private final Releases releases;
    private final ModelStore store;

    Outcomes(EventLog events, Releases releases, ModelStore store) {
        this.events = events;
        this.releases = releases;
        this.store = store;
    }

    /** For each case the label's answer; null where the customer has no events any more. */
    Map<Due, Double> of(Label label, List<Due> cases) {
        var release = releases.live().with("outcomes", store.untrained());
        var byOwner = cases.stream().collect(Collectors.groupingBy(Due::owner));
        var answers = new HashMap<Due, Double>();
        cases.forEach(due -> answers.put(due, null));
        var customers = new HashMap<UUID, Customer>();
        var moments = new HashMap<Due, Customer>();
        events.replay(List.copyOf(byOwner.keySet()), (owner, event) -> {
            if (!event.counts() || !event.isByPerson()) {
                return;
            }
            var before = customers.get(owner);
            if (before == null) {
                customers.clear();
                moments.clear();
                before = Customer.unknown(owner, Set.of(), event.at());
            }
            var after = Evaluator.evaluate(before, event, release, event.at()).customer();
            customers.put(owner, after);
            var at = event.at().truncatedTo(ChronoUnit.MICROS);
            for (var due : byOwner.get(owner)) {
                answers.computeIfAbsent(due, first -> label.atFirst());
                if (!at.isAfter(due.at())) {
                    moments.put(due, after);
                } else if (!at.isAfter(due.at().plus(label.within()))) {
                    // the model was asked about the stage that was live then
                    var then = moments.getOrDefault(due, before).withStage(due.stage(), due.at());
                    moments.putIfAbsent(due, then);
                    answers.put(due, label.after(answers.get(due), then, after, event));
                }
            }
        });
        return answers;
    }
}
