package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.act.Outbox;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.decide.Decisions;
import io.wayfarer.journey.Journeys;
import io.wayfarer.occasion.Occasions;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Merges;
import io.wayfarer.profile.Move;
import io.wayfarer.risk.Reviews;
import io.wayfarer.segment.Segments;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/customers/{id}")
@Tag(name = "Merges", description = "Customers who are one person: merged by the rules or by hand, and parted again")
class MergesApi {

    private static final int MAX_REASON = 1_000;

    /** Whom to merge into the customer, and why. */
    record Wish(
            UUID other,
            String reason,
            @Schema(description = "true to merge two who have different user ids as well") boolean force) {}

    /** Why two are parted. */
    record Why(String reason) {}

    private final Merges merges;
    private final Customers customers;
    private final Decisions decisions;
    private final Outbox outbox;
    private final Journeys journeys;
    private final Segments segments;
    private final Reviews reviews;
    private final Occasions occasions;
    private final TransactionTemplate transactions;

    MergesApi(
            Merges merges,
            Customers customers,
            Decisions decisions,
            Outbox outbox,
            Journeys journeys,
            Segments segments,
            Reviews reviews,
            Occasions occasions,
            PlatformTransactionManager transactionManager) {
        this.merges = merges;
        this.customers = customers;
        this.decisions = decisions;
        this.outbox = outbox;
        this.journeys = journeys;
        this.segments = segments;
        this.reviews = reviews;
        this.occasions = occasions;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    @GetMapping("/merges")
    @Operation(summary = "The newest merges that a customer came out of: who, why, by what, and what was moved")
    Listing<Merges.Told> list(@PathVariable UUID id) {
        return new Listing<>(merges.of(existing(id, "customer").id()), null);
    }

    @PostMapping("/merge")
    @Operation(summary = "Merges another customer into this one, because a person says that they are one")
    Map<String, UUID> merge(@PathVariable UUID id, @RequestBody Wish wish, Principal user) {
        var reason = reason(wish.reason());
        if (wish.other() == null) {
            throw new BadParameter("other", "must be the id of the customer to merge into this one");
        }
        return transactions.execute(status -> {
            var into = existing(id, "customer");
            follow(merges.merge(into, existing(wish.other(), "other customer"), reason, wish.force(), user.getName()));
            return Map.of("id", into.id());
        });
    }

    @PostMapping("/merges/{merge}/undo")
    @Operation(summary = "Parts two who were merged; answers with the id of the one who had been merged")
    Map<String, UUID> undo(@PathVariable UUID id, @PathVariable UUID merge, @RequestBody Why why, Principal user) {
        var reason = reason(why.reason());
        return transactions.execute(status -> {
            var move = merges.undo(existing(id, "customer").id(), merge, reason, user.getName())
                    .orElseThrow(() -> new NotFound("merge"));
            follow(move);
            return Map.of("id", move.to());
        });
    }

    private void follow(Move move) {
        var moves = List.of(move);
        decisions.move(moves);
        outbox.move(moves);
        journeys.move(moves);
        segments.move(moves);
        reviews.move(moves);
        occasions.move(moves);
    }

    private Customer existing(UUID id, String what) {
        return customers.find(id).orElseThrow(() -> new NotFound(what));
    }

    private static String reason(String text) {
        if (text == null || text.isBlank() || text.length() > MAX_REASON || text.indexOf('\0') >= 0) {
            throw new BadParameter("reason", "must say why in 1 to " + MAX_REASON + " characters");
        }
        return text.strip();
    }
}
