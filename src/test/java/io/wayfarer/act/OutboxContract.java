package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import io.wayfarer.ingest.Event;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the outbox and the way to the mail server promise, on both databases, with a real mail server. */
abstract class OutboxContract {

    private GreenMail mail;
    private Office office;

    abstract DataSource database();

    @BeforeEach
    void open() {
        mail = new GreenMail(ServerSetupTest.SMTP.dynamicPort());
        mail.start();
        office = new Office(database(), mail.getSmtp().getPort(), NOON);
    }

    @AfterEach
    void close() {
        office.close();
        mail.stop();
    }

    @Test
    void aSendDecisionBecomesOneMailWithItsVerdicts() throws Exception {
        var ada = office.reader("ada@example.org", Map.of("name", "Ada"));
        office.queue(office.decision(ada, UUID.randomUUID(), "send:price-watch", Office.TENT));
        assertThat(office.message(ada).status()).isEqualTo("queued");

        office.deliver();
        office.deliver();

        assertThat(received()).hasSize(1);
        assertThat(received().get(0).getSubject()).isEqualTo("Tent: the price today");
        var message = office.message(ada);
        assertThat(message.status()).isEqualTo("sent");
        assertThat(message.sent()).isEqualTo(NOON);
        assertThat(message.subject()).isEqualTo("Tent: the price today");
        assertThat(message.dueAt()).isNull();
        assertThat(message.verdicts())
                .extracting(Verdict::gate, Verdict::verdict)
                .containsExactly(
                        tuple("idempotency", "pass"),
                        tuple("suppression", "pass"),
                        tuple("consent", "pass"),
                        tuple("sunset", "pass"),
                        tuple("fraud-review", "pass"),
                        tuple("staleness", "pass"),
                        tuple("quiet-hours", "pass"),
                        tuple("holiday", "pass"),
                        tuple("best-hour", "pass"),
                        tuple("frequency-cap", "pass"),
                        tuple("channel-cap", "pass"),
                        tuple("topic-cap", "pass"),
                        tuple("priority", "pass"),
                        tuple("stock", "pass"),
                        tuple("budget", "pass"),
                        tuple("delivery", "sent"));
        assertThat(office.outbox().find(message.id())).contains(message);
    }

    @Test
    void theSameDecisionTwiceIsOneMessage() {
        var ada = office.reader("ada@example.org", Map.of());
        var decision = office.decision(ada, UUID.randomUUID(), "send:price-watch", Office.TENT);

        office.queue(decision, decision);
        office.queue(decision);

        assertThat(office.messages(ada)).hasSize(1);
    }

    @Test
    void aJourneysSecondWishWithTheSameKeyIsNotTaken() {
        var ada = office.reader("ada@example.org", Map.of());
        var wanted = new Outbox.Wanted("journey:step", ada, null, "cart-reminder", Map.of());

        assertThat(office.inOneTransaction(() -> office.outbox().queue(wanted))).isTrue();
        assertThat(office.inOneTransaction(() -> office.outbox().queue(wanted))).isFalse();
    }

    @Test
    void aMessageOfATemplateThatIsNotThereFailsAndSaysSo() {
        var ada = office.reader("ada@example.org", Map.of());

        office.queue(office.decision(ada, UUID.randomUUID(), "send:no-such-thing"));
        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(office.message(ada).verdicts().get(0).reason()).contains("no-such-thing");
    }

    @Test
    void aPurchaseOrAnUnsubscribeCancelsWhatWasWaiting() {
        for (var ending : List.of("purchased", "unsubscribed")) {
            var ada = office.reader(ending + "@example.org", Map.of());
            office.wantTent(ada);

            office.queue(office.decision(ada, UUID.randomUUID(), "tell:" + ending));
            office.deliver();

            assertThat(office.message(ada).status()).isEqualTo("dropped");
            assertThat(office.message(ada).verdicts())
                    .last()
                    .extracting(Verdict::gate)
                    .isEqualTo("journey");
        }
        assertThat(received()).isEmpty();
    }

