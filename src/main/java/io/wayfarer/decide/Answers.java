package io.wayfarer.decide;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import io.wayfarer.score.Scores;
import io.wayfarer.time.TimeOrderedId;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What a running journey asks of the rules. */
@Component
public class Answers {

    private static final String BEGAN = "start:abandoned-cart";

    private final Customers customers;
    private final Releases releases;
    private final Decisions decisions;
    private final Clock clock;

    Answers(Customers customers, Releases releases, Decisions decisions, Clock clock) {
        this.customers = customers;
        this.releases = releases;
        this.decisions = decisions;
        this.clock = clock;
    }

    /**
     * Asks a decision table about the customer as they are now, and keeps the answer in the caller's transaction.
     *
     * @param dmn the file's name without its ending: {@code offers}
     * @param extra facts that only the journey knows, by input name: for offers {@code step}, first or second. The rest
     *     is given to every table: {@code stage}, {@code bought} (since the journey of the cart began), {@code cartSize}
     *     and {@code propensity} (to buy)
     * @return a decision whose action is {@code answer:} and the table's {@code answer}; its fact {@code items} is what is
     *     in the cart now
     * @throws IllegalArgumentException when there is no such customer or file, or the table has no row for the facts
     */
    public Decision ask(String dmn, UUID customer, Map<String, Object> extra) {
        var known = customers
                .find(customer)
                .orElseThrow(() -> new IllegalArgumentException("there is no customer " + customer));
        var now = clock.instant();
        var release = releases.live();
        var scores = release.models().score(known, null, now);
        var facts = facts(known, scores, extra);
        var row = release.rulebook().ask(dmn, facts);
        facts.put("items", Moment.items(known.features()));
        var decision = new Decision(
                TimeOrderedId.at(now),
                customer,
                null,
                now,
                "answer:" + row.text("answer"),
                row.rule(),
                row.text("reason"),
                release.id(),
                scores.byName(),
                facts);
        decisions.keep(List.of(decision));
        return decision;
    }

    private static Map<String, Object> facts(Customer customer, Scores scores, Map<String, Object> extra) {
        var features = customer.features();
        var began = features.lastDecided(BEGAN);
        var facts = new LinkedHashMap<String, Object>(extra);
        facts.put("stage", customer.stage().label());
        facts.put(
                "bought",
                began != null
                        && features.lastOrder() != null
                        && features.lastOrder().isAfter(began));
        facts.put("cartSize", features.cart().size());
        facts.put("propensity", Rulebook.propensity(scores));
        return facts;
    }
}
