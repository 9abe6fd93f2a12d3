package io.wayfarer.journey;

import io.wayfarer.decide.Decision;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.VariableScope;

/** What a process instance carries: ids and single words, so that a person's data stays out of the engine. */
final class Variables {

    /** Whose journey it is; also the instance's business key. */
    static final String CUSTOMER = "customer";

    /** The decision that the journey acts on: what started it, then what the rules answered last, or told of a product. */
    static final String DECISION = "decision";

    /** The word that the rules answered last. */
    static final String ANSWER = "answer";

    /** The signal that started the journey; empty when it was started without one. */
    static final String SIGNAL = "signal";

    /** The customer's arm of the experiment that the journey passed last. */
    static final String ARM = "arm";

    /** Until when the timer behind a step waits that found out a time. */
    static final String UNTIL = "until";

    /** Whose journey it was before its customer was merged into the present one; absent when always theirs. */
    static final String KNOWN_AS = "knownAs";

    private Variables() {}

    static Map<String, Object> of(Decision start) {
        return Map.of(
                CUSTOMER,
                start.customer().toString(),
                DECISION,
                start.id().toString(),
                SIGNAL,
                start.facts().getOrDefault("signal", ""));
    }

    static UUID customer(VariableScope scope) {
        return UUID.fromString((String) scope.getVariable(CUSTOMER));
    }

    static UUID decision(VariableScope scope) {
        return UUID.fromString((String) scope.getVariable(DECISION));
    }

    /** A parameter that the diagram gives to one of its steps. */
    static String parameter(DelegateExecution step, String name) {
        if (step.getVariableLocal(name) instanceof String value && !value.isBlank()) {
            return value;
        }
        throw new IllegalStateException(
                "step '" + step.getCurrentActivityName() + "' has no input parameter '" + name + "'");
    }
}
