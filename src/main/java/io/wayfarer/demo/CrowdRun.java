package io.wayfarer.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.WriteKeys;
import io.wayfarer.learn.Trainer;
import io.wayfarer.learn.Training;
import io.wayfarer.time.BackgroundWork;
import io.wayfarer.time.ProductClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;

/**
 * Lets the crowd live. At the first start it tells the past of the crowd, waits until that is worked off, and has the
 * models trained; then, and at every later start, the crowd goes on from now, at the speed of the product's clock.
 */
@Component
@Profile("demo")
class CrowdRun implements DisposableBean {

    /** Where a step of the preparation stands. */
    enum State {
        later,
        now,
        done
    }

    /**
     * A step of the preparation.
     *
     * @param total 0 when it is not known how much there is
     */
    record Step(String title, State state, long done, long total) {}

    static final long SEED = 42;
    static final String SETTING = "demo.history";

    private static final Logger log = LoggerFactory.getLogger(CrowdRun.class);
    private static final String TOLD = " told";
    private static final Duration TICK = Duration.ofMillis(250);
    /** An older crowd is not called back to mind at a start, but a new one moves in. */
    private static final Duration LIFETIME = Duration.ofDays(1000);
    /** So many events may wait when the history counts as worked off: the living go on meanwhile. */
    private static final int FEW = 200;

