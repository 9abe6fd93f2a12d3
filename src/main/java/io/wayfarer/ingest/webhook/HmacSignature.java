package io.wayfarer.ingest.webhook;

import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.Sources.Hmac;
import io.wayfarer.ingest.http.HttpCall;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A header with the HMAC of the body, or of a time and the body: what most senders do, each in its own form. */
final class HmacSignature implements WebhookScheme {

    private static final Map<String, String> ALGORITHMS =
            Map.of("sha256", "HmacSHA256", "sha1", "HmacSHA1", "sha512", "HmacSHA512");

    private final String name;
    private final String mapping;
    private final Hmac form;

    /** @param form null when each source says its own */
    private HmacSignature(String name, String mapping, Hmac form) {
        this.name = name;
        this.mapping = mapping;
        this.form = form;
    }

    /** The forms that have a name. */
    @Configuration
    static class Forms {

        @Bean
        WebhookScheme hmac() {
            return new HmacSignature("hmac", PLAIN, null);
        }

        /** https://shopify.dev/docs/apps/build/webhooks/subscribe/https: the secret is the app's client secret. */
        @Bean
        WebhookScheme shopify() {
            return new HmacSignature(
                    "shopify", "shopify", new Hmac("X-Shopify-Hmac-Sha256", "sha256", "base64", "", null, ""));
        }

        /** https://developer.zendesk.com/documentation/webhooks/verifying: the secret is the webhook's signing secret. */
        @Bean
        WebhookScheme zendesk() {
            return new HmacSignature(
                    "zendesk",
                    "zendesk",
                    new Hmac(
                            "X-Zendesk-Webhook-Signature",
                            "sha256",
                            "base64",
                            "",
                            "X-Zendesk-Webhook-Signature-Timestamp",
                            ""));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String mapping() {
        return mapping;
    }

    @Override
    public void check(Sources.Webhook source) {
        WebhookScheme.checkLength(source.secret());
        if (form != null) {
            return;
        }
        var own = source.hmac();
        if (own == null || own.header() == null || own.header().isBlank()) {
            throw new IllegalArgumentException("hmac.header is required");
        }
        if (!ALGORITHMS.containsKey(own.algorithm())) {
            throw new IllegalArgumentException("hmac.algorithm is sha256, sha1 or sha512");
        }
        if (!own.encoding().equals("hex") && !own.encoding().equals("base64")) {
            throw new IllegalArgumentException("hmac.encoding is hex or base64");
        }
    }

    @Override
    public Instant verify(HttpCall call, Sources.Webhook source) {
        var its = form != null ? form : source.hmac();
        var signature = WebhookScheme.signed(call, its.header());
        var timed = its.timestampHeader() != null;
        var time = timed ? WebhookScheme.signed(call, its.timestampHeader()) : "";
        var expected = WebhookScheme.hmac(
                ALGORITHMS.get(its.algorithm()),
                WebhookScheme.bytes(source.secret()),
                WebhookScheme.bytes(timed ? time + its.separator() : ""),
                call.body());
        var wanted = its.prefix()
                + (its.encoding().equals("hex")
                        ? HexFormat.of().formatHex(expected)
                        : Base64.getEncoder().encodeToString(expected));
        if (!MessageDigest.isEqual(WebhookScheme.bytes(wanted), WebhookScheme.bytes(signature))) {
            throw Refusal.unauthorised("the signature is wrong");
        }
        return timed ? WebhookScheme.recent(time, call) : call.at();
    }
}
