package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.OperationLog.Why;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.Conflict;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.journey.Failures;
import io.wayfarer.journey.Failures.Which;
import java.security.Principal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/failures")
@Tag(
        name = "Failures",
        description = "Steps of journeys and messages that failed and are not tried any more: try again, or give up")
class FailuresApi {

    private static final Pattern ID = Pattern.compile("(journey|message)-[0-9a-f-]{36}");
    private static final String KIND = "journey or message; both when it is left out";

    /** One failure that is to be tried again. */
    @Schema(name = "FailureAgain")
    record Again(
            String reason,
            @Schema(description = "true to send a message again that its receiver may have taken already")
                    boolean evenIfTwice) {}

    /** Many failures, and why something is done with them. */
    @Schema(name = "FailuresMany")
    record Many(
            @Schema(description = KIND) Failures.Kind kind,
            @Schema(description = "Only journeys in this process") String process,
            @Schema(description = "Only messages by this channel") String channel,
            @Schema(description = "As many as were counted; it is refused when there are more") Long count,
            String reason) {}

    private final Failures failures;
    private final OperationLog log;

    FailuresApi(Failures failures, OperationLog log) {
        this.failures = failures;
        this.log = log;
    }

    @GetMapping
    @Operation(summary = "What failed, the newest first")
    Listing<Failures.Failure> list(
            @Parameter(description = KIND) @RequestParam(required = false) Failures.Kind kind,
            @RequestParam(required = false) String process,
            @RequestParam(required = false) String channel,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) String after) {
        var which = which(kind, process, channel);
        Listing.checked(limit);
        return Listing.of(failures.list(which, place(after), limit + 1), limit, one -> one.since() + "/" + one.id());
    }

    @GetMapping("/count")
    @Operation(summary = "How many failed, of each kind: what would be retried or given up together")
    Failures.Count count(
            @Parameter(description = KIND) @RequestParam(required = false) Failures.Kind kind,
            @RequestParam(required = false) String process,
            @RequestParam(required = false) String channel) {
        return failures.count(which(kind, process, channel));
    }

    @PostMapping("/{id}/retry")
    @Operation(summary = "Tries one again; a step that sends does not send twice")
    @ApiResponse(
            responseCode = "409",
            description = "The message may have been delivered, or it is no failure any more")
    Failures.Failure retry(@PathVariable String id, @RequestBody Again again, Principal user) {
        var reason = OperationLog.reason(again.reason());
        var failure = existing(id);
        if (failure.mayArriveTwice() && !again.evenIfTwice()) {
            throw new Conflict("it may have been delivered, and its receiver would not know it again: "
                    + "say evenIfTwice to send it nevertheless");
        }
        return one(failure, "retry", reason, user, () -> failures.retry(id));
    }

    @PostMapping("/{id}/give-up")
    @Operation(summary = "Gives one up: the journey ends, the message is dropped, with the reason")
    @ApiResponse(responseCode = "409", description = "It is no failure any more")
    Failures.Failure giveUp(@PathVariable String id, @RequestBody Why why, Principal user) {
        var reason = OperationLog.reason(why.reason());
        return one(existing(id), "give up", reason, user, () -> failures.giveUp(id, user.getName(), reason));
    }

    private Failures.Failure one(
            Failures.Failure failure, String action, String reason, Principal user, Supplier<Boolean> deed) {
        log.keep(user.getName(), action, failure.id(), reason, () -> {
            if (!deed.get()) {
                throw new Conflict("it is no failure any more");
            }
            return "done";
        });
        return failure;
    }

    @PostMapping("/retry")
    @Operation(
            summary = "Tries many again, at most 10,000 in one call",
            description = "Messages that may have been delivered are left: they are sent again one by one only")
    @ApiResponse(responseCode = "409", description = "There are more than were counted")
    Failures.Done retryMany(@RequestBody Many many, Principal user) {
        return many(many, "retry", user, (which, reason) -> failures.retry(which));
    }

    @PostMapping("/give-up")
    @Operation(summary = "Gives many up, at most 10,000 in one call")
    @ApiResponse(responseCode = "409", description = "There are more than were counted")
    Failures.Done giveUpMany(@RequestBody Many many, Principal user) {
        return many(many, "give up", user, (which, reason) -> failures.giveUp(which, user.getName(), reason));
    }

    private Failures.Done many(
            Many many, String action, Principal user, BiFunction<Which, String, Failures.Done> deed) {
        var reason = OperationLog.reason(many.reason());
        var which = which(many.kind(), many.process(), many.channel());
        if (many.count() == null || many.count() < 0) {
            throw new BadParameter("count", "must be how many were counted");
        }
        var now = failures.count(which).all();
        if (now > many.count()) {
            throw new Conflict("there are " + now + " by now, more than the " + many.count() + " that were counted");
        }
        // in many transactions: it is kept whatever becomes of the last of them
        var subject = "failures:"
                + (which.process() != null
                        ? which.process()
                        : which.channel() != null ? which.channel() : which.kind() == null ? "all" : which.kind());
        log.note(user.getName(), action, subject, reason, "begun with " + now);
        var done = deed.apply(which, reason);
        log.note(user.getName(), action, subject, reason, done.toString());
        return done;
    }

    private Failures.Failure existing(String id) {
        if (!ID.matcher(id).matches()) {
            throw new NotFound("failure");
        }
        return failures.find(id).orElseThrow(() -> new NotFound("failure"));
    }

    private static Which which(Failures.Kind kind, String process, String channel) {
        name("process", process);
        name("channel", channel);
        if (process != null && (channel != null || kind == Failures.Kind.message)) {
            throw new BadParameter("process", "goes with journeys alone: messages are chosen by channel");
        }
        if (channel != null && kind == Failures.Kind.journey) {
            throw new BadParameter("channel", "goes with messages alone: journeys are chosen by process");
        }
        return new Which(kind, process, channel);
    }

    private static void name(String field, String name) {
        if (name != null && (name.isBlank() || name.length() > 120 || name.indexOf('\0') >= 0)) {
            throw new BadParameter(field, "must be a name of 1 to 120 characters");
        }
    }

    private static Failures.Place place(String after) {
        if (after == null) {
            return null;
        }
        var slash = after.indexOf('/');
        try {
            if (slash > 0 && ID.matcher(after.substring(slash + 1)).matches()) {
                var since = Instant.parse(after.substring(0, slash));
                if (since.isAfter(Instant.EPOCH) && since.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                    return new Failures.Place(since, after.substring(slash + 1));
                }
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw new BadParameter("after", "must be the \"next\" of the part before");
    }
}
