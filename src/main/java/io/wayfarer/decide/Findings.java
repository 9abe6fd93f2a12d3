package io.wayfarer.decide;

import io.wayfarer.profile.Satisfaction;
import io.wayfarer.profile.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.kie.api.definition.rule.Rule;

/** What the DRL rules found in one {@link Moment}. Its methods are all that a rule may say in its {@code then}. */
public final class Findings {

    /** @param object a stage, a signal or a message */
    record Finding(String rule, String object, String reason) {}

    /**
     * Why an event may be fraud.
     *
     * @param weight how surely, by this alone, from 0 to 1
     */
    record Suspicion(String rule, double weight, String reason) {

        Map<String, Object> facts() {
            return Map.of("rule", rule, "weight", weight, "reason", reason);
        }
    }

    private String rule;
    private Finding stage;
    private final List<Finding> signals = new ArrayList<>(0);
    private final List<Suspicion> suspicions = new ArrayList<>(0);
    private final List<Finding> told = new ArrayList<>(0);
    private final Set<String> spoke = new HashSet<>(2);
    private Satisfaction.Said said = Satisfaction.Said.NOTHING;
    private double reviewFrom = Double.POSITIVE_INFINITY;

    /**
     * The customer moves to the stage, unless a rule of higher salience has already moved them.
     *
     * @throws IllegalArgumentException when there is no such stage
     */
    public void stage(String to, String reason) {
        var move = new Finding(rule, Stage.of(to).label(), reason);
        stage = stage == null ? move : stage;
    }

    /** The event is a signal; {@code next-best-action.dmn} says what is done about it. */
    public void signal(String signal, String reason) {
        signals.add(new Finding(rule, signal, reason));
    }

    /**
     * The event may be fraud; what several rules say of it is taken together.
     *
     * @param weight how surely, by this alone, from 0 to 1
     */
    public void suspect(double weight, String reason) {
        if (!(weight >= 0 && weight <= 1)) {
            throw new IllegalArgumentException("a suspicion weighs from 0 to 1, not " + weight);
        }
        suspicions.add(new Suspicion(rule, weight, reason));
    }

    /**
     * The event tells how satisfied the customer is, with us and with the products it is about.
     *
     * @param value from 0 (unhappy) to 100 (happy)
     * @param weight what it counts beside the rest, from 0.01 to 10
     */
    public void satisfaction(double value, double weight) {
        said = said.plus(Satisfaction.Said.of(value, weight));
    }

    /** A person looks when all suspicions together come to so much; when no rule says from what on, nobody does. */
    public void reviewFrom(double risk) {
        reviewFrom = risk;
    }

    /** The customer's running journeys are told the message. */
    public void tell(String message, String reason) {
        told.add(new Finding(rule, message, reason));
    }

    /** The move, or null. */
    Finding stage() {
        return stage;
    }

    /** With the suspicion of fraud as the last, when there is enough of it. */
    List<Finding> signals() {
        if (suspicions.isEmpty() || risk() < reviewFrom) {
            return signals;
        }
        var all = new ArrayList<>(signals);
        all.add(new Finding(
                suspicions().get(0).rule(),
                "fraud-suspected",
                suspicions().stream().map(Suspicion::reason).collect(Collectors.joining("; "))));
        return all;
    }

    /** How surely the event is fraud, 0 to 1: each suspicion by itself leaves some doubt, and what they leave is multiplied. */
    double risk() {
        // in whole thousandths: 1 - (1 - 0.6) is a little less than 0.6
        return Math.round(1000
                        * (1
                                - suspicions.stream()
                                        .mapToDouble(s -> 1 - s.weight())
                                        .reduce(1, (a, b) -> a * b)))
                / 1000.0;
    }

    /** The heaviest first. */
    List<Suspicion> suspicions() {
        return suspicions.stream()
                .sorted(Comparator.comparingDouble(Suspicion::weight).reversed().thenComparing(Suspicion::rule))
                .toList();
    }

    List<Finding> told() {
        return told;
    }

    Satisfaction.Said said() {
        return said;
    }

    /** The rules whose condition held. */
    Set<String> spoke() {
        return spoke;
    }

    /** Told before each rule speaks. */
    void speaks(Rule next) {
        rule = PatternRules.name(next);
        spoke.add(rule);
    }
}
