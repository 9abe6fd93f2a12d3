package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.Conflict;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Replays;
import java.security.Principal;
import java.util.Set;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/quarantine")
@Tag(name = "Quarantine", description = "What came in and could not be used; mended, replayed or dismissed")
class QuarantineApi {

    private static final int MAX_REASON = 1_000;
    private static final Set<String> STATUSES = Set.of("waiting", "replayed", "dismissed");

    /** The body to read in place of the one that came. */
    record Mended(@Schema(description = "Null or missing: the one that came, as it is") String body) {}

    /** Which of those that wait; null for any. */
    record Many(
            String source,
            @Schema(description = "What the reason contains") String reason,
            @Schema(description = "At most: 1 to 1,000; 1,000 when missing") Integer limit) {}

    record Dismissal(@Schema(description = "Why it will not be used: 1 to 1,000 characters") String reason) {}

    private final Quarantine quarantine;
    private final Replays replays;

    QuarantineApi(Quarantine quarantine, Replays replays) {
        this.quarantine = quarantine;
        this.replays = replays;
    }

    @GetMapping
    @Operation(summary = "What could not be used, with the reason, the newest first")
    Listing<Quarantine.Item> list(
            @Parameter(description = "waiting, replayed or dismissed; any when missing") @RequestParam(required = false)
                    String status,
            @RequestParam(required = false) String source,
            @Parameter(description = "What the reason contains") @RequestParam(required = false) String reason,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        if (status != null && !STATUSES.contains(status)) {
            throw new BadParameter("status", "must be waiting, replayed or dismissed");
        }
        var filter = new Quarantine.Filter(status, source, reason);
        return Listing.of(quarantine.list(filter, Listing.checked(limit) + 1, after), limit, Quarantine.Item::id);
    }

    @GetMapping("/{id}")
    @Operation(summary = "One thing that could not be used, and what became of it")
    Quarantine.Item one(@PathVariable UUID id) {
        return quarantine.find(id).orElseThrow(() -> new NotFound("thing in quarantine"));
    }

    @PostMapping("/{id}/replay")
    @Operation(summary = "Read it again by the way it came, as it is or mended")
    @ApiResponse(responseCode = "200", description = "It is replayed: its events are in the inbox")
    @ApiResponse(responseCode = "409", description = "It was replayed or dismissed before")
    @ApiResponse(responseCode = "422", description = "It still cannot be used, and waits on with the new reason")
    ResponseEntity<Replays.Outcome> replay(
            @PathVariable UUID id, @RequestBody(required = false) Mended mended, Principal who) {
        var body = mended == null ? null : mended.body();
        if (body != null && body.length() > Quarantine.MAX_BODY) {
            throw new BadParameter("body", "may have at most " + Quarantine.MAX_BODY + " characters");
        }
        var outcome = replays.replay(waiting(id), body, who.getName());
        return ResponseEntity.status(outcome.reason() == null ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_ENTITY)
                .body(outcome);
    }

    @PostMapping("/replay")
    @Operation(summary = "Read again, as they are, the oldest of those that wait")
    Replays.Outcomes replay(@RequestBody Many many, Principal who) {
        var limit = many.limit() == null ? Listing.MAX_LIMIT : Listing.checked(many.limit());
        return replays.replay(many.source(), many.reason(), limit, who.getName());
    }

    @PostMapping("/{id}/dismiss")
    @Operation(summary = "Keep it without using it, with who decided so and why")
    Quarantine.Item dismiss(@PathVariable UUID id, @RequestBody Dismissal dismissal, Principal who) {
        var reason = dismissal.reason();
        if (reason == null || reason.isBlank() || reason.length() > MAX_REASON) {
            throw new BadParameter("reason", "must have 1 to " + MAX_REASON + " characters");
        }
        waiting(id);
        if (!quarantine.dismiss(id, who.getName(), reason)) {
            throw new Conflict("it was settled at this moment");
        }
        return one(id);
    }

    private Quarantine.Item waiting(UUID id) {
        var item = one(id);
        if (!item.status().equals(Quarantine.WAITING)) {
            throw new Conflict("it is " + item.status() + " already");
        }
        return item;
    }
}
