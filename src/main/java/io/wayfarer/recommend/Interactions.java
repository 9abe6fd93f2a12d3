package io.wayfarer.recommend;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Features;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What people did with products, from one reading of the event log, in bounded memory:
 *
 * <ul>
 *   <li>of a person the {@link Limits#ofAPerson} products they dealt with last, and as many of their newest orders; an
 *       order of more than {@link Limits#ofAnOrder} products says little of what goes with what, and is left out of the
 *       orders;
 *   <li>of products {@link Limits#products}: when there are more, the half with the fewest people is forgotten (lossy
 *       counting, Manku and Motwani 2002, by rank);
 *   <li>of all, {@link Limits#entries}: when there are more, every second person is left out, chosen by the hash of the id,
 *       and so on. What is counted by people without looking at pairs (popularity, who bought again) counts them all.
 * </ul>
 */
final class Interactions {

    /** How much is kept; the defaults take some hundred megabytes while learning, at the very most. */
    record Limits(int ofAPerson, int ofAnOrder, int products, int entries) {
        static final Limits DEFAULT = new Limits(200, 100, 50_000, 5_000_000);
    }

    /** The last days that are called lately; popularity halves in twice that time. */
    static final Duration LATELY = Duration.ofDays(7);

    private static final Decay FASHION = new Decay(LATELY.multipliedBy(2));

    /** What is counted of one product. */
    static final class Tally {
        final String id;
        int people;
        int buyers;
        int rebuyers;
        int buyersLately;
        double popularity;
        boolean isForgotten;
        /** Its place in the model. */
        int place;

        Tally(String id) {
            this.id = id;
        }
    }

    /** Somebody's products, how strongly each was wanted, and which of them were ordered together. */
    record Person(long hash, List<Tally> products, List<Float> strengths, List<List<Tally>> orders) {
        int entries() {
            return products.size() + orders.stream().mapToInt(List::size).sum();
        }

        Person remembered() {
            var kept = new Person(hash, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int i = 0; i < products.size(); i++) {
                if (!products.get(i).isForgotten) {
                    kept.products.add(products.get(i));
                    kept.strengths.add(strengths.get(i));
                }
            }
            for (var order : orders) {
                var rest = order.stream().filter(tally -> !tally.isForgotten).toList();
                if (!rest.isEmpty()) {
                    kept.orders.add(rest);
                }
            }
            return kept;
        }
    }

    /** A product as one person dealt with it. */
    private static final class Dealing {
        Sign strongest = Sign.VIEWED;
        Instant last = Instant.MIN;
        Instant bought;
        boolean isBoughtAgain;
    }

    private final Limits limits;
    private final Instant until;
    private final Map<String, Tally> tallies = new HashMap<>();
    private List<Person> people = new ArrayList<>();
    private long entries;
    private int halvings;
    private long events;
    private long seen;
    private long ordersLeftOut;

    private UUID current;
    private Map<String, Dealing> dealings;
    private Deque<Collection<String>> orders;

    /** @param until what happened later is not looked at */
    Interactions(Limits limits, Instant until) {
        this.limits = limits;
        this.until = until;
    }

    /** The events of one person come one after the other, in the order in which they happened. */
    void add(UUID person, Event event) {
        events++;
        if (!person.equals(current)) {
            end();
            current = person;
            orders = new ArrayDeque<>();
            dealings = new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Dealing> eldest) {
                    return size() > limits.ofAPerson();
                }
            };
        }
        var sign = Sign.of(event.name());
        if (sign == null || !event.counts() || event.at().isAfter(until)) {
            return;
        }
        if (sign != Sign.BOUGHT) {
            var product = Features.productOf(event.properties());
            if (product != null) {
                note(product, sign, event.at());
            }
            return;
        }
        var ordered = Features.orderedIn(event.properties());
        ordered.forEach(product -> note(product, sign, event.at()));
        if (ordered.size() > limits.ofAnOrder()) {
            ordersLeftOut++;
        } else if (!ordered.isEmpty()) {
            orders.add(ordered);
            if (orders.size() > limits.ofAPerson()) {
                orders.remove();
            }
        }
    }

    private void note(String product, Sign sign, Instant at) {
        var dealing = dealings.computeIfAbsent(product, id -> new Dealing());
        dealing.strongest = sign.compareTo(dealing.strongest) > 0 ? sign : dealing.strongest;
        dealing.last = at;
        if (sign == Sign.BOUGHT) {
            // what is ordered twice on one day was forgotten the first time
            dealing.isBoughtAgain |= dealing.bought != null
                    && Duration.between(dealing.bought, at).toHours() >= 24;
            dealing.bought = at;
        }
    }

    /** No more events of the person who came last. */
    void end() {
        if (current == null || dealings.isEmpty()) {
            return;
        }
        seen++;
        var person = new Person(hash(current), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        dealings.forEach((product, dealing) -> {
            var tally = tallies.computeIfAbsent(product, Tally::new);
            count(tally, dealing);
            person.products.add(tally);
            person.strengths.add(dealing.strongest.strength);
        });
        for (var order : orders) {
            person.orders.add(order.stream()
                    .map(tallies::get)
                    .filter(tally -> tally != null)
                    .toList());
        }
        if (isKept(person)) {
            people.add(person);
            entries += person.entries();
        }
        current = null;
        if (tallies.size() > limits.products()) {
            forgetProducts();
        }
        while (entries > limits.entries()) {
            halvings++;
            keep(people.stream().filter(this::isKept).toList());
        }
    }

    private void count(Tally tally, Dealing dealing) {
        tally.people++;
        tally.popularity += dealing.strongest.strength * FASHION.weight(dealing.last, until);
        if (dealing.bought != null) {
            tally.buyers++;
            tally.rebuyers += dealing.isBoughtAgain ? 1 : 0;
            tally.buyersLately += dealing.bought.isAfter(until.minus(LATELY)) ? 1 : 0;
        }
    }

    private void forgetProducts() {
        var ranked = new ArrayList<>(tallies.values());
        ranked.sort(Comparator.<Tally>comparingInt(tally -> -tally.people).thenComparing(tally -> tally.id));
        for (var tally : ranked.subList(limits.products() / 2, ranked.size())) {
            tally.isForgotten = true;
            tallies.remove(tally.id);
        }
        keep(people.stream().map(Person::remembered).toList());
    }

    private void keep(List<Person> rest) {
        people = new ArrayList<>(rest);
        entries = people.stream().mapToLong(Person::entries).sum();
    }

    private boolean isKept(Person person) {
        return (person.hash & (1L << halvings) - 1) == 0;
    }

    /** Of the id all bits decide on each bit (the finaliser of MurmurHash3). */
    private static long hash(UUID id) {
        var hash = id.getMostSignificantBits() ^ Long.rotateLeft(id.getLeastSignificantBits(), 32);
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }

    long events() {
        return events;
    }

    /** People who dealt with a product. */
    long people() {
        return seen;
    }

    int products() {
        return tallies.size();
    }

    /** Products, orders and people in the pairs, kept at this moment. */
    long entries() {
        return entries;
    }

    /** What was left out because of the limits, in words. */
    String leftOut() {
        return "%d orders of more than %d products%s"
                .formatted(
                        ordersLeftOut,
                        limits.ofAnOrder(),
                        halvings == 0 ? "" : "; pairs are counted of one person in " + (1L << halvings));
    }

    /**
     * The model of all that was read.
     *
     * @param check is called now and then; what it throws ends the work
     */
    Model model(Model.Tuning tuning, Runnable check) {
        end();
        // one person's product goes with nothing that anybody else wants
        var products = tallies.values().stream()
                .filter(tally -> tally.people > 1)
                .sorted(Comparator.comparing(tally -> tally.id))
                .toArray(Tally[]::new);
        for (int i = 0; i < products.length; i++) {
            products[i].place = i;
        }
        var rows = new ArrayList<int[]>();
        var strengths = new ArrayList<float[]>();
        var baskets = new ArrayList<int[]>();
        for (var person : people) {
            var kept =
                    person.products.stream().filter(tally -> tally.people > 1).count();
            var row = new int[(int) kept];
            var strength = new float[row.length];
            var n = 0;
            for (int i = 0; i < person.products.size(); i++) {
                if (person.products.get(i).people > 1) {
                    row[n] = person.products.get(i).place;
                    strength[n++] = person.strengths.get(i);
                }
            }
            rows.add(row);
            strengths.add(strength);
            for (var order : person.orders) {
                baskets.add(order.stream()
                        .filter(tally -> tally.people > 1)
                        .mapToInt(tally -> tally.place)
                        .toArray());
            }
        }
        return new Model(
                until,
                tuning,
                Arrays.asList(products),
                Pairs.of(products.length, rows, strengths, tuning, check),
                Pairs.of(products.length, baskets, null, tuning, check));
    }
}
