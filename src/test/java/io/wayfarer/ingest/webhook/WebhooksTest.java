package io.wayfarer.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.RunningWays;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.Unused;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Webhooks over HTTP. */
class WebhooksTest extends RunningWays {

    @Autowired
    private List<WebhookScheme> schemes;

    @Autowired
    private ProducerTemplate routes;

    private static final String ORDER =
            "{\"type\":\"order.completed\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"data\":{\"userId\":\"u1\",\"total\":12.5}}";

    @Test
    void aSignedDeliveryIsStoredOnceAndSaysSo() {
        var first = standard("m1", ORDER, Instant.now());
        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(events()).hasSize(1).first().satisfies(event -> {
            assertThat(event.get("name").asText()).isEqualTo("Order Completed");
            assertThat(event.get("source").asText()).isEqualTo("webhook:erp");
            assertThat(event.get("messageId").asText()).isEqualTo("m1");
        });
        assertThat(standard("m1", ORDER, Instant.now()).statusCode()).isEqualTo(200);
        assertThat(events()).hasSize(1);
    }

    @Test
    void aWrongOrOldSignatureIsTurnedAwayAndNothingIsKept() {
        assertThat(standard("m1", ORDER, Instant.now().minusSeconds(301)).statusCode())
                .isEqualTo(401);
        assertThat(send(post("/webhooks/erp", ORDER.getBytes(UTF_8))).statusCode())
                .isEqualTo(401);
        assertThat(send(post("/webhooks/erp", ORDER.getBytes(UTF_8))
                                .header("webhook-id", "m1")
                                .header(
                                        "webhook-timestamp",
                                        Long.toString(Instant.now().getEpochSecond()))
                                .header("webhook-signature", "v1,AAAA"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(events()).isEmpty();
        assertThat(quarantine.list(10, null)).isEmpty();
    }

    @Test
    void whatIsSignedAndCannotBeUsedIsKept() {
        assertThat(standard("m2", "{\"type\":\"order.completed\"}", Instant.now())
                        .statusCode())
                .isEqualTo(202);
        assertThat(standard("m3", "not json", Instant.now()).statusCode()).isEqualTo(400);
        assertThat(events()).isEmpty();
        assertThat(quarantine.list(10, null)).hasSize(2).allSatisfy(item -> assertThat(item.source())
                .isEqualTo("webhook:erp"));
    }

    @Test
    void aSourceWithoutItsMappingEndsTheStart() {
        var settings = new Sources(
                Map.of("crm", new Sources.Webhook("basic", "user:a-long-password", "nowhere", null)),
                Map.of(),
                "http://localhost");
        var webhooks = new Webhooks(null, null, null, null, null, settings, schemes, routes);
        assertThatIllegalStateException()
                .isThrownBy(() -> webhooks.run(null))
                .withMessage("wayfarer.sources.crm.mapping is nowhere, and there is no route in-crm-nowhere");
    }

    @Test
    void whatCannotBeUsedAndIsDeliveredAgainCountsOnce() {
        var nobody = "{\"type\":\"order.completed\"}";
        assertThat(standard("m4", nobody, Instant.now().minusSeconds(60)).statusCode())
                .isEqualTo(202);
        assertThat(standard("m4", nobody, Instant.now()).statusCode()).isEqualTo(200);
        assertThat(standard("m5", "not json", Instant.now()).statusCode()).isEqualTo(400);
        assertThat(standard("m5", "not json", Instant.now()).statusCode()).isEqualTo(400);
        assertThat(quarantine.list(10, null)).hasSize(2);
    }

    @Test
    void hubSpotsChangesAreStoredAndWhatIsNotUsedIsCounted() {
        var answer = hubSpot("[{\"eventId\":1,\"subscriptionType\":\"contact.propertyChange\",\"objectId\":5,"
                + "\"propertyName\":\"email\",\"propertyValue\":\"ada@example.org\"},"
                + "{\"eventId\":2,\"subscriptionType\":\"deal.creation\",\"objectId\":6},"
                + "{\"eventId\":3,\"subscriptionType\":\"deal.creation\",\"objectId\":7}, 7]");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(events()).hasSize(1);
        assertThat(events().get(0).get("email").asText()).isEqualTo("ada@example.org");
        assertThat(events().get(0).at("/ids/hubspot").asText()).isEqualTo("5");
        assertThat(unused.list(10, null))
                .extracting(Unused.Kind::source, Unused.Kind::kind, Unused.Kind::messages)
                .containsExactly(tuple("webhook:crm", "deal.creation", 2L));
        assertThat(quarantine.list(10, null))
                .extracting(Quarantine.Item::reason)
                .containsExactly("type is required");
    }

    @Test
    void whatIsNotUsedSaysSo() {
        var answer = shopify("themes/publish", "{\"id\":1}");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"status\":\"not used\"}");
        assertThat(shopify("themes/publish", "{\"id\":2}").statusCode()).isEqualTo(202);
        assertThat(unused.list(10, null))
                .extracting(Unused.Kind::kind, Unused.Kind::messages)
                .containsExactly(tuple("themes/publish", 2L));
        assertThat(unused.list(10, Map.entry("webhook:shop", "themes/publish"))).isEmpty();
        assertThat(quarantine.list(10, null)).isEmpty();
        assertThat(hubSpot("{\"objectType\":\"\\u0000\\ud800" + "x".repeat(300) + "\"}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(unused.list(1, null).get(0).kind()).hasSize(200).startsWith("\uFFFD\uFFFDx");
    }

    @Test
    void whatIsAboutThingsGoesToTheCatalogue() {
        assertThat(shopify("products/update", "{\"id\":5,\"title\":\"Kettle\",\"variants\":[{\"price\":\"39.90\"}]}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(things)
                .extracting(Event::name, event -> event.text("product_id"))
                .containsExactly(tuple("Product Changed", "5"));
        assertThat(events()).isEmpty();
    }

    /** Shopify signs no time, so what is sent again, by whomever, has to count once. */
    @Test
    void aSignedBodyThatIsPlayedAgainCountsOnce() {
        var order = "{\"id\":1,\"email\":\"ada@example.org\",\"total_price\":\"10.00\"}";
        assertThat(shopify("orders/create", order).statusCode()).isEqualTo(202);
        assertThat(shopify("orders/create", order).statusCode()).isEqualTo(200);
        assertThat(shopify("orders/paid", order).statusCode())
                .as("another topic")
                .isEqualTo(202);
        assertThat(events()).hasSize(2);
    }

    @Test
    void aBodyThatIsPackedIsSignedAsItIsSent() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("{\"id\":1,\"email\":\"ada@example.org\"}".getBytes(UTF_8));
        }
        assertThat(shopify("customers/create", packed.toByteArray()).statusCode())
                .isEqualTo(202);
        assertThat(events()).hasSize(1);
    }

    @Test
    void anyHmacAndBasicAreOfferedToo() {
        var signature = WebhookScheme.hmac(CLIENT_SECRET.getBytes(UTF_8), ORDER.getBytes(UTF_8));
        var signed = post("/webhooks/other", ORDER.getBytes(UTF_8))
                .header("X-Hub-Signature-256", "sha256=" + HexFormat.of().formatHex(signature));
        assertThat(send(signed).statusCode()).isEqualTo(202);
        assertThat(send(post("/webhooks/other", (ORDER + " ").getBytes(UTF_8))
                                .header(
                                        "X-Hub-Signature-256",
                                        "sha256=" + HexFormat.of().formatHex(signature)))
                        .statusCode())
                .isEqualTo(401);
        var person = "{\"meta\":{\"action\":\"create\",\"entity\":\"person\"},\"data\":{\"id\":3}}";
        assertThat(send(post("/webhooks/sales", person.getBytes(UTF_8))
                                .header("Authorization", basic("pipedrive", "a long password")))
                        .statusCode())
                .isEqualTo(202);
        assertThat(send(post("/webhooks/sales", person.getBytes(UTF_8))
                                .header("Authorization", basic("pipedrive", "another password")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(events())
                .extracting(event -> event.get("source").asText())
                .containsExactly("webhook:other", "webhook:sales");
        assertThat(events().get(1).at("/ids/pipedrive").asText()).isEqualTo("3");
        assertThat(events().get(1).has("anonymousId")).isFalse();
    }

    @Test
    void salesforceHearsAnAcknowledgementOnceItsMessageIsStored() {
        var lead = soap(
                "<Notification><Id>04l1</Id><sObject xsi:type='sf:Lead' xmlns:sf='urn:sobject.enterprise.soap.sforce.com'>"
                        + "<sf:Id>00Q1</sf:Id><sf:Email>Ada@example.org</sf:Email><sf:City xsi:nil='true'/></sObject></Notification>");
        var answer = salesforce("\uFEFF" + lead);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml;charset=UTF-8");
        assertThat(answer.body()).contains("<Ack>true</Ack>");
        assertThat(events()).hasSize(1);
        assertThat(events().get(0).get("messageId").asText()).isEqualTo("04l1");
        assertThat(events().get(0).get("email").asText()).isEqualTo("ada@example.org");
        assertThat(events().get(0).at("/ids/salesforce").asText()).isEqualTo("00Q1");
        assertThat(salesforce(lead).body()).as("it counts once").contains("<Ack>true</Ack>");
        assertThat(events()).hasSize(1);
        var stranger = send(post("/webhooks/force?secret=wrong", lead.getBytes(UTF_8)));
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.body()).doesNotContain("Ack");
    }

    static Stream<String> hostileXml() {
        var laughs = new StringBuilder("<!DOCTYPE x [<!ENTITY a0 'ha'>");
        for (int i = 1; i < 30; i++) {
            laughs.append("<!ENTITY a%d '&a%d;&a%d;'>".formatted(i, i - 1, i - 1));
        }
        var notification = "<Notification><Id>%s</Id><sObject><Id>1</Id></sObject></Notification>";
        return Stream.of(
                "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + soap(notification.formatted("&e;")),
                "<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/x.dtd'>" + soap(notification.formatted("1")),
                "<!DOCTYPE x [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x.dtd'>%p;]>" + soap(""),
                laughs + "]>" + soap(notification.formatted("&a29;")),
                soap(notification.formatted("&undeclared;")),
                soap("<Notification><sObject>" + "<a>".repeat(10_000) + "</sObject></Notification>"),
                soap("<Notification><sObject>" + "<a>".repeat(10_000) + "</a>".repeat(10_000)
                        + "</sObject></Notification>"),
                soap("<Notification><Id>1</Notification>"),
                soap("").substring(0, 200),
                "<x/>",
                "{}",
                "",
                "\u0000");
    }

    @ParameterizedTest
    @MethodSource("hostileXml")
    void xmlThatMeansIllIsRefusedAndKept(String body) {
        var answer = salesforce(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("root:").doesNotContain("Ack");
        assertThat(events()).isEmpty();
        assertThat(quarantine.list(10, null)).hasSize(1);
    }

    @Test
    void noSessionOfSalesforceIsKept() {
        salesforce("<x><SessionId>00D!secret</SessionId><sf:SessionId>00D!other</sf:SessionId></x>");
        assertThat(quarantine.list(10, null).get(0).body())
                .isEqualTo("<x><SessionId></SessionId><sf:SessionId></sf:SessionId></x>");
    }

    static Stream<Arguments> hostileJson() {
        return Stream.of(
                Arguments.of("", 400),
                Arguments.of("{", 400),
                Arguments.of("{} {}", 400),
                Arguments.of("nonsense", 400),
                Arguments.of("[".repeat(100_000), 400),
                Arguments.of("{\"a\":".repeat(5_000), 400),
                Arguments.of("{\"id\":" + "9".repeat(10_000) + "}", 400),
                Arguments.of("{\"" + "n".repeat(10_000) + "\":1}", 400),
                Arguments.of("null", 202),
                Arguments.of("7", 202),
                Arguments.of("[]", 202),
                Arguments.of("{\"id\":1,\"email\":\"\\u0000\"}", 202),
                Arguments.of("{\"id\":1,\"email\":\"\\ud800@example.org\"}", 202),
                Arguments.of("{\"id\":1,\"first_name\":\"" + "x".repeat(20_000) + "\"}", 202),
                Arguments.of("{\"id\":1,\"tags\":" + "[".repeat(50) + "]".repeat(50) + "}", 202),
                Arguments.of("{\"id\":\"" + "1".repeat(300) + "\"}", 202),
                Arguments.of("{\"id\":1,\"created_at\":\"soon\"}", 202),
                Arguments.of("{\"id\":1,\"created_at\":\"9999-01-01T00:00:00Z\"}", 202));
    }

    @ParameterizedTest
    @MethodSource("hostileJson")
    void aSignedBodyThatCannotBeUsedIsKeptWithItsReason(String body, int status) {
        var answer = shopify("customers/create", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(events()).isEmpty();
        assertThat(quarantine.list(10, null)).hasSize(1);
        assertThat(quarantine.list(10, null).get(0).reason()).isNotBlank();
    }

    @Test
    void thisMachineMaySendUnsignedWhereThatIsSetUp() {
        assertThat(send(post("/webhooks/local", ORDER.getBytes(UTF_8))).statusCode())
                .isEqualTo(202);
        assertThat(send(post("/webhooks/local", ORDER.getBytes(UTF_8))).statusCode())
                .as("the same content is the same delivery")
                .isEqualTo(200);
        assertThat(send(post("/webhooks/local", ORDER.getBytes(UTF_8)).header("X-Forwarded-For", "192.0.2.1"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void unknownSourcesAndBodiesThatAreTooLargeAreRefused() {
        assertThat(send(post("/webhooks/nobody", ORDER.getBytes(UTF_8))).statusCode())
                .isEqualTo(404);
        assertThat(send(post("/webhooks/", ORDER.getBytes(UTF_8))).statusCode()).isEqualTo(404);
        assertThat(send(post("/webhooks/erp", new byte[600_000])).statusCode()).isEqualTo(413);
    }

    @Test
    void noHeaderOfTheSendersGetsPastTheFirstStep() {
        var answer = send(post("/webhooks/local?CamelHttpUri=http://evil", ORDER.getBytes(UTF_8))
                .header("CAmelExecCommandExecutable", "/bin/sh")
                .header("CamelHttpUri", "http://evil.example")
                .header("CamelFileName", "../../etc/passwd")
                .header("X-Own", "x"));
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(HEADERS_SEEN).containsOnlyKeys("in-webhooks");
        assertThat(HEADERS_SEEN.get("in-webhooks")).isEmpty();
    }

    private HttpResponse<String> shopify(String topic, String body) {
        return shopify(topic, body.getBytes(UTF_8));
    }

    private HttpResponse<String> shopify(String topic, byte[] body) {
        var signature = WebhookScheme.hmac(CLIENT_SECRET.getBytes(UTF_8), body);
        return send(post("/webhooks/shop", body)
                .header("X-Shopify-Topic", topic)
                .header("X-Shopify-Hmac-Sha256", Base64.getEncoder().encodeToString(signature)));
    }

    private HttpResponse<String> hubSpot(String body) {
        var timestamp = Long.toString(Instant.now().toEpochMilli());
        var signature = Base64.getEncoder()
                .encodeToString(WebhookScheme.hmac(
                        CLIENT_SECRET.getBytes(UTF_8),
                        ("POSThttps://journeys.example.org/webhooks/crm" + body + timestamp).getBytes(UTF_8)));
        return send(post("/webhooks/crm", body.getBytes(UTF_8))
                .header("X-HubSpot-Signature-v3", signature)
                .header("X-HubSpot-Request-Timestamp", timestamp));
    }

    private HttpResponse<String> salesforce(String body) {
        return send(post("/webhooks/force?secret=" + CLIENT_SECRET, body.getBytes(UTF_8))
                .header("Content-Type", "text/xml; charset=utf-8")
                .header("SOAPAction", "\"\""));
    }

    private static String soap(String notifications) {
        return "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'"
                + " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><e:Body>"
                + "<notifications xmlns='http://soap.sforce.com/2005/09/outbound'>" + notifications
                + "</notifications></e:Body></e:Envelope>";
    }

    private HttpResponse<String> standard(String id, String body, Instant at) {
        var timestamp = Long.toString(at.getEpochSecond());
        var signature = WebhookScheme.hmac(
                Base64.getDecoder().decode(STANDARD_SECRET.substring(6)),
                (id + "." + timestamp + "." + body).getBytes(UTF_8));
        return send(post("/webhooks/erp", body.getBytes(UTF_8))
                .header("webhook-id", id)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", "v1," + Base64.getEncoder().encodeToString(signature)));
    }
}
