package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.act.Message;
import io.wayfarer.act.Outbox;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.profile.Customers;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/messages")
@Tag(name = "Messages", description = "What was sent or held back, with the verdict of each gate")
class MessagesApi {

    private final Outbox outbox;
    private final Customers customers;

    MessagesApi(Outbox outbox, Customers customers) {
        this.outbox = outbox;
        this.customers = customers;
    }

    @GetMapping
    @Operation(summary = "Messages, the newest first")
    Listing<Message> list(
            @Parameter(description = "Only those to this customer") @RequestParam(required = false) UUID customer,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        Listing.checked(limit);
        var now = customer == null ? null : customers.isNow(customer);
        return Listing.of(outbox.list(now, limit + 1, after), limit, Message::id);
    }

    @GetMapping("/{id}")
    @Operation(summary = "A message")
    Message show(@PathVariable UUID id) {
        return outbox.find(id).orElseThrow(() -> new NotFound("message"));
    }
}
