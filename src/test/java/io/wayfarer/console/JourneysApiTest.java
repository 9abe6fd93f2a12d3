package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.Events;
import io.wayfarer.act.Outbox;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Decisions;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.journey.Journeys;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionOperations;

/** Operating journeys, channels and failures over HTTP, in the whole program. */
class JourneysApiTest extends WholeProgram {

    private static final String WHY = "{\"reason\":\"a test says so\"}";
    private static final String PROCESS = "/api/journeys/abandoned-cart";

    @Autowired
    Inbox inbox;

    @Autowired
    Journeys journeys;

    @Autowired
    Decisions decisions;

    @Autowired
    Outbox outbox;

    @Autowired
    TransactionOperations transactions;

    @AfterEach
    void allIsAsUsual() {
        send(posted(PROCESS + "/resume", WHY));
        send(posted(PROCESS + "/open", WHY));
        post("/api/channels/email/open", WHY, 200);
    }

    /** Somebody of whom it was decided that they left a cart; gives their id. */
    private String decided() {
        var user = "user-" + UUID.randomUUID();
        inbox.accept(List.of(Events.by(user, "Page Viewed", Instant.now().minusSeconds(60), Map.of())));
        await().atMost(Duration.ofSeconds(30)).until(() -> !ask("/api/customers?identity=userId:" + user)
                .get("items")
                .isEmpty());
        var id = ask("/api/customers?identity=userId:" + user).at("/items/0/id").asText();
        var start = new Decision(
                UUID.randomUUID(),
                UUID.fromString(id),
                null,
                Instant.now(),
                "start:abandoned-cart",
                "test: rule",
                "because",
                "test",
                Map.of(),
                Map.of());
        decisions.keep(List.of(start));
        transactions.executeWithoutResult(status -> journeys.follow(new Decided(null, Map.of(), List.of(start))));
        return id;
    }

    @Test
    void aJourneyIsPausedResumedDrainedAndOpenedWithWhoAndWhy() {
        assertThat(isIn(decided())).isTrue();
        assertThat(overview().get("running").asInt()).isPositive();
        assertThat(ask(PROCESS).at("/versions/0/steps/0/people").asInt()).isPositive();
        assertThat(ask(PROCESS).at("/versions/0/steps/0/due").asText()).isNotBlank();

        var paused = post(PROCESS + "/pause", WHY, 200);
        assertThat(paused.at("/paused/who").asText()).isEqualTo("admin");
        assertThat(paused.at("/paused/reason").asText()).isEqualTo("a test says so");
        assertThat(post(PROCESS + "/pause", WHY, 409).get("detail").asText()).contains("paused already");
        assertThat(isIn(decided())).isFalse();
        post(PROCESS + "/resume", WHY, 200);

        assertThat(post(PROCESS + "/drain", WHY, 200).at("/drained/who").asText())
                .isEqualTo("admin");
        assertThat(isIn(decided())).isFalse();
        assertThat(post(PROCESS + "/open", WHY, 200).has("drained")).isFalse();

        assertThat(ask("/api/operations?limit=4").get("items"))
                .extracting(entry -> entry.get("action").asText() + " "
                        + entry.get("subject").asText() + " " + entry.get("who").asText())
                .containsExactly(
                        "open journey:abandoned-cart admin",
                        "drain journey:abandoned-cart admin",
                        "resume journey:abandoned-cart admin",
                        "pause journey:abandoned-cart admin");
    }

    private boolean isIn(String customer) {
        return journeys.of(UUID.fromString(customer)).stream().anyMatch(journey -> journey.ended() == null);
    }

    private JsonNode overview() {
        for (var one : ask("/api/journeys")) {
            if (one.get("process").asText().equals("abandoned-cart")) {
                return one;
            }
        }
        throw new AssertionError("there is no abandoned-cart");
    }

    @Test
    void aCustomerIsStoppedAndTheTimelineSaysSo() {
        var id = decided();

        var stopped = post("/api/customers/" + id + "/journeys/stop", WHY, 200);

        assertThat(stopped.at("/stopped/0").asText()).isEqualTo("abandoned-cart");
        assertThat(ask("/api/customers/" + id + "/timeline?limit=1")
                        .at("/items/0/name")
                        .asText())
                .isEqualTo("stop:abandoned-cart");
        assertThat(ask("/api/operations?limit=1").at("/items/0/subject").asText())
                .isEqualTo("customer:" + id);
        post("/api/customers/" + UUID.randomUUID() + "/journeys/stop", WHY, 404);
        post("/api/customers/" + id + "/journeys/stop", "{\"process\":\"no-such\",\"reason\":\"x\"}", 404);
    }

    @Test
    void aChannelIsDrainedHeldAndOpened() {
        var drained = post("/api/channels/email/drain", WHY, 200);
        assertThat(drained.at("/operated/how").asText()).isEqualTo("draining");
        assertThat(drained.at("/operated/reason").asText()).isEqualTo("a test says so");
        assertThat(post("/api/channels/email/hold", WHY, 200)
                        .at("/operated/how")
                        .asText())
                .isEqualTo("held");
        assertThat(post("/api/channels/email/open", WHY, 200).has("operated")).isFalse();
        post("/api/channels/pigeon/hold", WHY, 404);
    }

