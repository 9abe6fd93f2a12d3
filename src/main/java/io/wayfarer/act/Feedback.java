package io.wayfarer.act;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        accept(
                wish.customer(),
                "unsubscribe",
                UUID.randomUUID().toString(),
                "Unsubscribed",
                Channels.EMAIL,
                Map.of("topic", wish.topic()));
    }

    /**
     * The receiver refused the message for good, because of its recipient.
     *
     * @param hard the address does not exist
     */
    void bounced(Messages.Outgoing message, boolean hard, String reason) {
        var isMail = message.channel().equals(Channels.EMAIL);
        accept(
                message.customer(),
                "outbox",
                UUID.randomUUID().toString(),
                isMail ? "Email Bounced" : "Message Bounced",
                message.channel(),
                Map.of(
                        isMail ? "email_id" : "message_id",
                        message.id().toString(),
                        "template",
                        message.template(),
                        "bounce",
                        hard ? "hard" : "soft",
                        "reason",
                        reason));
    }

    /**
     * The customer answered a survey.
     *
     * @param comment may be empty
     * @return false when they had answered it before: the first answer counts
     */
    boolean answered(Surveys.Asked asked, int score, String comment) {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("survey", asked.survey());
        properties.put("kind", asked.kind().name());
        properties.put("score", score);
        if (!comment.isEmpty()) {
            properties.put("comment", comment);
        }
        return accept(
                asked.customer(),
                "survey",
                asked.survey() + ':' + asked.customer(),
                "Survey Answered",
                Channels.EMAIL,
                properties);
    }

    /** A browser takes push messages from now on, or no longer: whose it is agrees to the topic, or no longer. */
    void push(Identity whose, boolean granted) {
        inbox.accept(List.of(event(
                whose,
                "push",
                UUID.randomUUID().toString(),
                "Consent Changed",
                "push",
                Map.of("topic", "push", "granted", granted))));
    }

    /**
     * The customer read messages on a page, or put them away; what was told before is not told again.
     *
     * @param name of the event: Message Read or Message Dismissed
     * @param templates of the messages, by their ids
     */
    void marked(UUID customer, String name, String channel, Map<UUID, String> templates) {
        var identity = templates.isEmpty()
                ? Optional.<Identity>empty()
                : customers.find(customer).flatMap(customers::surest);
        if (identity.isPresent()) {
            inbox.accept(templates.entrySet().stream()
                    .map(message -> event(
                            identity.get(),
                            "inbox",
                            name + ':' + message.getKey(),
                            name,
                            channel,
                            Map.of("message_id", message.getKey().toString(), "template", message.getValue())))
                    .toList());
        }
    }

    /** False when it had been delivered before. */
    private boolean accept(
            UUID id, String source, String messageId, String name, String channel, Map<String, Object> properties) {
        var identity = customers.find(id).flatMap(customers::surest);
        if (identity.isEmpty()) {
            return true;
        }
        return inbox.accept(List.of(event(identity.get(), source, messageId, name, channel, properties)))
                        .repeated()
                == 0;
    }

    private Event event(
            Identity of, String source, String messageId, String name, String channel, Map<String, Object> properties) {
        var now = clock.instant();
        return new Event(
                Event.idOf(source, messageId),
                source,
                messageId,
                name,
                channel,
                now,
                now,
                of.as(Identity.Kind.userId),
                of.as(Identity.Kind.anonymousId),
                of.as(Identity.Kind.email),
                of.ids(),
                Map.of(),
                properties,
                Map.of());
    }
}
