package io.wayfarer.segment;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Segments as people look at them: how many, what they are like, who comes and goes. Small counts are left out. */
@Component
public class Overview {

    /** Counts from 1 to below this are not told: they would say something of single people. */
    public static final int LEAST = 10;

    /**
     * A segment now.
     *
     * @param size how many are in it; null when fewer than {@value #LEAST}
     * @param share of all customers, null with the size
     * @param profile by figure the mean in the segment and of all customers, as of the last pass; null with its count
     */
    @Schema(name = "Segment")
    public record Segment(Kind kind, String id, String name, Long size, Double share, Map<String, Figure> profile) {}

    /** A mean in the segment, and of all customers. */
    @Schema(name = "SegmentFigure")
    public record Figure(double mean, double ofAll) {}

    /**
     * Who came into a segment and left it on a UTC day.
     *
     * @param in how many; null when 1 to 9
     * @param out the same
     */
    @Schema(name = "SegmentMovement")
    public record Movement(LocalDate day, Kind kind, String segment, Long in, Long out) {}

    /** @param version of what was learnt, or null when nothing was yet */
    @Schema(name = "SegmentVersion")
    public record Version(String version, Instant learntAt, Instant passedAt) {}

    private final Segments segments;
    private final SegmentModels models;

    Overview(Segments segments, SegmentModels models) {
        this.segments = segments;
        this.models = models;
    }

    /** By kind and name. */
    public List<Segment> list() {
        var live = models.live();
        if (live == null) {
            return List.of();
        }
        var sizes = segments.sizes();
        var totals = new TreeMap<Kind, Long>();
        sizes.forEach(size -> totals.merge(size.kind(), size.size(), Long::sum));
        var sums = models.lastPass().map(SegmentModels.Pass::sums).orElse(Map.of());
        var found = new ArrayList<Segment>();
        for (var size : sizes) {
            var told = size.size() >= LEAST;
            var share = (double) size.size() / totals.get(size.kind());
            found.add(new Segment(
                    size.kind(),
                    size.segment(),
                    live.name(size.kind(), size.segment()),
                    told ? size.size() : null,
                    told ? share : null,
                    profile(sums.get(size.kind() + "/" + size.segment()), sums.get(SegmentModels.ALL))));
        }
        return found;
    }

    private static Map<String, Figure> profile(SegmentModels.Sum own, SegmentModels.Sum all) {
        if (own == null || own.count() < LEAST) {
            return null;
        }
        var profile = new LinkedHashMap<String, Figure>();
        for (int f = 0; f < Figures.NAMES.size(); f++) {
            profile.put(Figures.NAMES.get(f), new Figure(own.totals()[f] / own.count(), all.totals()[f] / all.count()));
        }
        return profile;
    }

    /** The last so many days on which somebody moved, the oldest first. */
    public List<Movement> movement(int days) {
        record Place(int day, Kind kind, String segment) {}
        var in = new LinkedHashMap<Place, Long>();
        var out = new LinkedHashMap<Place, Long>();
        for (var moves : segments.moves(days)) {
            in.merge(new Place(moves.day(), moves.kind(), moves.to()), moves.count(), Long::sum);
            out.merge(new Place(moves.day(), moves.kind(), moves.to()), 0L, Long::sum);
            if (moves.from() != null) {
                var left = new Place(moves.day(), moves.kind(), moves.from());
                out.merge(left, moves.count(), Long::sum);
                in.merge(left, 0L, Long::sum);
            }
        }
        return in.entrySet().stream()
                .map(one -> new Movement(
                        LocalDate.ofEpochDay(one.getKey().day()),
                        one.getKey().kind(),
                        one.getKey().segment(),
                        told(one.getValue()),
                        told(out.get(one.getKey()))))
                .toList();
    }

    private static Long told(long count) {
        return count > 0 && count < LEAST ? null : Long.valueOf(count);
    }

    /** What customers are assigned by; all null when nothing was learnt. */
    public Version version() {
        var live = models.live();
        return live == null
                ? new Version(null, null, null)
                : new Version(
                        live.version(),
                        live.learntAt(),
                        models.pass().map(SegmentModels.Pass::passedAt).orElse(null));
    }
}
