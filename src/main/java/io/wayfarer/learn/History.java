package io.wayfarer.learn;

import io.wayfarer.ingest.Event;
import io.wayfarer.learn.model.Folds;
import io.wayfarer.score.Label;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.StageChain;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What is learnt from one reading of the event log: samples for each question, a bounded number of them, and days. */
final class History {

    private final Past past;
    private final List<Label> labels;
    private final Instant until;
    private final Map<Question, Reservoir<Sample>> samples = new LinkedHashMap<>();
    private final double[][] steps = new double[StageChain.ROWS][StageChain.COLUMNS];

    private UUID customer;
    private Walk walk;
    private long events;
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;

    /** @param rows at most so many samples are kept for each question, an even choice of all */
    History(int rows, List<Label> labels, Instant until, Past past) {
        this.past = past;
        this.labels = labels;
        this.until = until;
        for (var question : Question.all(labels)) {
            samples.put(question, new Reservoir<>(rows, Folds.SEED));
        }
    }

    /** The events of one customer come one after the other, in the order in which they happened. */
    void add(UUID owner, Event event) {
        if (!owner.equals(customer)) {
            end();
            customer = owner;
            walk = new Walk(owner, past, labels, until, this::keep, steps);
        }
        walk.next(event);
        events++;
        first = event.at().isBefore(first) ? event.at() : first;
        last = event.at().isAfter(last) ? event.at() : last;
    }

    /** No more events. */
    void end() {
        if (walk != null) {
            walk.end();
        }
    }

    long events() {
        return events;
    }

    Map<Question, Reservoir<Sample>> samples() {
        return samples;
    }

    double[][] steps() {
        return steps;
    }

    /** The card of the chain of stages that the days give. */
    ModelCard chainCard(Duration horizon) {
        var days = Arrays.stream(steps).flatMapToDouble(Arrays::stream).sum();
        var withOrder = Arrays.stream(steps)
                .flatMapToDouble(row -> Arrays.stream(row, StageChain.ROWS, StageChain.COLUMNS))
                .sum();
        return new ModelCard(
                ModelCard.CHAIN,
                null,
                until,
                first,
                last,
                horizon,
                (long) days,
                (long) withOrder,
                List.of(),
                null,
                null,
                null,
                Folds.SEED,
                "all days counted");
    }

    private void keep(Sample sample) {
        samples.forEach((question, reservoir) -> {
            if (question.asks().test(sample) && !Double.isNaN(question.answer(sample))) {
                reservoir.add(sample);
            }
        });
    }
}
