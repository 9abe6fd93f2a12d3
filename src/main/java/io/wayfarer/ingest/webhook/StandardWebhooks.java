package io.wayfarer.ingest.webhook;

import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.http.HttpCall;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.springframework.stereotype.Component;

/**
 * The Standard Webhooks specification 1.0.0, symmetric signatures (https://www.standardwebhooks.com). The secret is
 * base64, with or without {@code whsec_} before it. One delivery is one event: see {@link PlainEvent}.
 */
@Component
public final class StandardWebhooks implements WebhookScheme {

    static final String ID = "webhook-id";

    private static final String PREFIX = "whsec_";
    private static final String VERSION = "v1,";

    @Override
    public String name() {
        return "standard-webhooks";
    }

    @Override
    public void checkSecret(String secret) {
        if (key(secret).length < 16) {
            throw new IllegalArgumentException("the secret is shorter than 16 bytes");
        }
    }

    @Override
    public Instant verify(HttpCall call, String secret) {
        var id = WebhookScheme.signed(call, ID);
        var timestamp = WebhookScheme.signed(call, "webhook-timestamp");
        var signatures = WebhookScheme.signed(call, "webhook-signature");
        var expected = WebhookScheme.hmac(key(secret), WebhookScheme.bytes(id + '.' + timestamp + '.'), call.body());
        var wanted = WebhookScheme.bytes(VERSION + Base64.getEncoder().encodeToString(expected));
        // several, when the sender is changing its secret
        if (Arrays.stream(signatures.split(" ", -1))
                .noneMatch(signature -> MessageDigest.isEqual(wanted, WebhookScheme.bytes(signature)))) {
            throw Refusal.unauthorised("the signature is wrong");
        }
        return WebhookScheme.recent(timestamp, Duration.ofSeconds(1), call);
    }

    @Override
    public Understood understood(HttpCall call, String source, Instant sentAt, Instant receivedAt) {
        return PlainEvent.understood(call, call.header(ID), source, sentAt, receivedAt);
    }

    private static byte[] key(String secret) {
        return Base64.getDecoder().decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
    }
}
