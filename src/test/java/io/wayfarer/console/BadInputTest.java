package io.wayfarer.console;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.WriteKeys;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** What is bad goes into the whole program by HTTP: it is kept with its reason, and what is beside it has its effect. */
class BadInputTest extends WholeProgram {

    @Autowired
    WriteKeys keys;

    @Autowired
    Quarantine quarantine;

    @Autowired
    JdbcTemplate jdbc;

    private final String person = UUID.randomUUID().toString();

    /** Text is sent as one byte for each character, so that it can be broken UTF-8. */
    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("nobody is named", "'event':'E'", "userId", "userId or anonymousId is required"),
                Arguments.of("no event", "'userId':'u'", "event", "event is required"),
                Arguments.of("an empty event", "'userId':'u','event':' '", "event", "event"),
                Arguments.of("a long id", "'userId':'" + "u".repeat(201) + "','event':'E'", "userId", "userId"),
                Arguments.of("a long name", "'userId':'u','event':'" + "E".repeat(201) + "'", "event", "event"),
                Arguments.of("a long text", properties("'a':'" + "x".repeat(10_001) + "'"), "properties.a", "10000"),
                Arguments.of("a true id", "'userId':true,'event':'E'", "userId", "userId"),
                Arguments.of("an event that is a number", "'userId':'u','event':7", "event", "event"),
                Arguments.of(
                        "a list of properties", "'userId':'u','event':'E','properties':[]", "properties", "object"),
                Arguments.of(
                        "long ago", "'userId':'u','event':'E','timestamp':'1001-01-01T00:00:00Z'", "timestamp", "2"),
                Arguments.of("far ahead", "'userId':'u','event':'E','timestamp':'9999-01-01'", "timestamp", "time"),
                Arguments.of("no time", "'userId':'u','event':'E','timestamp':'yesterday'", "timestamp", "timestamp"),
                Arguments.of("NUL", properties("'a':'\\u0000'"), "properties.a", "NUL"),
                Arguments.of("half a character", properties("'a':'\\ud800'"), "properties.a", "surrogate"),
                Arguments.of("broken UTF-8", properties("'a':'\u00C3\u0028'"), "properties.a", "UTF-8"),
                Arguments.of("deep nesting", properties("'a':" + "[".repeat(30) + "]".repeat(30)), null, "nested"),
                Arguments.of("infinity", properties("'n':1e999"), "properties.n", "properties.n"));
    }

    private static String properties(String properties) {
        return "'userId':'u','event':'E','properties':{" + properties + "}";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void whatIsBadIsNamedAndKeptAndWhatIsBesideItIsWorkedOff(String what, String fields, String field, String reason) {
        var id = UUID.randomUUID().toString();
        var bad = "{'type':'track','messageId':'" + id + "'," + fields + "}";

        var alone = call("/v1/track", bad);
        assertThat(alone.statusCode()).isEqualTo(400);
        assertThat(alone.headers().firstValue("content-type")).hasValue("application/problem+json");
        if (field != null) {
            assertThat(alone.body()).contains("\"field\":\"" + field + "\"");
        }
        assertThat(kept(id)).singleElement().asString().contains(reason);

        assertThat(call("/v1/batch", batch(good("Before"), bad, good("After"))).statusCode())
                .isEqualTo(200);
        assertWorkedOff("Before", "After");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "null", "[[]]", "'text'", "{}", "{'type':'nonsense','userId':'u'}"})
    void whatIsNoMessageIsNoHarmToThoseBesideIt(String bad) {
        assertThat(call("/v1/batch", batch(good("Before"), bad, good("After"))).statusCode())
                .isEqualTo(200);
        assertWorkedOff("Before", "After");
    }

    @Test
    void aMessageThatIsTooLargeIsNoHarmToThoseBesideIt() {
        var id = UUID.randomUUID().toString();
        var text = "'" + "x".repeat(9_000) + "',";
        var large = "{'type':'track','messageId':'" + id + "'," + properties("'a':[" + text.repeat(4) + "1]") + "}";

        assertThat(call("/v1/batch", batch(good("Before"), large, good("After")))
                        .statusCode())
                .isEqualTo(200);
        assertWorkedOff("Before", "After");
        assertThat(kept(id)).hasSize(1);
    }

    @Test
    void whatIsDeliveredAgainHasItsEffectOnce() {
        var once = good("Once").replace("{", "{'messageId':'" + UUID.randomUUID() + "',");
        for (int i = 0; i < 3; i++) {
            assertThat(call("/v1/batch", batch(once, once)).statusCode()).isEqualTo(200);
        }
        assertThat(call("/v1/batch", batch(good("Last"))).statusCode()).isEqualTo(200);
        assertWorkedOff("Once", "Last");
    }

    /** Each is valid as an event, and strange to whoever reads its properties. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'event':'Goldfish Fed','properties':{'deep':[[{}]]}",
                "'event':'Product Viewed','properties':{'product_id':[1],'name':{},'price':'1e999'}",
                "'event':'Product Added','properties':{'product_id':'p','quantity':-5,'price':-1e300}",
                "'event':'Product Added','properties':{'sku':9223372036854775807,'quantity':1e300}",
                "'event':'Checkout Started','properties':{'products':['a',1,null,{'sku':7},{'product_id':{}}]}",
                "'event':'Order Completed','properties':{'total':'NaN','revenue':-1,'products':{}}",
                "'event':'Review Posted','properties':{'rating':'lots','text':7}",
                "'event':'Page Left','properties':{'dwell':1e99}",
                "'event':'Consent Changed','properties':{'consent':'yes','marketing':{}}",
                "'event':'Unsubscribed','properties':{'topic':[]}"
            })
    void whatIsStrangeIsWorkedOffLikeAnythingElse(String fields) {
        var strange = "{'type':'track','userId':'" + person + "'," + fields + "}";

        assertThat(call("/v1/batch", batch(good("Before"), strange, good("After")))
                        .statusCode())
                .isEqualTo(200);
        var name = fields.substring("'event':'".length(), fields.indexOf("'", "'event':'".length()));
        assertWorkedOff("Before", name, "After");
        assertThat(quarantine.list(1000, null))
                .extracting(Quarantine.Item::body)
                .noneMatch(body -> body.contains(person));
    }

    private String good(String event) {
        return "{'type':'track','userId':'" + person + "','event':'" + event + "'}";
    }

    private static String batch(String... messages) {
        return "{'batch':[" + String.join(",", messages) + "]}";
    }

    private HttpResponse<String> call(String path, String body) {
        return send(to(path).header("Authorization", basic(keys.first(), ""))
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        body.replace('\'', '"').getBytes(ISO_8859_1))));
    }

    /** The event log has those events of the person and no others. */
    private void assertWorkedOff(String... events) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(jdbc.queryForList(
                        "select e.name from event e join identity i on i.customer_id = e.customer_id"
                                + " where i.name = ? order by e.at, e.id",
                        String.class,
                        person))
                .containsExactlyInAnyOrder(events));
    }

    private List<String> kept(String messageId) {
        return quarantine.list(1000, null).stream()
                .filter(item -> messageId.equals(item.messageId()))
                .map(Quarantine.Item::reason)
                .toList();
    }
}
