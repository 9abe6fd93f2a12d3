package io.wayfarer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The program is killed in the middle of 10,000 events and started again. Every event that was accepted has its effect
 * exactly once, a sender that repeats what was not acknowledged does no harm, and nobody gets a mail twice.
 */
class KillIT {

    private static final int EVENTS = 10_000;
    private static final int PEOPLE = 200;
    private static final int MAILS = 100;
    private static final int BATCH = 100;

    @TempDir
    Path dir;

    private GreenMail mail;

    @BeforeEach
    void mailServer() {
        mail = new GreenMail(ServerSetupTest.SMTP.dynamicPort());
        mail.start();
    }

    @AfterEach
    void stopMailServer() {
        mail.stop();
    }

    @Test
    void onH2() throws Exception {
        survives(Map.of(), "jdbc:h2:file:" + dir.resolve("data/wayfarer"), "wayfarer");
    }

    @Test
    void onPostgres() throws Exception {
        var url = Databases.postgresUrl();
        survives(Map.of("spring.datasource.url", url, "spring.datasource.username", "postgres"), url, "postgres");
    }

    @Test
    void anImportGoesOnWhereItWas() throws Exception {
        var rows = 20_000;
        var file = new StringBuilder("userId,event,timestamp,product_id\n");
        for (int i = 0; i < rows; i++) {
            file.append("user-%d,Product Viewed,2026-01-%02dT12:00:00Z,sku-%d\n".formatted(i % PEOPLE, 1 + i % 28, i));
        }
        var program = RunningProgram.start(dir, Map.of());
        try {
            var received = program.post("/api/imports?name=views.csv", file.toString());
            assertThat(received.statusCode()).as(received.body()).isEqualTo(202);
            var path = "/api/imports/"
                    + program.ask("/api/imports").at("/items/0/id").asText();
            var first = program;
            await().pollInterval(Duration.ofMillis(20))
                    .until(() -> first.ask(path).get("accepted").asInt() > 0);
            program.kill();

            program = RunningProgram.start(dir, Map.of());
            var second = program;
            var atStart = second.ask(path);
            assertThat(atStart.get("accepted").asInt()).as("when it was killed").isBetween(1, rows - 1);
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> second.ask(path).get("state").asText().equals("done"));
            var done = second.ask(path);
            assertThat(done.get("accepted").asInt()).as(done.toString()).isEqualTo(rows);
            assertThat(done.get("duplicate").asInt()).isZero();
            assertThat(done.get("refused").asInt()).isZero();
            await().atMost(Duration.ofSeconds(120)).until(() -> isWorkedOff(second));
        } finally {
            program.close();
        }
        try (var connection =
                DriverManager.getConnection("jdbc:h2:file:" + dir.resolve("data/wayfarer"), "wayfarer", "")) {
            var jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
            assertThat(count(jdbc, "select count(*) from event where source like 'file%'"))
                    .isEqualTo(rows);
            assertThat(count(jdbc, "select count(*) from customer")).isEqualTo(PEOPLE);
        }
    }

    private static boolean isWorkedOff(RunningProgram program) {
        return program.askText("/actuator/prometheus")
                .lines()
                .anyMatch(line -> line.matches("wayfarer_inbox_backlog(\\{.*})? 0\\.0"));
    }

    private void survives(Map<String, String> database, String url, String user) throws Exception {
        var settings = new HashMap<>(database);
        settings.put("spring.mail.host", "localhost");
        settings.put("spring.mail.port", Integer.toString(mail.getSmtp().getPort()));
        // a day takes twenty seconds, so that waits, quiet hours and caps pass while the test looks on
        settings.put("wayfarer.clock.speed", "4320");

        var crowd = new Crowd(42, PEOPLE, "kill");
        var bodies = new ArrayDeque<String>();
        var program = RunningProgram.start(dir, settings);
        try {
            bodies.add(crowd.identify(0, PEOPLE, Instant.now()));
            for (int i = 0; i < EVENTS; i += BATCH) {
                bodies.add(crowd.batch(BATCH, Instant.now()));
            }
            var half = bodies.size() / 2;
            var killer = new Thread(program::kill);
            while (!bodies.isEmpty()) {
                if (bodies.size() == half && killer.getState() == Thread.State.NEW) {
                    killer.start();
                }
                try {
                    assertThat(program.collect("/v1/batch", bodies.peek()).statusCode())
                            .isEqualTo(200);
                    bodies.remove();
                } catch (UncheckedIOException e) {
                    // not acknowledged: it stays first in the queue and is sent again
                    killer.join();
                    program = RunningProgram.start(dir, settings);
                }
            }
            var running = program;
            await().atMost(Duration.ofSeconds(60)).until(() -> isWorkedOff(running));
            // some journeys go on for months: it is enough that most people have had a mail
            await().atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> mail.getReceivedMessages().length >= MAILS);
        } finally {
            program.close();
        }
        check(url, user);
    }

    private void check(String url, String user) throws Exception {
        try (var connection = DriverManager.getConnection(url, user, "")) {
            var jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
            assertThat(count(jdbc, "select count(*) from inbox")).isZero();
            assertThat(count(jdbc, "select count(*) from quarantine")).isZero();
            assertThat(count(jdbc, "select count(*) from event where source like 'segment%'"))
                    .isEqualTo(EVENTS + PEOPLE);
            assertThat(count(jdbc, "select count(*) from customer")).isEqualTo(PEOPLE);
            assertThat(count(jdbc, "select count(*) from ACT_HI_PROCINST"))
                    .isPositive()
                    .isEqualTo(count(jdbc, "select count(*) from journey_entry"));
            assertThat(count(jdbc, "select count(*) from journey_entry"))
                    .isEqualTo(count(
                            jdbc,
                            "select count(*) from decision d join journey_entry e on e.decision_id = d.id"
                                    + " where d.action = 'start:' || e.process"));

            var mails = Arrays.stream(mail.getReceivedMessages())
                    .map(KillIT::messageId)
                    .toList();
            assertThat(mails).isNotEmpty().doesNotHaveDuplicates();
            var sent = count(jdbc, "select count(*) from message where status = 'sent'");
            var uncertain = count(jdbc, "select count(*) from message where status in ('failed', 'sending')");
            assertThat(mails.size()).isBetween(sent, sent + uncertain);
        }
    }

    private static int count(JdbcTemplate jdbc, String sql) {
        return jdbc.queryForObject(sql, Integer.class);
    }

    private static String messageId(MimeMessage message) {
        try {
            return message.getMessageID();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }
}
