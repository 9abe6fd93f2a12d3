package io.wayfarer.decide;

import io.wayfarer.anomaly.Anomaly;
import io.wayfarer.anomaly.Behaviour;
import io.wayfarer.anomaly.Forest;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Features;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.Metric;
import io.wayfarer.profile.Stage;
import io.wayfarer.score.Scores;
import io.wayfarer.time.TimeOrderedId;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a DRL rule sees: one event, and the customer as it left them. Each getter is a word of the rules: {@code
 * getCartSize()} is {@code cartSize}. Counts are read at the time of the customer's newest event, so that late events and
 * imported history are judged by event time; only {@link #isFresh()} asks what time it is now.
 */
public final class Moment {

    static final String MARKETING = "marketing";

    private static final int MAX_ITEMS = 10;
    private static final int MAX_TITLE = 80;
    private static final int MAX_ODDITIES = 3;
    private static final int MAX_URL = 120;
    private static final int MAX_TEXT = 1000;
    private static final double MAX_ORDER = 1e7;
    /** What the mood is in a language that is not read. */
    private static final double UNREAD = 0.5;

    private static final Duration FRESH = Duration.ofHours(24);
    /** After so much silence people are back in awareness: within it, a late event cannot undo how they came there. */
    private static final Duration SILENCE = Duration.ofDays(60);

    private static final Set<String> SHOWS_ITS_PRODUCT =
            Set.of("Product Viewed", "Price Dropped", "Product Back In Stock", "Occasion Due");

    private final Customer before;
    private final Customer customer;
    private final Features features;
    private final Event event;
    private final Scores scores;
    private final Instant now;
    private final Instant asOf;
    private final String product;
    private final int cartSize;
    private final Forest forest;
    private Optional<Anomaly> oddity;

    /** @param forest null when none was learnt */
    Moment(Customer before, Customer customer, Event event, Scores scores, Forest forest, Instant now) {
        this.before = before;
        this.customer = customer;
        this.features = customer.features();
        this.event = event;
        this.scores = scores;
        this.forest = forest;
        this.now = now;
        this.asOf = latest(features.lastSeen(), event.at());
        this.product = Features.productOf(event.properties());
        this.cartSize = features.cart().size();
    }

    /** What happened: {@code Product Viewed}. */
    public String getEvent() {
        return event.name();
    }

    /** Where the customer was before the event: awareness, evaluation, purchase, use, after-sales. */
    public String getStage() {
        return customer.stage().label();
    }

    /** Whole days since the move to the stage. */
    public long getDaysInStage() {
        return days(customer.stageSince(), event.at());
    }

    /** The event is not older than the last move between stages. */
    public boolean isTimely() {
        var since = customer.stage() == Stage.AWARENESS ? customer.stageSince().minus(SILENCE) : customer.stageSince();
        return !event.at().isBefore(since);
    }

    /** The event happened within the last 24 hours. */
    public boolean isFresh() {
        return !event.at().isBefore(now.minus(FRESH));
    }

    /** We have an address to write to. */
    public boolean isReachable() {
        return event.email() != null || customer.email().isPresent();
    }

    /** Has ordered at least once. */
    public boolean isBuyer() {
        return features.lastOrder() != null;
    }

    /** The product that the event is about, or null. */
    public String getProduct() {
        return product;
    }

    /** The product's name, its id when it has none, or "something". */
    public String getTitle() {
        var title = event.text("name");
        return title != null ? bounded(title, MAX_TITLE) : product != null ? product : "something";
    }

    /** How often any product was viewed in so many days. */
    public long views(int days) {
        return features.count(Metric.PRODUCT_VIEWS, days, asOf);
    }

    /** How often the event's product was viewed in so many days, among the customer's newest 50 events. */
    public int viewsOfProduct(int days) {
        return product == null ? 0 : features.recently("Product Viewed", product, days * 24, asOf);
    }

    /** How often any product was viewed or searched for in so many days. */
    public long looks(int days) {
        return views(days) + features.count(Metric.SEARCHES, days, asOf);
    }

    /** Different products in the cart after the event. */
    public int getCartSize() {
        return cartSize;
    }

    /** The cart was empty before the event. */
    public boolean isCartWasEmpty() {
        return before.features().cart().isEmpty();
    }

    /** The event's product is in the cart. */
    public boolean isInCart() {
        return features.cart().stream().anyMatch(item -> item.product().equals(product));
    }

    /** Whole days since something was put in the cart that is still in it; 0 when it is empty. */
    public long getDaysSinceCart() {
        return cartSize == 0 ? 0 : days(features.cart().get(0).at(), asOf);
    }

    /** Whole days since the newest order; 0 when there was none. */
    public long getDaysSinceOrder() {
        return days(features.lastOrder(), asOf);
    }

    /** Whole days between this event and the one before it. */
    public long getDaysSilent() {
        return days(before.features().lastSeen(), event.at());
    }

    /** The mood of the event's text, from 0 (unhappy) to 1 (happy); 1 when it has none. */
    public double getMood() {
        return scores.value(Scores.SENTIMENT, 1);
    }

    /** The event brings a text, in a language that is read. */
    public boolean isMoodKnown() {
        return scores.value(Scores.SENTIMENT, UNREAD) != UNREAD;
    }

    /** How satisfied the customer was before this event, from 0 to 100; 70 when nothing is known. */
    public double getSatisfaction() {
        return before.features().satisfaction().at(event.at()).index();
    }

    /**
     * How surely the event's text is about the need, from 0 to 1: {@code need("delivery") > 0.5}. 0 when no word of it says
     * so. Which needs there are is written in rules/needs.txt.
     */
    public double need(String name) {
        return scores.value(Scores.need(name), 0);
    }

    /** The occasion that has come, as rules/occasions.txt names it; null for anything else. */
    public String getOccasion() {
        return event.source().equals(Event.OCCASIONS) ? event.text("occasion") : null;
    }

    /** Whole hours since the occasion came: more than 0 when the program was down at that moment. */
    public long getHoursLate() {
        try {
            return getOccasion() == null
                    ? 0
                    : Duration.between(Instant.parse(event.text("due")), event.at())
                            .toHours();
        } catch (DateTimeException e) {
            return 0;
        }
    }

    /** The rating given, usually 1 to 5, or the score of a survey of satisfaction; NaN when there is none. */
    public double getRating() {
        return score("csat", event.number("rating"));
    }

    /** The answer to whether they would recommend us, 0 to 10, or NaN. */
    public double getNps() {
        return score("nps", Double.NaN);
    }

    /** The survey that was answered, or null. */
    public String getSurvey() {
        return event.text("survey");
    }

    private double score(String kind, double otherwise) {
        return kind.equals(event.text("kind")) ? event.number("score") : otherwise;
    }

    /** How often something happened in so many hours, this event with it, among the customer's newest 50 events. */
    public int happened(String name, int hours) {
        return features.recently(name, null, hours, asOf);
    }

    /**
     * What the order comes to, bounded as in the sums that {@link #getUsualOrder} is made of; 0 when it does not
     * say: to Drools NaN is more than any number.
     */
    public double getOrderValue() {
        var total = event.number("total");
        var value = Double.isNaN(total) ? event.number("revenue") : total;
        return Double.isNaN(value) ? 0 : Math.min(value, MAX_ORDER);
    }

    /** The mean of the orders before this event; NaN when there was none. */
    public double getUsualOrder() {
        return before.features().lifetime(Metric.REVENUE) / 100.0 / getOrdersBefore();
    }

    /** Orders before this event. */
    public long getOrdersBefore() {
        return before.features().lifetime(Metric.ORDERS);
    }

    /** Orders so far. */
    public long getOrders() {
        return features.lifetime(Metric.ORDERS);
    }

    /** Refunds so far, this one with them. */
    public long getRefunds() {
        return features.lifetime(Metric.REFUNDS);
    }

    /**
     * How unlike all others the order or refund is: the share of earlier ones that are less so. 0.99 is one of the strangest
     * hundredth; 0 for anything else, and while too little was learnt.
     */
    public double getAnomaly() {
        return oddity().map(Anomaly::rank).orElse(0.0);
    }

    /** What sets it apart most, in short. */
    public String getOddities() {
        return oddity().stream()
                .flatMap(found -> found.parts().stream().limit(MAX_ODDITIES))
                .filter(part -> part.part() > 0)
                .map(part -> part.feature() + " " + Math.round(100 * part.value()) / 100.0)
                .collect(Collectors.joining(", "));
    }

    /** Looked for once, and only when a rule asks. */
    Optional<Anomaly> oddity() {
        if (oddity == null) {
            oddity = forest != null && Behaviour.isJudged(event)
                    ? Optional.of(forest.judge(before, customer, event))
                    : Optional.empty();
        }
        return oddity;
    }

    /** Whole hours between the customer's first event and this one. */
    public long getHoursKnown() {
        return Math.max(0, Duration.between(features.firstSeen(), event.at()).toHours());
    }

    /** Different email addresses that the customer is known by. */
    public long getAddresses() {
        return customer.identities().stream()
                .filter(identity -> identity.kind().equals(Identity.Kind.email))
                .count();
    }

    /** By what share the price of the event's product dropped: 0.25 is a quarter; 0 when it does not say. */
    public double getDrop() {
        // to Drools NaN is more than any number
        var drop = event.number("drop");
        return Double.isNaN(drop) ? 0 : drop;
    }

    /** With this event they agreed to marketing messages, and had not before. */
    public boolean isAgreesNow() {
        return customer.consentsTo(MARKETING) && !before.consentsTo(MARKETING);
    }

    /** With this event they refused marketing messages, and did not before. */
    public boolean isRefusesNow() {
        return customer.refuses(MARKETING) && !before.refuses(MARKETING);
    }

    /** What a marketer needs to see why, in short. */
    Map<String, Object> facts() {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("event", event.name());
        facts.put("at", event.at().toString());
        facts.put("channel", event.channel());
        if (product != null) {
            facts.put("product", product);
            facts.put("title", getTitle());
            facts.put("viewsOfProduct", viewsOfProduct(7));
        }
        facts.put("views", (int) views(30));
        facts.put("cartSize", cartSize);
        facts.put("daysSilent", (int) getDaysSilent());
        facts.put("orders", (int) features.lifetime(Metric.ORDERS));
        var satisfaction = before.features().satisfaction().at(event.at());
        if (satisfaction.observations() > 0) {
            facts.put("satisfaction", satisfaction.index());
        }
        putFact(facts, "subject", event.text("subject"));
        putFact(facts, "text", event.words());
        for (var property :
                List.of("rating", "survey", "score", "drop", "order_id", "total", "currency", "occasion", "due")) {
            putFact(facts, property, event.text(property));
        }
        return facts;
    }

    private static void putFact(Map<String, Object> facts, String name, String text) {
        if (text != null) {
            facts.put(name, bounded(text, MAX_TEXT));
        }
    }

    /** The event is news of one product, which a message about it shows. */
    boolean showsItsProduct() {
        return product != null && SHOWS_ITS_PRODUCT.contains(event.name());
    }

    /** What a message may show: the product that the event is about, what was ordered, or else what is in the cart. */
    List<Map<String, Object>> items() {
        if (showsItsProduct()) {
            return List.of(item(event.properties(), product, getTitle()));
        }
        return event.name().equals("Order Completed") ? ordered() : items(features);
    }

    private List<Map<String, Object>> ordered() {
        var lines =
                event.properties().get("products") instanceof List<?> products ? products : List.of(event.properties());
        return lines.stream()
                .filter(Map.class::isInstance)
                .map(line -> (Map<?, ?>) line)
                .filter(line -> line.get("name") instanceof String && Features.productOf(line) != null)
                .limit(MAX_ITEMS)
                .map(line -> item(line, Features.productOf(line), bounded((String) line.get("name"), MAX_TITLE)))
                .toList();
    }

    private Map<String, Object> item(Map<?, ?> said, String of, String title) {
        var price = event.inBase(Event.toNumber(said.get("price")));
        return item(of, title, said.get("url") instanceof String url ? url : null, price, 1);
    }

    /** What is in the cart, for a message to show: product, title, quantity, and url and price where known. */
    static List<Map<String, Object>> items(Features features) {
        return features.cart().stream()
                .map(item -> item(item.product(), item.title(), item.url(), item.price(), item.quantity()))
                .toList();
    }

    private static Map<String, Object> item(String product, String title, String url, double price, int quantity) {
        var item = new LinkedHashMap<String, Object>();
        item.put("product", product);
        item.put("title", title);
        item.put("quantity", quantity);
        if (url != null && url.length() <= MAX_URL) {
            item.put("url", url);
        }
        if (!Double.isNaN(price)) {
            item.put("price", price);
        }
        return item;
    }

    /** @param number tells the decisions of one event apart */
    Decision decision(
            int number, String action, String rule, String reason, String release, Map<String, Object> facts) {
        return new Decision(
                TimeOrderedId.derived(event.receivedAt(), event.id(), number),
                customer.id(),
                event.id(),
                now,
                action,
                rule,
                reason,
                release,
                scores.byName(),
                facts);
    }

    private static String bounded(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    private static Instant latest(Instant seen, Instant at) {
        return seen == null || seen.isBefore(at) ? at : seen;
    }

    private static long days(Instant from, Instant to) {
        return from == null ? 0 : Math.max(0, Duration.between(from, to).toDays());
    }
}
