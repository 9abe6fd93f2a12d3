package io.wayfarer.decide;

/**
 * What a gate says of a message that is to be sent.
 *
 * @param gate the table of guardrails.dmn
 * @param verdict {@code pass}, {@code defer} or {@code drop}
 * @param reason in words
 * @param hours for how long it is deferred; 0 otherwise
 * @param rule the row that said so: {@code guardrails.dmn: consent row 2}
 */
public record Verdict(String gate, String verdict, String reason, int hours, String rule) {

    public boolean passes() {
        return verdict.equals("pass");
    }
}
