package io.wayfarer.decide;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Known;
import io.wayfarer.score.Models;
import io.wayfarer.score.Scores;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** The release that is live, and batches evaluated with it. */
@Component
public class Releases {

    private final Clock clock;
    private volatile Release live;

    Releases(Clock clock) {
        this.clock = clock;
        this.live = new Release("none", new Rulebook(), new Models() {
            @Override
            public String id() {
                return "none";
            }

            @Override
            public Scores score(Customer c, io.wayfarer.ingest.Event e, java.time.Instant now) {
                return new Scores(Map.of());
            }
        });
    }

    /** The release that new events are evaluated with. */
    public Release live() {
        return live;
    }

    /** New events are scored by these models from now on. */
    public void use(Models models) {
        live = new Release(live.id(), live.rulebook(), models);
    }

    /** Evaluates the events of the batch in order, all with the release that is live now. */
    public Decided evaluate(Known known) {
        var release = live;
        var now = clock.instant();
        var after = new LinkedHashMap<UUID, Customer>();
        var decisions = new ArrayList<Decision>();
        for (int i = 0; i < known.events().size(); i++) {
            var owner = known.owners().get(i);
            var before = after.getOrDefault(owner, known.customers().get(owner));
            var evaluation = Evaluator.evaluate(before, known.events().get(i), release, now);
            after.put(owner, evaluation.customer());
            decisions.addAll(evaluation.decisions());
        }
        return new Decided(known, after, decisions);
    }
}
