package io.wayfarer.learn;

import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Stage;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A customer at a moment, and what came of it.
 *
 * @param stage where the customer was
 * @param features as {@link FeatureVector} gave them at that moment, from what had happened by then
 * @param answers for each label, 1 for yes, 0 for no, or a number; NaN when its time has not fully passed
 * @param groups that a model must treat alike, as {@link Past#groups} tells them; no model learns from them
 */
record Sample(UUID customer, Instant at, Stage stage, double[] features, double[] answers, Map<String, String> groups) {

    private static final int SINCE_SEEN = FeatureVector.NAMES.indexOf("days-since-seen");

    /** True for a moment right after an event, false for one in a silence. */
    boolean atEvent() {
        return features[SINCE_SEEN] == 0;
    }
}
