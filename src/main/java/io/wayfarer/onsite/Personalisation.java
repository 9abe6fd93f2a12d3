package io.wayfarer.onsite;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.decide.Release;
import io.wayfarer.decide.Releases;
import io.wayfarer.decide.Rulebook;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.http.Answer;
import io.wayfarer.ingest.http.Door;
import io.wayfarer.ingest.http.HttpCall;
import io.wayfarer.ingest.http.Visit;
import io.wayfarer.ingest.http.Visits;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Features;
import io.wayfarer.profile.Identity;
import io.wayfarer.recommend.Recommendation;
import io.wayfarer.recommend.Recommender;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/**
 * What the page of a visitor is to show now, by rules/personalise.dmn. It only reads: three small queries for the person,
 * all else from memory. What was shown and clicked comes back by the collector, as what the page reports.
 */
@Component
class Personalisation {

    private static final String TABLE = "personalise";
    private static final String SLOT = "slot";
    private static final String OTHER = "none";
    private static final int MAX_SLOTS = 10;
    private static final int MAX_LIST = 1_000;
    private static final int DEFAULT_ITEMS = 4;
    private static final int MAX_ITEMS = 20;
    private static final List<String> PROFILING = List.of("profiling/*", "profiling/personalisation");

    private final Door door;
    private final Visits visits;
    private final Customers customers;
    private final Releases releases;
    private final Recommender recommender;
    private final Clock clock;
    private final ObjectMapper json;

    Personalisation(
            Door door,
            Visits visits,
            Customers customers,
            Releases releases,
            Recommender recommender,
            Clock clock,
            ObjectMapper json) {
        this.door = door;
        this.visits = visits;
        this.customers = customers;
        this.releases = releases;
        this.recommender = recommender;
        this.clock = clock;
        this.json = json;
    }

    /** Answers the call that the exchange carries. */
    public void answer(Exchange exchange) throws InterruptedException {
        door.read(exchange, this::answer);
    }

    private Answer answer(HttpCall call) {
        var visit = visits.of(call, call::field);
        var release = releases.live();
        var slots = slots(call.field("slots"), release.rulebook().values(TABLE, SLOT));
        var shown = show(known(visit), slots, limit(call.field("limit")), release, clock.instant());
        try {
            return Answer.json(json.writeValueAsString(shown));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> slots(String list, Set<String> known) {
        if (list == null || list.isBlank() || list.length() > MAX_LIST) {
            throw Refusal.bad("slots", "slots must name the places on the page, with commas between");
        }
        var slots = Stream.of(list.split(",", -1)).map(String::strip).distinct().toList();
        if (slots.size() > MAX_SLOTS) {
            throw Refusal.bad("slots", "slots may name at most " + MAX_SLOTS + " places");
        }
        if (!known.containsAll(slots)) {
            throw Refusal.bad("slots", "slots names a place that rules/personalise.dmn does not know");
        }
        return slots;
    }

    private static int limit(String text) {
        if (text == null) {
            return DEFAULT_ITEMS;
        }
        if (!text.matches("[1-9]\\d?") || Integer.parseInt(text) > MAX_ITEMS) {
            throw Refusal.bad("limit", "limit must be from 1 to " + MAX_ITEMS);
        }
        return Integer.parseInt(text);
    }

    /** By the proved user id, else by the browser. */
    private Optional<Customer> known(Visit visit) {
        return find(Identity.Kind.userId, visit.userId())
                .or(() -> find(Identity.Kind.anonymousId, visit.anonymousId()))
                .flatMap(customers::find);
    }

    private Optional<UUID> find(Identity.Kind kind, String name) {
        return name == null ? Optional.empty() : customers.find(new Identity(kind, name));
    }

    /**
     * What each place shows.
     *
     * @param customer empty for somebody who is not known
     * @param slots of those that the rules know
     * @param limit how many products a place may show
     */
    Shown show(Optional<Customer> customer, List<String> slots, int limit, Release release, Instant now) {
        var profiled = customer.filter(one -> !refusesProfiling(one));
        // who wants no profile is answered as if they had never been seen
        var who = profiled.orElseGet(() -> Customer.unknown(new UUID(0, 0), Set.of(), now));
        var facts = facts(who, release, now);
        facts.put("profiled", customer.isEmpty() || profiled.isPresent());
        return new Shown(
                profiled.isPresent(),
                release.id(),
                slots.stream()
                        .map(slot -> slot(slot, who, facts, limit, release, now))
                        .toList());
    }

    private Shown.Slot slot(
            String slot, Customer who, Map<String, Object> facts, int limit, Release release, Instant now) {
        var asked = new LinkedHashMap<>(facts);
        asked.put(SLOT, slot);
        var row = release.rulebook().ask(TABLE, asked);
        var items =
                switch (row.text("show")) {
                    case "recommended" -> recommended(who, limit, now);
                    case "popular" -> recommended(Customer.unknown(who.id(), Set.of(), now), limit, now);
                    case "cart" ->
                        who.features().cart().stream()
                                .limit(limit)
                                .map(Personalisation::item)
                                .toList();
                    default -> List.<Shown.Item>of();
                };
        return new Shown.Slot(
                slot,
                items.isEmpty() ? "nothing" : row.text("show"),
                Map.of("en", row.text("titleEn"), "zh", row.text("titleZh")),
                row.text("reason"),
                row.rule(),
                items);
    }

    private static Map<String, Object> facts(Customer who, Release release, Instant now) {
        var rulebook = release.rulebook();
        var segment = rulebook.segment(who, now);
        var facts = new LinkedHashMap<String, Object>();
        facts.put("stage", who.stage().label());
        facts.put(
                "segment", segment == null || !rulebook.values(TABLE, "segment").contains(segment) ? OTHER : segment);
        facts.put("cartSize", who.features().cart().size());
        facts.put("propensity", Rulebook.propensity(release.models().score(who, null, now)));
        return facts;
    }

    private static boolean refusesProfiling(Customer customer) {
        return PROFILING.stream()
                .map(customer.consent()::get)
                .anyMatch(said -> said != null && Boolean.FALSE.equals(said.value()));
    }

    private List<Shown.Item> recommended(Customer who, int limit, Instant now) {
        return recommender.forCustomer(who, now, limit).stream()
                .map(Personalisation::item)
                .toList();
    }

    private static Shown.Item item(Recommendation one) {
        return new Shown.Item(
                one.product(),
                one.name(),
                one.url(),
                one.image(),
                one.price(),
                one.currency(),
                one.reason().words(),
                one.model());
    }

    private static Shown.Item item(Features.CartItem one) {
        var price = Double.isNaN(one.price()) ? null : BigDecimal.valueOf(one.price());
        return new Shown.Item(one.product(), one.title(), one.url(), null, price, null, null, null);
    }
}
