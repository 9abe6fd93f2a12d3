package io.wayfarer.decide;

/**
 * What a gate says of a message that is to be sent.
 *
 * @param gate the table of guardrails.dmn: suppression, consent, quiet-hours, frequency-cap
 * @param verdict {@code pass}, {@code defer} or {@code drop}
 * @param reason in words
 * @param hours for how long it is deferred; 0 otherwise
 */
public record Verdict(String gate, String verdict, String reason, int hours) {

    public boolean passes() {
        return verdict.equals("pass");
    }
}
