package io.wayfarer.monitor;

import io.wayfarer.score.Contest;
import io.wayfarer.score.ModelCard;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * How far live customers are from those a champion learned from, as population stability indexes.
 *
 * @param version of the champion
 * @param level the highest of all below
 * @param vectors moments of live customers that were looked at
 * @param scores of what the champion says of them; null, as all below, when there are too few, or it is not known what it saw
 * @param features of its inputs from {@value #NOTEWORTHY} on, the highest first
 * @param highest of all its inputs
 */
public record Drift(String version, Level level, int vectors, Double scores, Double highest, List<Feature> features) {

    static final double NOTEWORTHY = 0.1;
    static final double WARNING = 0.25;

    /** With so few the index of customers who are the same is 0.03 on average; with fewer it says nothing. */
    static final int MIN_VECTORS = 300;

    /** What an index means. */
    public enum Level {
        UNKNOWN,
        NONE,
        NOTEWORTHY,
        WARNING
    }

    /** An input and its index. */
    public record Feature(String name, double psi) {}

    static Drift of(Contest contest, List<Seen> all, Map<String, Integer> indexes) {
        var vectors = all.stream()
                .filter(seen -> ModelCard.concerns(contest.name(), seen.stage()))
                .map(Seen::vector)
                .toList();
        var reference = contest.reference();
        if (reference == null || vectors.size() < MIN_VECTORS) {
            return new Drift(contest.champion(), Level.UNKNOWN, vectors.size(), null, null, List.of());
        }
        var features = reference.features().entrySet().stream()
                .map(feature -> {
                    var index = indexes.get(feature.getKey());
                    var values = vectors.stream().mapToDouble(v -> v[index]).toArray();
                    return new Feature(feature.getKey(), feature.getValue().psi(values));
                })
                .sorted(Comparator.comparingDouble(Feature::psi).reversed())
                .toList();
        var scores = reference
                .scores()
                .psi(vectors.stream().mapToDouble(contest.byChampion()).toArray());
        var highest = features.isEmpty() ? 0 : features.get(0).psi();
        return new Drift(
                contest.champion(),
                level(Math.max(scores, highest)),
                vectors.size(),
                scores,
                highest,
                features.stream().filter(one -> one.psi() >= NOTEWORTHY).toList());
    }

    private static Level level(double psi) {
        return psi >= WARNING ? Level.WARNING : psi >= NOTEWORTHY ? Level.NOTEWORTHY : Level.NONE;
    }
}
