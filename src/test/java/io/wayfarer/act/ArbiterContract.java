package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be sent to whom and when, with the rules of rules/guardrails.dmn, on both databases. */
abstract class ArbiterContract {

    private ScriptedSmtp server;
    private Office office;

    abstract DataSource database();

    @BeforeEach
    void open() {
        server = new ScriptedSmtp();
        office = new Office(database(), server.port(), NOON);
    }

    @AfterEach
    void close() {
        office.close();
        server.close();
    }

    @ParameterizedTest(name = "in {0}, what is due at {1} goes out at {2}")
    @CsvSource({
        // the evening in summer time, and in Nepal, which is a quarter of an hour off
        "Europe/Berlin, 2026-07-01T20:30:00Z, 2026-07-02T06:00:00Z",
        "Asia/Kathmandu, 2026-07-01T16:20:00Z, 2026-07-02T02:15:00Z",
        "America/Los_Angeles, 2026-07-01T12:00:00Z, 2026-07-01T15:00:00Z",
        // the nights in which the clocks change: eight in the morning comes an hour early, and an hour late
        "Europe/Berlin, 2026-03-28T21:30:00Z, 2026-03-29T06:00:00Z",
        "Europe/Berlin, 2026-10-24T20:30:00Z, 2026-10-25T07:00:00Z",
        "America/New_York, 2026-03-08T03:30:00Z, 2026-03-08T12:00:00Z",
        // a zone that does not exist is nobody's: the default is UTC
        "Middle/Earth, 2026-07-01T23:30:00Z, 2026-07-02T08:00:00Z"
    })
    void quietHoursAreThoseOfTheCustomer(String zone, Instant due, Instant sent) {
        var ada = office.reader("ada@example.org", Map.of("timezone", zone));
        office.setTime(due);
        office.wantTent(ada);

        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("deferred");
        assertThat(office.message(ada).dueAt()).isEqualTo(sent);
        assertThat(server.taken()).isEmpty();

        office.setTime(sent.minusMillis(1));
        office.deliver();
        assertThat(server.taken()).isEmpty();

        office.setTime(sent);
        office.deliver();
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void whatTheCapHoldsBackGoesOutWhenItsWindowFrees() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        office.deliver();
        office.setTime(NOON.plus(Duration.ofHours(2)));
        office.wantTent(ada);

        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("deferred");
        assertThat(office.message(ada).dueAt()).isEqualTo(NOON.plus(Duration.ofDays(1)));
        assertThat(office.message(ada).verdicts())
                .last()
                .isEqualTo(new Verdict("frequency-cap", "defer", "already sent in 24 hours: 1 of at most 1"));
    }

    @Test
    void theCapOfTheWeekRollsToo() {
        var ada = office.reader("ada@example.org", Map.of());
        for (int day = 0; day < 4; day++) {
            office.setTime(NOON.plus(Duration.ofDays(day)).plusSeconds(day));
            office.wantTent(ada);
            office.deliver();
        }

        assertThat(server.taken()).hasSize(3);
        assertThat(office.message(ada).dueAt()).isEqualTo(NOON.plus(Duration.ofDays(7)));
    }

    @Test
    void nothingOfATopicIsSentWithoutConsentToIt() {
        var silent = office.happened("Identified", "silent@example.org", Map.of(), Map.of());
        var refuser = office.happened(
                "Identified", "refuser@example.org", Map.of("consent", Map.of("marketing", false)), Map.of());
        office.wantTent(silent);
        office.wantTent(refuser);

        office.deliver();

        assertThat(server.taken()).isEmpty();
        assertThat(last(silent))
                .isEqualTo(new Verdict("consent", "drop", "they were never asked for consent to the topic"));
        assertThat(last(refuser)).isEqualTo(new Verdict("consent", "drop", "they refused the topic"));
        assertThat(office.message(silent).status()).isEqualTo("dropped");
    }

