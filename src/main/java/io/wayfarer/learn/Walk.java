package io.wayfarer.learn;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Features;
import io.wayfarer.profile.Stage;
import io.wayfarer.score.StageChain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Goes through one customer's events in order, once, and takes samples on the way. A moment is right after an event, or
 * 1, 3, 7, 14 or 30 days after it when nothing has happened since: models are asked for silent customers too. At most one
 * moment of a day is taken, by the toss of a seeded coin at each until one falls: what comes after a moment has no say in
 * whether it is taken. What has not fully had its time is not known of a moment, and one of which nothing is known is not
 * taken.
 */
final class Walk {

    private static final int[] SILENT_DAYS = {1, 3, 7, 14, 30};
    private static final double TAKEN = 1.0 / 3;
    private static final int SECONDS_A_DAY = 86_400;

    /** A moment of which not all is known yet. */
    private record Open(Instant at, Customer customer, double[] features, double[] answers) {}

    private final UUID id;
    private final BiFunction<Customer, Event, Customer> evaluate;
    private final List<Label> labels;
    private final Duration shortest;
    private final Duration longest;
    private final Instant until;
    private final Consumer<Sample> samples;
    private final double[][] steps;

    private final Deque<Open> open = new ArrayDeque<>();
    private Customer customer;
    private Instant lastEvent;
    private long takenDay = Long.MIN_VALUE;
    private long day;
    private Stage morning;
    private boolean ordered;

    /**
     * @param evaluate the customer after an event, with the stage that the rules give
     * @param until what happened later is not looked at
     * @param samples takes what is found
     * @param steps is added to: the days of the customer, as {@link StageChain} counts them; a silence of more than
     *     {@value Features#WINDOW_DAYS} days is cut to that
     */
    Walk(
            UUID id,
            BiFunction<Customer, Event, Customer> evaluate,
            List<Label> labels,
            Instant until,
            Consumer<Sample> samples,
            double[][] steps) {
        this.id = id;
        this.evaluate = evaluate;
        this.labels = labels;
        this.shortest =
                labels.stream().map(Label::within).min(Duration::compareTo).orElseThrow();
        this.longest =
                labels.stream().map(Label::within).max(Duration::compareTo).orElseThrow();
        this.until = until;
        this.samples = samples;
        this.steps = steps;
    }

    /** The next event, not older than the one before. */
    void next(Event event) {
        var at = event.at();
        if (at.isAfter(until) || !event.counts() || !event.isByPerson()) {
            return;
        }
        if (customer == null) {
            customer = Customer.unknown(id, Set.of(), at);
            day = dayOf(at);
            morning = customer.stage();
        } else {
            silence(at);
            closeDays(dayOf(at));
        }
        customer = evaluate.apply(customer, event);
        var order = event.name().equals("Order Completed");
        ordered |= order;
        answer(event);
        lastEvent = at;
        moment(at);
    }

    /** No more events of this customer. */
    void end() {
        if (customer != null) {
            silence(until);
            closeDays(dayOf(until));
            open.forEach(this::emit);
        }
    }

    private void silence(Instant next) {
        for (var days : SILENT_DAYS) {
            var at = lastEvent.plusSeconds((long) days * SECONDS_A_DAY);
            if (at.isBefore(next)) {
                moment(at);
            }
        }
    }

    private void moment(Instant at) {
        var isTaken = takenDay != dayOf(at)
                && !at.plus(shortest).isAfter(until)
                && new SplittableRandom(id.hashCode() * 31L + at.toEpochMilli()).nextDouble() < TAKEN;
        if (isTaken) {
            takenDay = dayOf(at);
            var answers = labels.stream().mapToDouble(Label::atFirst).toArray();
            open.add(new Open(at, customer, FeatureVector.of(customer, at), answers));
        }
    }

    private void answer(Event event) {
        while (!open.isEmpty() && open.peek().at().plus(longest).isBefore(event.at())) {
            emit(open.poll());
        }
        for (var moment : open) {
            for (int i = 0; i < labels.size(); i++) {
                var label = labels.get(i);
                if (!moment.at().plus(label.within()).isBefore(event.at())) {
                    moment.answers()[i] = label.after(moment.answers()[i], moment.customer(), customer, event);
                }
            }
        }
    }

    private void emit(Open moment) {
        var answers = moment.answers();
        for (int i = 0; i < answers.length; i++) {
            if (moment.at().plus(labels.get(i).within()).isAfter(until)) {
                answers[i] = Double.NaN;
            }
        }
        samples.accept(new Sample(id, moment.at(), moment.customer().stage(), moment.features(), answers));
    }

    private void closeDays(long next) {
        if (next > day) {
            var evening = customer.stage();
            steps[morning.ordinal()][StageChain.column(evening, ordered)]++;
            steps[evening.ordinal()][StageChain.column(evening, false)] +=
                    Math.min(next - day - 1, Features.WINDOW_DAYS);
            day = next;
            morning = evening;
            ordered = false;
        }
    }

    private static long dayOf(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), (long) SECONDS_A_DAY);
    }
}
