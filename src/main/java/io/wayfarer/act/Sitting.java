package io.wayfarer.act;

import io.wayfarer.profile.Customer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages of one channel before the gates, with all that the gates must know of them and of what is beside them. */
final class Sitting {

    /**
     * A gate: its table in rules/guardrails.dmn, what that must know at a moment, and the moments at which it changes.
     */
    private record Gate(String name, Function<Instant, Map<String, Object>> facts, Supplier<Stream<Instant>> changes) {

        Gate(String name, Map<String, Object> facts) {
            this(name, at -> facts, Stream::empty);
        }
    }

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);

    private static final String NO_HOLIDAY = "none";

    /** Two weeks: no holidays are longer. */
    private static final int FORESEEN_HOURS = 14 * 24;

    /** After this time whoever is waited for has gone out, or waits for something else by then. */
    private static final Duration TURN = Duration.ofMinutes(5);

    private static final Logger log = LoggerFactory.getLogger(Sitting.class);

    /**
     * What is known of the customers and products that the messages are about.
     *
     * @param customers by the id that the messages have
     * @param suppressed reasons by address
     * @param reviewed what the newest review of fraud says, by customer
     * @param neighbours the customers' other messages, by customer; grows as messages pass
     * @param soldOut ids of products
     */
    record Known(
            Map<UUID, Customer> customers,
            Map<String, String> suppressed,
            Map<UUID, String> reviewed,
            Map<UUID, List<Messages.Neighbour>> neighbours,
            Set<String> soldOut,
            Budget.Purse purse) {

        UUID idNow(UUID id) {
            return customers.containsKey(id) ? customers.get(id).id() : id;
        }
    }

    /**
     * The defaults for who has not told theirs.
     *
     * @param country blank for none
     */
    record Home(ZoneId zone, String country) {}

    private final Guardrails guardrails;
    private final Templates templates;
    private final Holidays holidays;
    private final Home home;
    private final Channels.Channel channel;
    private final Known known;
    private final Instant now;

    Sitting(
            Guardrails guardrails,
            Templates templates,
            Holidays holidays,
            Home home,
            Channels.Channel channel,
            Known known,
            Instant now) {
        this.guardrails = guardrails;
        this.templates = templates;
        this.holidays = holidays;
        this.home = home;
        this.channel = channel;
        this.known = known;
        this.now = now;
    }

    List<Arbiter.Judged> judge(Collection<Messages.Outgoing> outgoing) {
        return outgoing.stream()
                .sorted(Comparator.<Messages.Outgoing>comparingInt(message -> -priority(message.template()))
                        .thenComparing(Messages.Outgoing::id))
                .map(message -> new Arbiter.Judged(message, judge(message)))
                .toList();
    }

    private Arbiter.Ruling judge(Messages.Outgoing message) {
        var beside = known.neighbours().computeIfAbsent(known.idNow(message.customer()), id -> new ArrayList<>());
        beside.removeIf(one -> one.id().equals(message.id()));
        var ruling = ruling(message, beside);
        if (ruling.passes() && isFirstAttempt(message)) {
            known.purse().spend(message.template());
        }
        if (ruling.passes() && !isTransactional(message)) {
            beside.add(new Messages.Neighbour(
                    message.id(),
                    message.customer(),
                    message.channel(),
                    message.template(),
                    message.topic(),
                    Message.READY,
                    null));
        }
        return ruling;
    }

    /** Asks the gates in order, until one does not let the message pass. One that the rules have no answer to is not sent. */
    private Arbiter.Ruling ruling(Messages.Outgoing message, List<Messages.Neighbour> beside) {
        var verdicts = new ArrayList<Verdict>();
        // the outbox takes no second message with the same key, and hands over none that was handed over before
        verdicts.add(new Verdict("idempotency", Verdict.PASS, "the only message with its key"));
        try {
            for (var next : gates(message, beside)) {
                var gate = next.get();
                var answer = ask(gate, now);
                verdicts.add(new Verdict(gate.name(), answer.verdict(), answer.reason()));
                if (answer.verdict().equals(Verdict.DEFER)) {
                    return new Arbiter.Ruling(verdicts, Message.DEFERRED, end(gate, answer));
                }
                if (!answer.verdict().equals(Verdict.PASS)) {
                    return new Arbiter.Ruling(verdicts, Message.DROPPED, null);
                }
            }
            if (!templates.needs(message.template()).isEmpty() && shown(message).isEmpty()) {
                verdicts.add(new Verdict("content", Verdict.DROP, "there is no product left to show"));
                return new Arbiter.Ruling(verdicts, Message.DROPPED, null);
            }
        } catch (RuntimeException e) {
            log.warn("Message {} cannot be judged", message.id(), e);
            verdicts.add(new Verdict("content", "failed", String.valueOf(e.getMessage())));
            return new Arbiter.Ruling(verdicts, Message.FAILED, null);
        }
        return new Arbiter.Ruling(verdicts, Message.QUEUED, null);
    }

    /** The gates in their order. What one must know is looked at when it is asked. */
    private List<Supplier<Gate>> gates(Messages.Outgoing message, List<Messages.Neighbour> beside) {
        var customer = Optional.ofNullable(known.customers().get(message.customer()));
        return List.of(
                () -> suppression(customer),
                () -> consent(message, customer),
                // experiments and holdouts: their gate belongs here
                () -> sunset(message, customer.orElseThrow()),
                () -> fraudReview(message),
                () -> staleness(message),
                () -> byTheHour(0, message, customer.orElseThrow()),
                () -> byTheHour(1, message, customer.orElseThrow()),
                () -> byTheHour(2, message, customer.orElseThrow()),
                () -> frequency(message, beside),
                () -> byChannel(message, beside),
                () -> byTopic(message, beside),
                () -> priority(message, beside),
                () -> stock(message),
                () -> budget(message));
    }

    private Gate sunset(Messages.Outgoing message, Customer customer) {
        var sign = isTransactional(message) ? now : Habits.lastSign(customer, now);
        return new Gate(
                "sunset",
                Map.of(
                        "transactional",
                        isTransactional(message),
                        "quietDays",
                        sign == null
                                ? 0
                                : Math.max(0, Duration.between(sign, now).toDays())));
    }

    private Gate fraudReview(Messages.Outgoing message) {
        return new Gate(
                "fraud-review",
                Map.of(
                        "transactional",
                        isTransactional(message),
                        "review",
                        known.reviewed().getOrDefault(known.idNow(message.customer()), "none")));
    }

    private Gate suppression(Optional<Customer> customer) {
        var reason = Suppressions.reasonAgainst(customer, channel, known.suppressed());
        return new Gate(
                "suppression", Map.of("suppressed", reason.isPresent(), "suppressionReason", reason.orElse("")));
    }

    private Gate consent(Messages.Outgoing message, Optional<Customer> customer) {
        // a channel may ask for a word of its own; who wants no marketing at all wants none by it either
        var asked = channel.consent().orElse(message.topic());
        return new Gate(
                "consent",
                Map.of(
                        "transactional", isTransactional(message),
                        "consented",
                                customer.filter(c -> c.consentsTo(asked) && !c.refuses(message.topic()))
                                        .isPresent(),
                        "refused",
                                customer.filter(c -> c.refuses(asked) || c.refuses(message.topic()))
                                        .isPresent()));
    }

    private Gate staleness(Messages.Outgoing message) {
        return new Gate(
                "staleness",
                Map.of(
                        "transactional", isTransactional(message),
                        "ageHours", Duration.between(message.created(), now).toHours(),
                        "keepHours", templates.claim(message.template()).keep().toHours()));
    }

    private ZoneId clockOf(Customer customer) {
        return customer.zone(home.zone());
    }

    /** Whole hours on the customer's own clock; added as time that passes, so that a change of clocks shifts none. */
    private Stream<Instant> hours(ZoneId clock) {
        var hour = now.atZone(clock).truncatedTo(ChronoUnit.HOURS);
        return Stream.iterate(1, n -> n <= FORESEEN_HOURS, n -> n + 1)
                .map(n -> hour.plusHours(n).toInstant());
    }

    /** One of the gates that hang on the hour. They have one end: when none of them defers the message any more. */
    private Gate byTheHour(int which, Messages.Outgoing message, Customer customer) {
        var clock = clockOf(customer);
        var all = List.of(
                quietAt(message, clock), holidayAt(message, customer, clock), bestHourAt(message, customer, clock));
        return new Gate(all.get(which).name(), all.get(which).facts(), () -> hours(clock)
                .filter(at -> all.stream().noneMatch(gate -> isDeferred(gate, at))));
    }

    private Gate quietAt(Messages.Outgoing message, ZoneId clock) {
        return new Gate(
                "quiet-hours", at -> quietFacts(message, at.atZone(clock).getHour()), Stream::empty);
    }

    private static Map<String, Object> quietFacts(Messages.Outgoing message, int hour) {
        return Map.of("transactional", isTransactional(message), "localHour", hour);
    }

    private Gate holidayAt(Messages.Outgoing message, Customer customer, ZoneId clock) {
        var country = customer.trait("country") instanceof String said ? said : home.country();
        return new Gate(
                "holiday",
                at -> Map.of(
                        "transactional",
                        isTransactional(message),
                        "holidayName",
                        isTransactional(message)
                                ? NO_HOLIDAY
                                : holidays.on(country, at.atZone(clock).toLocalDate())
                                        .orElse(NO_HOLIDAY)),
                Stream::empty);
    }

    private Gate bestHourAt(Messages.Outgoing message, Customer customer, ZoneId clock) {
        var best = isTransactional(message)
                ? OptionalInt.empty()
                : Habits.bestHour(customer, clock, hour -> guardrails
                        .ask("quiet-hours", quietFacts(message, hour))
                        .verdict()
                        .equals(Verdict.PASS));
        return new Gate(
                "best-hour",
                at -> Map.of(
                        "transactional", isTransactional(message),
                        "importance", priority(message.template()),
                        "waitedHours", Duration.between(message.created(), at).toHours(),
                        "hoursToBest",
                                best.isEmpty()
                                        ? 0
                                        : (best.getAsInt() - at.atZone(clock).getHour() + 24) % 24),
                Stream::empty);
    }

    private Gate frequency(Messages.Outgoing message, List<Messages.Neighbour> beside) {
        var sent = sent(beside, one -> true);
        return new Gate(
                "frequency-cap",
                at -> Map.of(
                        "transactional", isTransactional(message),
                        "sentLast24h", count(sent, at.minus(DAY)),
                        "sentLast7d", count(sent, at.minus(WEEK))),
                () -> ends(sent, DAY, WEEK));
    }

    private Gate byChannel(Messages.Outgoing message, List<Messages.Neighbour> beside) {
        var sent = sent(beside, one -> one.channel().equals(message.channel()));
        return new Gate(
                "channel-cap",
                at -> Map.of(
                        "transactional", isTransactional(message),
                        "channel", message.channel(),
                        "channelLast24h", count(sent, at.minus(DAY)),
                        "channelLast7d", count(sent, at.minus(WEEK))),
                () -> ends(sent, DAY, WEEK));
    }

    private Gate byTopic(Messages.Outgoing message, List<Messages.Neighbour> beside) {
        var sent = sent(beside, one -> one.topic().equals(message.topic()));
        return new Gate(
                "topic-cap",
                at -> Map.of(
                        "transactional", isTransactional(message),
                        "topic", message.topic(),
                        "topicLast30d", count(sent, at.minus(Arbiter.LONGEST_WINDOW))),
                () -> ends(sent, Arbiter.LONGEST_WINDOW));
    }

    private Gate priority(Messages.Outgoing message, List<Messages.Neighbour> beside) {
        var inHand = beside.stream().filter(Messages.Neighbour::isInHand).count();
        var ahead = beside.stream()
                .filter(Messages.Neighbour::isWaiting)
                .filter(one -> goesBefore(one, message))
                .count();
        return new Gate(
                "priority",
                at -> Map.of(
                        "transactional", isTransactional(message),
                        "inHand", at.equals(now) ? inHand : 0L,
                        "ahead", at.equals(now) ? ahead : 0L),
                () -> Stream.of(now.plus(TURN)));
    }

    private Gate stock(Messages.Outgoing message) {
        var offered = templates.claim(message.template()).needsStock() ? shown(message) : List.<String>of();
        return new Gate(
                "stock",
                Map.of(
                        "transactional", isTransactional(message),
                        "offered", offered.size(),
                        "available",
                                offered.stream()
                                        .filter(product -> !known.soldOut().contains(product))
                                        .count()));
    }

    /** The products that the message shows; one of which the id is not known is an empty text. */
    private List<String> shown(Messages.Outgoing message) {
        return Shown.by(
                templates.needs(message.template()), message, known.customers().get(message.customer()));
    }

    private Gate budget(Messages.Outgoing message) {
        var exhausted = isFirstAttempt(message) ? known.purse().exhausted(message.template()) : Budget.NONE;
        return new Gate(
                "budget",
                at -> Map.of(
                        "transactional",
                        isTransactional(message),
                        "exhausted",
                        at.equals(now) ? exhausted : Budget.NONE),
                () -> Stream.of(known.purse().nextDay()));
    }

    /** Later ones were counted when the first was. */
    private static boolean isFirstAttempt(Messages.Outgoing message) {
        return message.attempts() == 0;
    }

    private boolean goesBefore(Messages.Neighbour one, Messages.Outgoing message) {
        var more = priority(one.template()) - priority(message.template());
        return more > 0 || more == 0 && one.id().compareTo(message.id()) < 0;
    }

    private int priority(String template) {
        return templates.claim(template).priority();
    }

    private static boolean isTransactional(Messages.Outgoing message) {
        return message.topic().equals(Templates.TRANSACTIONAL);
    }

    /** When they were sent; what is being handed over counts as sent now. */
    private List<Instant> sent(List<Messages.Neighbour> beside, Predicate<Messages.Neighbour> which) {
        return beside.stream()
                .filter(one -> !one.isWaiting())
                .filter(which)
                .map(one -> one.sent() == null ? now : one.sent())
                .toList();
    }

    private static int count(List<Instant> sent, Instant since) {
        return (int) sent.stream().filter(at -> at.isAfter(since)).count();
    }

    private static Stream<Instant> ends(List<Instant> sent, Duration... windows) {
        return sent.stream().flatMap(at -> Stream.of(windows).map(at::plus)).sorted();
    }

    private Guardrails.Answer ask(Gate gate, Instant at) {
        return guardrails.ask(gate.name(), gate.facts().apply(at));
    }

    private boolean isDeferred(Gate gate, Instant at) {
        return ask(gate, at).verdict().equals(Verdict.DEFER);
    }

    /** The first moment at which the same rules no longer defer the message, as far as it can be foreseen. */
    private Instant end(Gate gate, Guardrails.Answer answer) {
        return gate.changes()
                .get()
                .filter(at -> at.isAfter(now))
                .filter(at -> !isDeferred(gate, at))
                .findFirst()
                .orElse(now.plus(Duration.ofHours(Math.max(1, answer.hours()))));
    }
}
