package io.wayfarer.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.rudderstack.sdk.java.analytics.RudderAnalytics;
import com.segment.analytics.Analytics;
import com.segment.analytics.messages.AliasMessage;
import com.segment.analytics.messages.GroupMessage;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.PageMessage;
import com.segment.analytics.messages.ScreenMessage;
import com.segment.analytics.messages.TrackMessage;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.RunningWays;
import io.wayfarer.ingest.WriteKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** The collector over HTTP, called by Segment's own SDK and by senders who mean ill or know no better. */
class CollectorTest extends RunningWays {

    private static final String KEY = "key-of-the-site";
    private static final String EVENT = "{\"userId\":\"u1\",\"event\":\"Product Viewed\",\"messageId\":\"m1\"}";

    @Autowired
    private WriteKeys keys;

    @Autowired
    private DataSource dataSource;

    @Test
    void everyCallOfSegmentsSdkIsInTheInboxWhenItIsAnswered() {
        var sdk = Analytics.builder(KEY)
                .endpoint(url(""))
                .flushInterval(1, TimeUnit.SECONDS)
                .build();
        sdk.enqueue(IdentifyMessage.builder().userId("u1").traits(Map.of("email", "Ada@example.org")));
        sdk.enqueue(TrackMessage.builder("Order Completed").userId("u1").properties(Map.of("total", 12.5)));
        sdk.enqueue(PageMessage.builder("Home").anonymousId("a1"));
        sdk.enqueue(ScreenMessage.builder("Cart").anonymousId("a1"));
        sdk.enqueue(GroupMessage.builder("g1").userId("u1").traits(Map.of("name", "Acme")));
        sdk.enqueue(AliasMessage.builder("a1").userId("u1"));
        sdk.flush();
        await().untilAsserted(() -> assertThat(events())
                .extracting(event -> event.get("name").asText())
                .containsExactlyInAnyOrder(
                        "Identified", "Order Completed", "Page Viewed", "Screen Viewed", "Grouped", "Aliased"));
        sdk.shutdown();
        assertThat(events()).extracting(event -> event.get("source").asText()).containsOnly("segment:web");
        assertThat(events().get(0).get("email").asText()).isEqualTo("ada@example.org");
        assertThat(quarantine.list(10, null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rudderStacksSdkIsAClientToo(boolean gzip) {
        var sdk = RudderAnalytics.builder(KEY)
                .setDataPlaneUrl(url("/"))
                .setGZIP(gzip)
                .flushInterval(1, TimeUnit.SECONDS)
                .build();
        sdk.enqueue(com.rudderstack.sdk.java.analytics.messages.IdentifyMessage.builder()
                .userId("u1")
                .traits(Map.of("email", "Ada@example.org")));
        sdk.enqueue(com.rudderstack.sdk.java.analytics.messages.TrackMessage.builder("Order Completed")
                .userId("u1")
                .properties(Map.of("total", 12.5)));
        sdk.enqueue(com.rudderstack.sdk.java.analytics.messages.PageMessage.builder("Home")
                .anonymousId("a1"));
        sdk.enqueue(com.rudderstack.sdk.java.analytics.messages.ScreenMessage.builder("Cart")
                .anonymousId("a1"));
        sdk.enqueue(com.rudderstack.sdk.java.analytics.messages.GroupMessage.builder("g1")
                .userId("u1"));
        sdk.enqueue(com.rudderstack.sdk.java.analytics.messages.AliasMessage.builder("a1")
                .userId("u1"));
        sdk.flush();
        await().untilAsserted(() -> assertThat(events())
                .extracting(event -> event.get("name").asText())
                .containsExactlyInAnyOrder(
                        "Identified", "Order Completed", "Page Viewed", "Screen Viewed", "Grouped", "Aliased"));
        sdk.shutdown();
        assertThat(events()).extracting(event -> event.get("source").asText()).containsOnly("segment:web");
        assertThat(events().get(0).get("email").asText()).isEqualTo("ada@example.org");
        assertThat(Instant.parse(events().get(1).get("at").asText()))
                .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        assertThat(quarantine.list(10, null)).isEmpty();
    }

    /** What a browser sends as it leaves a page: no header can be set, and nothing is asked first. */
    @Test
    void aBeaconIsTakenFromAnyPage() {
        var body = "{\"writeKey\":\"" + KEY + "\",\"batch\":[" + EVENT.replace("{", "{\"type\":\"track\",") + "]}";
        var answer = send(post("/v1/b", body.getBytes(UTF_8))
                .header("Content-Type", "text/plain;charset=UTF-8")
                .header("Origin", "https://shop.example")
                .header("Sec-Fetch-Mode", "no-cors")
                .header("Sec-Fetch-Dest", "empty"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
        assertThat(events()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/plain;charset=UTF-8",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "nonsense",
                ""
            })
    void jsonIsReadWhateverItIsCalled(String contentType) {
        var request = post("/v1/track?CamelHttpUri=http://evil", EVENT.getBytes(UTF_8))
                .header("Authorization", basic(KEY));
        var answer = send(contentType.isEmpty() ? request : request.header("Content-Type", contentType));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.body()).isEqualTo("{\"success\":true}");
        assertThat(events()).hasSize(1);
    }

    @Test
    void aKeyInTheBodyIsEnough() {
        var body = EVENT.replace("{", "{\"writeKey\":\"key-of-the-app\",");
        assertThat(send(post("/v1/track", body.getBytes(UTF_8))).statusCode()).isEqualTo(200);
        assertThat(events().get(0).get("source").asText())
                .as("a key without a label is named by its hash")
                .matches("segment:[0-9a-f]{8}");
        var bad = "{\"writeKey\":\"" + KEY + "\",\"userId\":\"u\",\"event\":\"\\u0000\"}";
        assertProblem(send(post("/v1/track", bad.getBytes(UTF_8))), 400);
        var batch = "{\"batch\":[" + EVENT.replace("{", "{\"type\":\"track\",") + "],\"writeKey\":\"" + KEY + "\"}";
        assertThat(send(post("/v1/batch/", batch.getBytes(UTF_8))).statusCode()).isEqualTo(200);
        assertThat(events()).hasSize(2);
        assertThat(keys.first()).isEqualTo(KEY);
    }

    static Stream<Arguments> strangers() {
        return Stream.of(
                Arguments.of(null, EVENT),
                Arguments.of(basic("wrong"), EVENT),
                Arguments.of(basic(""), EVENT),
                Arguments.of(basic("wrong"), EVENT.replace("{", "{\"writeKey\":\"" + KEY + "\",")),
                Arguments.of("Bearer " + KEY, EVENT),
                Arguments.of("Basic !!!", EVENT),
                Arguments.of(null, "{\"writeKey\":7}"),
                Arguments.of(null, "not json"),
                Arguments.of(basic("wrong"), "not json"));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void aStrangerIsTurnedAwayAndNothingIsKept(String authorization, String body) {
        var request = post("/v1/track", body.getBytes(UTF_8));
        var answer = send(authorization == null ? request : request.header("Authorization", authorization));
        assertProblem(answer, 401);
        assertThat(events()).isEmpty();
        assertThat(quarantine.list(10, null)).isEmpty();
    }

    @Test
    void aBadCallIsAnsweredWithTheFieldAtFaultAndKept() {
        var answer = call("/v1/track", "{\"event\":\"E\",\"messageId\":\"m7\"}");
        assertProblem(answer, 400);
        assertThat(tree(answer.body()).get("field").asText()).isEqualTo("userId");
        assertThat(quarantine.list(10, null)).hasSize(1).first().satisfies(item -> {
            assertThat(item.source()).isEqualTo("segment:web");
            assertThat(item.messageId()).isEqualTo("m7");
            assertThat(item.reason()).isEqualTo("userId or anonymousId is required");
            assertThat(item.body()).contains("m7");
        });
        assertProblem(call("/v1/batch", "{\"batch\": oops"), 400);
        assertThat(quarantine.list(10, null)).hasSize(2);
    }

    @Test
    void inABatchTheGoodOnesAreStoredAndTheBadOnesKept() {
        var answer = call(
                "/v1/batch",
                "{\"batch\":[{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\"},{\"type\":\"track\",\"event\":\"B\"},"
                        + "{\"type\":\"track\",\"event\":\"C\",\"userId\":\"u\",\"properties\":{\"x\":\"\\u0000\"}},"
                        + "{\"type\":\"track\",\"event\":\"D\",\"userId\":\"u\"}]}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(events()).extracting(event -> event.get("name").asText()).containsExactly("A", "D");
        assertThat(quarantine.list(10, null)).hasSize(2);
    }

    @Test
    void whatComesTwiceCountsOnce() {
        assertThat(call("/v1/track", EVENT).statusCode()).isEqualTo(200);
        assertThat(call("/v1/track", EVENT).statusCode()).isEqualTo(200);
        var twice = EVENT.replace("{", "{\"type\":\"track\",");
        assertThat(call("/v1/batch", "{\"batch\":[" + twice + "," + twice + "]}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(events()).hasSize(1);
    }

    @Test
    void gzipIsUnpackedWithinBounds() throws IOException {
        var batch = "{\"batch\":[" + EVENT.replace("{", "{\"type\":\"track\",") + "]}";
        assertThat(gzipped(batch.getBytes(UTF_8)).statusCode()).isEqualTo(200);
        assertThat(events()).hasSize(1);

        assertProblem(gzipped(new byte[100 * 1024 * 1024]), 413);
        assertThat(quarantine.list(10, null)).hasSize(1).first().satisfies(item -> assertThat(item.reason())
                .contains("unpacks"));
        assertProblem(send(authorised("/v1/batch", new byte[] {0x1F, (byte) 0x8B, 8, 0, 1, 2, 3})), 400);
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItIsRead() {
        assertProblem(call("/v1/batch", " ".repeat(600_000)), 413);
        var chunked =
                HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(" ".repeat(600_000)));
        assertProblem(send(authorised("/v1/batch", new byte[0]).POST(chunked)), 413);
        var text = "\"" + "y".repeat(9_000) + "\"";
        assertProblem(
                call(
                        "/v1/track",
                        EVENT.replace("}", ",\"properties\":{\"x\":[" + (text + ",").repeat(3) + text + "]}}")),
                413);
        assertThat(events()).isEmpty();
    }

    @Test
    void otherPathsAndMethodsAreNamedAsSuch() {
        assertProblem(call("/v1/nonsense", EVENT), 404);
        assertProblem(call("/v1/", EVENT), 404);
        var get = send(
                HttpRequest.newBuilder(java.net.URI.create(url("/v1/track"))).GET());
        assertProblem(get, 405);
        assertThat(get.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void aFullInboxAsksToComeAgain() {
        for (int i = 0; i < 10; i++) {
            var number = i;
            var messages = IntStream.range(0, 500)
                    .mapToObj(n -> "{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\",\"messageId\":\"%d-%d\"}"
                            .formatted(number, n))
                    .collect(Collectors.joining(","));
            assertThat(call("/v1/batch", "{\"batch\":[" + messages + "]}").statusCode())
                    .isEqualTo(200);
        }
        var answer = call("/v1/track", EVENT);
        assertProblem(answer, 429);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNoSuccessAndShowsNothingOfTheInside() {
        jdbc.execute("alter table inbox rename to inbox_away");
        try {
            var answer = call("/v1/track", EVENT);
            assertProblem(answer, 500);
            assertThat(answer.body()).doesNotContain("inbox").doesNotContain("Exception");
        } finally {
            jdbc.execute("alter table inbox_away rename to inbox");
        }
    }

    @Test
    void aDatabaseThatIsBusyAsksToComeAgain() throws SQLException {
        try (var other = dataSource.getConnection()) {
            other.setAutoCommit(false);
            try (var insert = other.prepareStatement("insert into inbox (id, partition_no, body) values (?, 0, '')")) {
                insert.setObject(1, Event.idOf("segment:web", "m1"));
                insert.execute();
                var answer = call("/v1/track", EVENT);
                assertProblem(answer, 503);
                assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
            } finally {
                other.rollback();
            }
        }
        assertThat(call("/v1/track", EVENT).statusCode()).isEqualTo(200);
    }

    @Test
    void aBrowserOnAnotherSiteMaySend() {
        var preflight = send(HttpRequest.newBuilder(java.net.URI.create(url("/v1/batch")))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type"));
        assertThat(preflight.statusCode()).isEqualTo(200);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .isPresent();
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials"))
                .isEmpty();
        var answer = send(authorised("/v1/track", EVENT.getBytes(UTF_8)).header("Origin", "https://shop.example"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
        assertThat(answer.headers().firstValue("Access-Control-Expose-Headers")).hasValue("Retry-After");
        assertThat(send(post("/webhooks/local", new byte[0]).header("Origin", "https://shop.example"))
                        .headers()
                        .firstValue("Access-Control-Allow-Origin"))
                .isEmpty();
    }

    @Test
    void noHeaderOfTheSendersGetsPastTheFirstStep() {
        var answer = send(authorised("/v1/track?CamelFileName=x&execute=y", EVENT.getBytes(UTF_8))
                .header("CAmelExecCommandExecutable", "/bin/sh")
                .header("CamelHttpUri", "http://evil.example")
                .header("camelFileName", "../../etc/passwd")
                .header("CamelBeanMethodName", "first")
                .header("Org.Apache.Camel.anything", "x")
                .header("X-Own", "x"));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(HEADERS_SEEN).containsOnlyKeys("in-segment");
        assertThat(HEADERS_SEEN.get("in-segment")).isEmpty();
        assertThat(answer.headers().map().keySet()).noneMatch(name -> name.startsWith("camel") || name.equals("x-own"));
    }

    private HttpResponse<String> gzipped(byte[] body) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(body);
        }
        return send(authorised("/v1/import", packed.toByteArray()).header("Content-Encoding", "gzip"));
    }

    private HttpResponse<String> call(String path, String body) {
        return send(authorised(path, body.getBytes(UTF_8)));
    }

    private HttpRequest.Builder authorised(String path, byte[] body) {
        return post(path, body).header("Authorization", basic(KEY));
    }

    private void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(tree(answer.body()).get("status").asInt()).isEqualTo(status);
        assertThat(List.of("type", "title", "detail")).allMatch(tree(answer.body())::has);
    }
}