    private final Environment environment;
    private final Catalogue catalogue;
    private final Mailbox mailbox;
    private final WriteKeys keys;
    private final Trainer trainer;
    private final ProductClock clock;
    private final JdbcTemplate jdbc;
    private final JavaMailSender mail;
    private final ObjectMapper json;
    private final Announcement announcement;
    private final int people;
    private final Duration history;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var crowd = new Thread(task, "crowd");
        crowd.setDaemon(true);
        return crowd;
    });
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private volatile Step told = new Step("History told", State.later, 0, 0);
    private volatile Step worked = new Step("Inbox worked off", State.later, 0, 0);
    private volatile Step trained = new Step("Models trained", State.later, 0, 0);
    private volatile Step living = new Step("Crowd alive", State.later, 0, 0);
    private Crowd crowd;
    private Sender sender;
    private Instant beginning;

    CrowdRun(
            Environment environment,
            Catalogue catalogue,
            Mailbox mailbox,
            WriteKeys keys,
            Trainer trainer,
            ProductClock clock,
            JdbcTemplate jdbc,
            JavaMailSender mail,
            ObjectMapper json,
            Announcement announcement,
            @Value("${wayfarer.demo.people}") int people,
            @Value("${wayfarer.demo.history}") Duration history) {
        this.environment = environment;
        this.catalogue = catalogue;
        this.mailbox = mailbox;
        this.keys = keys;
        this.trainer = trainer;
        this.clock = clock;
        this.jdbc = jdbc;
        this.mail = mail;
        this.json = json;
        this.announcement = announcement;
        this.people = people;
        this.history = history;
    }

    /** The preparation, step by step. */
    List<Step> steps() {
        return List.of(told, worked, trained, living);
    }

    boolean isLiving() {
        return living.state() == State.now;
    }

    /** What the training had to say. */
    List<String> lines() {
        return lines;
    }

    /** After the trainer has been set up, and when the port is known. */
    @EventListener(ApplicationReadyEvent.class)
    void begin() {
        if (!environment.getProperty("wayfarer.demo.crowd", boolean.class, true)) {
            announcement.print();
            return;
        }
        var base = URI.create("http://localhost:" + environment.getRequiredProperty("local.server.port"));
        sender = new Sender(
                new Sender.Doors(
                        base,
                        keys.first(),
                        environment.getRequiredProperty("wayfarer.demo.secret"),
                        environment.getRequiredProperty("wayfarer.demo.service")),
                clock,
                mail,
                json);
        thread.execute(() -> {
            try {
                remember();
                mailbox.onSent(letter -> crowd.read(letter));
                thread.scheduleWithFixedDelay(this::live, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                log.debug("Stopped while the history was told");
            } catch (RuntimeException e) {
                log.error("The crowd could not begin", e);
            }
        });
    }

    private void remember() throws InterruptedException {
        var stored = jdbc.queryForList("select setting from setting where name = ?", String.class, SETTING).stream()
                .findFirst()
                .orElse("");
        var now = clock.instant();
        beginning = stored.isEmpty()
                ? now.minus(history).truncatedTo(ChronoUnit.SECONDS)
                : Instant.parse(stored.replace(TOLD, ""));
        if (beginning.plus(LIFETIME).isBefore(now)) {
            beginning = now.minus(history).truncatedTo(ChronoUnit.SECONDS);
        }
        crowd = new Crowd(catalogue, SEED, people, beginning);
        if (stored.equals(beginning + TOLD)) {
            for (var day = beginning; day.isBefore(now); day = day.plus(1, ChronoUnit.DAYS)) {
                crowd.until(day);
            }
            crowd.until(now);
            told = done(told);
            worked = done(worked);
            trained = done(trained);
            living = new Step(living.title(), State.now, 0, 0);
            announcement.print();
        } else {
            keep("");
            tell();
        }
    }

    private void tell() throws InterruptedException {
        var days = history.toDays();
        log.info("The first start: {} days of a simulated crowd are told, then models are trained", days);
        for (long day = 1; day <= days; day++) {
            sender.send(crowd.until(beginning.plus(day, ChronoUnit.DAYS)), true);
            told = new Step(told.title(), State.now, day, days);
            if (day % 10 == 0 || day == days) {
                log.info("Day {} of {}: {} people, {} events", day, days, crowd.people(), sender.sent());
            }
        }
        told = done(told);
        worked = new Step(worked.title(), State.now, 0, Math.max(1, waiting()));
    }

    /** One tick: what the crowd did since the last one, and the next step of the preparation. */
    private void live() {
        try {
            sender.send(crowd.until(clock.instant()), false);
            if (worked.state() == State.now) {
                var waiting = waiting();
                worked = new Step(worked.title(), State.now, Math.max(0, worked.total() - waiting), worked.total());
                if (waiting <= FEW) {
                    log.info("The history is worked off");
                    worked = done(worked);
                    trained = new Step(trained.title(), State.now, 0, 0);
                }
            } else if (trained.state() == State.now && trained.total() == 0 && trainer.start(this::watch)) {
                trained = new Step(trained.title(), State.now, 0, 100);
            }
        } catch (InterruptedException e) {
            log.debug("The crowd stops");
        } catch (RuntimeException e) {
            // the next tick tries again: a scheduled task that throws would never run again
            log.warn("The crowd stumbled: {}", e.toString());
        }
    }

    private void watch(Training training) {
        switch (training.state()) {
            case NEVER -> {}
            case RUNNING -> {
                var percent = Math.round(training.progress() * 100);
                if (percent / 10 > trained.done() / 10) {
                    log.info("Training, {} %: {}", percent, training.step());
                }
                trained = new Step(trained.title(), State.now, percent, 100);
            }
            case DONE, CANCELLED, FAILED -> {
                training.outcomes()
                        .forEach(outcome -> lines.add(String.format(
                                Locale.ROOT,
                                "%-28s %-14s %s",
                                outcome.model(),
                                outcome.published() ? "serves now" : "not published",
                                outcome.reason())));
                if (training.outcomes().isEmpty()) {
                    lines.add(training.step());
                }
                trained = done(trained);
                if (training.state() != BackgroundWork.State.CANCELLED) {
                    keep(TOLD);
                    living = new Step(living.title(), State.now, 0, 0);
                    announcement.print();
                }
            }
        }
    }

    private static Step done(Step step) {
        return new Step(step.title(), State.done, step.total(), step.total());
    }

    private long waiting() {
        return jdbc.queryForObject("select count(*) from inbox", Long.class);
    }

    private void keep(String state) {
        if (jdbc.update("update setting set setting = ? where name = ?", beginning + state, SETTING) == 0) {
            jdbc.update("insert into setting (name, setting) values (?, ?)", SETTING, beginning + state);
        }
    }

    @Override
    public void destroy() throws InterruptedException {
        // not interrupted: H2 closes its file under a thread that is
        if (sender != null) {
            sender.stop();
        }
        thread.shutdown();
        thread.awaitTermination(5, TimeUnit.SECONDS);
    }
}
