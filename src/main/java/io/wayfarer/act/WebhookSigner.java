package io.wayfarer.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wayfarer.ingest.WebhookSignature;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Signs requests by the Standard Webhooks specification. Of a request for {@link HttpSender} it takes {@code id} and {@code
 * secret}, which may be several with blanks between, while they are being changed; it adds the three headers.
 */
@Component
class WebhookSigner {

    public JsonNode sign(ObjectNode request) {
        var id = request.path("id").asText();
        var secrets = request.path("secret").asText();
        var body = request.path("body").toString();
        // of the world's time: the receiver compares it with its own clock
        var timestamp = String.valueOf(Instant.now().getEpochSecond());
        var signatures = Arrays.stream(secrets.split(" +"))
                .peek(WebhookSignature::check)
                .map(secret -> WebhookSignature.of(secret, id, timestamp, body.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining(" "));
        request.withObject("/headers")
                .put("content-type", "application/json")
                .put("webhook-id", id)
                .put("webhook-timestamp", timestamp)
                .put("webhook-signature", signatures);
        // what was signed is sent, to the byte
        request.put("body", body);
        request.remove("secret");
        return request;
    }
}
