package io.wayfarer.decide;

import io.wayfarer.profile.Stage;
import java.util.ArrayList;
import java.util.List;
import org.kie.api.definition.rule.Rule;

/** What the DRL rules found in one {@link Moment}. Its methods are all that a rule may say in its {@code then}. */
public final class Findings {

    /** @param object a stage, a signal or a message */
    record Finding(String rule, String object, String reason) {}

    private String rule;
    private Finding stage;
    private final List<Finding> signals = new ArrayList<>(0);
    private final List<Finding> told = new ArrayList<>(0);

    /**
     * The customer moves to the stage.
     *
     * @throws IllegalArgumentException when there is no such stage
     */
    public void stage(String to, String reason) {
        stage = new Finding(rule, Stage.of(to).label(), reason);
    }

    /** The event is a signal; {@code next-best-action.dmn} says what is done about it. */
    public void signal(String signal, String reason) {
        signals.add(new Finding(rule, signal, reason));
    }

    /** The customer's running journeys are told the message. */
    public void tell(String message, String reason) {
        told.add(new Finding(rule, message, reason));
    }

    /** The move, or null. */
    Finding stage() {
        return stage;
    }

    List<Finding> signals() {
        return signals;
    }

    List<Finding> told() {
        return told;
    }

    /** Told before each rule speaks. */
    void speaks(Rule next) {
        rule = PatternRules.name(next);
    }
}
