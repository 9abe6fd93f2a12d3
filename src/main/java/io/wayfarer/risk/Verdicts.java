package io.wayfarer.risk;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.anomaly.Behaviour;
import io.wayfarer.decide.Releases;
import io.wayfarer.learn.RowFit;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.EventLog;
import io.wayfarer.profile.Profiler;
import io.wayfarer.risk.Reviews.Subject;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Learns from what people found at review how likely fraud is in a review that is open: at the start, every {@code
 * wayfarer.anomaly.every} of product time, and on demand. Kept in memory only: it reads the newest {@value #NEWEST} verdicts and
 * their customers' events, and learns the same again after a restart. It orders what people look at and decides nothing: the
 * verdicts are of what the rules found suspicious, and say nothing of other orders.
 */
@Component
public class Verdicts implements BackgroundWork.Run, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Verdicts.class);
    private static final int NEWEST = 5_000;
    private static final String SUSPICION = "suspicion";
    private static final List<String> INPUTS = Stream.concat(
                    Behaviour.NAMES.stream(), Stream.of("strangeness", SUSPICION))
            .toList();

    private static final Map<String, String> LIMITS = Map.of(
            "The verdicts are of what the rules found suspicious: it says nothing of other orders, nor how much fraud is missed.",
            "判定只涉及规则认为可疑的订单：对其他订单以及漏掉多少欺诈没有意义。",
            "People judged with the rules' reasons before their eyes, and may have followed them.",
            "审核者看得到规则给出的理由，可能受其影响。");

    /**
     * The learning that runs, or the last one.
     *
     * @param step what is being done, in words; at the end what came of it and why
     */
    @Schema(name = "VerdictLearning")
    public record Learning(BackgroundWork.State state, String step, Instant startedAt, Instant endedAt) {}

    /**
     * What was learnt.
     *
     * @param serves true when open reviews are given a likelihood by it
     * @param verdicts of fraud or genuine that were learnt from
     * @param reason why it serves, or why not
     * @param hasCard whether something could be fitted and measured
     */
    @Schema(name = "Verdicts")
    public record Standing(boolean serves, int verdicts, String reason, boolean hasCard, Learning learning) {}

    private final Reviews reviews;
    private final EventLog events;
    private final Releases releases;
    private final ProductClock clock;
    private final Duration every;
    private final Path folder;
    private final BackgroundWork work;
    private volatile Learning learning = new Learning(BackgroundWork.State.NEVER, "Not yet", null, null);
    private volatile RowFit live = RowFit.none(0, "Nothing was learnt yet");

    Verdicts(
            Reviews reviews,
            EventLog events,
            Releases releases,
            ProductClock clock,
            @Value("${wayfarer.anomaly.every}") Duration every,
            @Value("${wayfarer.data.dir}") Path data) {
        this.reviews = reviews;
        this.events = events;
        this.releases = releases;
        this.clock = clock;
        this.every = every;
        this.folder = data.resolve("fraud-card");
        this.work = new BackgroundWork("verdicts", clock);
    }

    public Standing standing() {
        return new Standing(live.goodEnough(), live.rows(), live.reason(), live.hasCard(), learning);
    }

    /** Begins to learn; false when it is being done already. */
    public boolean start() {
        return work.start(this);
    }

    /** A file of the card, such as card.html. */
    public Optional<Path> file(String name) {
        return !live.hasCard() ? Optional.empty() : RowFit.file(folder, name);
    }

    /** How likely fraud is in those of the reviews that are open, by decision; of none while nothing that serves was learnt. */
    public Map<UUID, Double> likelihoods(List<Reviews.Review> some) {
        var model = live;
        var open = some.stream()
                .filter(review -> review.outcome().equals(Reviews.OPEN))
                .map(Reviews.Review::decision)
                .toList();
        if (!model.goodEnough() || open.isEmpty()) {
            return Map.of();
        }
        var likely = new HashMap<UUID, Double>();
        rows(reviews.subjects(open), () -> {})
                .forEach((subject, row) -> likely.put(subject.decision(), model.probability(row.values())));
        return likely;
    }

    @EventListener(ApplicationReadyEvent.class)
    void schedule() {
        work.repeat(Duration.ZERO, every, this);
    }

    @Override
    public void destroy() throws InterruptedException {
        work.close();
    }

    @Override
    public void run() throws IOException {
        learning = new Learning(BackgroundWork.State.RUNNING, "Reading verdicts", clock.instant(), null);
        var rows = rows(reviews.found(NEWEST), work::stopIfCancelled);
        var fit = RowFit.of(
                "fraud",
                INPUTS,
                SUSPICION,
                List.copyOf(rows.values()),
                "reviews of suspicious orders",
                LIMITS,
                clock.instant(),
                work::stopIfCancelled);
        Files.createDirectories(folder);
        fit.write(folder);
        live = fit;
        learning = new Learning(learning.state(), fit.reason(), learning.startedAt(), null);
    }

    @Override
    public void ended(BackgroundWork.State how, String step, Exception failure) {
        var what = how == BackgroundWork.State.DONE ? learning.step() : step;
        learning = new Learning(how, what, learning.startedAt(), clock.instant());
        if (failure != null) {
            log.error("Verdicts were not learnt from; what was learnt before goes on", failure);
        } else {
            log.info("Verdicts of reviews: {}", what);
        }
    }

    /** What was known at the event of each review, in the order of ids; without those whose event is gone. */
    private Map<Subject, RowFit.Row> rows(List<Subject> subjects, Runnable goOn) {
        var forest = releases.live().forest();
        var byEvent =
                subjects.stream().collect(Collectors.toMap(Subject::event, Function.identity(), (one, same) -> one));
        var found = new HashMap<UUID, RowFit.Row>();
        var state = new HashMap<UUID, Customer>();
        events.replay(
                subjects.stream().map(Subject::customer).distinct().sorted().toList(), (owner, event) -> {
                    goOn.run();
                    if (!state.containsKey(owner)) {
                        state.clear();
                    }
                    var before = state.getOrDefault(owner, Customer.unknown(owner, Set.of(), event.at()));
                    var after = Profiler.after(before, event);
                    state.put(owner, after);
                    var subject = byEvent.get(event.id());
                    if (subject != null) {
                        var behaviour = Behaviour.of(before, after, event);
                        var values = Arrays.copyOf(behaviour, INPUTS.size());
                        values[behaviour.length] = forest == null
                                ? 0
                                : forest.judge(before, after, event).rank();
                        values[behaviour.length + 1] = subject.risk();
                        found.put(
                                event.id(),
                                new RowFit.Row(
                                        owner,
                                        event.at(),
                                        values,
                                        subject.outcome().equals("fraud")));
                    }
                });
        var rows = new LinkedHashMap<Subject, RowFit.Row>();
        subjects.stream()
                .filter(subject -> found.containsKey(subject.event()))
                .forEach(subject -> rows.put(subject, found.get(subject.event())));
        return rows;
    }
}
