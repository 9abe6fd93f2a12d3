package io.wayfarer.profile;

import java.time.Instant;
import java.util.UUID;

/**
 * Two customers who turned out to be one person.
 *
 * @param from whose id is no longer used
 * @param into who has all of both
 * @param by the identity that joined them, or null when a person did
 * @param event what stated it, or null when a person merged them
 * @param at product time
 * @param who the user who merged them, or {@code rules}
 * @param rule as {@code identity.drl: rule name}, or {@code by hand}
 */
public record Merge(
        UUID id, UUID from, UUID into, Identity by, UUID event, Instant at, String who, String rule, String reason) {

    static final String RULES = "rules";
    static final String BY_HAND = "by hand";

    /** What the rooms that keep rows of their own for a customer have to move. */
    public Move move() {
        return new Move(from, into, null);
    }
}
