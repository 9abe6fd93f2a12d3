package io.wayfarer.recommend;

import io.wayfarer.catalogue.Product;
import io.wayfarer.catalogue.Products;
import io.wayfarer.profile.EventLog;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Learns from the event log what to recommend, in the background: at the start, every {@code wayfarer.recommend.every} of
 * product time, and on demand. Between, it tells the recommender what the catalogue says of stock.
 */
@Component
public class Learner implements BackgroundWork.Run, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Learner.class);
    private static final int EVENTS_A_REPORT = 10_000;
    private static final int PRODUCTS_A_QUERY = 1_000;
    /** Of the whole, by time, what reading the log takes. */
    private static final double READING = 0.9;

    private final EventLog events;
    private final Products products;
    private final Recommender recommender;
    private final ProductClock clock;
    private final Duration every;
    private final Duration stock;

    private final BackgroundWork work;
    private volatile Learning learning = Learning.NONE;

    Learner(
            EventLog events,
            Products products,
            Recommender recommender,
            ProductClock clock,
            @Value("${wayfarer.recommend.every}") Duration every,
            @Value("${wayfarer.recommend.stock}") Duration stock) {
        this.events = events;
        this.products = products;
        this.recommender = recommender;
        this.clock = clock;
        this.work = new BackgroundWork("recommend", clock);
        this.every = every;
        this.stock = stock;
    }

    /** The learning that runs, or the last one. */
    public Learning learning() {
        return learning;
    }

    /** Begins to learn; false when it is being done already. */
    public boolean start() {
        return work.start(this);
    }

    boolean isRunning() {
        return work.isRunning();
    }

    @EventListener(ApplicationReadyEvent.class)
    void schedule() {
        work.repeat(Duration.ZERO, every, this);
        work.beside(stock, this::lookAtStock);
    }

    @Override
    public void destroy() throws InterruptedException {
        work.close();
    }

    /** What changed of stock and names reaches the recommender. */
    void lookAtStock() {
        try {
            var model = recommender.model();
            var catalogue = catalogue(model);
            // a model that came meanwhile brought the catalogue with it
            if (recommender.model() == model) {
                recommender.use(model, catalogue);
            }
        } catch (RuntimeException e) {
            log.warn("The stock of what is recommended cannot be read; it stays as it was: {}", e.toString());
        }
    }

    @Override
    public void run() {
        learning = new Learning(
                BackgroundWork.State.RUNNING, "Reading the event log", 0, clock.instant(), null, 0, 0, 0, "", null);
        var model = learn();
        recommender.use(model, catalogue(model));
        learning = learning.gave(model);
    }

    @Override
    public void ended(BackgroundWork.State how, String step, Exception failure) {
        learning = learning.ended(how, step, clock.instant());
        if (how == BackgroundWork.State.DONE) {
            log.info(
                    "Recommendations learnt from {} events: {} products, model {}; left out: {}",
                    learning.events(),
                    learning.products(),
                    learning.model(),
                    learning.leftOut());
        } else if (failure != null) {
            log.error("What to recommend was not learnt; the model that served goes on", failure);
        }
    }

    private Model learn() {
        var read = new Interactions(Interactions.Limits.DEFAULT, clock.instant());
        var total = Math.max(1.0, events.size());
        events.replay((person, event) -> {
            read.add(person, event);
            if (read.events() % EVENTS_A_REPORT == 0) {
                work.stopIfCancelled();
                learning = learning.at("Reading the event log", READING * Math.min(1, read.events() / total), read);
            }
        });
        work.stopIfCancelled();
        learning = learning.at("Counting pairs", READING, read);
        var model = read.model(Model.Tuning.CHOSEN, work::stopIfCancelled);
        learning = learning.at("Counting pairs", 1, read);
        return model;
    }

    private Map<String, Product> catalogue(Model model) {
        var ids = model.ids();
        var found = new HashMap<String, Product>();
        for (int from = 0; from < ids.size(); from += PRODUCTS_A_QUERY) {
            work.stopIfCancelled();
            found.putAll(products.find(List.copyOf(ids.subList(from, Math.min(ids.size(), from + PRODUCTS_A_QUERY)))));
        }
        return found;
    }
}
