package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Decisions;
import io.wayfarer.profile.Customers;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Decisions", description = "What was decided, by which rule, for which reason, on which facts")
class DecisionsApi {

    private final Decisions decisions;
    private final Customers customers;

    DecisionsApi(Decisions decisions, Customers customers) {
        this.decisions = decisions;
        this.customers = customers;
    }

    @GetMapping("/api/customers/{id}/decisions")
    @Operation(summary = "What was decided for a customer, the newest first")
    Listing<Decision> of(
            @PathVariable UUID id,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        Listing.checked(limit);
        var customer = customers.find(id).orElseThrow(() -> new NotFound("customer"));
        return Listing.of(decisions.of(customer.id(), limit + 1, after), limit, Decision::id);
    }

    @GetMapping("/api/decisions/{id}")
    @Operation(summary = "A decision, with all that is needed to understand it")
    Decision show(@PathVariable UUID id) {
        return decisions.find(id).orElseThrow(() -> new NotFound("decision"));
    }
}
