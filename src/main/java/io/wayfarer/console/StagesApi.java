package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.decide.Decisions;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Stages", description = "The five stages of a customer's journey")
class StagesApi {

    /** How many customers are in a stage now. */
    record People(String stage, long customers) {}

    /** Moves from one stage to another, over all time. */
    record Move(
            String from,
            String to,
            long moves,
            @Schema(description = "Of all moves out of the stage, the share that led here") double probability) {}

    /** People in each stage, in the order of the journey, and the transition matrix; moves that never were are left out. */
    record Stages(List<People> people, List<Move> transitions) {}

    private final Customers customers;
    private final Decisions decisions;

    StagesApi(Customers customers, Decisions decisions) {
        this.customers = customers;
        this.decisions = decisions;
    }

    @GetMapping("/api/stages")
    @Operation(summary = "How many people are in each stage, and how they move between them")
    Stages show() {
        var inStage = customers.countByStage();
        var people = Arrays.stream(Stage.values())
                .map(stage -> new People(stage.label(), inStage.getOrDefault(stage, 0L)))
                .toList();
        var transitions = new ArrayList<Move>();
        decisions.stageMoves().forEach((from, moves) -> transitions.addAll(matrixRow(from, moves)));
        return new Stages(people, transitions);
    }

    private static List<Move> matrixRow(Stage from, Map<Stage, Long> moves) {
        var all = moves.values().stream().mapToLong(Long::longValue).sum();
        return moves.entrySet().stream()
                .map(move ->
                        new Move(from.label(), move.getKey().label(), move.getValue(), move.getValue() / (double) all))
                .toList();
    }
}
