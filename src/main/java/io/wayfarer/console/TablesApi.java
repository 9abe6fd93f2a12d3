package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.Conflict;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.learn.TableTrainings;
import io.wayfarer.learn.TableTrainings.Item;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/tables")
@Tag(name = "Tables", description = "Learn from any table: which rows say yes, how surely, and how well that went")
class TablesApi {

    /** The tables that were learned from, the newest first. */
    record Tables(List<Item> items) {}

    private final TableTrainings trainings;

    TablesApi(TableTrainings trainings) {
        this.trainings = trainings;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Learn from a table: CSV in UTF-8 whose first row has the names; it is the body itself")
    @ApiResponse(responseCode = "202", description = "It has begun")
    @ApiResponse(responseCode = "409", description = "Another one is running")
    Item start(
            @Parameter(description = "What the table is called") @RequestParam String name,
            @Parameter(description = "The column to predict") @RequestParam String label,
            @Parameter(description = "Which value of the label is a yes; found when left out")
                    @RequestParam(required = false)
                    String positive,
            @Parameter(description = "Hold out the latest fifth by this column, and not a random fifth")
                    @RequestParam(required = false)
                    String time,
            @Parameter(description = "What acting for nothing and missing one cost", example = "1:5")
                    @RequestParam(required = false)
                    String costs,
            @Parameter(description = "Show predictions against this column of numbers") @RequestParam(required = false)
                    String against,
            HttpServletRequest request)
            throws IOException {
        ImportsApi.checkBody(request);
        var options = new HashMap<String, String>();
        options.put("positive", positive);
        options.put("time", time);
        options.put("costs", costs);
        options.put("against", against);
        try {
            return trainings
                    .start(name, label, options, request.getInputStream())
                    .orElseThrow(() -> new Conflict("another table is being learned from"));
        } catch (TableTrainings.Unusable e) {
            throw new BadParameter(e.field(), e.getMessage().substring(e.field().length() + 1));
        }
    }

    @GetMapping
    @Operation(summary = "The tables that were learned from, the newest first")
    Tables list() {
        return new Tables(trainings.list());
    }

    @GetMapping("/{id}")
    @Operation(summary = "How far it is, or what came of it")
    Item find(@PathVariable UUID id) {
        return trainings.find(id).orElseThrow(() -> new NotFound("table"));
    }

    @PostMapping("/{id}/cancel")
    @Operation(summary = "End a training; nothing of it is kept")
    Item cancel(@PathVariable UUID id) {
        return trainings.cancel(id).orElseThrow(() -> new NotFound("table"));
    }

    @GetMapping("/{id}/{file}")
    @Operation(summary = "A file of the card, such as card.html, card.json or roc.svg")
    ResponseEntity<Resource> file(@PathVariable UUID id, @PathVariable String file) {
        return page(file, trainings.file(id, file));
    }

    /** A file of a card. Its page brings its style along, and neither runs nor loads anything. */
    static ResponseEntity<Resource> page(String name, Optional<Path> file) {
        var type = name.endsWith(".html")
                ? new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8)
                : name.endsWith(".json")
                        ? MediaType.APPLICATION_JSON
                        : name.endsWith(".svg") ? MediaType.valueOf("image/svg+xml") : MediaType.TEXT_PLAIN;
        return ResponseEntity.ok()
                .contentType(type)
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none';"
                                + " base-uri 'none'; frame-ancestors 'none'")
                .body(new FileSystemResource(file.orElseThrow(() -> new NotFound("file of a card"))));
    }
}
