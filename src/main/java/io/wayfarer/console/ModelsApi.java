package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.learn.ModelCards;
import io.wayfarer.learn.Trainer;
import io.wayfarer.learn.Training;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.ModelStore;
import java.util.List;
import java.util.Optional;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/models")
@Tag(name = "Models", description = "What scores customers, how well it does, and its training")
class ModelsApi {

    /** A model's card, and whether it serves now. */
    record Model(boolean serving, ModelCard card) {}

    /** The models that are kept, at most some twenty of each name, and the training that runs or ran last. */
    record Models(
            List<Model> items, @Schema(description = "The training that runs, or the last one") Training training) {}

    private final ModelStore store;
    private final ModelCards cards;
    private final Trainer trainer;

    ModelsApi(ModelStore store, ModelCards cards, Trainer trainer) {
        this.store = store;
        this.cards = cards;
        this.trainer = trainer;
    }

    @GetMapping
    @Operation(summary = "Models by name, the newest first, with what was measured of each")
    Models list() {
        var serving = store.serving();
        return new Models(
                store.cards().stream()
                        .map(card -> new Model(serving.contains(card), card))
                        .toList(),
                trainer.training());
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
        var began = trainer.start();
        return ResponseEntity.status(began ? HttpStatus.ACCEPTED : HttpStatus.CONFLICT)
                .body(trainer.training());
    }
}
