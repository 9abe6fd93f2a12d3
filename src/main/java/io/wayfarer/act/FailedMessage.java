package io.wayfarer.act;

import java.time.Instant;
import java.util.UUID;

/**
 * A message that failed and is not tried any more, as whoever mends it reads it.
 *
 * @param since product time
 * @param attempts how often it was handed over
 * @param error the last verdict's reason, without secrets
 */
public record FailedMessage(
        UUID id, UUID customer, String channel, String template, Instant since, int attempts, String error) {

    static final String MAY_BE_DELIVERED = "the program stopped while it was handed over: it may have been delivered";
    static final String NOT_KNOWN = "it is not known whether it was taken";

    /** True when the receiver may have taken it. */
    public boolean isInDoubt() {
        return error.startsWith(MAY_BE_DELIVERED) || error.startsWith(NOT_KNOWN);
    }
}
