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
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Goes through one customer's events in order, once, and takes samples on the way. A moment is right after an event, or
 * 1, 3, 7, 14 or 30 days after it when nothing has happened since: models are asked for silent customers too. At most one
 * moment of a day is taken, by the toss of a seeded coin at each until one falls: what comes after a moment has no say in
 * whether it is taken. A moment whose horizon has not fully passed is not taken.
 */
final class Walk {

    private static final int[] SILENT_DAYS = {1, 3, 7, 14, 30};
    private static final double TAKEN = 1.0 / 3;
    private static final int SECONDS_A_DAY = 86_400;

    /** A moment whose horizon is still open. */
    private static final class Open {
        final Instant at;
        final Stage stage;
        final double[] features;
        boolean movedOn;
        boolean bought;

        Open(Instant at, Stage stage, double[] features) {
            this.at = at;
            this.stage = stage;
            this.features = features;
        }
    }

    private final UUID id;
    private final BiFunction<Customer, Event, Customer> evaluate;
    private final Duration horizon;
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
            Duration horizon,
            Instant until,
            Consumer<Sample> samples,
            double[][] steps) {
        this.id = id;
        this.evaluate = evaluate;
        this.horizon = horizon;
        this.until = until;
        this.samples = samples;
        this.steps = steps;
    }

    /** The next event, not older than the one before. */
    void next(Event event) {
        var at = event.at();
        if (at.isAfter(until) || !event.counts()) {
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
        label(at, order);
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
                && !at.plus(horizon).isAfter(until)
                && new SplittableRandom(id.hashCode() * 31L + at.toEpochMilli()).nextDouble() < TAKEN;
        if (isTaken) {
            takenDay = dayOf(at);
            open.add(new Open(at, customer.stage(), FeatureVector.of(customer, at)));
        }
    }

    private void label(Instant at, boolean order) {
        while (!open.isEmpty() && open.peek().at.plus(horizon).isBefore(at)) {
            emit(open.poll());
        }
        for (var moment : open) {
            moment.bought |= order;
            moment.movedOn |= moment.stage.isBefore(customer.stage());
        }
    }

    private void emit(Open moment) {
        samples.accept(new Sample(id, moment.at, moment.stage, moment.features, moment.movedOn, moment.bought));
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
