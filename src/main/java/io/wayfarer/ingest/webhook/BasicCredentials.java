package io.wayfarer.ingest.webhook;

import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.http.HttpCall;
import java.security.MessageDigest;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** HTTP Basic (RFC 7617), as Pipedrive and others have it; the secret is {@code user:password}. Nothing is signed. */
@Component
final class BasicCredentials implements WebhookScheme {

    @Override
    public String name() {
        return "basic";
    }

    @Override
    public String mapping() {
        return "pipedrive";
    }

    @Override
    public void check(Sources.Webhook source) {
        var colon = source.secret().indexOf(':');
        if (colon < 1 || source.secret().length() - colon < 9) {
            throw new IllegalArgumentException(
                    "the secret is not user:password with a password of 8 characters or more");
        }
    }

    @Override
    public Instant verify(HttpCall call, Sources.Webhook source) {
        var presented = call.credentials();
        if (presented == null
                || !MessageDigest.isEqual(WebhookScheme.bytes(source.secret()), WebhookScheme.bytes(presented))) {
            throw Refusal.unauthorised("user name or password is missing or wrong");
        }
        return call.at();
    }
}
