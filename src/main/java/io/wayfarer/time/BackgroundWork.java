package io.wayfarer.time;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Long work in the background, at the lowest priority, one run at a time: on demand, and every so much product time. */
public final class BackgroundWork {

    /** How far the newest run is. */
    public enum State {
        NEVER,
        RUNNING,
        DONE,
        CANCELLED,
        FAILED
    }

    /** What is done; it asks {@link #stopIfCancelled} now and then. */
    public interface Run {
        void run() throws Exception;

        /**
         * Told on the run's thread how it went; another run may not begin before.
         *
         * @param step the same in words
         * @param failure null unless it failed
         */
        void ended(State how, String step, Exception failure);

        /** Told last of all: another run may begin. */
        default void over() {}
    }

    private final ProductClock clock;
    // two: short work goes on beside a run
    private final ScheduledExecutorService threads;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile boolean cancelled;

    /** @param name of its threads */
    public BackgroundWork(String name, ProductClock clock) {
        this.clock = clock;
        this.threads = Executors.newScheduledThreadPool(2, task -> {
            var thread = new Thread(task, name);
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
        });
    }

    /** Begins a run; false when one is running. */
    public boolean start(Run run) {
        if (!begin()) {
            return false;
        }
        threads.execute(() -> perform(run));
        return true;
    }

    /**
     * A run after some time, and again so long after each end; none when one is running at that moment.
     *
     * @param first product time
     * @param every product time
     */
    public void repeat(Duration first, Duration every, Run run) {
        threads.scheduleWithFixedDelay(
                () -> {
                    if (begin()) {
                        perform(run);
                    }
                },
                clock.inRealTime(first).toMillis(),
                Math.max(1, clock.inRealTime(every).toMillis()),
                TimeUnit.MILLISECONDS);
    }

    /** Short work beside the runs, that takes care of its own failures; real time. */
    public void beside(Duration every, Runnable task) {
        threads.scheduleWithFixedDelay(task, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    public boolean isRunning() {
        return running.get();
    }

    /** Asks the run to end; false when none is running. */
    public boolean cancel() {
        cancelled = true;
        return running.get();
    }

    /** @throws CancellationException when the run is to end */
    public void stopIfCancelled() {
        if (cancelled) {
            throw new CancellationException();
        }
    }

    /** Asks the run to end, and waits for it a little. */
    public void close() throws InterruptedException {
        cancelled = true;
        // not interrupted: H2 closes its file under a thread that is
        threads.shutdown();
        threads.awaitTermination(10, TimeUnit.SECONDS);
    }

    private boolean begin() {
        if (!running.compareAndSet(false, true)) {
            return false;
        }
        cancelled = threads.isShutdown();
        return true;
    }

    private void perform(Run run) {
        try {
            run.run();
            run.ended(State.DONE, "Done", null);
        } catch (CancellationException e) {
            run.ended(State.CANCELLED, "Cancelled", null);
        } catch (Exception e) {
            run.ended(State.FAILED, "Failed: " + e.getMessage(), e);
        } finally {
            running.set(false);
        }
        run.over();
    }
}
