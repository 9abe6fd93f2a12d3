package io.wayfarer.score;

import io.wayfarer.profile.FeatureVector;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What a model saw in training, to tell later whether customers are still such.
 *
 * @param rows moments right after an event
 * @param features how each input was distributed over them, by name
 * @param scores the same of what the model says of them
 */
public record Reference(int rows, Map<String, Bins> features, Bins scores) {

    static final int MIN_ROWS = 100;

    /** Null when there are too few vectors to say anything. */
    static Reference of(ModelCard card, List<double[]> vectors, ToDoubleFunction<double[]> model) {
        if (vectors.size() < MIN_ROWS) {
            return null;
        }
        var features = new TreeMap<String, Bins>();
        for (var feature : card.features()) {
            var index = FeatureVector.NAMES.indexOf(feature.name());
            features.put(
                    feature.name(),
                    Bins.of(vectors.stream().mapToDouble(v -> v[index]).toArray()));
        }
        return new Reference(
                vectors.size(),
                features,
                Bins.of(vectors.stream().mapToDouble(model).toArray()));
    }
}
