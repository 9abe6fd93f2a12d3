package io.wayfarer.ingest.webhook;

import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.http.HttpCall;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import org.springframework.stereotype.Component;

/**
 * HubSpot's signature, version 3
 * (https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation). The secret
 * is the app's client secret.
 */
@Component
final class HubSpotV3 implements WebhookScheme {

    private final String url;

    HubSpotV3(Sources sources) {
        this.url = sources.url().endsWith("/")
                ? sources.url().substring(0, sources.url().length() - 1)
                : sources.url();
    }

    @Override
    public String name() {
        return "hubspot-v3";
    }

    @Override
    public String mapping() {
        return "hubspot";
    }

    @Override
    public void check(Sources.Webhook source) {
        WebhookScheme.checkLength(source.secret());
    }

    @Override
    public Instant verify(HttpCall call, Sources.Webhook source) {
        var signature = WebhookScheme.signed(call, "X-HubSpot-Signature-v3");
        var timestamp = WebhookScheme.signed(call, "X-HubSpot-Request-Timestamp");
        var query = call.request().getQueryString();
        var uri = url + call.request().getRequestURI() + (query == null ? "" : "?" + query);
        var expected = WebhookScheme.hmac(
                WebhookScheme.bytes(source.secret()),
                WebhookScheme.bytes(call.request().getMethod() + decoded(uri)),
                call.body(),
                WebhookScheme.bytes(timestamp));
        var wanted = WebhookScheme.bytes(Base64.getEncoder().encodeToString(expected));
        if (!MessageDigest.isEqual(wanted, WebhookScheme.bytes(signature))) {
            throw Refusal.unauthorised("the signature is wrong");
        }
        return WebhookScheme.recent(timestamp, call);
    }

    /** HubSpot signs the URI with these characters as they are, however they were sent. */
    private static String decoded(String uri) {
        if (uri.indexOf('%') < 0) {
            return uri;
        }
        var result = uri;
        for (var c : ":/?@!$'()*,;".toCharArray()) {
            var code = Integer.toHexString(c);
            result = result.replace("%" + code.toUpperCase(Locale.ROOT), String.valueOf(c))
                    .replace("%" + code, String.valueOf(c));
        }
        return result;
    }
}
