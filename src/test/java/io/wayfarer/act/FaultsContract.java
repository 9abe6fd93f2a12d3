package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is sent when something goes wrong, and that nothing is sent twice but in the one window that docs/decisions/0005 and
 * 0029 name, on both databases. Faults of receivers by HTTP are in {@link WebhookContract}, of nodes in {@link
 * ArbiterContract}, of a killed program in KillIT as well.
 */
abstract class FaultsContract {

    private ScriptedSmtp server;
    private DataSource database;
    private Office office;
    private UUID ada;
    private UUID bob;

    abstract DataSource database();

    @BeforeEach
    void open() {
        server = new ScriptedSmtp();
        database = database();
        office = new Office(database, server.port(), NOON);
        ada = office.reader("ada@example.org", Map.of());
        bob = office.reader("bob@example.org", Map.of());
    }

    @AfterEach
    void close() {
        office.close();
        server.close();
    }

    @Test
    void whileTheMailServerIsAwayNothingIsLostAndAfterwardsEachIsSentOnce() {
        office.wantTent(ada);
        office.wantTent(bob);
        try (var away = new Office(database, unused(), NOON)) {
            away.deliver();
            assertThat(List.of(ada, bob))
                    .allSatisfy(one -> assertThat(away.message(one).status()).isEqualTo("queued"));
        }

        office.setTime(NOON.plus(Duration.ofMinutes(30)));
        office.deliver();
        office.deliver();

        assertThat(server.taken()).hasSize(2);
        assertThat(List.of(ada, bob))
                .allSatisfy(one -> assertThat(office.message(one).status()).isEqualTo("sent"));
    }

    @Test
    void aGreylistingServerGetsTheMailAgainLaterAndOnce() {
        server.answer("RCPT", "451 4.7.1 greylisted, come again");
        office.wantTent(ada);
        office.deliver();
        office.deliver();
        assertThat(office.message(ada).status()).isEqualTo("queued");
        assertThat(office.message(ada).dueAt()).isAfter(NOON.plus(Duration.ofMinutes(3)));
        assertThat(server.taken()).isEmpty();

        server.behave();
        office.setTime(NOON.plus(Duration.ofMinutes(30)));
        office.deliver();
        office.deliver();

        assertThat(server.taken()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "EHLO", "MAIL", "RCPT", "DATA"})
    void aServerThatHangsUpBeforeTheEndOfTheMailGetsItAgain(String at) {
        server.answer(at, ScriptedSmtp.HANG_UP);
        office.wantTent(ada);
        office.deliver();
        assertThat(office.message(ada).status()).isEqualTo("queued");

        server.behave();
        office.setTime(NOON.plus(Duration.ofMinutes(30)));
        office.deliver();

        assertThat(server.taken()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void aServerThatHangsUpAfterTheEndOfTheMailMayHaveItAndGetsItNoSecondTime() {
        server.answer(".", ScriptedSmtp.HANG_UP);
        office.wantTent(ada);
        office.deliver();
        server.behave();
        for (int day = 1; day < 10; day++) {
            office.setTime(NOON.plus(Duration.ofDays(day)));
            office.leasesRunOut();
            office.deliver();
        }

        assertThat(server.taken()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(office.message(ada).verdicts()).last().satisfies(verdict -> assertThat(verdict.reason())
                .contains("not known whether it was taken"));
    }

    @Test
    void aServerThatIsSlowHoldsUpNothingButItsOwnMailsWhichAreSentOnce() throws Exception {
        var answered = new CountDownLatch(1);
        server.waits("RCPT TO:<ada@", answered);
        office.wantTent(ada);
        office.wantTent(bob);
        var threads = Executors.newFixedThreadPool(2);
        var ready = office.dispatcher().judge(office.dispatcher().claim("email"));
        var work = ready.stream()
                .map(one -> threads.submit(() -> office.dispatcher().deliver(one)))
                .toList();
        work.get(ready.get(0).customer().id().equals(bob) ? 0 : 1).get();
        assertThat(office.message(bob).status()).isEqualTo("sent");
        // nobody else takes what is being handed over, though it takes long
        office.deliver();

        answered.countDown();
        for (var one : work) {
            one.get();
        }
        threads.shutdown();
        office.deliver();

        assertThat(server.taken()).hasSize(2);
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void aTemplateThatLoopsFailsAloneAndSendsNothing() {
        office.queue(office.decision(ada, UUID.randomUUID(), "send:endless"));
        office.wantTent(bob);

        office.deliver();
        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(office.message(ada).verdicts()).last().satisfies(verdict -> assertThat(verdict.reason())
                .contains("endless"));
        assertThat(office.message(bob).status()).isEqualTo("sent");
        assertThat(server.taken()).hasSize(1);
    }

    @Test
    void aClockThatJumpsForwardAndBackSendsNothingTwiceAndForgetsNoCap() {
        office.wantTent(ada);
        office.setTime(NOON.plus(Duration.ofDays(2)));
        office.deliver();
        office.deliver();
        office.setTime(NOON.minus(Duration.ofHours(3)));
        office.deliver();
        office.wantTent(ada);
        office.wantTent(bob);
        office.deliver();
        office.deliver();

        assertThat(server.taken()).hasSize(2);
        assertThat(office.messages(ada)).extracting(Message::status).containsExactlyInAnyOrder("sent", "deferred");
        assertThat(office.message(bob).status()).isEqualTo("sent");
        // the window of 24 hours ends a day after the time at which it was sent, by whatever clock
        assertThat(office.messages(ada))
                .filteredOn(message -> message.status().equals("deferred"))
                .allSatisfy(message -> assertThat(message.dueAt()).isEqualTo(NOON.plus(Duration.ofDays(3))));
    }

    @Test
    void aProgramThatIsKilledAfterTheGatesAndBeforeTheHandOverHasSentNothingAndTheNextSendsIt() {
        office.wantTent(ada);
        var lost = office.dispatcher().judge(office.dispatcher().claim("email"));
        assertThat(lost).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("queued");

        office.leasesRunOut();
        try (var next = new Office(database, server.port(), NOON)) {
            next.deliver();
        }
        // and it was only slow
        lost.forEach(office.dispatcher()::deliver);

        assertThat(server.taken()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void aProgramThatIsKilledBetweenTheSendingAndTheRecordHasSentItAndTheNextSendsItNoSecondTime() {
        office.wantTent(ada);
        var passed =
                office.dispatcher().judge(office.dispatcher().claim("email")).get(0);
        var parcel = office.get(Letters.class)
                .write(passed.message(), passed.customer(), passed.channel(), NOON)
                .orElseThrow();
        office.get(Messages.class)
                .handingOver(passed.message(), passed.verdicts(), parcel.to(), parcel.subject(), NOON);
        assertThat(office.get(Channels.class).hand("email", parcel).outcome()).isEqualTo(Answer.Outcome.ACCEPTED);
        assertThat(server.taken()).hasSize(1);

        office.leasesRunOut();
        try (var next = new Office(database, server.port(), NOON.plus(Duration.ofDays(2)))) {
            next.deliver();
            next.deliver();
        }

        assertThat(server.taken()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("failed");
    }

    /** A port at which nobody listens. */
    private static int unused() {
        try (var gone = new ScriptedSmtp()) {
            return gone.port();
        }
    }
}
