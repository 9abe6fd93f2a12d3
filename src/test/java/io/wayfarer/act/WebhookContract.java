package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.wayfarer.Databases;
import io.wayfarer.ingest.WebhookSignature;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks that go out, to a real HTTP server on this machine, on both databases. */
abstract class WebhookContract {

    private static final String SECRET = "whsec_"
            + Base64.getEncoder()
                    .encodeToString("a key of thirty-two bytes, exact".getBytes(StandardCharsets.US_ASCII));

    private Receiver receiver;
    private Office office;
    private UUID ada;

    abstract DataSource database();

    @BeforeEach
    void open() {
        receiver = new Receiver();
        office = new Office(database(), 1, NOON, channels(receiver.url("/hook")));
        ada = office.reader("ada@example.org", Map.of("name", "Ada"));
    }

    private static Map<String, Map<String, String>> channels(String url) {
        return Map.of("warehouse", Map.of("via", "webhook", "url", url, "secret", SECRET));
    }

    @AfterEach
    void close() {
        office.close();
        receiver.close();
    }

    @Test
    void aMessageIsPostedOnceAndSigned() {
        var decision = office.decision(ada, UUID.randomUUID(), "send:order-note", Map.of("order", "A-7"));
        office.queue(decision);

        office.deliver("warehouse");
        office.deliver("warehouse");

        assertThat(receiver.calls()).hasSize(1);
        var call = receiver.last();
        assertThat(call.header("webhook-signature"))
                .isEqualTo(WebhookSignature.of(
                        SECRET,
                        call.header("webhook-id"),
                        call.header("webhook-timestamp"),
                        call.body().getBytes(StandardCharsets.UTF_8)));
        assertThat(Instant.ofEpochSecond(Long.parseLong(call.header("webhook-timestamp"))))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(call.json().path("type").asText()).isEqualTo("message.order-note");
        var data = call.json().path("data");
        assertThat(data.path("customer").asText()).isEqualTo(ada.toString());
        assertThat(data.path("decision").asText()).isEqualTo(decision.id().toString());
        assertThat(data.path("person").path("email").asText()).isEqualTo("ada@example.org");
        assertThat(data.path("facts").path("order").asText()).isEqualTo("A-7");
        assertThat(data.path("text").asText()).isEqualTo("Ada wants it.");
        assertThat(call.body()).doesNotContain(SECRET);
        assertThat(office.message(ada).status()).isEqualTo("sent");
        assertThat(office.message(ada).channel()).isEqualTo("warehouse");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 425, 429, 500, 502, 503, 504, 401})
    void whatMayBetterLaterIsSentAgainWithTheSameIdUntilItIsGivenUp(int status) {
        receiver.says(status);
        want();

        for (int attempt = 1; attempt <= Dispatcher.MAX_ATTEMPTS; attempt++) {
            assertThat(office.message(ada).status()).isEqualTo("queued");
            office.deliver("warehouse");
            office.setTime(office.now().plus(Duration.ofDays(1)));
        }
        office.deliver("warehouse");

        assertThat(receiver.calls()).hasSize(Dispatcher.MAX_ATTEMPTS);
        assertThat(ids()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(lastReason()).contains("given up after 6 attempts").contains(String.valueOf(status));
    }

    @Test
    void anAnswerThatComesTooLateIsNoSecondMessageForTheReceiver() {
        var end = new CountDownLatch(1);
        receiver.does(exchange -> {
            end.await();
            Receiver.answer(exchange, 200, "{}");
        });
        want();
        office.deliver("warehouse");
        assertThat(office.message(ada).status()).isEqualTo("queued");
        assertThat(lastReason()).contains("no answer within");
        end.countDown();
        receiver.says(200);

        office.setTime(NOON.plus(Duration.ofHours(1)));
        office.deliver("warehouse");

        assertThat(receiver.calls()).hasSize(2);
        assertThat(ids()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void anAnswerThatDripsEndsAtTheDeadline() {
        receiver.does(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                new CountDownLatch(1).await(50, java.util.concurrent.TimeUnit.MILLISECONDS);
            }
        });
        want();
        var start = System.nanoTime();

        office.deliver("warehouse");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThat(office.message(ada).status()).isEqualTo("queued");
    }

    @Test
    void anAnswerWithoutAnEndIsNotReadToItsEnd() {
        receiver.does(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[64 * 1024]);
            }
        });
        want();

        office.deliver("warehouse");

        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void aReceiverThatAsksForPatienceIsLeftAloneWithAllMessages() {
        receiver.says(429, "Retry-After", "1800");
        var bob = office.reader("bob@example.org", Map.of());
        want();
        office.setTime(NOON.plusMillis(1));
        office.queue(office.decision(bob, UUID.randomUUID(), "send:order-note"));
        office.deliver("warehouse");
        assertThat(receiver.calls()).as("the other one of the same batch waits").hasSize(1);
        assertThat(office.message(ada).dueAt()).isEqualTo(NOON.plusMillis(1).plusSeconds(1800));
        receiver.says(200);

        office.deliver("warehouse");
        assertThat(receiver.calls()).hasSize(1);

        office.setTime(NOON.plusSeconds(1801));
        office.deliver("warehouse");
        assertThat(receiver.calls()).hasSize(3);
        assertThat(office.message(ada).status()).isEqualTo("sent");
        assertThat(office.message(bob).status()).isEqualTo("sent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999", "Wed, 01 Jan 2200 00:00:00 GMT"})
    void noReceiverCanAskForPatienceWithoutEnd(String after) {
        receiver.says(503, "Retry-After", after);
        want();
        office.deliver("warehouse");

        assertThat(office.message(ada).dueAt()).isEqualTo(NOON.plus(Duration.ofDays(1)));
        assertThat(office.get(ChannelStates.class).of("warehouse").pausedUntil())
                .isEqualTo(NOON.plus(Duration.ofHours(1)));
    }

    @Test
    void aReceiverThatIsGoneClosesTheChannelUntilItIsOpened() {
        receiver.says(410);
        want();
        office.deliver("warehouse");
        want();
        office.deliver("warehouse");

        assertThat(receiver.calls()).hasSize(1);
        assertThat(office.messages(ada)).allSatisfy(message -> {
            assertThat(message.status()).isEqualTo("failed");
            assertThat(message.verdicts()).last().satisfies(verdict -> assertThat(verdict.reason())
                    .contains("the channel is closed: 410"));
        });

        receiver.says(200);
        assertThat(office.outbox().channels())
                .anySatisfy(channel -> assertThat(channel.closed()).contains("410"));
        office.outbox().open("warehouse");
        assertThat(office.outbox().retry(office.message(ada).id())).isTrue();
        office.deliver("warehouse");
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void aRedirectIsNotFollowed() {
        try (var inside = new Receiver()) {
            receiver.says(302, "Location", inside.url("/latest/meta-data"));
            want();

            office.deliver("warehouse");

            assertThat(inside.calls()).isEmpty();
            assertThat(receiver.calls()).hasSize(1);
            assertThat(office.message(ada).status()).isEqualTo("failed");
            assertThat(lastReason()).contains("302");
        }
    }

    @Test
    void aSecretThatTheReceiverRepeatsIsNotKept() {
        receiver.does(exchange -> Receiver.answer(exchange, 400, "what is " + SECRET + "?"));
        want();

        office.deliver("warehouse");

        assertThat(lastReason()).contains("400: what is ***?").doesNotContain(SECRET);
    }

    @Test
    void whatWasBeingHandedOverWhenTheProgramWasKilledIsSentAgainWithTheSameId() {
        want();
        office.deliver("warehouse");
        // as if the program had been killed before it wrote down that it was taken
        office.jdbc.update("update message set status = 'sending', sent_at = null, claimed_until = current_timestamp");
        office.leasesRunOut();

        office.deliver("warehouse");

        assertThat(receiver.calls()).hasSize(2);
        assertThat(ids()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void theSameDecisionMadeAgainHasTheSameIdForTheReceiver() {
        var decision = office.decision(ada, UUID.randomUUID(), "send:order-note");
        office.queue(decision);
        office.deliver("warehouse");
        // as if the database were from a backup of before
        office.jdbc.update("delete from message");
        office.queue(decision);
        office.deliver("warehouse");

        assertThat(receiver.calls()).hasSize(2);
        assertThat(ids()).hasSize(1);
    }

    @Test
    void severalSecretsSignWhileTheyAreChanged() {
        var other = "whsec_" + Base64.getEncoder().encodeToString(new byte[32]);
        var both = Map.of(
                "warehouse", Map.of("via", "webhook", "url", receiver.url("/hook"), "secret", SECRET + " " + other));
        try (var changing = new Office(Databases.h2(), 1, NOON, both)) {
            var bob = changing.reader("bob@example.org", Map.of());
            changing.queue(changing.decision(bob, UUID.randomUUID(), "send:order-note"));
            changing.deliver("warehouse");

            var call = receiver.last();
            var body = call.body().getBytes(StandardCharsets.UTF_8);
            assertThat(call.header("webhook-signature").split(" "))
                    .containsExactly(
                            WebhookSignature.of(
                                    SECRET, call.header("webhook-id"), call.header("webhook-timestamp"), body),
                            WebhookSignature.of(
                                    other, call.header("webhook-id"), call.header("webhook-timestamp"), body));
        }
    }

    @Test
    void oneChannelThatHangsHoldsUpNoOther() {
        var channels = Map.of(
                "warehouse", channels(receiver.url("/hook")).get("warehouse"),
                "other", channels(receiver.url("/other")).get("warehouse"));
        receiver.says(429, "Retry-After", "600");
        try (var several = new Office(Databases.h2(), 1, NOON, channels)) {
            var bob = several.reader("bob@example.org", Map.of());
            several.queue(several.decision(bob, UUID.randomUUID(), "send:order-note"));
            several.deliver("warehouse");
            receiver.says(200);
            several.queue(several.decision(bob, UUID.randomUUID(), "send:other-note"));

            several.deliver("other");

            assertThat(several.messages(bob))
                    .extracting(Message::channel, Message::status)
                    .containsExactlyInAnyOrder(tuple("warehouse", "queued"), tuple("other", "sent"));
            assertThat(receiver.last().path().getPath()).isEqualTo("/other");
        }
    }

    private void want() {
        office.queue(office.decision(ada, UUID.randomUUID(), "send:order-note"));
    }

    private List<String> ids() {
        return receiver.calls().stream()
                .map(call -> call.header("webhook-id"))
                .distinct()
                .toList();
    }

    private String lastReason() {
        var verdicts = office.message(ada).verdicts();
        return verdicts.get(verdicts.size() - 1).reason();
    }
}
