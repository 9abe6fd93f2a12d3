package io.wayfarer.ingest;

/**
 * Why something from outside is not taken: what the sender is told, and the reason under which the quarantine keeps it.
 * Costs no stack trace, since strangers can cause as many as they like.
 */
public final class Refusal extends RuntimeException {

    private final int status;
    private final String field;

    private Refusal(int status, String field, String reason) {
        super(reason, null, false, false);
        this.status = status;
        this.field = field;
    }

    /** @param field the field at fault, dotted as in {@code context.traits.email}, or null when it is no single one */
    public static Refusal bad(String field, String reason) {
        return new Refusal(400, field, reason);
    }

    public static Refusal unauthorised(String reason) {
        return new Refusal(401, null, reason);
    }

    public static Refusal notFound(String reason) {
        return new Refusal(404, null, reason);
    }

    public static Refusal tooLarge(String reason) {
        return new Refusal(413, null, reason);
    }

    public static Refusal unsupported(String reason) {
        return new Refusal(415, null, reason);
    }

    /** Nothing is wrong with it: the sender may come again. */
    public static Refusal busy(String reason) {
        return new Refusal(429, null, reason);
    }

    /** The HTTP status that says so. */
    public int status() {
        return status;
    }

    public String field() {
        return field;
    }
}
