package io.wayfarer.time;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Remembers where a clock that runs faster than real time stood, so that after a restart it goes on from there. Between
 * two writes the stored time lies ahead of the clock: a program that was killed starts a little later in product time,
 * never earlier than what it had already written down.
 */
final class ClockMemory implements SmartLifecycle {

    static final String SETTING = "clock";

    private static final Logger log = LoggerFactory.getLogger(ClockMemory.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    private final ProductClock clock;
    private final ObjectProvider<JdbcTemplate> database;
    private ScheduledExecutorService writer;

    ClockMemory(ProductClock clock, ObjectProvider<JdbcTemplate> database) {
        this.clock = clock;
        this.database = database;
    }

    /** Product time at which the clock was last known to stand; long ago when it never ran. */
    static Instant stoodAt(JdbcTemplate jdbc) {
        return jdbc.queryForList("select setting from setting where name = ?", String.class, SETTING).stream()
                .map(Instant::parse)
                .findFirst()
                .orElse(Instant.EPOCH);
    }

    @Override
    public synchronized void start() {
        if (clock.speed() > 1) {
            writeAhead();
            writer = Executors.newSingleThreadScheduledExecutor(task -> {
                var thread = new Thread(task, "clock-memory");
                thread.setDaemon(true);
                return thread;
            });
            writer.scheduleWithFixedDelay(
                    this::writeAhead, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void writeAhead() {
        try {
            // twice the interval: a write may come late
            write(clock.instant().plusNanos((long) (2 * INTERVAL.toNanos() * clock.speed())));
        } catch (DataAccessException e) {
            log.warn("The product's time could not be written down: {}", e.toString());
        }
    }

    private void write(Instant time) {
        var text = time.truncatedTo(ChronoUnit.MICROS).toString();
        var jdbc = database.getObject();
        if (jdbc.update("update setting set setting = ? where name = ?", text, SETTING) == 0) {
            jdbc.update("insert into setting (name, setting) values (?, ?)", SETTING, text);
        }
    }

    @Override
    public synchronized void stop() {
        if (writer != null) {
            writer.shutdownNow();
            writer = null;
            write(clock.instant());
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return writer != null;
    }

    /** Before everything else that starts, and stopped after it. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE + 1000;
    }
}
