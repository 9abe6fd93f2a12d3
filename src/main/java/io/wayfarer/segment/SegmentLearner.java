package io.wayfarer.segment;

import io.wayfarer.learn.Reservoir;
import io.wayfarer.profile.Customers;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Learns segments from a sample of the customers, in the background, every {@code wayfarer.segments.every} of product time,
 * and then assigns all customers anew in small transactions. That pass is also what moves people on whom time alone moves.
 * A pass that was broken off goes on where it stopped.
 */
@Component
public class SegmentLearner implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(SegmentLearner.class);
    private static final int PAGE = 500;
    private static final int MOVES_KEPT = 400;
    private static final long SEED = 42;
    /** Of the whole, by time, what learning takes. */
    private static final double LEARNING = 0.5;

    private final Customers customers;
    private final Segments segments;
    private final SegmentModels models;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final ProductClock clock;
    private final Duration every;
    private final int rows;

    private final BackgroundWork work;
    private volatile Learning learning = Learning.NONE;

    /** @param rows at most so many customers are learnt from */
    SegmentLearner(
            Customers customers,
            Segments segments,
            SegmentModels models,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactionManager,
            ProductClock clock,
            @Value("${wayfarer.segments.every}") Duration every,
            @Value("${wayfarer.segments.rows}") int rows) {
        this.customers = customers;
        this.segments = segments;
        this.models = models;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.clock = clock;
        this.work = new BackgroundWork("segments", clock);
        this.every = every;
        this.rows = rows;
    }

    /** The learning that runs, or the last one. */
    public Learning learning() {
        return learning;
    }

    /** Begins to learn; false when it is being done already. */
    public boolean start() {
        return work.start(new Run(true));
    }

    /** What is left of a pass is done at once; the first learning is due when the newest is older than the time between. */
    @EventListener(ApplicationReadyEvent.class)
    void schedule() {
        var now = clock.instant();
        var live = models.live();
        var due = live == null || !live.learntAt().plus(every).isAfter(now)
                ? now
                : live.learntAt().plus(every);
        if (due.isAfter(now)) {
            work.start(new Run(false));
        }
        work.repeat(Duration.between(now, due), every, new Run(true));
    }

    @Override
    public void destroy() throws InterruptedException {
        work.close();
    }

    /** @param anew whether to learn before the pass */
    private final class Run implements BackgroundWork.Run {

        private final boolean anew;

        Run(boolean anew) {
            this.anew = anew;
        }

        @Override
        public void run() throws Exception {
            learning = new Learning(BackgroundWork.State.RUNNING, "Reading customers", 0, clock.instant(), null, 0);
            if (anew) {
                learn();
            }
            pass(Integer.MAX_VALUE);
        }

        @Override
        public void ended(BackgroundWork.State how, String step, Exception failure) {
            learning = learning.ended(how, step, clock.instant());
            if (failure != null) {
                log.error("Segments were not learnt; what was learnt before goes on", failure);
            }
        }
    }

    /** Learns from an even sample of all customers. */
    Segmentation learn() throws Exception {
        var now = clock.instant();
        var sample = new Reservoir<double[]>(rows, SEED);
        for (var page = customers.list(PAGE, null);
                !page.isEmpty();
                page = customers.list(PAGE, page.get(page.size() - 1))) {
            work.stopIfCancelled();
            customers.find(page).values().forEach(customer -> sample.add(Figures.of(customer, now)));
        }
        learning = learning.at("Finding groups", LEARNING / 2, 0);
        var learnt =
                new Segmentation.Learnt(Rfm.learn(sample.kept()), Clusters.learn(sample.kept(), work::stopIfCancelled));
        var live = transactions.execute(status -> models.keep(learnt, now));
        log.info(
                "Segments learnt from {} of {} customers: version {}",
                sample.kept().size(),
                sample.seen(),
                live.version());
        return live;
    }

    /** Goes on with the pass, for at most so many pages. @return true when it is over */
    boolean pass(int pages) {
        models.load();
        var total = Math.max(1.0, jdbc.queryForObject("select count(*) from customer", Long.class));
        for (int page = 0; page < pages; page++) {
            work.stopIfCancelled();
            var at = transactions.execute(status -> assignPage());
            if (at == null || at.passedAt() != null) {
                return true;
            }
            var done = at.sums().get(SegmentModels.ALL).count();
            learning = learning.at("Assigning customers", LEARNING + (1 - LEARNING) * Math.min(1, done / total), done);
        }
        return false;
    }

    private SegmentModels.Pass assignPage() {
        var pass = models.pass().orElse(null);
        if (pass == null || pass.passedAt() != null) {
            return pass;
        }
        var live = models.live();
        var ids = lock(pass.after());
        var sums = new HashMap<>(pass.sums());
        var now = clock.instant();
        if (!ids.isEmpty()) {
            var found = customers.find(ids).values();
            var assigned = segments.assign(live, found, Segments.BY_PASS);
            for (var customer : found) {
                var figures = Figures.of(customer, now);
                add(sums, SegmentModels.ALL, figures);
                assigned.get(customer.id()).forEach((kind, segment) -> add(sums, kind + "/" + segment, figures));
            }
        } else {
            segments.forget(MOVES_KEPT);
        }
        var next = new SegmentModels.Pass(
                pass.version(),
                ids.isEmpty() ? pass.after() : ids.get(ids.size() - 1),
                ids.isEmpty() ? now : null,
                sums);
        models.keep(next);
        return next;
    }

    /** A page of customers whom no worker changes until the transaction ends. */
    private List<UUID> lock(UUID after) {
        return jdbc.queryForList(
                "select id from customer where id > ? order by id limit ? for update",
                UUID.class,
                after == null ? new UUID(0, 0) : after,
                PAGE);
    }

    private static void add(Map<String, SegmentModels.Sum> sums, String name, double[] figures) {
        var sum = sums.get(name);
        var totals = sum == null ? new double[figures.length] : sum.totals().clone();
        for (int f = 0; f < totals.length; f++) {
            totals[f] += figures[f];
        }
        sums.put(name, new SegmentModels.Sum(sum == null ? 1 : sum.count() + 1, totals));
    }
}
