package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.ingest.Unused;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/unused")
@Tag(name = "Unused", description = "What came in, was understood, and is of a kind that nothing uses")
class UnusedApi {

    private static final String BETWEEN = " ";

    private final Unused unused;

    UnusedApi(Unused unused) {
        this.unused = unused;
    }

    @GetMapping
    @Operation(summary = "Kinds with how often they came, by source and name")
    Listing<Unused.Kind> list(
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) String after) {
        return Listing.of(
                unused.list(Listing.checked(limit) + 1, cursor(after)),
                limit,
                kind -> kind.source() + BETWEEN + kind.kind());
    }

    /** No source has a space in its name. */
    private static Map.Entry<String, String> cursor(String after) {
        if (after == null) {
            return null;
        }
        var between = after.indexOf(BETWEEN);
        if (between < 0 || after.indexOf('\0') >= 0) {
            throw new BadParameter("after", "must be the \"next\" of a list");
        }
        return Map.entry(after.substring(0, between), after.substring(between + 1));
    }
}
