package io.wayfarer.act;

import io.wayfarer.ingest.SentMail;
import io.wayfarer.profile.Customer;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Writes the mail of a message: its template, in the customer's language, with what the customer may be shown. */
@Component
class Letters {

    /** The mail and, since the mail has it encoded, its subject. */
    record Written(String subject, MimeMessage mail) {}

    private final Templates templates;
    private final Envelope envelope;
    private final Unsubscribe unsubscribe;
    private final Surveys surveys;
    private final LetterData.Shop shop;

    Letters(
            Templates templates,
            Envelope envelope,
            Unsubscribe unsubscribe,
            Surveys surveys,
            @Value("${wayfarer.shop.name}") String shopName,
            @Value("${wayfarer.shop.url}") URI shopUrl,
            @Value("${wayfarer.shop.currency}") Currency currency) {
        this.templates = templates;
        this.envelope = envelope;
        this.unsubscribe = unsubscribe;
        this.surveys = surveys;
        this.shop = new LetterData.Shop(shopName, shopUrl, currency);
    }

    /**
     * Empty when the template is about products and none is left.
     *
     * @throws IllegalArgumentException when the template cannot be rendered
     */
    Optional<Written> write(Messages.Outgoing message, Customer customer, Instant now) {
        var template = message.template();
        var language = templates.language(template, customer.trait("locale") instanceof String locale ? locale : null);
        var link =
                message.topic().equals(Templates.TRANSACTIONAL) ? "" : unsubscribe.link(customer.id(), message.topic());
        var needs = templates.needs(template);
        var survey = templates
                .survey(template)
                .map(kind -> surveys.scale(new Surveys.Asked(customer.id(), kind, template)))
                .orElse(List.of());
        var data = LetterData.of(customer, needs, message.facts(), survey, shop, language, link);
        if (!needs.isEmpty() && ((List<?>) data.get("items")).isEmpty()) {
            return Optional.empty();
        }
        var letter = templates.render(template, language, data);
        var sent = new SentMail(
                message.id(),
                message.decision(),
                message.topic(),
                customer.email().orElseThrow());
        return Optional.of(new Written(letter.subject(), envelope.of(sent, letter, link, now)));
    }
}
