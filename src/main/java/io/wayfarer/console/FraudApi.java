package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.anomaly.Forest;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.profile.Customers;
import io.wayfarer.risk.ForestLearner;
import io.wayfarer.risk.Reviews;
import io.wayfarer.risk.Verdicts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.core.io.Resource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/fraud")
@Tag(
        name = "Fraud",
        description = "How unlike others orders are, and what people found when they looked at suspicious ones")
class FraudApi {

    private static final Duration SPAN = Duration.ofDays(90);

    /** What orders are compared with, and the learning of it that runs or ran last. */
    record Learnt(
            @Schema(description = "Null while nothing was learnt") String version,
            Forest.Card card,
            ForestLearner.Learning learning) {}

    /** How unlike others a customer's newest order or refund is. */
    record Oddity(
            UUID event,
            String name,
            Instant at,
            @Schema(description = "Of the isolation forest; 0.5 is as usual as chance has it") double score,
            @Schema(description = "The share of earlier orders and refunds that are less unlike the others")
                    double rank,
            String model,
            @Schema(
                            description =
                                    "path: score = 0.5 x 2^(sum of the parts), each the share of the usual path by which"
                                            + " splits on the feature isolate sooner than chance would")
                    String method,
            List<Part> reasons) {}

    /** What one feature does. */
    record Part(
            String feature,
            double value,
            double part,
            @Schema(
                            description = "By language, with what the part multiplies the score by",
                            example = "{\"en\": \"3 failed payments today: × 1.41\"}")
                    Map<String, String> words) {}

    /** A review. */
    record Reviewed(
            UUID decision,
            UUID customer,
            Instant openedAt,
            double risk,
            String outcome,
            Instant judgedAt,
            @Schema(
                            description =
                                    "Of an open review: the probability that it will be found to be fraud; missing until verdicts"
                                            + " could be learnt from")
                    Double likelihood) {}

    private final Reviews reviews;
    private final Verdicts verdicts;
    private final ForestLearner learner;
    private final Customers customers;
    private final FeatureWords wording;
    private final Clock clock;

    FraudApi(
            Reviews reviews,
            Verdicts verdicts,
            ForestLearner learner,
            Customers customers,
            FeatureWords wording,
            Clock clock) {
        this.reviews = reviews;
        this.verdicts = verdicts;
        this.learner = learner;
        this.customers = customers;
        this.wording = wording;
        this.clock = clock;
    }

    @GetMapping
    @Operation(summary = "Reviews of the last 90 days by what was found, and the share that was fraud")
    Reviews.Standing standing() {
        return reviews.standing(clock.instant().minus(SPAN));
    }

    @GetMapping("/reviews")
    @Operation(
            summary = "Reviews, the newest first; of open ones how likely fraud is, once verdicts could be learnt from")
    Listing<Reviewed> list(
            @Parameter(description = "open, genuine, fraud or unsure; all when it is left out")
                    @RequestParam(required = false)
                    String outcome,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        if (outcome != null && !outcome.equals(Reviews.OPEN) && !Reviews.OUTCOMES.contains(outcome)) {
            throw new BadParameter("outcome", "must be open or one of " + Reviews.OUTCOMES);
        }
        var page =
                Listing.of(reviews.list(outcome, Listing.checked(limit) + 1, after), limit, Reviews.Review::decision);
        var likelihoods = verdicts.likelihoods(page.items());
        return page.map(review -> new Reviewed(
                review.decision(),
                review.customer(),
                review.openedAt(),
                review.risk(),
                review.outcome(),
                review.judgedAt(),
                likelihoods.get(review.decision())));
    }

    @GetMapping("/verdicts")
    @Operation(summary = "What was learnt from people's verdicts, and why it serves or not")
    Verdicts.Standing verdicts() {
        return verdicts.standing();
    }

    @GetMapping("/verdicts/{file}")
    @Operation(summary = "A file of the card of what was learnt from verdicts, such as card.html or card.json")
    ResponseEntity<Resource> card(@PathVariable String file) {
        return TablesApi.page(file, verdicts.file(file));
    }

    @PostMapping("/verdicts/learn")
    @Operation(summary = "Learn anew from people's verdicts")
    @ApiResponse(responseCode = "202", description = "It has begun")
    @ApiResponse(responseCode = "409", description = "It is being done already")
    ResponseEntity<Verdicts.Learning> learnVerdicts() {
        return Begun.answer(verdicts.start(), verdicts.standing().learning());
    }

    @GetMapping("/forest")
    @Operation(summary = "What orders and refunds are compared with, and where it comes from")
    Learnt forest() {
        var live = learner.live();
        return new Learnt(
                live.map(Forest::version).orElse(null), live.map(Forest::card).orElse(null), learner.learning());
    }

    @PostMapping("/forest/learn")
    @Operation(summary = "Learn anew what orders and refunds are like")
    @ApiResponse(responseCode = "202", description = "It has begun")
    @ApiResponse(responseCode = "409", description = "It is being done already")
    ResponseEntity<ForestLearner.Learning> learn() {
        return Begun.answer(learner.start(), learner.learning());
    }

    @GetMapping("/customers/{id}")
    @Operation(summary = "How unlike others a customer's newest order or refund is, and why")
    Oddity oddity(@PathVariable UUID id) {
        var customer = customers.find(id).orElseThrow(() -> new NotFound("customer"));
        var judged = learner.newest(customer.id())
                .orElseThrow(() -> new NotFound("order or refund that can be compared with others"));
        var anomaly = judged.anomaly();
        return new Oddity(
                judged.event(),
                judged.name(),
                judged.at(),
                anomaly.score(),
                anomaly.rank(),
                anomaly.model(),
                "path",
                anomaly.parts().stream()
                        .map(part -> new Part(
                                part.feature(),
                                part.value(),
                                part.part(),
                                wording.factor(part.feature(), part.value(), part.part())))
                        .toList());
    }
}
