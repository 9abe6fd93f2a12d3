package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.segment.Kind;
import io.wayfarer.segment.Learning;
import io.wayfarer.segment.Overview;
import io.wayfarer.segment.SegmentLearner;
import io.wayfarer.segment.Segments;
import java.util.List;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/segments")
@Tag(name = "Segments", description = "Groups of customers: how many, what they are like, who comes and goes")
class SegmentsApi {

    private static final int MOST_DAYS = 90;

    /** All segments that somebody is in, by what version, and the learning that runs or ran last. */
    record All(List<Overview.Segment> items, Overview.Version version, Learning learning) {}

    record Moves(List<Overview.Movement> items) {}

    private final Overview overview;
    private final Segments segments;
    private final SegmentLearner learner;

    SegmentsApi(Overview overview, Segments segments, SegmentLearner learner) {
        this.overview = overview;
        this.segments = segments;
        this.learner = learner;
    }

    @GetMapping
    @Operation(summary = "Segments with size, share and profile; counts below 10 are left out")
    All list() {
        return new All(overview.list(), overview.version(), learner.learning());
    }

    @GetMapping("/movement")
    @Operation(summary = "Who came and went, by day and segment, the oldest first; counts from 1 to 9 are left out")
    Moves movement(@Parameter(description = "Days back: 1 to 90") @RequestParam(defaultValue = "90") int days) {
        if (days < 1 || days > MOST_DAYS) {
            throw new BadParameter("days", "must be from 1 to " + MOST_DAYS);
        }
        return new Moves(overview.movement(days));
    }

    @GetMapping("/{kind}/{segment}/members")
    @Operation(summary = "Ids of the customers in a segment, by first contact")
    Listing<UUID> members(
            @PathVariable Kind kind,
            @PathVariable String segment,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        Listing.checked(limit);
        if (!segment.matches("[a-z0-9-]{1,120}")) {
            return new Listing<>(List.of(), null);
        }
        return Listing.of(segments.members(kind, segment, limit + 1, after), limit, id -> id);
    }

    @PostMapping("/learn")
    @Operation(summary = "Learn segments anew and assign all customers")
    @ApiResponse(responseCode = "202", description = "It has begun")
    @ApiResponse(responseCode = "409", description = "It is being done already")
    ResponseEntity<Learning> learn() {
        return Begun.answer(learner.start(), learner.learning());
    }
}
