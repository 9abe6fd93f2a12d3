package io.wayfarer.risk;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.anomaly.Anomaly;
import io.wayfarer.anomaly.Behaviour;
import io.wayfarer.anomaly.Forest;
import io.wayfarer.anomaly.Forests;
import io.wayfarer.decide.Releases;
import io.wayfarer.ingest.Event;
import io.wayfarer.learn.Reservoir;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.EventLog;
import io.wayfarer.profile.Profiler;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Learns from the event log what orders and refunds are like, in the background, every {@code wayfarer.anomaly.every} of
 * product time and on demand. With too few of them it says so, and what was learnt before goes on.
 */
@Component
public class ForestLearner implements BackgroundWork.Run, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(ForestLearner.class);
    private static final int EVENTS_A_REPORT = 10_000;
    private static final long SEED = 42;

    /**
     * The learning that runs, or the last one.
     *
     * @param step what is being done, in words; at the end what came of it
     * @param orders orders and refunds found so far
     */
    @Schema(name = "ForestLearning")
    public record Learning(BackgroundWork.State state, String step, long orders, Instant startedAt, Instant endedAt) {}

    /** A newest order or refund, and how unlike others it is. */
    public record Judged(UUID event, String name, Instant at, Anomaly anomaly) {}

    private final EventLog events;
    private final Forests forests;
    private final Releases releases;
    private final ProductClock clock;
    private final Duration every;
    private final int rows;
    private final BackgroundWork work;
    private volatile Learning learning = new Learning(BackgroundWork.State.NEVER, "Not yet", 0, null, null);

    /** @param rows at most so many orders and refunds are learnt from, an even choice of all */
    ForestLearner(
            EventLog events,
            Forests forests,
            Releases releases,
            ProductClock clock,
            @Value("${wayfarer.anomaly.every}") Duration every,
            @Value("${wayfarer.anomaly.rows}") int rows) {
        this.events = events;
        this.forests = forests;
        this.releases = releases;
        this.clock = clock;
        this.every = every;
        this.rows = rows;
        this.work = new BackgroundWork("anomaly", clock);
    }

    public Learning learning() {
        return learning;
    }

    /** What orders are compared with now. */
    public Optional<Forest> live() {
        return Optional.ofNullable(releases.live().forest());
    }

    /** Begins to learn; false when it is being done already. */
    public boolean start() {
        return work.start(this);
    }

    @EventListener(ApplicationReadyEvent.class)
    void schedule() {
        var now = clock.instant();
        var due = live().map(forest -> forest.card().learntAt().plus(every))
                .filter(now::isBefore)
                .orElse(now);
        work.repeat(Duration.between(now, due), every, this);
    }

    @Override
    public void destroy() throws InterruptedException {
        work.close();
    }

    /** Goes through the log, a customer after the other. */
    private final class Reading {
        private final Reservoir<double[]> kept = new Reservoir<>(rows, SEED);
        private UUID owner;
        private Customer customer;
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;
        private long read;

        void next(UUID id, Event event) {
            var before = id.equals(owner) ? customer : Customer.unknown(id, Set.of(), event.at());
            owner = id;
            customer = Profiler.after(before, event);
            if (Behaviour.isJudged(event)) {
                kept.add(Behaviour.of(before, customer, event));
                first = event.at().isBefore(first) ? event.at() : first;
                last = event.at().isAfter(last) ? event.at() : last;
            }
            if (++read % EVENTS_A_REPORT == 0) {
                at("Reading the event log", kept.seen());
                work.stopIfCancelled();
            }
        }
    }

    @Override
    public void run() {
        learning = new Learning(BackgroundWork.State.RUNNING, "Reading the event log", 0, clock.instant(), null);
        var reading = new Reading();
        events.replay(reading::next);
        work.stopIfCancelled();
        if (reading.kept.kept().size() < Forest.ENOUGH) {
            at(
                    "Too few orders and refunds to learn from: %d of %d".formatted(reading.kept.seen(), Forest.ENOUGH),
                    reading.kept.seen());
            return;
        }
        at("Growing trees", reading.kept.seen());
        var forest = forests.learn(
                reading.kept.kept(),
                reading.first,
                reading.last,
                reading.kept.seen(),
                clock.instant(),
                work::stopIfCancelled);
        releases.use(forest);
        at("Learnt: version " + forest.version(), reading.kept.seen());
    }

    private void at(String step, long orders) {
        learning = new Learning(learning.state(), step, orders, learning.startedAt(), null);
    }

    @Override
    public void ended(BackgroundWork.State how, String step, Exception failure) {
        var what = how == BackgroundWork.State.DONE ? learning.step() : step;
        learning = new Learning(how, what, learning.orders(), learning.startedAt(), clock.instant());
        if (failure != null) {
            log.error("What orders are like was not learnt; what was learnt before goes on", failure);
        } else {
            log.info("Anomalies of orders: {}", what);
        }
    }

    /** The customer's newest order or refund, as the log tells it; empty when there is none, or nothing was learnt. */
    public Optional<Judged> newest(UUID id) {
        var forest = releases.live().forest();
        if (forest == null) {
            return Optional.empty();
        }
        var state = new Object() {
            Customer customer;
            Customer before;
            Customer after;
            Event event;
        };
        events.replay(List.of(id), (owner, event) -> {
            var before = state.customer == null ? Customer.unknown(id, Set.of(), event.at()) : state.customer;
            state.customer = Profiler.after(before, event);
            if (Behaviour.isJudged(event)) {
                state.before = before;
                state.after = state.customer;
                state.event = event;
            }
        });
        return Optional.ofNullable(state.event)
                .map(event -> new Judged(
                        event.id(), event.name(), event.at(), forest.judge(state.before, state.after, event)));
    }
}
