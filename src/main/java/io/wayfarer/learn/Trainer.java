package io.wayfarer.learn;

import io.wayfarer.decide.Evaluator;
import io.wayfarer.decide.Releases;
import io.wayfarer.profile.EventLog;
import io.wayfarer.score.Label;
import io.wayfarer.score.Labels;
import io.wayfarer.score.ModelStore;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Trains the models from the event log, in the background, one training at a time: on demand, and every {@code
 * wayfarer.learn.every} of product time. The log is replayed through the same {@link Evaluator} as live events, with the
 * live rules and, so that no model learns from its own word, without trained models.
 */
@Component
public class Trainer implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Trainer.class);
    private static final int EVENTS_A_REPORT = 1000;
    /** Of the whole, by time, what reading the log takes. */
    private static final double READING = 0.5;

    private final Releases releases;
    private final ModelStore store;
    private final EventLog events;
    private final ModelCards cards;
    private final ProductClock clock;
    private final Duration horizon;
    private final List<Label> labels;
    private final Duration every;
    private final int rows;

    private final BackgroundWork work;
    private volatile Training training = Training.NONE;

    /** @param rows at most so many moments are kept in memory for each model */
    Trainer(
            Releases releases,
            ModelStore store,
            EventLog events,
            ModelCards cards,
            ProductClock clock,
            Labels labels,
            @Value("${wayfarer.learn.horizon}") Duration horizon,
            @Value("${wayfarer.learn.every}") Duration every,
            @Value("${wayfarer.learn.rows}") int rows) {
        this.releases = releases;
        this.store = store;
        this.events = events;
        this.cards = cards;
        this.clock = clock;
        this.work = new BackgroundWork("trainer", clock);
        this.horizon = horizon;
        this.labels = labels.all();
        this.every = every;
        this.rows = rows;
    }

    /** The training that runs, or the last one. */
    public Training training() {
        return training;
    }

    /** Begins a training, unless one is running. */
    public boolean start() {
        return start(progress -> {});
    }

    /**
     * Begins a training, unless one is running.
     *
     * @param watcher is told of every progress, on the training's own thread, and last of all of its end
     * @return false when one is running
     */
    public boolean start(Consumer<Training> watcher) {
        return work.start(new Run(watcher));
    }

    /** Asks the running training to end, and nothing of it is published; false when none is running. */
    public boolean cancel() {
        return work.cancel();
    }

    /** The first training is due when the newest model is older than the time between two trainings. */
    @EventListener(ApplicationReadyEvent.class)
    void schedule() {
        var now = clock.instant();
        var due = store.serving().stream()
                .map(card -> card.trainedAt().plus(every))
                .max(Instant::compareTo)
                .filter(now::isBefore)
                .orElse(now);
        work.repeat(Duration.between(now, due), every, new Run(progress -> {}));
    }

    @Override
    public void destroy() throws InterruptedException {
        work.close();
    }

    private final class Run implements BackgroundWork.Run {

        private final Consumer<Training> watcher;

        Run(Consumer<Training> watcher) {
            this.watcher = watcher;
        }

        @Override
        public void run() throws Exception {
            training = new Training(
                    BackgroundWork.State.RUNNING, "Reading the event log", 0, clock.instant(), null, 0, List.of());
            train(watcher);
        }

        @Override
        public void ended(BackgroundWork.State how, String step, Exception failure) {
            training = training.ended(how, step, clock.instant());
            switch (how) {
                case DONE -> log.info("Training over {} events is done", training.events());
                case CANCELLED -> log.info("Training was cancelled");
                default -> log.error("Training failed; the models that served go on", failure);
            }
        }

        @Override
        public void over() {
            watcher.accept(training);
        }
    }

    private void train(Consumer<Training> watcher) throws Exception {
        var now = clock.instant();
        var release = releases.live().with("training", store.untrained());
        var history = new History(rows, labels, now, new Replayed(release));
        var total = Math.max(1.0, events.size());
        events.replay((customer, event) -> {
            history.add(customer, event);
            work.stopIfCancelled();
            if (history.events() % EVENTS_A_REPORT == 0) {
                report(watcher, "Reading the event log", READING * Math.min(1, history.events() / total), history);
            }
        });
        history.end();

        var fits = new LinkedHashMap<Question, Fit>();
        for (var question : history.samples().keySet()) {
            work.stopIfCancelled();
            var begun = fits.size();
            fits.put(question, Fit.of(question, history.samples().get(question).kept(), now, (step, done) -> {
                work.stopIfCancelled();
                var share = (begun + done) / history.samples().size();
                report(watcher, "Fitting " + question.name() + ": " + step, READING + (1 - READING) * share, history);
            }));
        }
        work.stopIfCancelled();
        if (history.events() > 0) {
            store.keep(history.chainCard(horizon), history.steps());
        }
        var outcomes = new ArrayList<Training.Outcome>();
        for (var entry : fits.entrySet()) {
            var fit = entry.getValue();
            var card =
                    fit.goodEnough() ? store.keep(fit.card(), fit.model(), seen(history, entry.getKey())) : fit.card();
            if (fit.goodEnough()) {
                cards.keep(card, fit.report());
            }
            outcomes.add(new Training.Outcome(entry.getKey().name(), fit.goodEnough(), fit.reason(), card));
            if (history.events() > 0) {
                log.info(
                        "{}: {}. {}",
                        entry.getKey().name(),
                        fit.goodEnough() ? "published" : "not published",
                        fit.reason());
            }
        }
        cards.forgetAllBut(store.cards());
        releases.use(store::current);
        training = training.with(outcomes);
    }

    /** Live customers are looked at right after an event: only such moments can be compared with them. */
    private static List<double[]> seen(History history, Question question) {
        return history.samples().get(question).kept().stream()
                .filter(Sample::atEvent)
                .map(Sample::features)
                .toList();
    }

    /** Fits run on several threads: what is told late does not take anything back. */
    private synchronized void report(Consumer<Training> watcher, String step, double progress, History history) {
        training = training.at(step, Math.max(progress, training.progress()), history.events());
        watcher.accept(training);
    }
}
