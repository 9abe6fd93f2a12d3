package io.wayfarer.monitor;

import io.wayfarer.profile.Stage;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A customer as the spine left them, right after an event.
 *
 * @param day UTC days since 1970, by the product's clock
 * @param at of the newest event
 * @param vector as {@link io.wayfarer.profile.FeatureVector} gives it at that moment
 * @param scored by a champion and the challenger beside it; none where nothing is tried
 */
record Seen(UUID customer, int day, Instant at, Stage stage, double[] vector, List<Scored> scored) {

    /** What both said, of one model. */
    record Scored(String name, String champion, double byChampion, String challenger, double byChallenger) {}
}
