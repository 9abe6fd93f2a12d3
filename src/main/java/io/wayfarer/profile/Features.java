package io.wayfarer.profile;

import io.wayfarer.ingest.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is counted and remembered of a customer, of bounded size and immutable. Every part of it depends on the event
 * times alone, so that events which arrive late or out of order give the same state. The bound: what is older than
 * {@value #WINDOW_DAYS} days before the newest event counts in the lifetime sums only.
 *
 * <p>A window of n days before a moment is that moment's UTC day and the n - 1 days before it.
 */
public final class Features {

    /** Longest window, in days. */
    public static final int WINDOW_DAYS = 90;

    static final int MAX_RECENT = 50;
    static final int MAX_BOUGHT = 50;
    static final int MAX_CART = 10;
    static final int MAX_ACTIONS = 16;
    static final int MAX_NAME = 40;
    static final int MAX_TITLE = 80;
    static final int MAX_URL = 120;
    static final int METRICS = Metric.values().length;

    public static final Features EMPTY = new Features(
            new int[0],
            new long[0],
            new long[METRICS],
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            Satisfaction.NOTHING);

    /** An event in short; {@code product} is null when it was about none. */
    public record Recent(Instant at, String name, String product) {}

    /**
     * A product that was put in the cart, or taken out again ({@code quantity} 0).
     *
     * @param price of one, or NaN when not known
     */
    public record CartItem(String product, String title, String url, double price, int quantity, Instant at) {}

    /** A product that was ordered, at the time of the order. */
    public record Bought(Instant at, String product) {}

    private static final Comparator<Recent> NEWEST_FIRST = Comparator.comparing(Recent::at)
            .reversed()
            .thenComparing(Recent::name)
            .thenComparing(Recent::product, Comparator.nullsFirst(Comparator.naturalOrder()));
    private static final Comparator<Bought> NEWEST_BOUGHT_FIRST =
            Comparator.comparing(Bought::at).reversed().thenComparing(Bought::product);
    private static final Comparator<CartItem> NEWEST_ITEM_FIRST =
            Comparator.comparing(CartItem::at).reversed().thenComparing(CartItem::product);

    /** UTC days since 1970, ascending; row i of {@link #counts} belongs to day i. */
    final int[] days;

    final long[] counts;
    final long[] lifetime;
    final Instant firstSeen;
    final Instant lastSeen;
    final Instant lastOrder;
    /** The last order or emptying: what was put in the cart before it is no longer in there. */
    final Instant cartCleared;

    final List<Recent> recent;
    final List<Bought> bought;
    final List<CartItem> cart;
    final Map<String, Instant> lastDecided;
    private final Satisfaction satisfaction;

    Features(
            int[] days,
            long[] counts,
            long[] lifetime,
            Instant firstSeen,
            Instant lastSeen,
            Instant lastOrder,
            Instant cartCleared,
            List<Recent> recent,
            List<Bought> bought,
            List<CartItem> cart,
            Map<String, Instant> lastDecided,
            Satisfaction satisfaction) {
        this.days = days;
        this.counts = counts;
        this.lifetime = lifetime;
        this.firstSeen = firstSeen;
        this.lastSeen = lastSeen;
        this.lastOrder = lastOrder;
        this.cartCleared = cartCleared;
        this.recent = recent;
        this.bought = bought;
        this.cart = cart;
        this.lastDecided = lastDecided;
        this.satisfaction = satisfaction;
    }

    /** The sum of the metric over the window of {@code windowDays} before {@code now}. */
    public long count(Metric metric, int windowDays, Instant now) {
        var last = dayOf(now);
        var sum = 0L;
        for (int i = days.length - 1; i >= 0 && days[i] > last - windowDays; i--) {
            if (days[i] <= last) {
                sum += counts[i * METRICS + metric.ordinal()];
            }
        }
        return sum;
    }

    /** The sum of the metric over all time. */
    public long lifetime(Metric metric) {
        return lifetime[metric.ordinal()];
    }

    /** Days with at least one event in the window. */
    public int activeDays(int windowDays, Instant now) {
        var last = dayOf(now);
        var active = 0;
        for (var day : days) {
            active += day > last - windowDays && day <= last ? 1 : 0;
        }
        return active;
    }

    /** Event time of the first event, or null when there was none. */
    public Instant firstSeen() {
        return firstSeen;
    }

    /** Event time of the newest event, or null when there was none. */
    public Instant lastSeen() {
        return lastSeen;
    }

    /** Event time of the newest order, or null when there was none. */
    public Instant lastOrder() {
        return lastOrder;
    }

    /** The newest events in short, the newest first. */
    public List<Recent> recent() {
        return recent;
    }

    /** The newest products that were ordered, one for each order they were in, the newest first. */
    public List<Bought> bought() {
        return bought;
    }

    /** How often the event happened with the product (any, when null) in the hours before {@code now}. */
    public int recently(String name, String product, int hours, Instant now) {
        var since = now.minusSeconds(hours * 3600L);
        var seen = 0;
        for (var one : recent) {
            if (one.at().isBefore(since)) {
                break;
            }
            var match = one.name().equals(name)
                    && (product == null || cut(product, MAX_NAME).equals(one.product()));
            seen += match && !one.at().isAfter(now) ? 1 : 0;
        }
        return seen;
    }

    /** What is in the cart now, the newest first. */
    public List<CartItem> cart() {
        if (cart.isEmpty()) {
            return cart;
        }
        return cart.stream()
                .filter(item ->
                        item.quantity() > 0 && (cartCleared == null || item.at().isAfter(cartCleared)))
                .toList();
    }

    /** When the action was last decided on, or null. */
    public Instant lastDecided(String action) {
        return lastDecided.get(action);
    }

    /** Remembers that the action was decided on; the {@value #MAX_ACTIONS} newest are kept. */
    public Features withDecided(String action, Instant at) {
        var known = lastDecided.get(action);
        if (known != null && !known.isBefore(at)) {
            return this;
        }
        var actions = new TreeMap<>(lastDecided);
        actions.put(action, at);
        if (actions.size() > MAX_ACTIONS) {
            actions.entrySet().stream()
                    .min(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                    .ifPresent(oldest -> actions.remove(oldest.getKey()));
        }
        return with(actions, satisfaction);
    }

    /** What the customer's events said of satisfaction. */
    public Satisfaction satisfaction() {
        return satisfaction;
    }

    /** The same with what one more event says of satisfaction. */
    public Features saying(Instant at, Satisfaction.Said said) {
        var all = satisfaction.with(dayOf(at), said);
        return all == satisfaction ? this : with(lastDecided, all);
    }

    private Features with(Map<String, Instant> newLastDecided, Satisfaction newSatisfaction) {
        return new Features(
                days,
                counts,
                lifetime,
                firstSeen,
                lastSeen,
                lastOrder,
                cartCleared,
                recent,
                bought,
                cart,
                newLastDecided,
                newSatisfaction);
    }

    /** The state after one more event. */
    Features with(Event event) {
        var at = event.at();
        var isOrder = event.name().equals("Order Completed");
        var clearsCart = isOrder || event.name().equals("Cart Cleared");
        var increments = Metric.increments(event);
        var newLifetime = lifetime.clone();
        for (int m = 0; m < METRICS; m++) {
            newLifetime[m] += increments[m];
        }
        var newest = Math.max(dayOf(at), days.length == 0 ? Integer.MIN_VALUE : days[days.length - 1]);
        var oldestKept = newest - WINDOW_DAYS + 1;
        var day = dayOf(at);
        var newDays = days;
        var newCounts = counts;
        if (day >= oldestKept) {
            var from = 0;
            while (from < days.length && days[from] < oldestKept) {
                from++;
            }
            var found = Arrays.binarySearch(days, day);
            var row = found >= 0 ? found : -found - 1;
            var kept = days.length - from;
            var rows = found >= 0 ? kept : kept + 1;
            newDays = new int[rows];
            newCounts = new long[rows * METRICS];
            var before = row - from;
            System.arraycopy(days, from, newDays, 0, before);
            System.arraycopy(counts, from * METRICS, newCounts, 0, before * METRICS);
            newDays[before] = day;
            if (found >= 0) {
                System.arraycopy(days, row, newDays, before, days.length - row);
                System.arraycopy(counts, row * METRICS, newCounts, before * METRICS, (days.length - row) * METRICS);
            } else {
                System.arraycopy(days, row, newDays, before + 1, days.length - row);
                System.arraycopy(
                        counts, row * METRICS, newCounts, (before + 1) * METRICS, (days.length - row) * METRICS);
            }
            for (int m = 0; m < METRICS; m++) {
                newCounts[before * METRICS + m] += increments[m];
            }
        }
        return new Features(
                newDays,
                newCounts,
                newLifetime,
                firstSeen == null || at.isBefore(firstSeen) ? at : firstSeen,
                later(lastSeen, at),
                isOrder ? later(lastOrder, at) : lastOrder,
                clearsCart ? later(cartCleared, at) : cartCleared,
                withRecent(event),
                isOrder ? withBought(event) : bought,
                withCart(event),
                lastDecided,
                satisfaction);
    }

    /** The state as if the events and decisions of both had been one customer's from the start. */
    Features joined(Features other) {
        if (other.firstSeen == null && other.lastDecided.isEmpty()) {
            return this;
        }
        var newLifetime = lifetime.clone();
        for (int m = 0; m < METRICS; m++) {
            newLifetime[m] += other.lifetime[m];
        }
        var byDay = new TreeMap<Integer, long[]>();
        addDays(byDay);
        other.addDays(byDay);
        var kept = byDay.isEmpty() ? byDay : byDay.tailMap(byDay.lastKey() - WINDOW_DAYS + 1);
        var newCounts = new long[kept.size() * METRICS];
        var row = 0;
        for (var day : kept.values()) {
            System.arraycopy(day, 0, newCounts, METRICS * row++, METRICS);
        }
        var items = new TreeMap<String, CartItem>();
        for (var item : Stream.concat(cart.stream(), other.cart.stream()).toList()) {
            items.merge(item.product(), item, (a, b) -> {
                var order = a.at().compareTo(b.at());
                return order > 0 || order == 0 && a.quantity() <= b.quantity() ? a : b;
            });
        }
        var actions = new TreeMap<>(lastDecided);
        other.lastDecided.forEach((action, at) -> actions.merge(action, at, Features::later));
        return new Features(
                kept.keySet().stream().mapToInt(Integer::intValue).toArray(),
                newCounts,
                newLifetime,
                firstSeen == null || other.firstSeen != null && other.firstSeen.isBefore(firstSeen)
                        ? other.firstSeen
                        : firstSeen,
                latest(lastSeen, other.lastSeen),
                latest(lastOrder, other.lastOrder),
                latest(cartCleared, other.cartCleared),
                Stream.concat(recent.stream(), other.recent.stream())
                        .sorted(NEWEST_FIRST)
                        .limit(MAX_RECENT)
                        .toList(),
                newest(Stream.concat(bought.stream(), other.bought.stream())),
                items.values().stream()
                        .sorted(NEWEST_ITEM_FIRST)
                        .limit(MAX_CART)
                        .toList(),
                actions.entrySet().stream()
                        .sorted(Map.Entry.<String, Instant>comparingByValue()
                                .thenComparing(Map.Entry.comparingByKey())
                                .reversed())
                        .limit(MAX_ACTIONS)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new)),
                satisfaction.joined(other.satisfaction));
    }

    private void addDays(Map<Integer, long[]> byDay) {
        for (int i = 0; i < days.length; i++) {
            var day = byDay.computeIfAbsent(days[i], d -> new long[METRICS]);
            for (int m = 0; m < METRICS; m++) {
                day[m] += counts[i * METRICS + m];
            }
        }
    }

    private static Instant latest(Instant a, Instant b) {
        return b == null ? a : later(a, b);
    }

    private List<Recent> withRecent(Event event) {
        var one = new Recent(event.at(), cut(event.name(), MAX_NAME), productOf(event.properties()));
        if (recent.size() == MAX_RECENT && NEWEST_FIRST.compare(one, recent.get(MAX_RECENT - 1)) > 0) {
            return recent;
        }
        var found = java.util.Collections.binarySearch(recent, one, NEWEST_FIRST);
        var list = new ArrayList<Recent>(recent.size() + 1);
        list.addAll(recent);
        list.add(found >= 0 ? found : -found - 1, one);
        return list.size() > MAX_RECENT ? List.copyOf(list.subList(0, MAX_RECENT)) : list;
    }

    private List<Bought> withBought(Event event) {
        return newest(Stream.concat(
                bought.stream(),
                orderedIn(event.properties()).stream().map(product -> new Bought(event.at(), product))));
    }

    private static List<Bought> newest(Stream<Bought> all) {
        return all.sorted(NEWEST_BOUGHT_FIRST).limit(MAX_BOUGHT).toList();
    }

    /** The ids of the products that the properties of an order name, each once, as {@link #productOf} cuts them. */
    public static Set<String> orderedIn(Map<?, ?> properties) {
        var lines = properties.get("products") instanceof List<?> products ? products : List.of(properties);
        var ordered = new LinkedHashSet<String>();
        for (var line : lines) {
            var product = line instanceof Map<?, ?> said ? productOf(said) : null;
            if (product != null) {
                ordered.add(product);
            }
        }
        return ordered;
    }

    private List<CartItem> withCart(Event event) {
        return switch (event.name()) {
            case "Product Added" -> withItem(cart, event.properties(), 1, event);
            case "Product Removed" -> withItem(cart, event.properties(), 0, event);
            case "Cart Viewed", "Checkout Started" -> {
                var items = cart;
                if (event.properties().get("products") instanceof List<?> products) {
                    for (var product : products.subList(0, Math.min(products.size(), MAX_CART))) {
                        if (product instanceof Map<?, ?> properties) {
                            items = withItem(items, properties, 1, event);
                        }
                    }
                }
                yield items;
            }
            default -> cart;
        };
    }

    private static List<CartItem> withItem(
            List<CartItem> cart, Map<?, ?> properties, int defaultQuantity, Event event) {
        var at = event.at();
        var product = productOf(properties);
        if (product == null) {
            return cart;
        }
        // what the event itself says of its one product was judged by cleaning
        var own = properties == event.properties();
        var stated = own ? event.number("quantity") : Event.toNumber(properties.get("quantity"));
        var price =
                own && !event.isPlausible("price") ? Double.NaN : event.inBase(Event.toNumber(properties.get("price")));
        var quantity = defaultQuantity == 0 ? 0 : stated >= 1 ? (int) Math.min(stated, 10_000) : defaultQuantity;
        var item = new CartItem(
                product,
                cut(properties.get("name") instanceof String name ? name : product, MAX_TITLE),
                properties.get("url") instanceof String url && url.length() <= MAX_URL ? url : null,
                price,
                quantity,
                at);
        var items = new ArrayList<CartItem>(cart.size() + 1);
        for (var other : cart) {
            if (!other.product().equals(product)) {
                items.add(other);
            } else if (other.at().isAfter(at) || other.at().equals(at) && other.quantity() <= quantity) {
                return cart;
            }
        }
        items.add(item);
        items.sort(NEWEST_ITEM_FIRST);
        return items.size() > MAX_CART ? List.copyOf(items.subList(0, MAX_CART)) : items;
    }

    /** The id of the product that the properties of an event name, cut to a bounded length, or null. */
    public static String productOf(Map<?, ?> properties) {
        for (var key : List.of("product_id", "productId", "sku")) {
            var value = properties.get(key);
            if (value instanceof String s && !s.isBlank()) {
                return cut(s, MAX_NAME);
            }
            if (value instanceof Number) {
                return cut(value.toString(), MAX_NAME);
            }
        }
        return null;
    }

    private static Instant later(Instant a, Instant b) {
        return a == null || b.isAfter(a) ? b : a;
    }

    /** UTC days since 1970. */
    public static int dayOf(Instant at) {
        return Math.toIntExact(Math.floorDiv(at.getEpochSecond(), 86_400L));
    }

    static String cut(String text, int length) {
        return text == null || text.length() <= length ? text : text.substring(0, length);
    }
}
