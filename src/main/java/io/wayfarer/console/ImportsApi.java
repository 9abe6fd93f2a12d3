package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.ingest.Imports;
import io.wayfarer.ingest.Imports.Import;
import io.wayfarer.ingest.Imports.Preview;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

@RestController
@RequestMapping("/api/imports")
@Tag(name = "Imports", description = "Files with events, orders, contacts or products")
class ImportsApi {

    /** A file that was sent, with what would happen when that was asked for. */
    record Received(Import file, Preview preview) {}

    private final Imports imports;

    ImportsApi(Imports imports) {
        this.imports = imports;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(summary = "Import a file: CSV, JSON lines or XLSX, also packed with gzip; it is the body itself")
    @ApiResponse(responseCode = "202", description = "It is kept, and is worked off unless preview is true")
    Received receive(
            @Parameter(description = "The file's name") @RequestParam String name,
            @Parameter(description = "The mapping; by the file's name or guessed when it is left out")
                    @RequestParam(required = false)
                    String mapping,
            @Parameter(description = "Hold it, and show what would happen") @RequestParam(defaultValue = "false")
                    boolean preview,
            HttpServletRequest request)
            throws IOException {
        checkBody(request);
        var received = imports.receive(name, mapping, preview, request.getInputStream());
        return new Received(
                received, preview ? imports.preview(received.id(), mapping).orElse(null) : null);
    }

    /** A form's body has been read for parameters, or is not the file alone. */
    static void checkBody(HttpServletRequest request) {
        var type =
                request.getContentType() == null ? "" : request.getContentType().toLowerCase(Locale.ROOT);
        if (type.startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE) || type.startsWith("multipart/")) {
            throw new ResponseStatusException(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
        }
    }

    @GetMapping
    @Operation(summary = "The imports, the newest first")
    Listing<Import> list(
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        return Listing.of(imports.list(Listing.checked(limit) + 1, after), limit, Import::id);
    }

    @GetMapping("/{id}")
    @Operation(summary = "How far an import has come")
    Import find(@PathVariable UUID id) {
        return imports.find(id).orElseThrow(() -> new NotFound("import"));
    }

    @PostMapping("/{id}/preview")
    @Operation(summary = "What would happen with the first rows; nothing is changed")
    Preview preview(@PathVariable UUID id, @RequestParam(required = false) String mapping) {
        return imports.preview(id, mapping).orElseThrow(() -> new NotFound("import"));
    }

    @PostMapping("/{id}/start")
    @Operation(summary = "Start a held file, or go on with one that failed")
    Import start(@PathVariable UUID id, @RequestParam(required = false) String mapping) {
        return imports.start(id, mapping).orElseThrow(() -> new NotFound("import"));
    }

    @PostMapping("/{id}/cancel")
    @Operation(summary = "End an import; what is accepted stays")
    Import cancel(@PathVariable UUID id) {
        return imports.cancel(id).orElseThrow(() -> new NotFound("import"));
    }

    @GetMapping("/{id}/refused.csv")
    @Operation(summary = "The refused rows with their reasons, as CSV")
    void refused(@PathVariable UUID id, HttpServletResponse response) throws IOException {
        find(id);
        response.setContentType("text/csv");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.setHeader("Content-Disposition", "attachment; filename=\"refused-" + id + ".csv\"");
        imports.writeRefused(id, response.getWriter());
    }
}
