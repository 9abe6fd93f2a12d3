package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.catalogue.Products;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.profile.Customers;
import io.wayfarer.recommend.Learner;
import io.wayfarer.recommend.Learning;
import io.wayfarer.recommend.Recommendation;
import io.wayfarer.recommend.Recommender;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api")
@Tag(name = "Recommendations", description = "What to offer, why, and how it was learnt")
class RecommendationsApi {

    private static final int MAX_ID = 200;
    private static final String LIMIT = "How many at most: 1 to " + Recommender.MAX_LIMIT;

    /** The best first; fewer than asked for when there is not more to offer. */
    record Recommendations(List<Recommendation> items) {}

    private final Recommender recommender;
    private final Learner learner;
    private final Customers customers;
    private final Products products;
    private final Clock clock;

    RecommendationsApi(Recommender recommender, Learner learner, Customers customers, Products products, Clock clock) {
        this.recommender = recommender;
        this.learner = learner;
        this.customers = customers;
        this.products = products;
        this.clock = clock;
    }

    @GetMapping("/customers/{id}/recommendations")
    @Operation(summary = "Products to offer a customer, with the reason for each")
    Recommendations forCustomer(
            @PathVariable UUID id, @Parameter(description = LIMIT) @RequestParam(defaultValue = "10") int limit) {
        checked(limit);
        var customer = customers.find(id).orElseThrow(() -> new NotFound("customer"));
        return new Recommendations(recommender.forCustomer(customer, clock.instant(), limit));
    }

    @GetMapping("/products/{id}/related")
    @Operation(summary = "Products that go with a product, with the reason for each")
    Recommendations related(
            @PathVariable String id, @Parameter(description = LIMIT) @RequestParam(defaultValue = "10") int limit) {
        checked(limit);
        // PostgreSQL has no text with a zero in it
        if (id.length() > MAX_ID
                || id.chars().anyMatch(Character::isISOControl)
                || products.find(List.of(id)).isEmpty()) {
            throw new NotFound("product");
        }
        return new Recommendations(recommender.related(id, limit));
    }

    @GetMapping("/recommendations")
    @Operation(summary = "The reading of the event log for recommendations that runs, or the last one")
    Learning learning() {
        return learner.learning();
    }

    @PostMapping("/recommendations/learn")
    @Operation(summary = "Learn again from the event log")
    @ApiResponse(responseCode = "202", description = "It has begun")
    @ApiResponse(responseCode = "409", description = "It is being done already")
    ResponseEntity<Learning> learn() {
        return Begun.answer(learner.start(), learner.learning());
    }

    private static void checked(int limit) {
        if (limit < 1 || limit > Recommender.MAX_LIMIT) {
            throw new BadParameter("limit", "must be from 1 to " + Recommender.MAX_LIMIT);
        }
    }
}
