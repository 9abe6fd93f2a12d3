package io.wayfarer.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.Sources.Hmac;
import io.wayfarer.ingest.Sources.Webhook;
import io.wayfarer.ingest.http.HttpCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** How it is known who sends a webhook. */
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
        assertThat(standard.verify(call, signedWith(vector.get("secret").asText())))
                .isEqualTo(sentAt);
    }

    @Test
    void aRightSignatureAmongSeveralIsEnough() {
        var call = standardCall("{}", NOW, "v1,AAAA v1a,BBBB " + standardSignature("{}", NOW) + " v2,CCCC");
        assertThat(standard.verify(call, signedWith(SECRET))).isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1,AAAA", "v1,", "", " ", "v2,AAAA", "v1", "none"})
    void aWrongSignatureIsRefused(String signature) {
        assertUnauthorised(() -> standard.verify(standardCall("{}", NOW, signature), signedWith(SECRET)));
    }

    @Test
    void aSignatureIsOfItsBodyIdTimeAndVersionAlone() {
        var signature = standardSignature("{}", NOW);
        assertUnauthorised(() -> standard.verify(standardCall("{ }", NOW, signature), signedWith(SECRET)));
        assertUnauthorised(
                () -> standard.verify(standardCall("{}", NOW.plusSeconds(1), signature), signedWith(SECRET)));
        assertUnauthorised(
                () -> standard.verify(standardCall("{}", NOW, signature.replace("v1,", "v2,")), signedWith(SECRET)));
        assertUnauthorised(() -> standard.verify(
                standardCall("{}", NOW, signature),
                signedWith("whsec_" + Base64.getEncoder().encodeToString(new byte[24]))));
    }

    @Test
    void aSignatureIsGoodForFiveMinutes() {
        for (var late : new Duration[] {Duration.ofMinutes(6), Duration.ofMinutes(-6)}) {
            var call = standardCall("{}", NOW, standardSignature("{}", NOW));
            assertUnauthorised(() ->
                    standard.verify(new HttpCall(call.request(), call.body(), NOW.plus(late)), signedWith(SECRET)));
        }
        var call = standardCall("{}", NOW, standardSignature("{}", NOW));
        assertThat(standard.verify(new HttpCall(call.request(), call.body(), NOW.plusSeconds(290)), signedWith(SECRET)))
                .isEqualTo(NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "whsec_short", "not base64!", "whsec_AAAA"})
    void aSecretThatIsNoneIsFoundAtTheStart(String secret) {
        assertThatThrownBy(() -> standard.check(signedWith(secret))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hubSpotsSignatureIsOfMethodUriBodyAndTime() {
        var body = "[]";
        var uri = "https://journeys.example.org/webhooks/crm?a=b:c";
        var call = hubSpotCall(body, NOW, hubSpotSignature("POST" + uri + body, NOW));
        ((MockHttpServletRequest) call.request()).setQueryString("a=b%3Ac");
        assertThat(hubSpot.verify(call, signedWith(CLIENT_SECRET))).isEqualTo(NOW);

        var other = hubSpotCall(body + " ", NOW, hubSpotSignature("POST" + uri + body, NOW));
        assertUnauthorised(() -> hubSpot.verify(other, signedWith(CLIENT_SECRET)));
        var old =
                hubSpotCall(body, NOW.minusSeconds(301), hubSpotSignature("POST" + uri + body, NOW.minusSeconds(301)));
        assertUnauthorised(() -> hubSpot.verify(old, signedWith(CLIENT_SECRET)));
        assertUnauthorised(() -> hubSpot.verify(call(body, NOW), signedWith(CLIENT_SECRET)));
    }

    @Test
    void withoutASignatureOnlyThisMachineMaySend() {
        var none = new LoopbackOnly();
        var call = call("{}", NOW);
        var request = (MockHttpServletRequest) call.request();
        for (var address : new String[] {"127.0.0.1", "::1"}) {
            request.setRemoteAddr(address);
            assertThat(none.verify(call, signedWith(""))).isEqualTo(NOW);
        }
        for (var address : new String[] {"192.0.2.1", "10.0.0.1", "2001:db8::1"}) {
            request.setRemoteAddr(address);
            assertUnauthorised(() -> none.verify(call, signedWith("")));
        }
        request.setRemoteAddr("127.0.0.1");
        request.addHeader("X-Forwarded-For", "127.0.0.1");
        assertUnauthorised(() -> none.verify(call, signedWith("")));
    }

    @Test
    void shopifySignsTheBodyInBase64() {
        var shopify = new HmacSignature.Forms().shopify();
        var call = call("{}", NOW);
        var request = (MockHttpServletRequest) call.request();
        assertUnauthorised(() -> shopify.verify(call, signedWith(CLIENT_SECRET)));
        request.addHeader(
                "X-Shopify-Hmac-Sha256", base64(WebhookScheme.hmac(CLIENT_SECRET.getBytes(UTF_8), bytes("{}"))));
        assertThat(shopify.verify(call, signedWith(CLIENT_SECRET))).isEqualTo(NOW);
        assertUnauthorised(() -> shopify.verify(call, signedWith(CLIENT_SECRET + "x")));
        assertUnauthorised(() -> shopify.verify(new HttpCall(request, bytes("{ }"), NOW), signedWith(CLIENT_SECRET)));
    }

    @ParameterizedTest
    @CsvSource({"0, true", "-290, true", "290, true", "-301, false", "301, false"})
    void zendeskSignsTimeAndBodyAndTheTimeIsOfNow(int seconds, boolean good) {
        var zendesk = new HmacSignature.Forms().zendesk();
        var time = NOW.plusSeconds(seconds).toString();
        var call = call("{}", NOW);
        var request = (MockHttpServletRequest) call.request();
        request.addHeader("X-Zendesk-Webhook-Signature-Timestamp", time);
        request.addHeader(
                "X-Zendesk-Webhook-Signature",
                base64(WebhookScheme.hmac(CLIENT_SECRET.getBytes(UTF_8), bytes(time + "{}"))));
        if (good) {
            assertThat(zendesk.verify(call, signedWith(CLIENT_SECRET))).isEqualTo(NOW.plusSeconds(seconds));
        } else {
            assertUnauthorised(() -> zendesk.verify(call, signedWith(CLIENT_SECRET)));
        }
    }

    @Test
    void zendesksTimeIsSigned() {
        var zendesk = new HmacSignature.Forms().zendesk();
        var call = call("{}", NOW);
        var request = (MockHttpServletRequest) call.request();
        request.addHeader("X-Zendesk-Webhook-Signature-Timestamp", NOW.toString());
        request.addHeader(
                "X-Zendesk-Webhook-Signature",
                base64(WebhookScheme.hmac(CLIENT_SECRET.getBytes(UTF_8), bytes(NOW.minusSeconds(9000) + "{}"))));
        assertUnauthorised(() -> zendesk.verify(call, signedWith(CLIENT_SECRET)));
    }

    /** What other senders do, each as its documentation has it. */
    static Stream<Arguments> forms() {
        var seconds = Long.toString(NOW.getEpochSecond());
        return Stream.of(
                Arguments.of(new Hmac("X-Hub-Signature-256", "sha256", "hex", "sha256=", null, "."), "HmacSHA256", ""),
                Arguments.of(new Hmac("X-Hub-Signature", "sha1", "hex", "sha1=", null, "."), "HmacSHA1", ""),
                Arguments.of(new Hmac("X-Sign", "sha512", "base64", "", "X-Time", "."), "HmacSHA512", seconds + "."),
                Arguments.of(new Hmac("X-Sign", "sha256", "hex", "v0=", "X-Time", ":"), "HmacSHA256", seconds + ":"));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void anHmacIsVerifiedInTheFormThatIsSet(Hmac form, String algorithm, String before) {
        var hmac = new HmacSignature.Forms().hmac();
        var setting = new Webhook("hmac", CLIENT_SECRET, null, form);
        hmac.check(setting);
        var signature = WebhookScheme.hmac(algorithm, bytes(CLIENT_SECRET), bytes(before + "{}"));
        var written = form.encoding().equals("hex") ? HexFormat.of().formatHex(signature) : base64(signature);
        var call = call("{}", NOW);
        var request = (MockHttpServletRequest) call.request();
        request.addHeader(form.header(), form.prefix() + written);
        if (form.timestampHeader() != null) {
            assertUnauthorised(() -> hmac.verify(call, setting));
            request.addHeader(form.timestampHeader(), Long.toString(NOW.getEpochSecond()));
            assertUnauthorised(() -> hmac.verify(new HttpCall(request, call.body(), NOW.plusSeconds(301)), setting));
        }
        assertThat(hmac.verify(call, setting)).isEqualTo(NOW);
        assertUnauthorised(() -> hmac.verify(new HttpCall(request, bytes("{ }"), NOW), setting));
        var unsigned = call("{}", NOW);
        ((MockHttpServletRequest) unsigned.request()).addHeader(form.header(), form.prefix());
        assertUnauthorised(() -> hmac.verify(unsigned, setting));
    }

    static Stream<Arguments> noForms() {
        return Stream.of(
                Arguments.of(null, CLIENT_SECRET),
                Arguments.of(new Hmac(null, "sha256", "hex", "", null, "."), CLIENT_SECRET),
                Arguments.of(new Hmac("X-Sign", "md5", "hex", "", null, "."), CLIENT_SECRET),
                Arguments.of(new Hmac("X-Sign", "sha256", "base32", "", null, "."), CLIENT_SECRET),
                Arguments.of(new Hmac("X-Sign", "sha256", "hex", "", null, "."), "short"));
    }

    @ParameterizedTest
    @MethodSource("noForms")
    void anHmacThatIsSetUpWrongIsFoundAtTheStart(Hmac form, String secret) {
        assertThatThrownBy(() -> new HmacSignature.Forms().hmac().check(new Webhook("hmac", secret, null, form)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic !", "Basic dXNlcg==", "Bearer dXNlcjpwYXNzd29yZA=="})
    void basicAsksForUserAndPassword(String authorization) {
        var basic = new BasicCredentials();
        var call = call("{}", NOW);
        ((MockHttpServletRequest) call.request()).addHeader("Authorization", authorization);
        assertUnauthorised(() -> basic.verify(call, signedWith("user:password")));
        assertUnauthorised(() -> basic.verify(call("{}", NOW), signedWith("user:password")));
        var right = call("{}", NOW);
        ((MockHttpServletRequest) right.request()).addHeader("Authorization", "basic dXNlcjpwYXNzd29yZA==");
        assertThat(basic.verify(right, signedWith("user:password"))).isEqualTo(NOW);
        for (var secret : new String[] {"", "user", ":password", "user:short"}) {
            assertThatThrownBy(() -> basic.check(signedWith(secret))).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void salesforceShowsTheSecretInTheUrlOrAsPasswordOrInTheMessage() {
        var salesforce = new SalesforceOutbound();
        var setting = signedWith("00D000000000001AAA");
        var message =
                "<notifications xmlns='http://soap.sforce.com/2005/09/outbound'><OrganizationId>%s</OrganizationId>"
                        + "</notifications>";
        var foreign = call(message.formatted("00D000000000002AAA"), NOW);
        assertUnauthorised(() -> salesforce.verify(foreign, setting));
        assertUnauthorised(() -> salesforce.verify(call("", NOW), setting));
        assertUnauthorised(() -> salesforce.verify(call(message.replace("OrganizationId", "Id"), NOW), setting));
        assertThat(salesforce.verify(call(message.formatted("00D000000000001AAA"), NOW), setting))
                .isEqualTo(NOW);
        var request = (MockHttpServletRequest) foreign.request();
        request.setQueryString("x=1&secret=00D%30%ZZ&secret=00D00000000000%31AAA");
        assertUnauthorised(() -> salesforce.verify(call("", NOW), setting));
        assertThat(salesforce.verify(foreign, setting)).isEqualTo(NOW);
        request.setQueryString("secret=");
        assertUnauthorised(() -> salesforce.verify(foreign, setting));
        request.addHeader("Authorization", "Basic " + base64(bytes("any:00D000000000001AAA")));
        assertThat(salesforce.verify(foreign, setting)).isEqualTo(NOW);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Webhook signedWith(String secret) {
        return new Webhook(null, secret, null, null);
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