    @Test
    void whatIsTransactionalSkipsTheLimitsOfMarketingAndSaysSo() {
        var ada = office.happened("Identified", "ada@example.org", Map.of(), Map.of());
        office.setTime(Instant.parse("2026-03-02T23:00:00Z"));
        for (int i = 0; i < 3; i++) {
            office.wantTent(ada);
        }
        office.jdbc.update("update message set topic = 'transactional'");

        office.deliver();

        assertThat(server.taken()).hasSize(3).noneMatch(mail -> mail.contains("List-Unsubscribe"));
        assertThat(office.message(ada).verdicts())
                .filteredOn(verdict ->
                        List.of("consent", "quiet-hours", "frequency-cap").contains(verdict.gate()))
                .hasSize(3)
                .allSatisfy(verdict -> assertThat(verdict.reason()).startsWith("transactional"));
    }

    @Test
    void marketingWaitsForAReviewAndIsDroppedAfterFraud() {
        var suspect = office.reader("suspect@example.org", Map.of());
        var fraud = office.reader("fraud@example.org", Map.of());
        var cleared = office.reader("cleared@example.org", Map.of());
        review(suspect, null);
        review(fraud, "fraud");
        review(cleared, "genuine");
        office.wantTent(suspect);
        office.wantTent(fraud);
        office.wantTent(cleared);

        office.deliver();

        assertThat(server.taken()).hasSize(1);
        assertThat(last(suspect).verdict()).isEqualTo("defer");
        assertThat(last(suspect).gate()).isEqualTo("fraud-review");
        assertThat(office.message(fraud).status()).isEqualTo("dropped");
        assertThat(office.message(cleared).status()).isEqualTo("sent");
    }

    private void review(UUID customer, String outcome) {
        office.jdbc.update(
                "insert into fraud_review (decision_id, customer_id, opened_at, risk, outcome) values (?, ?, ?, ?, ?)",
                UUID.randomUUID(),
                customer,
                NOON.atOffset(ZoneOffset.UTC),
                0.8,
                outcome);
    }

    @Test
    void nothingIsSentToAnAddressOnTheSuppressionListWhateverItIs() {
        var ada = office.reader("ada@example.org", Map.of());
        office.get(Suppressions.class).add("ada@example.org", "complained", NOON);
        office.get(Suppressions.class).add("ada@example.org", "bounced", NOON);
        office.wantTent(ada);
        office.jdbc.update("update message set topic = 'transactional'");

        office.deliver();

        assertThat(server.taken()).isEmpty();
        assertThat(last(ada))
                .isEqualTo(new Verdict("suppression", "drop", "the address is on the suppression list: complained"));
    }

    @Test
    void nothingIsSentWithoutAnAddressOrToSomebodyWhoIsNotThere() {
        var nobody = UUID.randomUUID();
        office.wantTent(nobody);
        office.deliver();

        assertThat(office.message(nobody).status()).isEqualTo("dropped");
        assertThat(last(nobody).reason()).contains("not there");
    }

    @ParameterizedTest
    @CsvSource({
        "'ada@example.org\r\nBcc: eve@example.org'",
        "'ada@example.org, eve@example.org'",
        "'Ada <ada@example.org>'",
        "'ada@example.org\u0000'",
        "'\"ada\r\nRCPT TO:<eve@example.org>\"@example.org'",
        "'ada'",
        "'ada@[127.0.0.1]'"
    })
    void anAddressThatIsMoreThanAnAddressIsNotWrittenTo(String address) {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        var stored = address.replace("\u0000", "\u0001");
        office.jdbc.update("update identity set name = ? where customer_id = ?", stored, ada);

        office.deliver();

        assertThat(server.taken()).isEmpty();
        assertThat(last(ada).reason()).contains("not one that can be sent to");
    }

    private Verdict last(UUID customer) {
        var verdicts = office.message(customer).verdicts();
        return verdicts.get(verdicts.size() - 1);
    }
}
