package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.FeatureWords.Explanation;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.decide.Releases;
import io.wayfarer.profile.ConsentLedger;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.Satisfaction;
import io.wayfarer.score.Score;
import io.wayfarer.segment.Segments;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/customers")
@Tag(name = "Customers", description = "Who they are, what is known of them, and what happened with them")
class CustomersApi {

    /** A customer in short. */
    record Brief(
            UUID id,
            @Schema(
                            description = "How the person can be recognised, as kind:name",
                            example = "[\"email:ada@example.org\"]")
                    List<String> identities,
            Map<String, Object> traits,
            String stage,
            Instant stageSince) {}

    /** Whether the customer agreed to a topic, and when that was said. */
    record Consent(boolean granted, Instant at) {}

    /** All that is known of a customer. */
    record Full(
            UUID id,
            List<String> identities,
            Map<String, Object> traits,
            String stage,
            Instant stageSince,
            FeatureMap features,
            @Schema(description = "What the live models say now, by name") Map<String, Score> scores,
            @Schema(description = "Segments the customer is in") List<String> segments,
            @Schema(description = "From 0 to 100, with the trend against 30 days ago; 70 when nothing is known")
                    Satisfaction.Index satisfaction,
            @Schema(description = "By topic; a topic that is missing was never asked") Map<String, Consent> consent) {}

    private final Customers customers;
    private final Releases releases;
    private final Timeline timeline;
    private final ConsentLedger consents;
    private final Segments segments;
    private final FeatureWords wording;
    private final Clock clock;

    CustomersApi(
            Customers customers,
            Releases releases,
            Timeline timeline,
            ConsentLedger consents,
            Segments segments,
            FeatureWords wording,
            Clock clock) {
        this.wording = wording;
        this.customers = customers;
        this.consents = consents;
        this.releases = releases;
        this.timeline = timeline;
        this.segments = segments;
        this.clock = clock;
    }

    @GetMapping
    @Operation(summary = "Customers by first contact, or the one with an identity")
    Listing<Brief> list(
            @Parameter(
                            description =
                                    "kind:name, where kind is userId, email, phone (as +49...), anonymousId, device, or"
                                            + " the name of a CRM",
                            example = "email:ada@example.org")
                    @RequestParam(required = false)
                    String identity,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        Listing.checked(limit);
        if (identity != null) {
            return new Listing<>(
                    customers.find(identity(identity)).flatMap(customers::find).stream()
                            .map(CustomersApi::brief)
                            .toList(),
                    null);
        }
        var page = Listing.of(customers.list(limit + 1, after), limit, id -> id);
        var found = customers.find(page.items());
        return new Listing<>(
                page.items().stream()
                        .filter(found::containsKey)
                        .map(id -> brief(found.get(id)))
                        .toList(),
                page.next());
    }

    @GetMapping("/{id}")
    @Operation(summary = "All that is known of a customer, scored now")
    Full show(@PathVariable UUID id) {
        var customer = existing(id);
        var now = clock.instant();
        var consent = new TreeMap<String, Consent>();
        customer.consent()
                .forEach(
                        (topic, said) -> consent.put(topic, new Consent(Boolean.TRUE.equals(said.value()), said.at())));
        return new Full(
                customer.id(),
                names(customer),
                traits(customer),
                customer.stage().label(),
                customer.stageSince(),
                FeatureMap.of(customer.features(), now),
                releases.live().models().score(customer, null, now).byName(),
                segments.of(customer.id()).stream()
                        .map(Segments.Membership::segment)
                        .toList(),
                customer.features().satisfaction().at(now),
                consent);
    }

    @GetMapping("/{id}/why")
    @Operation(summary = "Why the scores of a customer are what they are now, by name, in words and figures")
    Map<String, Explanation> why(@PathVariable UUID id) {
        var why = new TreeMap<String, Explanation>();
        releases.live()
                .models()
                .why(existing(id), clock.instant())
                .forEach((score, reasons) -> why.put(score, wording.explain(reasons)));
        return why;
    }

    @GetMapping("/{id}/timeline")
    @Operation(summary = "What happened with a customer, the newest first")
    Listing<Timeline.Item> timeline(
            @PathVariable UUID id,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) String after) {
        Listing.checked(limit);
        var place = Timeline.Place.of(after);
        var customer = existing(id).id();
        return Listing.of(
                timeline.of(customer, limit + 1, place), limit, item -> new Timeline.Place(item.at(), item.id()));
    }

    @GetMapping("/{id}/consent")
    @Operation(summary = "All that was ever said of a customer's consent, with its proof, the newest first")
    Listing<ConsentLedger.Entry> consent(
            @PathVariable UUID id,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) UUID after) {
        Listing.checked(limit);
        var customer = existing(id).id();
        return Listing.of(consents.of(customer, limit + 1, after), limit, ConsentLedger.Entry::id);
    }

    private Customer existing(UUID id) {
        return customers.find(id).orElseThrow(() -> new NotFound("customer"));
    }

    private static Brief brief(Customer customer) {
        return new Brief(
                customer.id(),
                names(customer),
                traits(customer),
                customer.stage().label(),
                customer.stageSince());
    }

    private static List<String> names(Customer customer) {
        return customer.identities().stream().map(Identity::toString).sorted().toList();
    }

    private static Map<String, Object> traits(Customer customer) {
        var traits = new TreeMap<String, Object>();
        customer.traits().forEach((name, said) -> traits.put(name, said.value()));
        return traits;
    }

    private static Identity identity(String text) {
        var identity = Identity.parse(text);
        if (identity == null) {
            throw new BadParameter("identity", "must be kind:name, such as email:ada@example.org");
        }
        var name = identity.name();
        if (name.isBlank() || name.length() > Identity.MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new BadParameter("identity", "must name somebody in 1 to " + Identity.MAX_NAME + " characters");
        }
        return identity.kind().equals(Identity.Kind.email)
                ? new Identity(identity.kind(), name.toLowerCase(Locale.ROOT))
                : identity;
    }
}
