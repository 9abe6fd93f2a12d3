package io.wayfarer.occasion;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Features;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A kind of moment that comes by itself; {@code rules/occasions.txt} says which there are, and its form.
 *
 * @param name that the rules know it by
 * @param when it comes
 */
record Occasion(String name, When when) {

    /**
     * One moment of a customer.
     *
     * @param product what it is about, or null
     */
    record Due(Occasion occasion, Instant at, String product) {}

    /** When an occasion comes for a customer. */
    @FunctionalInterface
    interface When {

        /** The first moments after {@code after}: for each product one, or at most one of none. */
        Stream<Due> after(Occasion occasion, Customer customer, Instant after, ZoneId otherwise);
    }

    private static final String FILE = "occasions.txt";
    private static final Pattern LINE = Pattern.compile("\\s*([a-z][a-z0-9-]{0,30})\\s*:\\s*(.*?)\\s*");
    private static final Pattern AFTER_ORDER = Pattern.compile("([1-9]\\d{0,3})d after the newest order");
    private static final Pattern EACH_YEAR = Pattern.compile("each year on (\\S{1,40})");
    /** Who orders again sooner does not do so because it was used up. */
    private static final Duration SHORTEST_USE = Duration.ofDays(7);

    /** @throws IllegalArgumentException naming the line that cannot be used */
    static List<Occasion> parse(String text) {
        var occasions = new ArrayList<Occasion>();
        var number = 0;
        for (var line : text.lines().toList()) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            var parts = LINE.matcher(line);
            var when = parts.matches() ? when(parts.group(2)) : null;
            if (when == null) {
                throw new IllegalArgumentException(FILE + ", line " + number
                        + ": it is not of a form that the head of the file names, such as \"gone-quiet: 60d after the newest"
                        + " order\"");
            }
            var name = parts.group(1);
            if (occasions.stream().anyMatch(other -> other.name().equals(name))) {
                throw new IllegalArgumentException(FILE + ", line " + number + ": there is a " + name + " already");
            }
            occasions.add(new Occasion(name, when));
        }
        return List.copyOf(occasions);
    }

    private static When when(String words) {
        var afterOrder = AFTER_ORDER.matcher(words);
        if (afterOrder.matches()) {
            return silence(Duration.ofDays(Long.parseLong(afterOrder.group(1))));
        }
        var eachYear = EACH_YEAR.matcher(words);
        if (eachYear.matches()) {
            var trait = eachYear.group(1);
            return (occasion, customer, after, otherwise) ->
                    occasion.yearly(day(customer.trait(trait)), after, customer.zone(otherwise));
        }
        return switch (words) {
            case "each year on the day of the first contact" -> Occasion::firstContact;
            case "when a product is used up" -> Occasion::usedUp;
            default -> null;
        };
    }

    private static When silence(Duration time) {
        return (occasion, customer, after, otherwise) -> {
            var order = customer.features().lastOrder();
            return order == null ? Stream.empty() : occasion.at(order.plus(time), after, null);
        };
    }

    private static Stream<Due> firstContact(Occasion occasion, Customer customer, Instant after, ZoneId otherwise) {
        var first = customer.features().firstSeen();
        if (first == null) {
            return Stream.empty();
        }
        var zone = customer.zone(otherwise);
        // the day itself is none of its anniversaries
        var since = first.plus(1, ChronoUnit.DAYS);
        return occasion.yearly(MonthDay.from(first.atZone(zone)), since.isAfter(after) ? since : after, zone);
    }

    /** The first minute of the day. Who is born on 29 February has it on the 28th in other years. */
    private Stream<Due> yearly(MonthDay day, Instant after, ZoneId zone) {
        if (day == null) {
            return Stream.empty();
        }
        var year = LocalDate.ofInstant(after, zone).getYear();
        return Stream.of(year, year + 1)
                .map(of -> day.atYear(of).atStartOfDay(zone).toInstant())
                .filter(at -> at.isAfter(after))
                .limit(1)
                .map(at -> new Due(this, at, null));
    }

    /** A day of a trait: 1990-05-17, with or without a time behind it, or 05-17; null for anything else. */
    private static MonthDay day(Object trait) {
        if (!(trait instanceof String text) || text.length() < 5) {
            return null;
        }
        var day = text.length() >= 10 ? text.substring(5, 10) : text;
        try {
            return MonthDay.parse("--" + day);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** For each product that was ordered more than once: so long after the newest order as the middle of the times between. */
    private static Stream<Due> usedUp(Occasion occasion, Customer customer, Instant after, ZoneId otherwise) {
        var orders = new LinkedHashMap<String, List<Instant>>();
        for (var bought : customer.features().bought()) {
            orders.computeIfAbsent(bought.product(), product -> new ArrayList<>(2))
                    .add(bought.at());
        }
        return orders.entrySet().stream().flatMap(product -> {
            var use = middle(product.getValue());
            return use == null
                    ? Stream.empty()
                    : occasion.at(product.getValue().get(0).plus(use), after, product.getKey());
        });
    }

    /** The median of the times between, of two the shorter; null when it is no time of use. */
    private static Duration middle(List<Instant> newestFirst) {
        var between = new ArrayList<Duration>(newestFirst.size());
        for (int i = 1; i < newestFirst.size(); i++) {
            between.add(Duration.between(newestFirst.get(i), newestFirst.get(i - 1)));
        }
        between.sort(null);
        var middle = between.isEmpty() ? Duration.ZERO : between.get((between.size() - 1) / 2);
        return middle.compareTo(SHORTEST_USE) < 0 || middle.toDays() > Features.WINDOW_DAYS * 4L ? null : middle;
    }

    private Stream<Due> at(Instant at, Instant after, String product) {
        return at.isAfter(after) ? Stream.of(new Due(this, at, product)) : Stream.empty();
    }

    Stream<Due> after(Customer customer, Instant after, ZoneId otherwise) {
        return when.after(this, customer, after, otherwise);
    }
}
