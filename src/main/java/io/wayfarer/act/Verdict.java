package io.wayfarer.act;

/**
 * What one gate said of a message, or what became of handing it over ({@code gate} {@code delivery}).
 *
 * @param gate which gate, by the name of its table in rules/guardrails.dmn; or idempotency, content, journey, delivery
 * @param verdict pass, defer or drop for a gate; sent, retry or failed for the delivery
 * @param reason in words
 */
public record Verdict(String gate, String verdict, String reason) {

    static final String PASS = "pass";
    static final String DEFER = "defer";
    static final String DROP = "drop";

    /** The longest reason that is kept: what a foreign mail server says is bounded by it. */
    static final int MAX_REASON = 300;

    public Verdict {
        reason = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
    }

    static Verdict delivery(String verdict, String reason) {
        return new Verdict("delivery", verdict, reason);
    }
}