    @Test
    void aPurchaseCancelsWhatTheSameBatchWantedBeforeItAndNothingAfterIt() {
        var ada = office.reader("ada@example.org", Map.of());
        var bob = office.reader("bob@example.org", Map.of());
        var purchase = UUID.randomUUID();

        office.queue(
                office.decision(ada, UUID.randomUUID(), "send:cart-reminder"),
                office.decision(bob, UUID.randomUUID(), "send:cart-reminder"),
                office.decision(ada, purchase, "tell:purchased"),
                office.decision(ada, purchase, "send:price-watch"));

        assertThat(office.messages(ada))
                .extracting(Message::template, Message::status)
                .containsExactlyInAnyOrder(tuple("cart-reminder", "dropped"), tuple("price-watch", "queued"));
        assertThat(office.message(bob).status()).isEqualTo("queued");
    }

    @Test
    void aPurchaseLeavesAloneWhatIsNotMarketing() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        office.jdbc.update("update message set topic = 'transactional'");

        office.queue(office.decision(ada, UUID.randomUUID(), "tell:purchased"));

        assertThat(office.message(ada).status()).isEqualTo("queued");
    }

    @Test
    void severalHandOversAtOnceNeverSendTwice() throws Exception {
        var people = IntStream.range(0, 30)
                .mapToObj(i -> office.reader("p" + i + "@example.org", Map.of()))
                .toList();
        people.forEach(office::wantTent);
        // two messages for everybody, of which the cap allows one: also when both are handed over at the same moment
        people.forEach(office::wantTent);

        var threads = Executors.newFixedThreadPool(4);
        var work = IntStream.range(0, 4)
                .mapToObj(i -> threads.submit(() -> {
                    for (var claimed = office.dispatcher().claim("email"); !claimed.isEmpty(); ) {
                        office.deliver(claimed);
                        claimed = office.dispatcher().claim("email");
                    }
                }))
                .toList();
        for (var one : work) {
            one.get();
        }
        threads.shutdown();

        assertThat(received()).hasSize(30);
        assertThat(people).allSatisfy(person -> assertThat(office.messages(person))
                .extracting(Message::status)
                .containsExactlyInAnyOrder("sent", "deferred"));
    }

    @Test
    void whatWasClaimedByAProgramThatWasKilledIsSentOnceByTheNext() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        var lost = office.dispatcher().claim("email");
        assertThat(lost).hasSize(1);
        assertThat(office.dispatcher().claim("email")).isEmpty();

        office.leasesRunOut();
        office.deliver();
        // and the program was only slow
        office.deliver(lost);

        assertThat(received()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void whatWasAtTheMailServerWhenTheProgramWasKilledIsNotSentAgain() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        var ready =
                office.dispatcher().judge(office.dispatcher().claim("email")).get(0);
        office.get(Messages.class)
                .handingOver(ready.message(), ready.verdicts(), "ada@example.org", "Tent", office.now());
        assertThat(office.message(ada).status()).isEqualTo("queued");

        office.leasesRunOut();
        office.deliver();

        assertThat(received()).isEmpty();
        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(office.message(ada).verdicts()).last().satisfies(verdict -> assertThat(verdict.reason())
                .contains("may have been delivered"));
        assertThat(office.outbox().failed("email", null, null, 1))
                .allSatisfy(
                        one -> assertThat(office.outbox().mayArriveTwice(one)).isTrue())
                .hasSize(1);
    }

    @Test
    void aChannelThatIsDrainedTakesNothingNewAndSendsWhatItHas() {
        var ada = office.reader("ada@example.org", Map.of());
        var bob = office.reader("bob@example.org", Map.of());
        office.wantTent(ada);
        office.outbox().drain("email", "carla", "the provider moves");

        office.wantTent(bob);
        office.inOneTransaction(
                () -> office.outbox().queue(new Outbox.Wanted("pay", bob, null, "payment-help", Map.of())));
        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("sent");
        assertThat(office.messages(bob))
                .extracting(Message::template, Message::status)
                .containsExactlyInAnyOrder(tuple("price-watch", "dropped"), tuple("payment-help", "failed"));
        assertThat(office.messages(bob)).allSatisfy(message -> assertThat(message.verdicts())
                .extracting(Verdict::gate, Verdict::reason)
                .containsExactly(tuple("channel", "the channel takes nothing new: the provider moves")));
        assertThat(office.outbox().channels().get(0).operated())
                .isEqualTo(new ChannelStatus.Operated("draining", "carla", NOON, "the provider moves"));

        office.outbox().open("email");
        var failed = office.outbox().failed("email", null, null, 10);
        assertThat(failed).extracting(FailedMessage::template).containsExactly("payment-help");
        assertThat(office.outbox().retry(failed.get(0).id())).isTrue();
        assertThat(office.outbox().find(failed.get(0).id()).orElseThrow().status())
                .isEqualTo("queued");
        office.wantTent(office.reader("dan@example.org", Map.of()));
        office.deliver();
        assertThat(received()).hasSize(2);
    }

    @Test
    void aChannelThatIsHeldKeepsWhatItHasUntilItIsOpened() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        var claimed = office.dispatcher().claim("email");
        office.outbox().hold("email", "carla", "wrong text");

        // what was claimed before, and what is claimed now
        office.deliver(claimed);
        office.deliver();
        assertThat(received()).isEmpty();
        assertThat(office.message(ada).status()).isEqualTo("queued");

        office.outbox().open("email");
        office.deliver();
        assertThat(received()).hasSize(1);
    }

    @Test
    void whatAJourneyQueuedIsDroppedAndNothingElse() {
        var ada = office.reader("ada@example.org", Map.of());
        var journey = UUID.randomUUID().toString();
        office.inOneTransaction(
                () -> office.outbox().queue(new Outbox.Wanted(journey + ":step", ada, null, "payment-help", Map.of())));
        office.wantTent(ada);

        office.inOneTransaction(() -> {
            office.outbox().drop(Set.of(ada), Set.of(journey), "the journey was stopped");
            return null;
        });
        office.deliver();

        assertThat(office.messages(ada))
                .extracting(Message::template, Message::status)
                .containsExactlyInAnyOrder(tuple("payment-help", "dropped"), tuple("price-watch", "sent"));
        assertThat(office.outbox().keys(ada, "payment-help", journey + ":")).containsExactly(journey + ":step");
    }

    @Test
    void aFailureIsListedUntilItIsGivenUp() {
        var ada = office.reader("ada@example.org", Map.of());
        for (int n = 0; n < 3; n++) {
            office.queue(office.decision(ada, UUID.randomUUID(), "send:no-such-thing"));
        }
        var all = office.outbox().failed(null, null, null, 10);

        assertThat(all).hasSize(3).allSatisfy(one -> {
            assertThat(one.since()).isEqualTo(NOON);
            assertThat(one.customer()).isEqualTo(ada);
            assertThat(one.error()).contains("no-such-thing");
            assertThat(office.outbox().mayArriveTwice(one)).isFalse();
        });
        assertThat(office.outbox()
                        .failed("email", all.get(0).since(), all.get(0).id(), 10))
                .isEqualTo(all.subList(1, 3));
        assertThat(office.outbox().giveUp(all.get(0).id(), "old")).isTrue();
        assertThat(office.outbox().giveUp(all.get(0).id(), "old")).isFalse();
        assertThat(office.outbox().countFailed("email")).isEqualTo(2);
        assertThat(office.outbox().find(all.get(0).id()).orElseThrow().verdicts())
                .last()
                .isEqualTo(new Verdict("person", "drop", "old"));
    }

    @Test
    void aPersonCanHaveAFailedMessageSentAgainAndOnlyAFailedOne() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        var id = office.message(ada).id();
        assertThat(office.outbox().retry(id)).isFalse();
        office.jdbc.update("update message set status = 'failed', due_at = null");

        assertThat(office.outbox().retry(id)).isTrue();
        office.deliver();

        assertThat(received()).hasSize(1);
        assertThat(office.outbox().retry(id)).isFalse();
        assertThat(office.outbox().retry(UUID.randomUUID())).isFalse();
    }

    @Test
    void aBusyMailServerIsTriedAgainWithLongerAndLongerWaitsAndThenGivenUp() {
        try (var busy = new ScriptedSmtp().answer("RCPT", "450 busy");
                var slow = new Office(database(), busy.port(), NOON)) {
            var ada = slow.reader("ada@example.org", Map.of());
            slow.wantTent(ada);
            var before = Duration.ZERO;
            for (int attempt = 1; attempt < Dispatcher.MAX_ATTEMPTS; attempt++) {
                slow.deliver();
                assertThat(slow.message(ada).status()).isIn("queued", "deferred");
                var wait = Duration.between(slow.now(), slow.message(ada).dueAt());
                assertThat(wait).isGreaterThan(before);
                before = wait;
                // the waits alone would end in the night, when nothing is tried
                slow.jdbc.update("update message set due_at = created_at");
            }
            assertThat(before).isBetween(Duration.ofHours(13), Duration.ofHours(21));

            slow.deliver();

            assertThat(slow.message(ada).status()).isEqualTo("failed");
            assertThat(slow.message(ada).verdicts()).last().satisfies(verdict -> assertThat(verdict.reason())
                    .contains("6 attempts")
                    .contains("450 busy"));
        }
    }

    @Test
    void aRefusedRecipientTouchesNobodyElseAndIsNotWrittenToAgain() {
        try (var server = new ScriptedSmtp().answer("RCPT TO:<bob@", "550 5.1.1 no such user");
                var post = new Office(database(), server.port(), NOON)) {
            var people = Stream.of("ada", "bob", "cleo")
                    .map(name -> post.reader(name + "@example.org", Map.of()))
                    .toList();
            people.forEach(post::wantTent);

            post.deliver();

            assertThat(people)
                    .extracting(person -> post.message(person).status())
                    .containsExactly("sent", "failed", "sent");
            assertThat(server.taken()).hasSize(2);
            assertThat(post.workOff()).singleElement().satisfies(event -> {
                assertThat(event.name()).isEqualTo("Email Bounced");
                assertThat(event.email()).isEqualTo("bob@example.org");
                assertThat(event.text("reason")).contains("no such user");
            });
            server.behave();
            post.setTime(NOON.plus(Duration.ofDays(30)));
            post.wantTent(people.get(1));
            post.deliver();
            assertThat(post.message(people.get(1)).status()).isEqualTo("dropped");
            assertThat(post.message(people.get(1)).verdicts())
                    .last()
                    .isEqualTo(new Verdict(
                            "suppression",
                            "drop",
                            "the address is on the suppression list: bounced: 550 5.1.1 no such user"));
        }
    }

    @Test
    void aRefusalThatIsAboutUsSaysNothingOfTheCustomer() {
        try (var server = new ScriptedSmtp();
                var post = new Office(database(), server.port(), NOON)) {
            var refusals = Map.of(
                    "MAIL", "550 5.1.8 no such sender",
                    "RCPT", "550 5.7.1 we take nothing from you",
                    ".", "550 5.7.26 not signed");
            refusals.forEach((command, answer) -> {
                server.behave();
                server.answer(command, answer);
                var reader = post.reader(UUID.randomUUID() + "@example.org", Map.of());
                post.wantTent(reader);

                post.deliver();

                assertThat(post.message(reader).status()).isEqualTo("failed");
                assertThat(post.message(reader).verdicts()).last().satisfies(verdict -> assertThat(verdict.reason())
                        .contains(answer));
                assertThat(post.workOff()).as(command).isEmpty();
                server.behave();
                post.setTime(post.now().plus(Duration.ofDays(30)));
                post.wantTent(reader);
                post.deliver();
                assertThat(post.message(reader).status()).isEqualTo("sent");
            });
        }
    }

    @Test
    void aFullMailboxBouncesAndIsTriedWithTheNextMessage() {
        try (var server = new ScriptedSmtp().answer("RCPT", "552 5.2.2 mailbox full");
                var post = new Office(database(), server.port(), NOON)) {
            var ada = post.reader("ada@example.org", Map.of());
            post.wantTent(ada);
            post.deliver();
            assertThat(post.workOff()).extracting(Event::name).containsExactly("Email Bounced");

            server.behave();
            post.setTime(NOON.plus(Duration.ofDays(30)));
            post.wantTent(ada);
            post.deliver();
            assertThat(post.message(ada).status()).isEqualTo("sent");
        }
    }

    @Test
    void aMessageThatCannotBeWrittenFailsAloneWithItsReason() {
        var ada = office.reader("ada@example.org", Map.of());
        var bob = office.reader("bob@example.org", Map.of());
        office.wantTent(ada);
        office.wantTent(bob);
        office.jdbc.update("update message set template = 'gone' where customer_id = ?", ada);

        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(office.message(bob).status()).isEqualTo("sent");
    }

    @Test
    void aReminderOfACartThatIsEmptyByNowIsDropped() {
        var ada = office.reader("ada@example.org", Map.of());
        office.happened("Product Added", "ada@example.org", Map.of(), Map.of("product_id", "tent", "name", "Tent"));
        office.queue(office.decision(ada, UUID.randomUUID(), "send:cart-reminder", Office.TENT));
        office.setTime(NOON.plusSeconds(60));
        office.happened("Product Removed", "ada@example.org", Map.of(), Map.of("product_id", "tent"));

        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("dropped");
        assertThat(office.message(ada).verdicts())
                .last()
                .extracting(Verdict::gate)
                .isEqualTo("content");
    }

    @Test
    void theLinkInAMailUnsubscribesAndNothingMoreOfTheTopicIsSent() throws Exception {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        office.deliver();
        var header = received().get(0).getHeader("List-Unsubscribe", null);
        var token = header.substring("<https://go.example.org/u/".length(), header.length() - 1);
        office.setTime(NOON.plus(Duration.ofDays(2)));

        var page = office.get(UnsubscribePage.class);
        assertThat(page.ask(token, java.util.Locale.ENGLISH).getStatusCode().value())
                .isEqualTo(200);
        assertThat(office.workOff()).isEmpty();
        assertThat(page.unsubscribe(token, java.util.Locale.ENGLISH)
                        .getStatusCode()
                        .value())
                .isEqualTo(200);
        assertThat(office.workOff()).extracting(Event::name).containsExactly("Unsubscribed");
        office.wantTent(ada);
        office.deliver();

        assertThat(received()).hasSize(1);
        assertThat(office.message(ada).verdicts())
                .last()
                .isEqualTo(new Verdict("consent", "drop", "they refused the topic"));
    }

    @Test
    void messagesAreListedNewestFirstAndPageByPage() {
        var ada = office.reader("ada@example.org", Map.of());
        var bob = office.reader("bob@example.org", Map.of());
        for (int i = 0; i < 3; i++) {
            office.setTime(NOON.plusSeconds(i));
            office.wantTent(ada);
        }
        office.wantTent(bob);

        var first = office.outbox().list(ada, 2, null);
        assertThat(first).extracting(Message::created).containsExactly(NOON.plusSeconds(2), NOON.plusSeconds(1));
        assertThat(office.outbox().list(ada, 2, first.get(1).id()))
                .extracting(Message::created)
                .containsExactly(NOON);
        assertThat(office.outbox().list(null, 10, null)).hasSize(4);
    }

    private List<MimeMessage> received() {
        return Arrays.asList(mail.getReceivedMessages());
    }
}
