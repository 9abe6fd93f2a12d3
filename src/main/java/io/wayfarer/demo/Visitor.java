package io.wayfarer.demo;

import io.wayfarer.demo.Catalogue.Product;
import io.wayfarer.demo.Crowd.Due;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One simulated person, and the model of how people behave here, so that it is known what there is to learn.
 *
 * <p>Hidden in everybody is a need, from 0 (just looking) to 1 (wants it now), and one wanted product. Most need little:
 * the need begins as a uniform number to the power of 1.6. Nobody reports it; it shows.
 *
 * <ul>
 *   <li>A visit has 1 + Poisson(0.6 + 2.4 need) product views; each is of the wanted product with probability need. A page
 *       is read for exp(N(ln(8 + 40 need), 0.6)) seconds. They search with probability 0.1 + 0.5 need.
 *   <li>With need over 0.2 and the wanted product seen, they put it in the cart with probability logistic(6 need - 3.5);
 *       the first time they sign up at the latest then. A careful one (1 in 8) watches the price for four visits first.
 *   <li>With a cart they start to check out with probability 0.2 + 0.5 need and then order with probability 0.75;
 *       otherwise they leave it. A cart left behind is emptied at the next visit with probability 0.35, and the need falls by
 *       0.2. Half of all people agreed to mails. 1 in 10 orders by telephone: the ERP reports it.
 *   <li>They come again after an exponential time with mean 9 - 6 need days, 4 days with a cart left behind. The need moves
 *       by N(0.02, 0.1) between visits and falls to a tenth when they have ordered. After a visit without a cart 1 in 12
 *       leaves for good.
 *   <li>A mail is opened with the person's own probability, between 0.2 and 0.8. Of the opened ones, 0.4 bring the person
 *       back within a day, and then the order is more likely by 0.25 in absolute terms: that is the lift of a mail. 1 in 30
 *       unsubscribes.
 *   <li>Of the orders, 8 in 100 go wrong: an unhappy letter after 2 to 6 days, and in half of these cases the ERP refunds.
 *       15 in 100 post a happy review instead, with 4 or 5 stars.
 * </ul>
 */
final class Visitor {

    /** Why somebody does something. */
    enum Why {
        VISIT,
        VISIT_FROM_MAIL,
        OPEN_MAIL,
        UNSUBSCRIBE,
        COMPLAIN,
        REFUND,
        PRAISE
    }

    private static final List<String> ZONES =
            List.of("Europe/London", "Europe/Berlin", "Europe/Madrid", "Europe/Helsinki");

    private final Catalogue catalogue;
    private final int number;
    private final Random random;
    private final String id;
    private final String name;
    private final String email;
    private final String language;
    private final ZoneId zone;
    private final boolean agrees;
    private final boolean careful;
    private final double opens;
    private final Map<Product, Integer> cart = new LinkedHashMap<>();
    private double need;
    private Product wanted;
    private int looks;
    private int deeds;
    private boolean known;
    private boolean left;

    /** @param beginning makes the ids of this crowd different from those of another */
    Visitor(Catalogue catalogue, long seed, int number, Instant beginning) {
        this.catalogue = catalogue;
        this.number = number;
        this.random = new Random(seed * 1_000_003 + number);
        this.id = "p" + Long.toString(beginning.getEpochSecond(), 36) + "-" + number;
        this.language = random.nextInt(4) == 0 ? "zh" : "en";
        this.zone = ZoneId.of(language.equals("zh") ? "Asia/Shanghai" : ZONES.get(random.nextInt(ZONES.size())));
        this.name = Phrases.name(language, random);
        this.email = (language.equals("zh") ? "kehu" : name.toLowerCase()) + "." + id + "@post.example";
        this.agrees = random.nextBoolean();
        this.careful = random.nextInt(8) == 0;
        this.opens = 0.2 + 0.6 * random.nextDouble();
        this.need = Math.pow(random.nextDouble(), 1.6);
        want();
    }

    int number() {
        return number;
    }

    String email() {
        return email;
    }

    boolean hasLeft() {
        return left;
    }

    private void want() {
        wanted = catalogue.products().get(random.nextInt(catalogue.products().size()));
        looks = 0;
    }

    /** That time, or the same evening, where they live: nobody shops between 23 and 8 o'clock. */
    Instant awake(Instant at) {
        var local = at.atZone(zone);
        var hour = local.getHour();
        return hour >= 8 && hour < 23
                ? at
                : local.withHour(8)
                        .plusDays(hour >= 23 ? 1 : 0)
                        .plusMinutes(random.nextInt(240))
                        .toInstant();
    }

