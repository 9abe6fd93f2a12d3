package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Imports;
import io.wayfarer.ingest.Imports.NamedMapping;
import io.wayfarer.ingest.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/mappings")
@Tag(name = "Mappings", description = "How the columns of files become events")
class MappingsApi {

    private final Imports imports;

    MappingsApi(Imports imports) {
        this.imports = imports;
    }

    @PutMapping("/{name}")
    @Operation(summary = "Keep a mapping under a name")
    NamedMapping keep(@PathVariable String name, HttpServletRequest request) throws IOException {
        return imports.keepMapping(name, body(request, 4 * BoundedJson.MAX_MESSAGE));
    }

    static byte[] body(HttpServletRequest request, int limit) throws IOException {
        var body = request.getInputStream().readNBytes(limit + 1);
        if (body.length > limit) {
            throw Refusal.tooLarge("the body may have at most " + limit + " bytes");
        }
        return body;
    }

    @GetMapping
    @Operation(summary = "The mappings, by name")
    Listing<NamedMapping> list(
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) String after) {
        return Listing.of(imports.mappings(Listing.checked(limit) + 1, after), limit, NamedMapping::name);
    }

    @GetMapping("/{name}")
    @Operation(summary = "One mapping")
    NamedMapping find(@PathVariable String name) {
        return imports.mapping(name).orElseThrow(() -> new NotFound("mapping"));
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Forget a mapping; imports that have begun go on with it")
    void remove(@PathVariable String name) {
        if (!imports.removeMapping(name)) {
            throw new NotFound("mapping");
        }
    }
}
