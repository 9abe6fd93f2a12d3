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
import io.wayfarer.journey.Migrations;
import io.wayfarer.journey.Operations;
import io.wayfarer.journey.Versions;
import io.wayfarer.profile.Customers;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api")
@Tag(name = "Journeys", description = "Where everybody stands; pause, close, stop, and take people to another version")
class JourneysApi {

    private static final int MAX_STEPS = 200;
    private static final int MAX_NAME = 120;

    /** Which journeys of a customer to stop, and why. */
    @Schema(name = "JourneyStop")
    record Stop(@Schema(description = "Key of one process; all when it is left out") String process, String reason) {}

    /** What was stopped. */
    @Schema(name = "JourneysStopped")
    record Stopped(@Schema(description = "Keys of the processes") List<String> stopped) {}

    /** Which versions, and which step is which. */
    @Schema(name = "MigrationQuestion")
    record Way(
            int from,
            int to,
            @Schema(description = "Step of the one version to step of the other, beside those with the same id")
                    Map<String, String> steps) {}

    /** The migration that was previewed, and why it is carried out. */
    @Schema(name = "MigrationWish")
    record Wish(
            int from,
            int to,
            Map<String, String> steps,
            @Schema(description = "The \"plan\" of the preview") String plan,
            String reason) {}

    private final Operations operations;
    private final Versions versions;
    private final Migrations migrations;
    private final Customers customers;
    private final OperationLog log;

    JourneysApi(
            Operations operations, Versions versions, Migrations migrations, Customers customers, OperationLog log) {
        this.operations = operations;
        this.versions = versions;
        this.migrations = migrations;
        this.customers = customers;
        this.log = log;
    }

    @GetMapping("/journeys")
    @Operation(summary = "All journeys, with how many run, how many are stuck, and what is paused or closed")
    List<Operations.Overview> list() {
        return operations.list();
    }

    @GetMapping("/journeys/{process}")
    @Operation(summary = "Where people stand in a journey, by version and step")
    Operations.View show(@PathVariable String process) {
        return existing(process);
    }

    @GetMapping("/journeys/{process}/versions")
    @Operation(
            summary = "The versions of a journey, the newest first",
            description = "Newcomers enter the live one. Who runs in another one goes on in it to the end, until they"
                    + " are migrated or the version is ended")
    List<Operations.VersionView> versions(@PathVariable String process) {
        return existing(process).versions();
    }

    @PostMapping("/journeys/{process}/pause")
    @Operation(
            summary = "Nobody enters, and nobody moves on by time or is sent anything",
            description = "What ends the journey still does. Newcomers are refused and not kept for later")
    @ApiResponse(responseCode = "409", description = "It is paused already")
    Operations.Overview pause(@PathVariable String process, @RequestBody Why why, Principal user) {
        var reason = OperationLog.reason(why.reason());
        return deed(
                process,
                "pause",
                reason,
                user,
                "it is paused already",
                () -> operations.pause(process, user.getName(), reason));
    }

    @PostMapping("/journeys/{process}/resume")
    @Operation(summary = "Ends a pause; what came due meanwhile goes on at once")
    @ApiResponse(responseCode = "409", description = "It is not paused")
    Operations.Overview resume(@PathVariable String process, @RequestBody Why why, Principal user) {
        return deed(
                process,
                "resume",
                OperationLog.reason(why.reason()),
                user,
                "it is not paused",
                () -> operations.resume(process));
    }

    @PostMapping("/journeys/{process}/drain")
    @Operation(summary = "Nobody new enters; who is in it goes on to the end")
    @ApiResponse(responseCode = "409", description = "It is being drained already")
    Operations.Overview drain(@PathVariable String process, @RequestBody Why why, Principal user) {
        var reason = OperationLog.reason(why.reason());
        return deed(
                process,
                "drain",
                reason,
                user,
                "it is being drained already",
                () -> operations.drain(process, user.getName(), reason));
    }

    @PostMapping("/journeys/{process}/open")
    @Operation(summary = "People may enter again")
    @ApiResponse(responseCode = "409", description = "They may already")
    Operations.Overview open(@PathVariable String process, @RequestBody Why why, Principal user) {
        return deed(
                process,
                "open",
                OperationLog.reason(why.reason()),
                user,
                "people may enter already",
                () -> operations.open(process));
    }

    private Operations.Overview deed(
            String process, String action, String reason, Principal user, String otherwise, BooleanSupplier deed) {
        existing(process);
        log.keep(user.getName(), action, "journey:" + process, reason, () -> {
            if (!deed.getAsBoolean()) {
                throw new Conflict(otherwise);
            }
            return "done";
        });
        return existing(process).overview();
    }

