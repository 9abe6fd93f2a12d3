package io.wayfarer.demo;

import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the start page shows. */
@RestController
@Profile("demo")
@Hidden
class StartPage {

    /**
     * @param time product time
     * @param lines what the training had to say
     */
    record Progress(
            Instant time, boolean living, List<CrowdRun.Step> steps, Map<String, Long> counts, List<String> lines) {}

    private static final long FRESH_NANOS = 500_000_000;

    private final CrowdRun run;
    private final Mailbox mailbox;
    private final Clock clock;
    private final JdbcTemplate jdbc;
    private Map<String, Long> counts = Map.of();
    private long countedAt;

    StartPage(CrowdRun run, Mailbox mailbox, Clock clock, JdbcTemplate jdbc) {
        this.run = run;
        this.mailbox = mailbox;
        this.clock = clock;
        this.jdbc = jdbc;
    }

    @GetMapping("/shop/progress")
    Progress progress() {
        return new Progress(clock.instant(), run.isLiving(), run.steps(), counts(), run.lines());
    }

    /** Counted at most twice a second, however many look. */
    private synchronized Map<String, Long> counts() {
        if (counts.isEmpty() || System.nanoTime() - countedAt > FRESH_NANOS) {
            var fresh = new LinkedHashMap<String, Long>();
            fresh.put("events", count("select count(*) from event"));
            fresh.put("waiting", count("select count(*) from inbox"));
            fresh.put("customers", count("select count(*) from customer"));
            fresh.put("decisions", count("select count(*) from decision"));
            fresh.put("mails", (long) mailbox.size(true));
            counts = fresh;
            countedAt = System.nanoTime();
        }
        return counts;
    }

    private long count(String query) {
        return jdbc.queryForObject(query, Long.class);
    }
}
