package io.wayfarer.segment;

import io.wayfarer.decide.Grouping;
import io.wayfarer.profile.Customer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What was learnt, as one: who is in which segment is a pure function of it, the customer and the moment.
 *
 * @param version of the content
 * @param learntAt product time
 */
record Segmentation(String version, Instant learntAt, Learnt learnt) implements Grouping {

    private static final List<Kind> LEARNT = List.of(Kind.rfm, Kind.kmeans, Kind.em);

    /** The part that the version is made of. */
    record Learnt(Rfm rfm, Clusters clusters) {}

    @Override
    public String group(String kind, Customer customer, Instant at) {
        var learnable = LEARNT.stream()
                .filter(one -> one.name().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no kind \"" + kind + "\" of segments, but " + List.of(Kind.values())));
        var segment = group(learnable, Figures.of(customer, at));
        return segment == null ? "" : segment;
    }

    Map<Kind, String> of(Customer customer, Instant now) {
        return of(Figures.of(customer, now));
    }

    Map<Kind, String> of(double[] figures) {
        var segments = new EnumMap<Kind, String>(Kind.class);
        for (var kind : LEARNT) {
            var segment = group(kind, figures);
            if (segment != null) {
                segments.put(kind, segment);
            }
        }
        return segments;
    }

    private String group(Kind kind, double[] figures) {
        var cluster =
                switch (kind) {
                    case kmeans -> learnt.clusters().nearest(figures);
                    case em -> learnt.clusters().likeliest(figures);
                    default -> null;
                };
        return kind == Kind.rfm ? learnt.rfm().segment(figures) : cluster == null ? null : cluster.id();
    }

    /** The segment's name in words. */
    String name(Kind kind, String segment) {
        var clusters = new ArrayList<Cluster>();
        clusters.addAll(kind == Kind.kmeans ? learnt.clusters().kmeans() : List.of());
        clusters.addAll(kind == Kind.em ? learnt.clusters().em() : List.of());
        return clusters.stream()
                .filter(cluster -> cluster.id().equals(segment))
                .map(Cluster::name)
                .findFirst()
                .orElse(segment.replace('-', ' '));
    }
}
