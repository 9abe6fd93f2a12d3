package io.wayfarer.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Replays;
import io.wayfarer.ingest.RunningWays;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** CloudEvents over HTTP, in its three modes. */
class CloudEventsTest extends RunningWays {

    private static final String ATTRIBUTES =
            "'specversion':'1.0','id':'e1','source':'/shop','type':'com.example.order.completed',"
                    + "'time':'2026-03-01T12:00:00Z'";
    private static final String DATA = "{'userId':'u1','properties':{'order_id':'1001','total':39.9}}";
    private static final String STRUCTURED = "application/cloudevents+json; charset=UTF-8";
    private static final String BATCHED = "application/cloudevents-batch+json";

    @Autowired
    private Replays replays;

    @Test
    void theThreeModesSayTheSame() {
        assertThat(binary(Map.of(), DATA).statusCode()).isEqualTo(202);
        var first = events().get(0);
        assertThat(first.get("source").asText()).isEqualTo("cloudevents:web");
        assertThat(first.get("name").asText()).isEqualTo("Order Completed");
        assertThat(first.get("userId").asText()).isEqualTo("u1");
        assertThat(first.get("channel").asText()).isEqualTo("server");
        assertThat(first.at("/properties/total").asDouble()).isEqualTo(39.9);
        assertThat(Instant.parse(first.get("at").asText())).isEqualTo(Instant.parse("2026-03-01T12:00:00Z"));
        assertThat(first.get("id").asText())
                .isEqualTo(Event.idOf("cloudevents:web", "/shop e1").toString());

        var whole = "{" + ATTRIBUTES + ",'datacontenttype':'application/json','data':" + DATA + "}";
        var again = structured(STRUCTURED, whole);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo("{\"status\":\"seen before\"}");
        assertThat(structured(BATCHED, "[" + whole + "," + whole + "]").statusCode())
                .isEqualTo(200);
        assertThat(structured(STRUCTURED, whole.replace("/shop", "/other")).statusCode())
                .as("the same id of another source")
                .isEqualTo(202);
        assertThat(events()).hasSize(2);
    }

