package io.wayfarer.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.EventNames;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.http.HttpCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** How webhooks are signed, and what they say. */
class WebhookSchemesTest {

    private static final Path VECTOR = Path.of("..", "shared", "data", "standard-webhooks", "vector.json");
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
    private static final String SECRET =
            "whsec_" + Base64.getEncoder().encodeToString("0123456789abcdef".getBytes(UTF_8));
    private static final String CLIENT_SECRET = "0123456789abcdef-0123456789abcdef";

    private final StandardWebhooks standard = new StandardWebhooks();
    private final HubSpotV3 hubSpot = new HubSpotV3(new Sources(Map.of(), Map.of(), "https://journeys.example.org/"));

    @Test
    void theSpecificationsVectorVerifies() throws IOException {
        assumeTrue(Files.exists(VECTOR), "../shared/data/standard-webhooks is missing");
        var vector = new ObjectMapper().readTree(VECTOR.toFile());
        var sentAt = Instant.ofEpochSecond(vector.get("webhook-timestamp").asLong());
        var call = call(vector.get("body").asText(), sentAt);
        var request = (MockHttpServletRequest) call.request();
        for (var header : new String[] {"webhook-id", "webhook-timestamp", "webhook-signature"}) {
            request.addHeader(header, vector.get(header).asText());
        }
        assertThat(standard.verify(call, vector.get("secret").asText())).isEqualTo(sentAt);
    }