    /** Does it, and adds what it leads to to the agenda. */
    void act(Due due, Collection<Deed> done, Collection<Due> agenda) {
        switch (due.why()) {
            case VISIT -> visit(due.at(), false, done, agenda);
            case VISIT_FROM_MAIL -> {
                agenda.removeIf(other -> other.who() == this && other.why() == Why.VISIT);
                visit(due.at(), true, done, agenda);
            }
            case OPEN_MAIL -> done.add(track(due.at(), "Email Opened", Map.of("email_subject", due.about())));
            case UNSUBSCRIBE -> done.add(new Deed.Unsubscribe(due.at(), due.about()));
            case COMPLAIN -> complain(due, done);
            case REFUND ->
                done.add(new Deed.Delivery(due.at(), deedId(), "order.refunded", person("order_id", due.about())));
            case PRAISE -> praise(due, done);
        }
    }

    private void visit(Instant start, boolean fromMail, Collection<Deed> done, Collection<Due> agenda) {
        var at = start;
        at = page(at, "/shop", done);
        if (!fromMail && !cart.isEmpty() && random.nextDouble() < 0.35) {
            for (var line : cart.entrySet()) {
                done.add(track(at, "Product Removed", properties(line.getKey(), line.getValue())));
            }
            cart.clear();
            need = Math.max(0, need - 0.2);
            looks = 0;
        }
        if (random.nextDouble() < 0.1 + 0.5 * need) {
            done.add(track(at, "Products Searched", Map.of("query", wanted.category())));
        }
        var seen = false;
        for (int views = 1 + poisson(0.6 + 2.4 * need); views > 0; views--) {
            var product = fromMail && views == 1 || random.nextDouble() < need ? wanted : any();
            seen |= product == wanted;
            looks += product == wanted ? 1 : 0;
            done.add(track(at, "Product Viewed", properties(product, 1)));
            at = page(at, "/shop/product/" + product.id(), done);
        }
        var ready = !careful || looks >= 4 || fromMail;
        if (seen
                && ready
                && need > 0.2
                && !cart.containsKey(wanted)
                && random.nextDouble() < logistic(6 * need - 3.5)) {
            at = introduce(at, done);
            cart.put(wanted, 1 + random.nextInt(2));
            done.add(track(at, "Product Added", properties(wanted, cart.get(wanted))));
        }
        if (!known && random.nextInt(5) == 0) {
            at = introduce(at, done);
        }
        var lift = fromMail ? 0.25 : 0;
        if (!cart.isEmpty() && random.nextDouble() < Math.min(1, 0.2 + 0.5 * need + lift)) {
            at = page(at, "/shop/cart", done);
            if (random.nextDouble() < 0.75 + lift) {
                order(at, done, agenda);
            } else {
                done.add(track(at, "Checkout Started", ordered(null)));
            }
        }
        plan(at, agenda);
    }

    private void order(Instant at, Collection<Deed> done, Collection<Due> agenda) {
        var order = id + "-" + ++deeds;
        if (random.nextInt(10) == 0) {
            // by telephone, after having looked it up: only the ERP knows of it
            var data = person("order_id", order);
            data.putAll(ordered(order));
            done.add(new Deed.Delivery(at.plusSeconds(600), order, "order.completed", data));
        } else {
            done.add(track(at, "Checkout Started", ordered(order)));
            done.add(track(at.plusSeconds(90), "Order Completed", ordered(order)));
        }
        var later = at.plus(Duration.ofHours(48 + random.nextInt(96)));
        var luck = random.nextInt(100);
        if (luck < 8) {
            agenda.add(new Due(awake(later), this, Why.COMPLAIN, wanted.id()));
            if (random.nextBoolean()) {
                agenda.add(new Due(later.plus(Duration.ofDays(2)), this, Why.REFUND, order));
            }
        } else if (luck < 23) {
            agenda.add(new Due(awake(later), this, Why.PRAISE, wanted.id()));
        }
        cart.clear();
        need *= 0.1;
        want();
    }

    /** When to come again, if ever. */
    private void plan(Instant at, Collection<Due> agenda) {
        if (cart.isEmpty() && random.nextInt(12) == 0) {
            left = true;
            return;
        }
        var days = random.nextExponential() * (cart.isEmpty() ? 9 - 6 * need : 4);
        need = Math.max(0, Math.min(1, need + 0.02 + 0.1 * random.nextGaussian()));
        var next = at.plusMillis((long) ((0.2 + days) * Duration.ofDays(1).toMillis()));
        agenda.add(new Due(awake(next), this, Why.VISIT, null));
    }

