package io.wayfarer.learn;

import io.wayfarer.profile.Stage;
import java.time.Instant;
import java.util.UUID;

/**
 * A customer at a moment, and what came of it.
 *
 * @param stage where the customer was
 * @param features as {@link io.wayfarer.profile.FeatureVector} gave them at that moment, from what had happened by then
 * @param answers for each label, 1 for yes, 0 for no, or a number; NaN when its time has not fully passed
 */
record Sample(UUID customer, Instant at, Stage stage, double[] features, double[] answers) {}
