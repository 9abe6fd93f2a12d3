package io.wayfarer.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.ingest.RunningWays;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real payloads of CRMs, signed anew: each is an event, told to the catalogue, or counted as a kind that is not used. */
class WebhookFilesTest extends RunningWays {

    private static final Logger log = LoggerFactory.getLogger(WebhookFilesTest.class);
    private static final Path FILES = Path.of("..", "shared", "data", "webhooks");

    /** Messages, and what became of them. */
    private record Count(int in, int accepted, int catalogued, int notUsed, int quarantined) {

        Count plus(Count other) {
            return new Count(
                    in + other.in,
                    accepted + other.accepted,
                    catalogued + other.catalogued,
                    notUsed + other.notUsed,
                    quarantined + other.quarantined);
        }

        @Override
        public String toString() {
            return "in %d = accepted %d + catalogue %d + not used %d + quarantined %d"
                    .formatted(in, accepted, catalogued, notUsed, quarantined);
        }
    }

    @Test
    void everyFileIsMappedOrCountedAsNotUsedAndNoneFails() throws IOException {
        assumeTrue(Files.isDirectory(FILES), "../shared/data/webhooks is missing");
        var counts = new TreeMap<String, Count>();
        try (var files = Files.walk(FILES)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (!file.endsWith("index.json")) {
                    var crm = FILES.relativize(file).getName(0).toString();
                    var before = stored();
                    var in = send(crm, file);
                    var after = stored();
                    var count = new Count(
                            in,
                            after.accepted - before.accepted,
                            after.catalogued - before.catalogued,
                            after.notUsed - before.notUsed,
                            after.quarantined - before.quarantined);
                    assertThat(count.accepted + count.catalogued + count.notUsed + count.quarantined)
                            .as(file.toString())
                            .isEqualTo(in);
                    counts.merge(crm, count, Count::plus);
                }
            }
        }
        counts.forEach((crm, count) -> log.info("{}: {}", crm, count));
        assertThat(counts).hasSize(5);
        assertThat(counts.values())
                .allSatisfy(count -> assertThat(count.quarantined).isZero());
        assertThat(counts.get("shopify"))
                .returns(30, Count::accepted)
                .returns(8, Count::catalogued)
                .returns(249, Count::notUsed);
        assertThat(counts.get("pipedrive"))
                .returns(5, Count::accepted)
                .returns(2, Count::catalogued)
                .returns(5, Count::notUsed);
        assertThat(counts.get("salesforce-outbound-message").accepted).isEqualTo(3);
        assertThat(counts.get("hubspot").accepted).isEqualTo(1);
    }

    private Count stored() {
        return new Count(
                0,
                events().size(),
                things.size(),
                unused.list(1_000, null).stream()
                        .mapToInt(kind -> (int) kind.messages())
                        .sum(),
                quarantine.list(1_000, null).size());
    }

    /** @return how many messages the file holds */
    private int send(String crm, Path file) throws IOException {
        var text = Files.readString(file);
        var request =
                switch (crm) {
                    case "salesforce-outbound-message" ->
                        post("/webhooks/force?secret=" + CLIENT_SECRET, text.getBytes(UTF_8));
                    case "zendesk" -> zendesk(text);
                    case "shopify" -> shopify(tree(text));
                    case "hubspot" -> hubSpot(tree(text).get("body").toString());
                    case "pipedrive" ->
                        post(
                                        "/webhooks/sales",
                                        tree(text).get("body").toString().getBytes(UTF_8))
                                .header("Authorization", basic("pipedrive", "a long password"));
                    default -> throw new IllegalStateException("what is " + crm + "?");
                };
        var answer = send(request);
        assertThat(answer.statusCode()).as(file + " " + answer.body()).isIn(200, 202);
        assertThat(answer.body()).as(file.toString()).doesNotContain("seen before");
        return switch (crm) {
            case "salesforce-outbound-message" -> Math.max(1, text.split("<Notification>", -1).length - 1);
            case "shopify" ->
                tree(text).get("topic").asText().equals("orders/updated")
                        ? 1 + tree(text).at("/body/refunds").size()
                        : 1;
            default -> 1;
        };
    }

    private HttpRequest.Builder shopify(JsonNode file) {
        var body = file.get("body").toString().getBytes(UTF_8);
        var request = post("/webhooks/shop", body)
                .header("X-Shopify-Hmac-Sha256", base64(WebhookScheme.hmac(CLIENT_SECRET.getBytes(UTF_8), body)));
        for (var name : List.of("x-shopify-topic", "x-shopify-webhook-id", "x-shopify-triggered-at")) {
            if (file.get("headers").has(name)) {
                request.header(name, file.get("headers").get(name).asText());
            }
        }
        return request;
    }

    private HttpRequest.Builder hubSpot(String body) {
        var time = Long.toString(Instant.now().toEpochMilli());
        var signed = "POSThttps://journeys.example.org/webhooks/crm" + body + time;
        return post("/webhooks/crm", body.getBytes(UTF_8))
                .header("X-HubSpot-Request-Timestamp", time)
                .header(
                        "X-HubSpot-Signature-v3",
                        base64(WebhookScheme.hmac(CLIENT_SECRET.getBytes(UTF_8), signed.getBytes(UTF_8))));
    }

    private HttpRequest.Builder zendesk(String body) {
        var time = Instant.now().toString();
        return post("/webhooks/desk", body.getBytes(UTF_8))
                .header("X-Zendesk-Webhook-Signature-Timestamp", time)
                .header(
                        "X-Zendesk-Webhook-Signature",
                        base64(WebhookScheme.hmac(CLIENT_SECRET.getBytes(UTF_8), (time + body).getBytes(UTF_8))));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
