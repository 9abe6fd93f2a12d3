package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Merging and parting over HTTP. */
class MergesApiTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    Inbox inbox;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final Instant start = Instant.now().minus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MICROS);

    @Test
    void aMergeByTheRulesIsToldAndCanBeUndone() {
        tell(Events.identify(null, null, mail(), start, Map.of("consent", Map.of("marketing", true))));
        var byMail = id("email:" + mail());
        tell(Events.by(user(), "Page Viewed", start.plusSeconds(1), Map.of()));
        var ada = id("userId:" + user());
        tell(Events.identify(user(), null, mail(), start.plusSeconds(2), Map.of()));
        await().atMost(PATIENCE).until(() -> id("email:" + mail()).equals(ada));

        assertThat(get("/api/customers/" + byMail).get("id").asText()).isEqualTo(ada);
        assertThat(kinds("/api/customers/" + byMail + "/timeline")).contains("merge");
        var consent = get("/api/customers/" + ada + "/consent").get("items");
        assertThat(consent).hasSize(1);
        assertThat(consent.get(0).get("topic").asText()).isEqualTo("marketing");
        assertThat(consent.get(0).get("proof").asText()).isNotBlank();
        var merge = get("/api/customers/" + ada + "/merges").get("items").get(0);
        assertThat(merge.get("merged").asText()).isEqualTo(byMail);
        assertThat(merge.get("reason").asText()).isNotBlank();

        var undo = "/api/customers/" + ada + "/merges/" + merge.get("id").asText() + "/undo";
        var answer = post(undo, "{\"reason\":\"two people\"}", 200);
        assertThat(answer.get("id").asText()).isEqualTo(byMail);
        assertThat(id("email:" + mail())).isEqualTo(byMail);
        assertThat(get("/api/customers/" + ada + "/consent").get("items")).isEmpty();
        assertThat(get("/api/customers/" + byMail)
                        .at("/consent/marketing/granted")
                        .asBoolean())
                .isTrue();
        post(undo, "{\"reason\":\"again\"}", 409);
    }

    @Test
    void aPersonMergesTwoWithAReason() {
        tell(Events.by(user(), "Page Viewed", start, Map.of()));
        tell(Events.by(user() + "-old", "Page Viewed", start.plusSeconds(1), Map.of()));
        var ada = id("userId:" + user());
        var old = id("userId:" + user() + "-old");
        var path = "/api/customers/" + ada + "/merge";

        assertThat(post(path, wish(old, "two accounts", false), 409)
                        .get("detail")
                        .asText())
                .contains("user ids");
        assertThat(post(path, wish(old, "two accounts", true), 200).get("id").asText())
                .isEqualTo(ada);
        assertThat(id("userId:" + user() + "-old")).isEqualTo(ada);
        assertThat(get("/api/customers/" + ada + "/merges").at("/items/0/who").asText())
                .isEqualTo("admin");
        assertThat(post(path, wish(old, "again", true), 409).get("detail").asText())
                .contains("already");
        post(path, wish(UUID.randomUUID().toString(), "nobody", true), 404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reason {\"other\":\"01890000-0000-7000-8000-0000000000ad\"}",
                "reason {\"other\":\"01890000-0000-7000-8000-0000000000ad\",\"reason\":\" \"}",
                "other {\"reason\":\"because\"}",
                "body {\"other\":\"ada\",\"reason\":\"because\"}",
                "body nothing",
                "body [",
            })
    void whatCannotBeUsedIsRefusedByName(String fieldAndBody) {
        tell(Events.by(user(), "Page Viewed", start, Map.of()));
        var space = fieldAndBody.indexOf(' ');

        var problem =
                post("/api/customers/" + id("userId:" + user()) + "/merge", fieldAndBody.substring(space + 1), 400);

        assertThat(problem.get("field").asText()).isEqualTo(fieldAndBody.substring(0, space));
    }

    @Test
    void aReasonOfAnyLengthIsAnswered() {
        tell(Events.by(user(), "Page Viewed", start, Map.of()));
        post(
                "/api/customers/" + id("userId:" + user()) + "/merge",
                wish(UUID.randomUUID().toString(), "x".repeat(1001), false),
                400);
    }

    @Test
    void nobodyMergesWithoutSigningIn() {
        var call = to("/api/customers/" + UUID.randomUUID() + "/merge")
                .header("Content-Type", "application/json")
                .POST(text(wish(UUID.randomUUID().toString(), "because", true)));

        assertThat(send(call).statusCode()).isIn(401, 403);
    }

    private void tell(Event event) {
        inbox.accept(List.of(event));
        var identity = event.userId() == null ? "email:" + event.email() : "userId:" + event.userId();
        await().atMost(PATIENCE).until(() -> !find(identity).isEmpty());
    }

    private JsonNode find(String identity) {
        return get("/api/customers?identity=" + URLEncoder.encode(identity, StandardCharsets.UTF_8))
                .get("items");
    }

    private String id(String identity) {
        return find(identity).get(0).get("id").asText();
    }

    private List<String> kinds(String path) {
        var kinds = new ArrayList<String>();
        get(path).get("items").forEach(item -> kinds.add(item.get("kind").asText()));
        return kinds;
    }

    private String mail() {
        return run + "@example.org";
    }

    private String user() {
        return "user-" + run;
    }

    private static String wish(String other, String reason, boolean force) {
        return "{\"other\":\"" + other + "\",\"reason\":\"" + reason + "\",\"force\":" + force + "}";
    }

    private JsonNode get(String path) {
        return answered(asAdmin(path), 200);
    }

    private JsonNode post(String path, String body, int status) {
        return answered(asAdmin(path).header("Content-Type", "application/json").POST(text(body)), status);
    }
}