    @Test
    void dataMayBePacked() {
        var packed = Base64.getEncoder().encodeToString(json(DATA).getBytes(UTF_8));
        assertThat(structured(STRUCTURED, "{" + ATTRIBUTES + ",'data_base64':'" + packed + "'}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(events().get(0).get("userId").asText()).isEqualTo("u1");
    }

    @Test
    void whatIsAboutAThingGoesToTheCatalogue() {
        assertThat(binary(Map.of("ce-type", "stock.changed"), "{'product_id':'kettle','quantity':3}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(things).extracting(Event::name).containsExactly("Stock Changed");
        assertThat(events()).isEmpty();
    }

    /** The example of the HTTP binding, and its rules for quotes. */
    @ParameterizedTest
    @CsvSource({
        "Euro%20%E2%82%AC%20%F0%9F%98%80, Euro \u20AC \uD83D\uDE00",
        "plain, plain",
        "50%25, 50%",
        "%2525, %25",
        "'\"a quoted \\\" one\"', 'a quoted \" one'",
        "%e2%82%ac, \u20AC"
    })
    void anAttributeInAHeaderIsPercentDecodedOnce(String header, String meant) {
        assertThat(binary(Map.of("ce-id", header), DATA).statusCode()).isEqualTo(202);
        assertThat(events().get(0).get("messageId").asText()).isEqualTo("/shop " + meant);
    }

    @ParameterizedTest
    @CsvSource({
        "ce-id, %ZZ, id",
        "ce-id, %4, id",
        "ce-id, %, id",
        "ce-source, %FF, source",
        "ce-id, %00, id",
        "ce-type, a%0Ab, type",
        "ce-specversion, 0.3, specversion",
        "ce-specversion, '', specversion",
        "ce-time, soon, time",
        "ce-source, ' ', source"
    })
    void anAttributeAtFaultIsNamed(String header, String value, String field) {
        assertProblem(binary(Map.of(header, value), DATA), 400, field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"specversion", "id", "source", "type"})
    void aMissingAttributeIsNamed(String attribute) {
        var without = ATTRIBUTES.replaceFirst("'" + attribute + "':'[^']*',?", "");
        assertProblem(structured(STRUCTURED, "{'data':" + DATA + "," + without + "}"), 400, attribute);
        assertProblem(
                structured(
                        STRUCTURED,
                        "{" + ATTRIBUTES.replaceFirst("'" + attribute + "':'[^']*'", "'" + attribute + "':7") + "}"),
                400,
                attribute);
        var request = event("application/json", json(DATA));
        Stream.of("specversion:1.0", "id:e1", "source:/shop", "type:order.completed")
                .map(pair -> pair.split(":", 2))
                .filter(pair -> !pair[0].equals(attribute))
                .forEach(pair -> request.header("ce-" + pair[0], pair[1]));
        assertProblem(send(request.header("Authorization", basic("key-of-the-site"))), 400, attribute);
        assertThat(quarantine.list(10, null)).hasSize(3);
    }

    static Stream<Arguments> unusable() {
        return Stream.of(
                Arguments.of(STRUCTURED, "{", 400, null),
                Arguments.of(STRUCTURED, "[]", 400, null),
                Arguments.of(STRUCTURED, "{" + ATTRIBUTES + ",'data':7}", 400, "data"),
                Arguments.of(STRUCTURED, "{" + ATTRIBUTES + ",'data':{}}", 400, "data"),
                Arguments.of(STRUCTURED, "{" + ATTRIBUTES + "}", 400, "data"),
                Arguments.of(STRUCTURED, "{" + ATTRIBUTES + ",'data_base64':'!'}", 400, "data_base64"),
                Arguments.of(STRUCTURED, "{" + ATTRIBUTES + ",'data_base64':'e30=','data':{}}", 400, "data_base64"),
                Arguments.of(STRUCTURED, "{" + ATTRIBUTES + ",'data':" + "[".repeat(50_000), 400, null),
                Arguments.of(STRUCTURED, "{" + ATTRIBUTES + ",'x':'" + "x".repeat(200_000) + "'}", 413, null),
                Arguments.of(STRUCTURED, "{" + ATTRIBUTES + ",'datacontenttype':'text/xml','data':{}}", 415, null),
                Arguments.of("application/cloudevents+json; charset=utf-16", "{}", 415, null),
                Arguments.of("application/cloudevents+avro", "{}", 415, null),
                Arguments.of("application/cloudevents-batch+avro", "[]", 415, null),
                Arguments.of("text/plain", "{}", 400, "specversion"),
                Arguments.of("no type", "{}", 415, null),
                Arguments.of(BATCHED, "{}", 400, null),
                Arguments.of(BATCHED, "[{}]", 400, "specversion"),
                Arguments.of(BATCHED, "[7", 400, null),
                Arguments.of(BATCHED, "[" + "{},".repeat(500) + "{}]", 400, null));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void whatCannotBeUsedIsRefusedAndKept(String contentType, String body, int status, String field) {
        assertProblem(structured(contentType, body), status, field);
        assertThat(events()).isEmpty();
        assertThat(quarantine.list(10, null)).isNotEmpty().allSatisfy(item -> assertThat(item.source())
                .isEqualTo("cloudevents:web"));
    }

    @Test
    void dataThatIsNoJsonIsNotTaken() {
        assertProblem(send(headed(event("application/xml", "<x/>"), Map.of())), 415, null);
        assertProblem(send(post("/events", new byte[600_000])), 413, null);
    }

    @Test
    void inABatchTheGoodOnesAreStoredAndTheOthersKept() {
        var good = "{" + ATTRIBUTES + ",'data':" + DATA + "}";
        var answer = structured(
                BATCHED,
                "[" + good + ",{" + ATTRIBUTES.replace("'id':'e1',", "") + ",'data':" + DATA + "},7,"
                        + good.replace("'e1'", "'e2'").replace("39.9", "'\\u0000'") + "]");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(events()).hasSize(1);
        assertThat(quarantine.list(10, null)).hasSize(3);
        assertThat(structured(BATCHED, "[]").statusCode()).isEqualTo(202);
    }

    @Test
    void whatIsMendedIsReadAgainWhateverItsModeWas() {
        assertProblem(binary(Map.of("ce-time", "yesterday"), DATA), 400, "time");
        assertProblem(binary(Map.of("ce-id", "e2"), "{'userId'"), 400, null);
        structured(BATCHED, "[{" + ATTRIBUTES.replace("e1", "e3") + ",'data':{'user':'u1'}}]");
        var kept = quarantine.list(10, null);

        assertThat(mended(kept.get(2), "yesterday", "2026-03-01T12:00:00Z")).isEqualTo("replayed");
        assertThat(mended(kept.get(1), "\"{\\\"userId\\\"\"", json(DATA))).isEqualTo("replayed");
        assertThat(mended(kept.get(0), "\"user\"", "\"name\"")).isEqualTo("waiting");
        assertThat(mended(quarantine.list(10, null).get(0), "\"user\"", "\"userId\""))
                .isEqualTo("replayed");

        assertThat(events())
                .extracting(event -> event.get("messageId").asText())
                .containsExactly("/shop e1", "/shop e2", "/shop e3");
        assertThat(events()).allSatisfy(event -> {
            assertThat(event.get("userId").asText()).isEqualTo("u1");
            assertThat(event.get("at").asText()).isEqualTo("2026-03-01T12:00:00Z");
        });
    }

    private String mended(Quarantine.Item kept, String from, String to) {
        assertThat(kept.body()).contains(from);
        return replays.replay(kept, kept.body().replace(from, to), "ada").status();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer key-of-the-site", "Basic d3Jvbmc6", "Basic !"})
    void aStrangerIsTurnedAwayAndNothingIsKept(String authorization) {
        var request = event(STRUCTURED, json("{" + ATTRIBUTES + ",'data':" + DATA + "}"));
        assertProblem(
                send(authorization.isEmpty() ? request : request.header("Authorization", authorization)), 401, null);
        assertThat(events()).isEmpty();
        assertThat(quarantine.list(10, null)).isEmpty();
    }

    @Test
    void pastTheLimitTheSenderIsAskedToComeAgain() {
        for (int i = 0; i < 10; i++) {
            var batch = new StringBuilder("[");
            for (int n = 0; n < 500; n++) {
                batch.append(n == 0 ? "" : ",")
                        .append("{'specversion':'1.0','id':'%d-%d','source':'/s','type':'t','data':{'userId':'u'}}"
                                .formatted(i, n));
            }
            assertThat(structured(BATCHED, batch + "]").statusCode()).isEqualTo(202);
        }
        var answer = binary(Map.of(), DATA);
        assertProblem(answer, 429, null);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void noHeaderOfTheSendersGetsPastTheFirstStep() {
        assertThat(binary(
                                Map.of(
                                        "CAmelExecCommandExecutable", "/bin/sh",
                                        "CamelHttpUri", "http://evil.example",
                                        "CamelFileName", "../../etc/passwd"),
                                DATA)
                        .statusCode())
                .isEqualTo(202);
        assertThat(HEADERS_SEEN).containsOnlyKeys("in-cloudevents");
        assertThat(HEADERS_SEEN.get("in-cloudevents")).isEmpty();
        assertThat(send(HttpRequest.newBuilder(java.net.URI.create(url("/events")))
                                .GET())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void theDocumentedExamplesAreTaken() throws IOException {
        var page = Files.readString(Path.of("docs", "integrators.md"));
        var section = page.substring(page.indexOf("## CloudEvents"), page.indexOf("## Webhooks"));
        var examples = Pattern.compile("(?ms)^```(http|json)\\n(.*?)^```$")
                .matcher(section)
                .results()
                .toList();
        assertThat(examples).hasSize(2);
        var lines = examples.get(0).group(2).split("\n\n", 2);
        var request = event("application/json", lines[1]);
        lines[0].lines().skip(1).filter(line -> line.startsWith("ce-")).forEach(line -> {
            var colon = line.indexOf(": ");
            request.header(line.substring(0, colon), line.substring(colon + 2));
        });
        assertThat(send(request.header("Authorization", basic("key-of-the-site")))
                        .statusCode())
                .isEqualTo(202);
        assertThat(send(event(STRUCTURED, examples.get(1).group(2)).header("Authorization", basic("key-of-the-site")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(events()).hasSize(1);
        assertThat(events().get(0).get("name").asText()).isEqualTo("Order Completed");
    }

    private HttpResponse<String> binary(Map<String, String> headers, String data) {
        return send(headed(event("application/json", json(data)), headers));
    }

    private static HttpRequest.Builder headed(HttpRequest.Builder request, Map<String, String> headers) {
        request.header("Authorization", basic("key-of-the-site"));
        Map.of(
                        "ce-specversion", "1.0",
                        "ce-id", "e1",
                        "ce-source", "/shop",
                        "ce-type", "com.example.order.completed",
                        "ce-time", "2026-03-01T12:00:00Z")
                .forEach(request::setHeader);
        headers.forEach(request::setHeader);
        return request;
    }

    private HttpResponse<String> structured(String contentType, String body) {
        return send(event(contentType, json(body)).header("Authorization", basic("key-of-the-site")));
    }

    private HttpRequest.Builder event(String contentType, String body) {
        return post("/events", body.getBytes(UTF_8)).header("Content-Type", contentType);
    }

    private void assertProblem(HttpResponse<String> answer, int status, String field) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(tree(answer.body()).path("field").asText(null))
                .as(answer.body())
                .isEqualTo(field);
    }

    private static String json(String quotedWithApostrophes) {
        return quotedWithApostrophes.replace('\'', '"');
    }
}
