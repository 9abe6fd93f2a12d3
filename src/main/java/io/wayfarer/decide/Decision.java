package io.wayfarer.decide;

import io.wayfarer.score.Score;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * What the rules decided for one customer at one moment, with all that is needed to understand it and to decide it again.
 *
 * @param id derived from the event and the decision's number, so that deciding again gives the same
 * @param event the event that led to it, or null when a process asked
 * @param action a verb and its object: {@code stage:evaluation}, {@code start:abandoned-cart}, {@code send:price-watch},
 *     {@code tell:purchased}, or what a process asked for, such as {@code answer:remind}
 * @param rule the rule that made it, as {@code file: rule name}
 * @param reason in words, for a marketer
 * @param release the release it came from
 * @param scores the models' word at that moment, by name; of the stage where the event left the customer
 * @param facts what the rule saw, by name: text, numbers, booleans, and lists and maps of them
 */
public record Decision(
        UUID id,
        UUID customer,
        UUID event,
        Instant at,
        String action,
        String rule,
        String reason,
        String release,
        Map<String, Score> scores,
        Map<String, Object> facts) {

    /** What is to be done: stage, start, send, tell, answer, arm (of an experiment), or stop, which is done already. */
    public String verb() {
        return action.substring(0, action.indexOf(':'));
    }

    /** What it is done with: a stage, a process, a template or a message name. */
    public String object() {
        return action.substring(action.indexOf(':') + 1);
    }
}
