package io.wayfarer.act;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Features;
import io.wayfarer.profile.Metric;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** When a customer is there, by what they did themselves; what others tell of them, and what programs did, does not count. */
final class Habits {

    /** Hours on different days, to be known at all, and around the best hour. */
    private static final int KNOWN = 8;

    private static final int KNOWN_AROUND = 4;

    private static final Set<String> DOINGS = Set.of(
            "Page Viewed",
            "Page Left",
            "Page Scrolled",
            "Screen Viewed",
            "Element Clicked",
            "Form Submitted",
            "Product Viewed",
            "Products Searched",
            "Product Added",
            "Product Removed",
            "Cart Viewed",
            "Checkout Started",
            "Order Completed",
            "Email Opened",
            "Email Link Clicked",
            "Mail Received",
            "Message Received",
            "Chat Message Received",
            "Review Posted",
            "Survey Answered",
            "Ticket Opened");

    private static final List<Metric> SIGNS =
            List.of(Metric.WEB, Metric.MOBILE, Metric.ORDERS, Metric.EMAIL_OPENS, Metric.EMAIL_CLICKS);

    private Habits() {}

    /**
     * The last sign of life: something they did, or agreed to. Of somebody of whom none is known, when they were first heard
     * of. It may be later than the truth, by at most the days of the longest window of features.
     *
     * @return null for somebody of whom nothing was ever heard
     */
    static Instant lastSign(Customer customer, Instant now) {
        var features = customer.features();
        var window = now.minus(Duration.ofDays(Features.WINDOW_DAYS));
        var agreed = customer.consent().values().stream()
                .filter(word -> Boolean.TRUE.equals(word.value()))
                .map(Customer.Stamped::at);
        var did = features.recent().stream()
                .filter(one -> DOINGS.contains(one.name()))
                .map(Features.Recent::at);
        var inWindow = SIGNS.stream().anyMatch(sign -> features.count(sign, Features.WINDOW_DAYS, now) > 0)
                ? Stream.of(window)
                : Stream.<Instant>empty();
        return Stream.of(agreed, did, inWindow, Stream.of(features.lastOrder()).filter(Objects::nonNull))
                .flatMap(signs -> signs)
                .max(Instant::compareTo)
                .orElse(features.firstSeen());
    }

    /**
     * The hour of the day at which they are most likely to be there, by the days on which they were; an hour counts with the
     * two beside it. Empty when too little is known.
     *
     * @param home where the clock stands that the hour is read from
     * @param allowed the hours that may be answered
     */
    static OptionalInt bestHour(Customer customer, ZoneId home, IntPredicate allowed) {
        var seen = new HashSet<Instant>();
        var days = new int[24];
        for (var one : customer.features().recent()) {
            if (DOINGS.contains(one.name())) {
                var hour = one.at().atZone(home).truncatedTo(ChronoUnit.HOURS);
                if (seen.add(hour.toInstant())) {
                    days[hour.getHour()]++;
                }
            }
        }
        var best = -1;
        var most = 0;
        for (int hour = 0; hour < 24; hour++) {
            var beside = days[(hour + 23) % 24] + days[(hour + 1) % 24];
            var around = days[hour] + beside;
            var score = 2 * days[hour] + beside;
            if (score > most && around >= KNOWN_AROUND && allowed.test(hour)) {
                most = score;
                best = hour;
            }
        }
        return seen.size() < KNOWN || best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
    }
}
