package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** The whole way over HTTP: garbage comes in, is seen with its reason, mended, replayed, and has its effect. */
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:quality;DB_CLOSE_DELAY=-1",
            "wayfarer.collector.write-keys=web:the-key",
            "wayfarer.sources.till.scheme=none",
            "wayfarer.sources.desk.scheme=none",
            "wayfarer.clean.sources.till.schema=strict",
            "wayfarer.clean.honeypot=/do-not-follow"
        })
class DataQualityTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    ObjectMapper json;

    @Autowired
    JdbcTemplate jdbc;

    @Test
    void aBrokenCallIsMendedReplayedAndHasItsEffect() {
        var broken =
                "{\"userId\":\"mia\",\"event\":\"Order Completed\",\"properties\":{\"order_id\":\"m1\",\"total\":40}";
        assertThat(collect("/v1/track", broken).statusCode()).isEqualTo(400);
        var item = waiting("segment:web", "not valid JSON", "m1");
        assertThat(item.get("body").asText()).isEqualTo(broken);
        var path = "/api/quarantine/" + item.get("id").asText();

        var asItIs = post(path + "/replay", "");
        assertThat(asItIs.statusCode()).isEqualTo(422);
        assertThat(tree(asItIs).get("reason").asText()).contains("not valid JSON");
        assertThat(get(path).get("attempts").asInt()).isEqualTo(1);

        var mended = post(path + "/replay", "{\"body\":" + quoted(broken + "}") + "}");
        assertThat(mended.statusCode()).as(mended.body()).isEqualTo(200);
        assertThat(tree(mended).get("stored").asInt()).isEqualTo(1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        features("mia").at("/lifetime/revenue").asDouble())
                .isEqualTo(40.0));
        var after = get(path);
        assertThat(after.get("status").asText()).isEqualTo("replayed");
        assertThat(after.get("settledBy").asText()).isEqualTo("admin");
        assertThat(after.get("body").asText()).isEqualTo(broken);
        assertThat(post(path + "/replay", "").statusCode()).isEqualTo(409);
        assertThat(post(path + "/dismiss", "{\"reason\":\"too late\"}").statusCode())
                .isEqualTo(409);
        assertThat(features("mia").at("/lifetime/orders").asInt()).isEqualTo(1);
    }

    @Test
    void aMessageOutOfAPackedBatchIsMendedByItself() {
        var batch = "{\"batch\":[{\"type\":\"track\",\"userId\":\"bea\",\"event\":\"Cart Broken\"},"
                + "{\"type\":\"trick\",\"userId\":\"bea\",\"messageId\":\"b2\",\"event\":\"Product Viewed\","
                + "\"properties\":{\"product_id\":\"p\"}}]}";
        assertThat(collect("/v1/batch", packed(batch)).statusCode()).isEqualTo(200);
        var item = waiting("segment:web", "type must be one of", "trick");
        assertThat(item.get("messageId").asText()).isEqualTo("b2");
        var body = item.get("body").asText().replace("trick", "track");
        var answer = post("/api/quarantine/" + item.get("id").asText() + "/replay", "{\"body\":" + quoted(body) + "}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        features("bea").at("/lifetime/productViews").asInt())
                .isEqualTo(1));
    }

    @Test
    void whatIsPackedAndBrokenIsKeptSoThatItCanBeRead() {
        assertThat(collect("/v1/track", packed("{\"event\":\"Packed And Broken\""))
                        .statusCode())
                .isEqualTo(400);
        assertThat(list("?source=segment:web&status=waiting").stream()
                        .map(item -> item.get("body").asText()))
                .contains("{\"event\":\"Packed And Broken\"");
    }

    @Test
    void aStrictSourcesMisfitsAreReplayedTogetherOnceTheirSchemaAllowsThem() {
        for (int i = 0; i < 3; i++) {
            var order = "{\"type\":\"Order Completed\",\"data\":{\"userId\":\"tom\",\"properties\":{\"order_id\":\"t"
                    + i + "\",\"total\":\"many\"}}}";
            var answer = send(to("/webhooks/till").header("webhook-id", "w" + i).POST(text(order)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        }
        var item = waiting("webhook:till", "/total: string found, number expected", "many");
        assertThat(item.get("form").asText()).isEqualTo("event");

        var many = tree(post("/api/quarantine/replay", "{\"source\":\"webhook:till\"}"));
        assertThat(many.get("replayed").asInt()).isZero();
        assertThat(many.get("failed").asInt()).isEqualTo(3);
        var body = item.get("body").asText().replace("\"many\"", "25");
        var path = "/api/quarantine/" + item.get("id").asText();
        assertThat(post(path + "/replay", "{\"body\":" + quoted(body) + "}").statusCode())
                .isEqualTo(200);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        features("tom").at("/lifetime/revenue").asDouble())
                .isEqualTo(25.0));

        var rest = list("?source=webhook:till&status=waiting");
        assertThat(rest).hasSize(2);
        var dismissed = "/api/quarantine/" + rest.get(0).get("id").asText();
        assertThat(post(dismissed + "/dismiss", "{\"reason\":\"\"}").statusCode())
                .isEqualTo(400);
        assertThat(post(dismissed + "/dismiss", "{\"reason\":\"a test of the till\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(get(dismissed).get("status").asText()).isEqualTo("dismissed");
        assertThat(get(dismissed).get("note").asText()).isEqualTo("a test of the till");
        assertThat(get(dismissed).get("settledBy").asText()).isEqualTo("admin");

        var detail = get("/api/data-quality/webhook:till");
        assertThat(detail.at("/summary/refused").asInt()).isEqualTo(3);
        assertThat(detail.at("/summary/waiting").asInt()).isEqualTo(1);
        assertThat(detail.at("/summary/stored").asInt()).isEqualTo(1);
        assertThat(detail.at("/refusals/0/n").asInt()).isEqualTo(3);
    }

    @Test
    void aWebhooksRefusedBodyIsReadAgainWithItsOwnId() {
        var nobody = "{\"type\":\"Ticket Opened\",\"data\":{\"properties\":{\"text\":\"hello\"}}}";
        send(to("/webhooks/desk").header("webhook-id", "ticket-1").POST(text(nobody)));
        var item = waiting("webhook:desk", "names no person", "hello");
        var body = nobody.replace("\"data\":{", "\"data\":{\"email\":\"zoe@example.org\",");
        var answer = post("/api/quarantine/" + item.get("id").asText() + "/replay", "{\"body\":" + quoted(body) + "}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var again = send(to("/webhooks/desk").header("webhook-id", "ticket-1").POST(text(body)));
        assertThat(again.body()).contains("seen before");
    }

    @Test
    void programsAndRepeatsAreKeptInTheLogAndOutOfAllElse() {
        var robot = "Mozilla/5.0 (compatible; Googlebot/2.1)";
        var now = java.time.Instant.now();
        assertThat(collect(
                                "/v1/batch",
                                "{\"batch\":["
                                        + page("robo", "r1", now, "/tent", robot) + ","
                                        + page("ann", "a1", now, "/tent", "Firefox/140.0") + ","
                                        + page("ann", "a2", now.plusMillis(300), "/tent", "Firefox/140.0") + ","
                                        + page("trap", "t1", now, "/do-not-follow", "Firefox/140.0") + ","
                                        + page("trap", "t2", now.plusSeconds(2), "/tent", "Firefox/140.0") + "]}")
                        .statusCode())
                .isEqualTo(200);
        await().atMost(PATIENCE)
                .until(() -> jdbc.queryForObject(
                                "select count(*) from event where body like '%\"url\":\"/%' and name = 'Page Viewed'",
                                Integer.class)
                        == 5);

        assertThat(features("ann").at("/lifetime/events").asInt()).isEqualTo(1);
        assertThat(features("robo").at("/lifetime/events").isNumber()).isTrue();
        assertThat(features("robo").at("/lifetime/events").asInt()).isZero();
        assertThat(features("trap").at("/lifetime/events").asInt()).isZero();
        assertThat(jdbc.queryForObject("select count(*) from event where body like '%Googlebot%'", Integer.class))
                .isZero();
        var summary = list("/api/data-quality", "").stream()
                .filter(source -> source.get("source").asText().equals("segment:web"))
                .findFirst()
                .orElseThrow();
        assertThat(summary.get("bots").asInt()).isEqualTo(3);
        assertThat(summary.get("duplicates").asInt()).isEqualTo(1);
        assertThat(summary.get("silentSeconds").asInt()).isLessThan(60);
        assertThat(send(asAdmin("/actuator/prometheus").GET()).body())
                .contains("wayfarer_ingest_total{kind=\"duplicate\",source=\"segment:web\"} 1.0");
    }

    @Test
    void whatCannotBeAskedIsRefusedByName() {
        assertThat(answerTo("/api/data-quality?days=0").statusCode()).isEqualTo(400);
        assertThat(answerTo("/api/data-quality?days=91").body()).contains("\"field\":\"days\"");
        assertThat(answerTo("/api/data-quality/nobody").statusCode()).isEqualTo(404);
        assertThat(answerTo("/api/quarantine?status=lost").body()).contains("\"field\":\"status\"");
        assertThat(answerTo("/api/quarantine/01890000-0000-7000-8000-000000000000")
                        .statusCode())
                .isEqualTo(404);
        assertThat(post("/api/quarantine/01890000-0000-7000-8000-000000000000/replay", "")
                        .statusCode())
                .isEqualTo(404);
        assertThat(post("/api/quarantine/replay", "{\"limit\":1001}").statusCode())
                .isEqualTo(400);
        assertThat(send(to("/api/data-quality").GET()).statusCode()).isEqualTo(401);
        assertThat(send(to("/api/quarantine/replay").POST(text("{}"))).statusCode())
                .isIn(401, 403);
    }

    private static String page(String browser, String id, java.time.Instant at, String url, String agent) {
        return "{\"type\":\"page\",\"channel\":\"web\",\"messageId\":\"" + id + "\",\"userId\":\"" + browser
                + "\",\"anonymousId\":\"" + browser + "\",\"timestamp\":\"" + at + "\",\"properties\":{\"url\":\"" + url
                + "\"},\"context\":{\"userAgent\":\"" + agent + "\"}}";
    }

    private HttpResponse<String> collect(String path, String body) {
        return collect(path, body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private HttpResponse<String> collect(String path, byte[] body) {
        return send(to(path).header("Authorization", basic("the-key", ""))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static byte[] packed(String text) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private HttpResponse<String> post(String path, String body) {
        var request = asAdmin(path).header("Content-Type", "application/json");
        return send(request.POST(text(body)));
    }

    private HttpResponse<String> answerTo(String path) {
        return send(asAdmin(path).GET());
    }

    private JsonNode get(String path) {
        return tree(answerTo(path));
    }

    private JsonNode tree(HttpResponse<String> answer) {
        try {
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String quoted(String text) {
        try {
            return json.writeValueAsString(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<JsonNode> list(String query) {
        return list("/api/quarantine", query);
    }

    private List<JsonNode> list(String path, String query) {
        var items = new java.util.ArrayList<JsonNode>();
        get(path + query).get("items").forEach(items::add);
        return items;
    }

    private JsonNode waiting(String source, String reason, String body) {
        return list("?status=waiting&source=" + source).stream()
                .filter(item -> item.get("reason").asText().contains(reason)
                        && item.get("body").asText().contains(body))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode features(String user) {
        var found = list("/api/customers", "?identity=userId:" + user);
        return found.isEmpty()
                ? json.createObjectNode()
                : get("/api/customers/" + found.get(0).get("id").asText()).get("features");
    }
}