    @PostMapping("/customers/{id}/journeys/stop")
    @Operation(
            summary = "Ends a customer's running journeys, and drops what they had queued",
            description = "Each is a decision stop:<process> in the customer's timeline")
    Stopped stop(@PathVariable UUID id, @RequestBody Stop stop, Principal user) {
        var reason = OperationLog.reason(stop.reason());
        if (stop.process() != null) {
            existing(stop.process());
        }
        return log.keep(user.getName(), "stop", "customer:" + id, reason, () -> {
            var customer = customers
                    .find(id)
                    .orElseThrow(() -> new NotFound("customer"))
                    .id();
            return new Stopped(operations.stop(customer, stop.process(), user.getName(), reason));
        });
    }

    @PostMapping("/journeys/{process}/migration/preview")
    @Operation(
            summary = "What a migration from one version to another would do: which step goes where, and who cannot",
            description = "Changes nothing. The answer's \"plan\" is needed to carry it out")
    Versions.Preview preview(
            @PathVariable String process,
            @RequestBody Way way,
            @Parameter(description = "As many who cannot be moved are named: 1 to 1,000")
                    @RequestParam(defaultValue = "50")
                    int limit) {
        existing(process);
        return versions.preview(process, way.from(), way.to(), steps(way.steps()), Listing.checked(limit));
    }

    @PostMapping("/journeys/{process}/migration")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Begins the migration that was previewed, in the background",
            description = "Who cannot be moved stays in their version and is named in the migration")
    @ApiResponse(responseCode = "409", description = "The plan is another one now, or impossible")
    Migrations.Migration migrate(@PathVariable String process, @RequestBody Wish wish, Principal user) {
        var reason = OperationLog.reason(wish.reason());
        if (wish.plan() == null || !wish.plan().matches("[0-9a-f]{32}")) {
            throw new BadParameter("plan", "must be the \"plan\" of a preview");
        }
        existing(process);
        return begun(
                "migrate",
                process,
                reason,
                user,
                () -> migrations.begin(
                        process, wish.from(), wish.to(), steps(wish.steps()), wish.plan(), user.getName(), reason));
    }

    @PostMapping("/journeys/{process}/versions/{version}/end")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Begins to end all who run in a version, in the background, and drops what they had queued")
    Migrations.Migration end(
            @PathVariable String process, @PathVariable int version, @RequestBody Why why, Principal user) {
        var reason = OperationLog.reason(why.reason());
        existing(process);
        return begun("end", process, reason, user, () -> migrations.end(process, version, user.getName(), reason));
    }

    private Migrations.Migration begun(
            String action, String process, String reason, Principal user, Supplier<Migrations.Migration> begin) {
        var begun = new Migrations.Migration[1];
        log.keep(user.getName(), action, "journey:" + process, reason, () -> {
            begun[0] = begin.get();
            return "begun: " + begun[0].id();
        });
        return begun[0];
    }

    @GetMapping("/journeys/{process}/migrations")
    @Operation(summary = "Migrations of a journey and how far they are, the newest first")
    Listing<Migrations.Migration> migrations(
            @PathVariable String process,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        Listing.checked(limit);
        existing(process);
        return Listing.of(migrations.list(process, limit + 1, after), limit, Migrations.Migration::id);
    }

    @GetMapping("/journeys/{process}/migrations/{id}")
    @Operation(summary = "How far a migration is, and who could not be moved")
    Migrations.Migration migration(@PathVariable String process, @PathVariable UUID id) {
        return migrations
                .find(id)
                .filter(migration -> migration.process().equals(process))
                .orElseThrow(() -> new NotFound("migration"));
    }

    private Operations.View existing(String process) {
        if (process.length() > MAX_NAME || process.indexOf('\0') >= 0) {
            throw new NotFound("journey");
        }
        return operations.show(process).orElseThrow(() -> new NotFound("journey"));
    }

    private static Map<String, String> steps(Map<String, String> steps) {
        if (steps == null) {
            return Map.of();
        }
        if (steps.size() > MAX_STEPS
                || steps.entrySet().stream()
                        .anyMatch(step -> step.getValue() == null
                                || step.getKey().length() > MAX_NAME
                                || step.getValue().length() > MAX_NAME)) {
            throw new BadParameter("steps", "must be at most " + MAX_STEPS + " pairs of ids of steps");
        }
        return steps;
    }
}
