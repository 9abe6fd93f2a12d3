package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/operations")
@Tag(name = "Operations", description = "What people did to journeys, channels and failures, and why")
class OperationsApi {

    private final OperationLog log;

    OperationsApi(OperationLog log) {
        this.log = log;
    }

    @GetMapping
    @Operation(summary = "Who did what, when and why, the newest first")
    Listing<OperationLog.Entry> list(
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        return Listing.of(log.list(Listing.checked(limit) + 1, after), limit, OperationLog.Entry::id);
    }
}
