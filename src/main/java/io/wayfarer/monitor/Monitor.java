package io.wayfarer.monitor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.wayfarer.decide.Releases;
import io.wayfarer.monitor.Comparison.Verdict;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.score.Contest;
import io.wayfarer.score.Label;
import io.wayfarer.score.Labels;
import io.wayfarer.score.ModelStore;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Once a day of product time, in the background: keeps what the shadow has seen, finds out what happened, compares each
 * challenger with its champion, promotes or retires it by the rule, and measures drift. People promote and roll back here too.
 */
@Component
public class Monitor implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Monitor.class);
    private static final int PAGE = 500;
    /** Drift is measured over so many days on which customers were seen. */
    private static final int DRIFT_DAYS = 7;
    /** Cases are kept for so many times of their label: longer than a trial and its outcomes take. */
    private static final int KEPT = 6;

    private static final Map<String, Integer> INDEXES = IntStream.range(0, FeatureVector.NAMES.size())
            .collect(HashMap::new, (map, i) -> map.put(FeatureVector.NAMES.get(i), i), Map::putAll);

    /** Who promotes a challenger that is better: people alone, or the rule as well. */
    public enum Promotion {
        MANUAL,
        BETTER;

        private static Promotion of(String setting) {
            return Arrays.stream(values())
                    .filter(one -> one.name().equalsIgnoreCase(setting.strip()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "wayfarer.models.promotion must be manual or better, not " + setting));
        }
    }

    private final Shadow shadow;
    private final Cases cases;
    private final Outcomes outcomes;
    private final ModelStore store;
    private final Releases releases;
    private final ProductClock clock;
    private final BackgroundWork work;
    private final Labels labels;
    private final Promotion promotion;

    private final Deque<List<Seen>> waiting = new ArrayDeque<>();
    private final Deque<List<Seen>> lately = new ArrayDeque<>();
    private final Map<String, Comparison> comparisons = new ConcurrentHashMap<>();
    private final Map<String, Drift> drifts = new ConcurrentHashMap<>();

    Monitor(
            Shadow shadow,
            Cases cases,
            Outcomes outcomes,
            ModelStore store,
            Releases releases,
            ProductClock clock,
            MeterRegistry registry,
            Labels labels,
            @Value("${wayfarer.models.promotion}") String promotion) {
        this.shadow = shadow;
        this.cases = cases;
        this.outcomes = outcomes;
        this.store = store;
        this.releases = releases;
        this.clock = clock;
        this.work = new BackgroundWork("monitor", clock);
        this.labels = labels;
        this.promotion = Promotion.of(promotion);
        labels.all().forEach(label -> label.models().forEach(name -> meter(registry, name)));
    }

    private void meter(MeterRegistry registry, String name) {
        Gauge.builder("wayfarer.model.drift", () -> index(drift(name), Drift::highest))
                .description("Highest population stability index of a champion's inputs, or that of its scores")
                .tags("model", name, "of", "features")
                .register(registry);
        Gauge.builder("wayfarer.model.drift", () -> index(drift(name), Drift::scores))
                .description("Highest population stability index of a champion's inputs, or that of its scores")
                .tags("model", name, "of", "scores")
                .register(registry);
    }

    private static Number index(Drift drift, Function<Drift, Double> of) {
        var value = drift == null ? null : of.apply(drift);
        return value == null ? Double.NaN : value;
    }

    public Promotion promotion() {
        return promotion;
    }

    /** The last comparison of the challenger that is tried now; null when there is none. */
    public Comparison comparison(String name) {
        var last = comparisons.get(name);
        var now = store.contests().get(name);
        return last != null
                        && now != null
                        && last.champion().equals(now.champion())
                        && last.challenger().equals(now.challenger())
                ? last
                : null;
    }

    /** The drift of the champion that serves now, as it was measured last; null when it was not. */
    public Drift drift(String name) {
        var last = drifts.get(name);
        var now = store.contests().get(name);
        return last != null && now != null && last.version().equals(now.champion()) ? last : null;
    }

    /**
     * A person makes a version the champion.
     *
     * @throws ModelStore.Refused when it cannot be
     */
    public void promote(String name, String version, String user, String why) throws IOException {
        store.promote(name, version, clock.instant(), user, why);
        releases.use(store::current);
    }

    /**
     * A person goes back to the former champion, whose version is given.
     *
     * @throws ModelStore.Refused when there is none
     */
    public String rollBack(String name, String user, String why) throws IOException {
        var version = store.rollBack(name, clock.instant(), user, why);
        releases.use(store::current);
        return version;
    }

    @EventListener(ApplicationReadyEvent.class)
    void schedule() {
        work.repeat(Duration.ofHours(1), Duration.ofDays(1), new BackgroundWork.Run() {
            @Override
            public void run() throws IOException {
                pass();
            }

            @Override
            public void ended(BackgroundWork.State how, String step, Exception failure) {
                if (failure != null) {
                    log.error("Models were not compared; what serves goes on", failure);
                }
            }
        });
    }

    /** What was seen today is not lost with a stop of the program. */
    @Override
    public void destroy() throws InterruptedException {
        work.close();
        shadow.takeAll().forEach(cases::keep);
    }

    void pass() throws IOException {
        var now = clock.instant();
        waiting.addAll(shadow.take(now));
        while (!waiting.isEmpty()) {
            cases.keep(waiting.element());
            lately.add(waiting.remove());
        }
        while (lately.size() > DRIFT_DAYS) {
            lately.remove();
        }
        for (var label : labels.all()) {
            resolve(label, now);
            cases.forget(label.models(), now.minus(label.within().multipliedBy(KEPT)));
        }
        for (var contest : store.contests().values()) {
            work.stopIfCancelled();
            compare(contest, now);
        }
        store.contests().values().forEach(this::measureDrift);
    }

    private void resolve(Label label, Instant now) {
        var contests = store.contests();
        var challengers = label.models().stream()
                .map(contests::get)
                .filter(contest -> contest != null && contest.challenger() != null)
                .map(Contest::challenger)
                .toList();
        List<Cases.Due> due;
        do {
            work.stopIfCancelled();
            due = cases.due(challengers, now.minus(label.within()), PAGE);
            cases.resolve(outcomes.of(label, due));
        } while (!due.isEmpty());
    }

    private void compare(Contest contest, Instant now) throws IOException {
        var challenger = contest.challenger();
        var name = contest.name();
        var label = labels.of(name);
        if (challenger == null || label == null) {
            return;
        }
        var comparison = Comparison.of(
                contest.champion(), challenger, label.binary(), cases.resolved(name, contest.champion(), challenger));
        comparisons.put(name, comparison);
        var isBetter = comparison.verdict() == Verdict.BETTER;
        if (isBetter && promotion == Promotion.BETTER || comparison.verdict() == Verdict.WORSE) {
            store.end(contest, isBetter, now, comparison.inWords());
            releases.use(store::current);
        }
    }

    private void measureDrift(Contest contest) {
        var before = drift(contest.name());
        var drift =
                Drift.of(contest, lately.stream().flatMap(Collection::stream).toList(), INDEXES);
        drifts.put(contest.name(), drift);
        if (drift.level() == Drift.Level.WARNING && (before == null || before.level() != Drift.Level.WARNING)) {
            log.warn(
                    "{} {}: customers are no longer like those it learned from: index of its scores {}, of its inputs {}",
                    contest.name(),
                    drift.version(),
                    "%.2f".formatted(drift.scores()),
                    drift.features().stream()
                            .limit(5)
                            .map(one -> "%s %.2f".formatted(one.name(), one.psi()))
                            .toList());
        }
    }
}
