package io.wayfarer.ingest.clean;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Has the cleaner look after its things every few seconds, and once more at the end. */
@Component
final class Housekeeping implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Cleaner cleaner;
    private ScheduledExecutorService clock;

    Housekeeping(Cleaner cleaner) {
        this.cleaner = cleaner;
    }

    @Override
    public synchronized void start() {
        cleaner.outliers().load();
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "clean");
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleWithFixedDelay(this::tick, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tick() {
        try {
            cleaner.tick();
        } catch (RuntimeException e) {
            log.warn("What was counted is kept in memory for now: {}", e.toString());
        }
    }

    @Override
    public synchronized void stop() {
        if (clock != null) {
            clock.shutdownNow();
            clock = null;
            tick();
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return clock != null;
    }

    /** Begins before the ways in are open, and ends after they are shut. */
    @Override
    public int getPhase() {
        return 0;
    }
}