    @Test
    void aRightSignatureAmongSeveralIsEnough() {
        var call = standardCall("{}", NOW, "v1,AAAA v1a,BBBB " + standardSignature("{}", NOW) + " v2,CCCC");
        assertThat(standard.verify(call, SECRET)).isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1,AAAA", "v1,", "", " ", "v2,AAAA", "v1", "none"})
    void aWrongSignatureIsRefused(String signature) {
        assertUnauthorised(() -> standard.verify(standardCall("{}", NOW, signature), SECRET));
    }

    @Test
    void aSignatureIsOfItsBodyIdTimeAndVersionAlone() {
        var signature = standardSignature("{}", NOW);
        assertUnauthorised(() -> standard.verify(standardCall("{ }", NOW, signature), SECRET));
        assertUnauthorised(() -> standard.verify(standardCall("{}", NOW.plusSeconds(1), signature), SECRET));
        assertUnauthorised(() -> standard.verify(standardCall("{}", NOW, signature.replace("v1,", "v2,")), SECRET));
        assertUnauthorised(() -> standard.verify(
                standardCall("{}", NOW, signature),
                "whsec_" + Base64.getEncoder().encodeToString(new byte[24])));
    }

    @Test
    void aSignatureIsGoodForFiveMinutes() {
        for (var late : new Duration[] {Duration.ofMinutes(6), Duration.ofMinutes(-6)}) {
            var call = standardCall("{}", NOW, standardSignature("{}", NOW));
            assertUnauthorised(
                    () -> standard.verify(new HttpCall(call.request(), call.body(), NOW.plus(late)), SECRET));
        }
        var call = standardCall("{}", NOW, standardSignature("{}", NOW));
        assertThat(standard.verify(new HttpCall(call.request(), call.body(), NOW.plusSeconds(290)), SECRET))
                .isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "whsec_short", "not base64!", "whsec_AAAA"})
    void aSecretThatIsNoneIsFoundAtTheStart(String secret) {
        assertThatThrownBy(() -> standard.checkSecret(secret)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPlainEventSaysWhoAndWhat() {
        var understood = plain("{'type':'order.completed','timestamp':'2026-03-02T11:59:00Z',"
                + "'data':{'userId':'u1','email':'Ada@example.org','traits':{'plan':'pro'},'total':12.5,'lines':[1]}}");
        assertThat(understood.events().get(0))
                .returns("Order Completed", Event::name)
                .returns("u1", Event::userId)
                .returns("ada@example.org", Event::email)
                .returns(Map.of("plan", "pro"), Event::traits)
                .returns(Map.of("total", 12.5, "lines", java.util.List.of(1)), Event::properties)
                .returns("m1", Event::messageId)
                .returns(NOW.minusSeconds(60), Event::at);
        assertThat(plain("{'type':'Order Completed','email':'a@example.org','total':1}")
                        .events()
                        .get(0)
                        .properties())
                .isEqualTo(Map.of("total", 1));
        assertThat(plain("{'type':'Survey Answered','data':{'userId':1,'properties':{'rating':5},'other':1}}")
                        .events()
                        .get(0)
                        .properties())
                .isEqualTo(Map.of("rating", 5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'test': 2432232314}",
                "{'type':'order.completed','data':{'total':1}}",
                "{'type':'order.completed','data':{'email':'nobody'}}",
                "{'type':'order.completed','data':7}",
                "{'type':7,'data':{'userId':'u'}}",
                "{'type':'order.completed','timestamp':'soon','data':{'userId':'u'}}"
            })
    void whatNamesNoPersonOrNoEventIsKeptWithItsReason(String body) {
        var understood = plain(body);
        assertThat(understood.events()).isEmpty();
        assertThat(understood.refused()).hasSize(1);
        assertThat(understood.refused().get(0).messageId()).isEqualTo("m1");
        assertThat(understood.refused().get(0).body()).isEqualTo(json(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{", "nothing", "{} {}", "{'type':'\\u0000'}"})
    void aBodyThatIsNoObjectIsRefused(String body) {
        assertThat(catchThrowableOfType(Refusal.class, () -> plain(body))).returns(400, Refusal::status);
    }

    @ParameterizedTest
    @CsvSource({
        "order.completed, Order Completed",
        "product_viewed, Product Viewed",
        "checkout.step-viewed, Checkout Step Viewed",
        "email.bounced, Email Bounced",
        "email.complained, Email Marked as Spam",
        "email.marked_as_spam, Email Marked as Spam",
        "email.clicked, Email Link Clicked",
        "email.opened, Email Opened",
        "Order Completed, Order Completed",
        "iPhone bought, iPhone bought",
        "..., ...",
        "invoice, Invoice"
    })
    void dottedTypesBecomeNamesOfTheSpecifications(String type, String name) {
        assertThat(EventNames.of(type)).isEqualTo(name);
    }

    @Test
    void hubSpotsSignatureIsOfMethodUriBodyAndTime() {
        var body = "[]";
        var uri = "https://journeys.example.org/webhooks/crm?a=b:c";
        var call = hubSpotCall(body, NOW, hubSpotSignature("POST" + uri + body, NOW));
        ((MockHttpServletRequest) call.request()).setQueryString("a=b%3Ac");
        assertThat(hubSpot.verify(call, CLIENT_SECRET)).isEqualTo(NOW);

        var other = hubSpotCall(body + " ", NOW, hubSpotSignature("POST" + uri + body, NOW));
        assertUnauthorised(() -> hubSpot.verify(other, CLIENT_SECRET));
        var old =
                hubSpotCall(body, NOW.minusSeconds(301), hubSpotSignature("POST" + uri + body, NOW.minusSeconds(301)));
        assertUnauthorised(() -> hubSpot.verify(old, CLIENT_SECRET));
        assertUnauthorised(() -> hubSpot.verify(call(body, NOW), CLIENT_SECRET));
    }

    @Test
    void hubSpotsContactsBecomeEventsAndTheRestIsKeptWithItsReason() {
        var understood = hubSpot.understood(
                call(
                        "[{'eventId':1,'subscriptionId':5,'occurredAt':1772452740000,'subscriptionType':'contact.creation','objectId':123},"
                                + "{'eventId':2,'subscriptionId':5,'occurredAt':1772452740000,'subscriptionType':'contact.propertyChange','objectId':123,'propertyName':'email','propertyValue':'Ada@example.org'},"
                                + "{'eventId':3,'subscriptionId':5,'occurredAt':1772452740000,'subscriptionType':'object.propertyChange','objectTypeId':'0-1','objectId':123,'propertyName':'firstname','propertyValue':'Ada'},"
                                + "{'eventId':4,'subscriptionType':'deal.creation','objectId':9},"
                                + "{'eventId':5,'subscriptionType':'contact.explosion','objectId':9},"
                                + "{'subscriptionType':'contact.creation','objectId':9},"
                                + "{'eventId':6,'subscriptionType':'contact.creation'}, 7]",
                        NOW),
                "webhook:crm",
                NOW,
                NOW);
        assertThat(understood.events())
                .extracting(Event::name)
                .containsExactly("Contact Created", "Contact Changed", "Contact Changed");
        assertThat(understood.events()).extracting(Event::anonymousId).containsOnly("hubspot:123");
        assertThat(understood.events()).extracting(Event::email).containsExactly(null, "ada@example.org", null);
        assertThat(understood.events().get(2).traits()).isEqualTo(Map.of("firstName", "Ada"));
        assertThat(understood.events().get(0).at()).isEqualTo(Instant.ofEpochMilli(1772452740000L));
        assertThat(understood.refused()).hasSize(5);
    }

    @Test
    void withoutASignatureOnlyThisMachineMaySend() {
        var none = new LoopbackOnly();
        var call = call("{}", NOW);
        var request = (MockHttpServletRequest) call.request();
        for (var address : new String[] {"127.0.0.1", "::1"}) {
            request.setRemoteAddr(address);
            assertThat(none.verify(call, "")).isEqualTo(NOW);
        }
        for (var address : new String[] {"192.0.2.1", "10.0.0.1", "2001:db8::1"}) {
            request.setRemoteAddr(address);
            assertUnauthorised(() -> none.verify(call, ""));
        }
        request.setRemoteAddr("127.0.0.1");
        request.addHeader("X-Forwarded-For", "127.0.0.1");
        assertUnauthorised(() -> none.verify(call, ""));
    }

    private Understood plain(String body) {
        return standard.understood(standardCall(body, NOW, "unread"), "webhook:test", NOW, NOW);
    }

    private static HttpCall standardCall(String body, Instant sentAt, String signature) {
        var call = call(body, NOW);
        var request = (MockHttpServletRequest) call.request();
        request.addHeader("webhook-id", "m1");
        request.addHeader("webhook-timestamp", Long.toString(sentAt.getEpochSecond()));
        request.addHeader("webhook-signature", signature);
        return call;
    }

    private static String standardSignature(String body, Instant sentAt) {
        var key = Base64.getDecoder().decode(SECRET.substring(6));
        var content = "m1." + sentAt.getEpochSecond() + "." + body;
        return "v1," + Base64.getEncoder().encodeToString(WebhookScheme.hmac(key, content.getBytes(UTF_8)));
    }

    private static HttpCall hubSpotCall(String body, Instant sentAt, String signature) {
        var call = call(body, NOW);
        var request = (MockHttpServletRequest) call.request();
        request.addHeader("X-HubSpot-Request-Timestamp", Long.toString(sentAt.toEpochMilli()));
        request.addHeader("X-HubSpot-Signature-v3", signature);
        return call;
    }

    private static String hubSpotSignature(String content, Instant sentAt) {
        return Base64.getEncoder()
                .encodeToString(WebhookScheme.hmac(
                        CLIENT_SECRET.getBytes(UTF_8), (content + sentAt.toEpochMilli()).getBytes(UTF_8)));
    }

    private static HttpCall call(String body, Instant at) {
        return new HttpCall(
                new MockHttpServletRequest("POST", "/webhooks/crm"), json(body).getBytes(UTF_8), at);
    }

    private static void assertUnauthorised(org.assertj.core.api.ThrowableAssert.ThrowingCallable verification) {
        assertThat(catchThrowableOfType(Refusal.class, verification)).returns(401, Refusal::status);
    }

    private static String json(String quotedWithApostrophes) {
        return quotedWithApostrophes.replace('\'', '"');
    }
}
