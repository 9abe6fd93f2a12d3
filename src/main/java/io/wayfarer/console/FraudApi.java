package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.risk.Reviews;
import java.time.Clock;
import java.time.Duration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/fraud")
@Tag(name = "Fraud", description = "What people found when they looked at suspicious orders")
class FraudApi {

    private static final Duration SPAN = Duration.ofDays(90);

    private final Reviews reviews;
    private final Clock clock;

    FraudApi(Reviews reviews, Clock clock) {
        this.reviews = reviews;
        this.clock = clock;
    }

    @GetMapping
    @Operation(summary = "Reviews of the last 90 days by what was found, and the share that was fraud")
    Reviews.Standing standing() {
        return reviews.standing(clock.instant().minus(SPAN));
    }
}