    /** What a mail makes them do. */
    void receive(Mail mail, Collection<Due> agenda) {
        if (random.nextDouble() > opens) {
            return;
        }
        var opened = awake(mail.at().plus(Duration.ofMinutes(20 + random.nextInt(360))));
        agenda.add(new Due(opened, this, Why.OPEN_MAIL, mail.subject()));
        if (!mail.unsubscribe().isEmpty() && random.nextInt(30) == 0) {
            agenda.add(new Due(opened.plusSeconds(60), this, Why.UNSUBSCRIBE, mail.unsubscribe()));
        } else if (random.nextDouble() < 0.4) {
            agenda.add(new Due(
                    awake(opened.plus(Duration.ofMinutes(5 + random.nextInt(1000)))), this, Why.VISIT_FROM_MAIL, null));
        }
    }

    private void complain(Due due, Collection<Deed> done) {
        var product = named(due.about());
        done.add(new Deed.Letter(
                due.at(), name, email, Phrases.subject(language, random), Phrases.trouble(language, product, random)));
    }

    private void praise(Due due, Collection<Deed> done) {
        var rating = 4 + random.nextInt(2);
        var text = Phrases.praise(language, named(due.about()), random);
        done.add(track(due.at(), "Review Posted", Map.of("product_id", due.about(), "rating", rating, "text", text)));
    }

    private String named(String product) {
        return catalogue.find(product).orElseThrow().name().get(language);
    }

    private Product any() {
        return catalogue.products().get(random.nextInt(catalogue.products().size()));
    }

    /** A page from opening to leaving; gives the time at which it is left. */
    private Instant page(Instant at, String path, Collection<Deed> done) {
        var seconds = Math.min(1200, Math.exp(Math.log(8 + 40 * need) + 0.6 * random.nextGaussian()));
        var leaving = at.plusMillis((long) (seconds * 1000));
        done.add(message(at, "page", Map.of("properties", Map.of("path", path))));
        done.add(track(leaving, "Page Left", Map.of("path", path, "dwell", Math.round(seconds * 10) / 10.0)));
        return leaving;
    }

    private Instant introduce(Instant at, Collection<Deed> done) {
        if (!known) {
            known = true;
            done.add(message(
                    at,
                    "identify",
                    Map.of("traits", Map.of("name", name, "email", email, "consent", Map.of("marketing", agrees)))));
        }
        return at.plusSeconds(5);
    }

    private Map<String, Object> properties(Product product, int quantity) {
        return Map.of(
                "product_id", product.id(),
                "name", product.name().get(language),
                "category", product.category(),
                "price", product.price(),
                "currency", "EUR",
                "quantity", quantity,
                "url", catalogue.url(product));
    }

    /** What is in the cart, as an order. */
    private Map<String, Object> ordered(String order) {
        var total = cart.entrySet().stream()
                .mapToInt(line -> line.getKey().price() * line.getValue())
                .sum();
        var products = cart.entrySet().stream()
                .map(line -> properties(line.getKey(), line.getValue()))
                .toList();
        var facts = new HashMap<String, Object>(Map.of("total", total, "currency", "EUR", "products", products));
        if (order != null) {
            facts.put("order_id", order);
        }
        return facts;
    }

    /** The person as the ERP knows them. */
    private Map<String, Object> person(String property, String value) {
        return new HashMap<>(Map.of("userId", id, "email", email, property, value));
    }

    private Deed.Message track(Instant at, String event, Map<String, Object> properties) {
        return message(at, "track", Map.of("event", event, "properties", properties));
    }

    private Deed.Message message(Instant at, String type, Map<String, Object> rest) {
        var body = new LinkedHashMap<String, Object>(rest);
        body.put("type", type);
        body.put("messageId", deedId());
        body.put("anonymousId", "browser-" + id);
        body.put("channel", "web");
        body.put("context", Map.of("locale", language.equals("zh") ? "zh-CN" : "en", "timezone", zone.getId()));
        if (known) {
            body.put("userId", id);
        }
        return new Deed.Message(at, body);
    }

    private String deedId() {
        return id + ":" + ++deeds;
    }

    /** Knuth's method: fine for small means. */
    private int poisson(double mean) {
        var limit = Math.exp(-mean);
        var count = 0;
        for (var product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