    @Test
    void versionsAndMigrationsAreAnswered() {
        var version = ask(PROCESS + "/versions").at("/0/version").asInt();
        var way = "{\"from\":" + version + ",\"to\":" + version + ",\"steps\":{}}";
        assertThat(post(PROCESS + "/migration/preview", way, 400).get("field").asText())
                .isEqualTo("to");
        assertThat(post(PROCESS + "/migration/preview", "{\"from\":77,\"to\":1}", 400)
                        .get("field")
                        .asText())
                .isEqualTo("from");
        var wish = "{\"from\":77,\"to\":1,\"reason\":\"x\",\"plan\":\"" + "0".repeat(32) + "\"}";
        post(PROCESS + "/migration", wish, 400);
        post(PROCESS + "/versions/77/end", WHY, 400);
        post(PROCESS + "/versions/x/end", WHY, 400);
        assertThat(ask(PROCESS + "/migrations").get("items")).isEmpty();
        answered(asAdmin(PROCESS + "/migrations/" + UUID.randomUUID()), 404);

        var id = decided();
        var begun = post(PROCESS + "/versions/" + version + "/end", WHY, 202)
                .get("id")
                .asText();
        await().atMost(Duration.ofSeconds(30)).until(() -> ask(PROCESS + "/migrations/" + begun)
                .get("status")
                .asText()
                .equals("done"));
        assertThat(ask("/api/customers/" + id + "/timeline?limit=1")
                        .at("/items/0/name")
                        .asText())
                .isEqualTo("stop:abandoned-cart");
    }

    @Test
    void failuresAreCountedAndNoMoreAreTouchedThanWereCounted() {
        var customer = decided();
        var count = ask("/api/failures/count").get("messages").asInt();
        transactions.executeWithoutResult(status -> outbox.queue(
                new Outbox.Wanted("api-" + customer, UUID.fromString(customer), null, "no-such-template", Map.of())));
        assertThat(ask("/api/failures/count?kind=message").get("messages").asInt())
                .isEqualTo(count + 1);
        var failure = ask("/api/failures?kind=message&limit=1").at("/items/0");
        assertThat(failure.get("error").asText()).contains("no-such-template");
        assertThat(failure.get("customer").asText()).isEqualTo(customer);

        post("/api/failures/give-up", "{\"channel\":\"email\",\"count\":0,\"reason\":\"x\"}", 409);
        post("/api/failures/" + failure.get("id").asText() + "/give-up", WHY, 200);
        post("/api/failures/" + failure.get("id").asText() + "/give-up", WHY, 404);
        assertThat(ask("/api/failures/count").get("messages").asInt()).isEqualTo(count);
        assertThat(post("/api/failures/retry", "{\"process\":\"abandoned-cart\",\"count\":0,\"reason\":\"x\"}", 200)
                        .get("done")
                        .asInt())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/journeys/abandoned-cart/pause reason {}",
                "/api/journeys/abandoned-cart/pause reason {'reason':'  '}",
                "/api/journeys/abandoned-cart/pause reason {'reason':'a\\u0000b'}",
                "/api/journeys/abandoned-cart/resume body [",
                "/api/journeys/abandoned-cart/drain body nothing",
                "/api/journeys/abandoned-cart/migration plan {'from':1,'to':2,'reason':'x','plan':'${7*7}'}",
                "/api/journeys/abandoned-cart/migration/preview body {'from':'one','to':2}",
                "/api/journeys/abandoned-cart/migration/preview steps {'from':1,'to':1,'steps':{'a':null}}",
                "/api/journeys/abandoned-cart/versions/1/end reason {}",
                "/api/customers/01890000-0000-7000-8000-0000000000ad/journeys/stop reason {}",
                "/api/customers/ada/journeys/stop id {'reason':'x'}",
                "/api/channels/email/hold reason {}",
                "/api/failures/retry count {'reason':'x'}",
                "/api/failures/retry count {'reason':'x','count':-1}",
                "/api/failures/retry body {'reason':'x','count':1,'kind':'all'}",
                "/api/failures/retry process {'reason':'x','count':1,'kind':'message','process':'abandoned-cart'}",
                "/api/failures/give-up channel {'reason':'x','count':1,'kind':'journey','channel':'email'}",
            })
    void whatCannotBeUsedIsRefusedByName(String pathFieldAndBody) {
        var parts = pathFieldAndBody.split(" ", 3);

        assertThat(post(parts[0], parts[2].replace('\'', '"'), 400).get("field").asText())
                .isEqualTo(parts[1]);
    }

    @Test
    void whatIsTooLongOrStrangeIsAnswered() {
        post(PROCESS + "/pause", "{\"reason\":\"" + "x".repeat(1001) + "\"}", 400);
        post("/api/journeys/" + "x".repeat(500) + "/pause", WHY, 404);
        post("/api/journeys/'%20or%201=1%20--/pause", WHY, 404);
        post("/api/failures/journey-x/retry", WHY, 404);
        post("/api/failures/message-" + UUID.randomUUID() + "/retry", WHY, 404);
        answered(asAdmin("/api/failures?after=x"), 400);
        answered(asAdmin("/api/failures?limit=0"), 400);
        answered(asAdmin("/api/failures?kind=x"), 400);
        answered(asAdmin("/api/operations?limit=1001"), 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/journeys/abandoned-cart/pause",
                "/api/journeys/abandoned-cart/migration",
                "/api/customers/01890000-0000-7000-8000-0000000000ad/journeys/stop",
                "/api/channels/email/hold",
                "/api/failures/retry",
            })
    void nobodyDoesItWithoutSigningInOrFromAForeignPage(String path) {
        assertThat(send(to(path).header("Content-Type", "application/json").POST(text(WHY)))
                        .statusCode())
                .isIn(401, 403);
        assertThat(send(posted(path, WHY).header("Origin", "https://evil.example.org"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(overview().has("paused")).isFalse();
    }

    private HttpRequest.Builder posted(String path, String body) {
        return asAdmin(path).header("Content-Type", "application/json").POST(text(body));
    }

    private JsonNode post(String path, String body, int status) {
        return answered(posted(path, body), status);
    }
}
