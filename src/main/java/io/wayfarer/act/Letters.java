package io.wayfarer.act;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Features;
import io.wayfarer.profile.Identity;
import io.wayfarer.recommend.Reason;
import io.wayfarer.recommend.Recommendation;
import io.wayfarer.recommend.Recommender;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Writes what a message says: its template, in the customer's language, with what the customer may be shown. */
@Component
class Letters {

    private static final int RECOMMENDED = 10;
    private static final Set<Identity.Kind> BROWSERS = Set.of(Identity.Kind.anonymousId, Identity.Kind.device);

    private final Templates templates;
    private final Unsubscribe unsubscribe;
    private final Surveys surveys;
    private final Recommender recommender;
    private final LetterData.Shop shop;

    Letters(
            Templates templates,
            Unsubscribe unsubscribe,
            Surveys surveys,
            Recommender recommender,
            @Value("${wayfarer.shop.name}") String shopName,
            @Value("${wayfarer.shop.url}") URI shopUrl,
            @Value("${wayfarer.shop.currency}") Currency currency) {
        this.templates = templates;
        this.unsubscribe = unsubscribe;
        this.surveys = surveys;
        this.recommender = recommender;
        this.shop = new LetterData.Shop(shopName, shopUrl, currency);
    }

    /**
     * Empty when the template is about products and none is left.
     *
     * @throws IllegalArgumentException when the template cannot be rendered, or takes more segments than the channel allows
     */
    Optional<Parcel> write(Messages.Outgoing message, Customer customer, Channels.Channel channel, Instant now) {
        var template = message.template();
        var language = templates.language(template, customer.trait("locale") instanceof String locale ? locale : null);
        var link =
                message.topic().equals(Templates.TRANSACTIONAL) ? "" : unsubscribe.link(customer.id(), message.topic());
        var needs = templates.needs(template);
        var survey = templates
                .survey(template)
                .map(kind -> surveys.scale(new Surveys.Asked(customer.id(), kind, template)))
                .orElse(List.of());
        var recommended = templates.recommends(template, language)
                ? recommended(customer, LetterData.products(customer, needs, message.facts()), now)
                : List.<Recommendation>of();
        var data = LetterData.of(customer, needs, message.facts(), survey, recommended, shop, language, link);
        if (!needs.isEmpty() && ((List<?>) data.get("items")).isEmpty()) {
            return Optional.empty();
        }
        var letter = templates.render(template, language, data);
        return Optional.of(new Parcel(
                message.id(),
                UUID.nameUUIDFromBytes(message.idempotencyKey().getBytes(StandardCharsets.UTF_8)),
                customer.id(),
                message.decision(),
                template,
                message.topic(),
                now.toString(),
                channel.addressOf(customer).orElse(""),
                named(customer),
                language,
                letter.subject(),
                letter.text(),
                letter.html(),
                letter.link().isEmpty() ? "" : LetterData.link(letter.link(), shop.url()),
                link,
                channel.segments().map(most -> counted(letter.text(), most)).orElse(null),
                recommended.stream().map(Recommendation::product).toList(),
                message.facts(),
                channel.settings()));
    }

    /** In stock; neither what the message is about nor, of what is offered to all, what the customer has bought. */
    private List<Recommendation> recommended(Customer customer, Set<String> shown, Instant now) {
        var bought = customer.features().bought().stream()
                .map(Features.Bought::product)
                .collect(Collectors.toSet());
        return recommender.forCustomer(customer, now, Recommender.MAX_LIMIT).stream()
                .filter(one -> !shown.contains(one.product()))
                .filter(one -> one.reason().kind() != Reason.Kind.POPULAR || !bought.contains(one.product()))
                .limit(RECOMMENDED)
                .toList();
    }

    private static SmsText counted(String text, int most) {
        var sms = SmsText.of(text);
        if (sms.segments() > most) {
            throw new IllegalArgumentException("the text takes " + sms.segments() + " segments of SMS in "
                    + sms.encoding() + ", and at most " + most + " are allowed");
        }
        return sms;
    }

    private static Map<String, String> named(Customer customer) {
        return customer.identities().stream()
                .filter(identity -> !BROWSERS.contains(identity.kind()))
                .collect(Collectors.toMap(
                        identity -> identity.kind().name(),
                        Identity::name,
                        (a, b) -> a.compareTo(b) < 0 ? a : b,
                        TreeMap::new));
    }
}
