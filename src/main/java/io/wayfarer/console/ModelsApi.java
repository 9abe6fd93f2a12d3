package io.wayfarer.console;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.journey.People;
import io.wayfarer.learn.ModelCards;
import io.wayfarer.learn.Trainer;
import io.wayfarer.learn.Training;
import io.wayfarer.monitor.Comparison;
import io.wayfarer.monitor.Drift;
import io.wayfarer.monitor.Monitor;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.ModelStore;
import io.wayfarer.score.Standing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.core.io.Resource;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/models")
@Tag(name = "Models", description = "What scores customers, how well it does, and its training")
class ModelsApi {

    private static final int MAX_REASON = 1_000;

    /** A model's card, and whether it serves now. */
    record Model(boolean serving, @JsonIgnoreProperties("reference") ModelCard card) {}

    /** The roles of a name, how its challenger does, how far its customers have drifted, and what changed. */
    record Role(
            String name,
            String champion,
            String former,
            String challenger,
            @Schema(description = "Since when champion and challenger are compared") Instant since,
            Comparison comparison,
            Drift drift,
            List<Standing.Change> changes) {}

    /** The models that are kept, at most some twenty of each name, and the training that runs or ran last. */
    record Models(
            List<Model> items,
            List<Role> roles,
            @Schema(description = "Who lets a challenger that is better serve") Monitor.Promotion promotion,
            @Schema(description = "The training that runs, or the last one") Training training) {}

    /** Which version is to serve, and why. */
    record Wish(String version, String reason) {}

    /** Why it is gone back. */
    record Why(String reason) {}

    private final ModelStore store;
    private final ModelCards cards;
    private final Trainer trainer;
    private final Monitor monitor;
    private final People people;

    ModelsApi(ModelStore store, ModelCards cards, Trainer trainer, Monitor monitor, People people) {
        this.store = store;
        this.cards = cards;
        this.trainer = trainer;
        this.monitor = monitor;
        this.people = people;
    }

    @GetMapping
    @Operation(summary = "Models by name, the newest first, with what was measured of each")
    Models list() {
        var serving = store.serving();
        return new Models(
                store.cards().stream()
                        .map(card -> new Model(serving.contains(card), card))
                        .toList(),
                store.standings().stream().map(this::role).toList(),
                monitor.promotion(),
                trainer.training());
    }

    private Role role(Standing standing) {
        return new Role(
                standing.name(),
                standing.champion(),
                standing.former(),
                standing.challenger(),
                standing.since(),
                monitor.comparison(standing.name()),
                monitor.drift(standing.name()),
                standing.changes());
    }

    @PostMapping("/{name}/promote")
    @Operation(summary = "Let a version that is kept serve; for administrators")
    @ApiResponse(responseCode = "200", description = "It serves from the next batch on")
    @ApiResponse(responseCode = "404", description = "No such version is kept")
    @ApiResponse(responseCode = "409", description = "It serves already")
    Role promote(@PathVariable String name, @RequestBody Wish wish, Principal user) throws IOException {
        administrator(user);
        var why = reason(wish.reason());
        if (wish.version() == null) {
            throw new BadParameter("version", "must be one that GET /api/models lists");
        }
        existing(name);
        if (store.cards().stream()
                .noneMatch(card -> card.name().equals(name) && card.version().equals(wish.version()))) {
            throw new NotFound("version");
        }
        monitor.promote(name, wish.version(), user.getName(), why);
        return role(existing(name));
    }

    @PostMapping("/{name}/rollback")
    @Operation(summary = "Let the former champion serve again; for administrators")
    @ApiResponse(responseCode = "200", description = "It serves from the next batch on")
    @ApiResponse(responseCode = "409", description = "There is no former champion")
    Role rollBack(@PathVariable String name, @RequestBody(required = false) Why why, Principal user)
            throws IOException {
        administrator(user);
        existing(name);
        monitor.rollBack(name, user.getName(), reason(why == null ? null : why.reason()));
        return role(existing(name));
    }

    private Standing existing(String name) {
        return store.standings().stream()
                .filter(standing -> standing.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new NotFound("model with roles"));
    }

    private void administrator(Principal user) {
        if (people.find(user.getName())
                .filter(person -> person.groups().contains(People.ADMINISTRATORS))
                .isEmpty()) {
            throw new AccessDeniedException("only administrators change which model serves");
        }
    }

    private static String reason(String text) {
        if (text == null || text.isBlank()) {
            return "no reason was given";
        }
        if (text.length() > MAX_REASON
                || text.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new BadParameter("reason", "must be at most " + MAX_REASON + " characters on one line");
        }
        return text.strip();
    }

    @GetMapping("/{name}/{version}/{file}")
    @Operation(summary = "A file of a model's card, such as card.html, card.json or roc.svg")
    ResponseEntity<Resource> card(@PathVariable String name, @PathVariable String version, @PathVariable String file) {
        var known = store.cards().stream()
                .anyMatch(card -> card.name().equals(name) && card.version().equals(version));
        return TablesApi.page(file, known ? cards.file(name, version, file) : Optional.empty());
    }

    @PostMapping("/train")
    @Operation(summary = "Begin a training from the event log")
    @ApiResponse(responseCode = "202", description = "It has begun")
    @ApiResponse(responseCode = "409", description = "One is running already")
    ResponseEntity<Training> train() {
        return Begun.answer(trainer.start(), trainer.training());
    }
}
