package io.wayfarer.act;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Marks;
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
     * Somebody or something looked at a mail of ours, or followed a link in it. Once in a minute counts: whoever has the link
     * can ask for it as often as they like.
     *
     * @param agent what they call themselves, or null
     */
    void traced(Tracking.Trace trace, String method, String agent) {
        var isOpen = trace.what() == Tracking.What.OPEN;
        var properties = new LinkedHashMap<String, Object>();
        properties.put("email_id", trace.message().toString());
        properties.put("sent_at", trace.sent().toString());
        properties.put("method", method);
        if (!isOpen) {
            properties.put("link_url", trace.url());
            properties.put("link_number", trace.number());
        }
        if (trace.what() == Tracking.What.TRAP) {
            properties.put("trap", true);
        }
        accept(
                trace.customer(),
                "mail",
                String.join(
                        ":",
                        trace.message().toString(),
                        trace.what().name(),
                        String.valueOf(trace.number()),
                        method,
                        String.valueOf(clock.instant().getEpochSecond() / 60)),
                isOpen ? "Email Opened" : "Email Link Clicked",
                Channels.EMAIL,
                properties,
                agent == null ? Map.of() : Map.of(Marks.AGENT, agent));
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
                Map.of("topic", "push", "granted", granted),
                Map.of())));
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
                            Map.of("message_id", message.getKey().toString(), "template", message.getValue()),
                            Map.of()))
                    .toList());
        }
    }

    private boolean accept(
            UUID id, String source, String messageId, String name, String channel, Map<String, Object> properties) {
        return accept(id, source, messageId, name, channel, properties, Map.of());
    }

    /** False when it had been delivered before. */
    private boolean accept(
            UUID id,
            String source,
            String messageId,
            String name,
            String channel,
            Map<String, Object> properties,
            Map<String, Object> marks) {
        var identity = customers.find(id).flatMap(customers::surest);
        if (identity.isEmpty()) {
            return true;
        }
        return inbox.accept(List.of(event(identity.get(), source, messageId, name, channel, properties, marks)))
                        .repeated()
                == 0;
    }

    private Event event(
            Identity of,
            String source,
            String messageId,
            String name,
            String channel,
            Map<String, Object> properties,
            Map<String, Object> marks) {
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
                marks);
    }
}
