package io.wayfarer.ingest.webhook;

import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.WebhookSignature;
import io.wayfarer.ingest.http.HttpCall;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import org.springframework.stereotype.Component;

/**
 * The Standard Webhooks specification 1.0.0, symmetric signatures (https://www.standardwebhooks.com). The secret is
 * base64, with or without {@code whsec_} before it. One delivery is one
 * {@link io.wayfarer.ingest.PlainEvent} unless the source names a mapping.
 */
@Component
final class StandardWebhooks implements WebhookScheme {

    static final String ID = "webhook-id";

    @Override
    public String name() {
        return "standard-webhooks";
    }

    @Override
    public void check(Sources.Webhook source) {
        WebhookSignature.check(source.secret());
    }

    @Override
    public Instant verify(HttpCall call, Sources.Webhook source) {
        var id = WebhookScheme.signed(call, ID);
        var timestamp = WebhookScheme.signed(call, "webhook-timestamp");
        var signatures = WebhookScheme.signed(call, "webhook-signature");
        var wanted = WebhookScheme.bytes(WebhookSignature.of(source.secret(), id, timestamp, call.body()));
        // several, when the sender is changing its secret
        if (Arrays.stream(signatures.split(" ", -1))
                .noneMatch(signature -> MessageDigest.isEqual(wanted, WebhookScheme.bytes(signature)))) {
            throw Refusal.unauthorised("the signature is wrong");
        }
        return WebhookScheme.recent(timestamp, call);
    }

    @Override
    public String id(HttpCall call) {
        return call.header(ID);
    }
}
