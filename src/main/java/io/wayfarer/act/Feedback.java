package io.wayfarer.act;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What messages lead to comes back in by the inbox, as ordinary events of the customer. */
@Component
class Feedback {

    private final Inbox inbox;
    private final Customers customers;
    private final Clock clock;

    Feedback(Inbox inbox, Customers customers, Clock clock) {
        this.inbox = inbox;
        this.customers = customers;
        this.clock = clock;
    }

    /** Each wish counts: somebody may have agreed again since the last. Nothing is kept of a customer who was erased. */
    void unsubscribed(Unsubscribe.Wish wish) {
        accept(wish.customer(), "unsubscribe", "Unsubscribed", Map.of("topic", wish.topic()));
    }

    /** The mail server refused the message for good. */
    void bounced(Messages.Outgoing message, String reason) {
        accept(
                message.customer(),
                "outbox",
                "Email Bounced",
                Map.of("email_id", message.id().toString(), "template", message.template(), "reason", reason));
    }

    private void accept(UUID id, String source, String name, Map<String, Object> properties) {
        var identity = customers.find(id).flatMap(customers::surest);
        if (identity.isEmpty()) {
            return;
        }
        var messageId = UUID.randomUUID().toString();
        var now = clock.instant();
        inbox.accept(List.of(new Event(
                Event.idOf(source, messageId),
                source,
                messageId,
                name,
                "email",
                now,
                now,
                identity.get().as(Identity.Kind.userId),
                identity.get().as(Identity.Kind.anonymousId),
                identity.get().as(Identity.Kind.email),
                identity.get().ids(),
                Map.of(),
                properties,
                Map.of())));
    }
}
