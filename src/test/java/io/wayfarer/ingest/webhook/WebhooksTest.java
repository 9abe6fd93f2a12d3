package io.wayfarer.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.ingest.RunningWays;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Webhooks over HTTP. */
class WebhooksTest extends RunningWays {

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
    void hubSpotsChangesAreStoredAndThoseOfNobodyKept() {
        var body = "[{\"eventId\":1,\"subscriptionType\":\"contact.propertyChange\",\"objectId\":5,"
                + "\"propertyName\":\"email\",\"propertyValue\":\"ada@example.org\"},"
                + "{\"eventId\":2,\"subscriptionType\":\"deal.creation\",\"objectId\":6}]";
        var timestamp = Long.toString(Instant.now().toEpochMilli());
        var signature = Base64.getEncoder()
                .encodeToString(WebhookScheme.hmac(
                        CLIENT_SECRET.getBytes(UTF_8),
                        ("POSThttps://journeys.example.org/webhooks/crm" + body + timestamp).getBytes(UTF_8)));
        var answer = send(post("/webhooks/crm", body.getBytes(UTF_8))
                .header("X-HubSpot-Signature-v3", signature)
                .header("X-HubSpot-Request-Timestamp", timestamp));
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(events()).hasSize(1);
        assertThat(events().get(0).get("email").asText()).isEqualTo("ada@example.org");
        assertThat(quarantine.list(10, null)).hasSize(1);
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
