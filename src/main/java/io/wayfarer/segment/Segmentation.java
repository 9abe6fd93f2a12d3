package io.wayfarer.segment;

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
record Segmentation(String version, Instant learntAt, Learnt learnt) {

    /** The part that the version is made of. */
    record Learnt(Rfm rfm, Clusters clusters) {}

    Map<Kind, String> of(Customer customer, Instant now) {
        return of(Figures.of(customer, now));
    }

    Map<Kind, String> of(double[] figures) {
        var segments = new EnumMap<Kind, String>(Kind.class);
        segments.put(Kind.rfm, learnt.rfm().segment(figures));
        var nearest = learnt.clusters().nearest(figures);
        if (nearest != null) {
            segments.put(Kind.kmeans, nearest.id());
        }
        var likeliest = learnt.clusters().likeliest(figures);
        if (likeliest != null) {
            segments.put(Kind.em, likeliest.id());
        }
        return segments;
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
