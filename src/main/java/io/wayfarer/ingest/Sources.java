package io.wayfarer.ingest;

import io.wayfarer.ingest.webhook.WebhookScheme;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is set up to send to us, by name.
 *
 * @param sources senders of webhooks
 * @param mailboxes mailboxes to read
 * @param url how the world reaches this installation, for example {@code https://journeys.example.org}
 */
@ConfigurationProperties("wayfarer")
public record Sources(
        @DefaultValue Map<String, Webhook> sources,
        @DefaultValue Map<String, Mailbox> mailboxes,
        @DefaultValue("http://localhost:8080") String url) {

    /**
     * @param scheme who may send, and how that is known: the name of a {@link WebhookScheme}
     * @param secret what its deliveries are signed with; its form is the scheme's
     * @param mapping what a delivery says: the name of a route {@code in-crm-<mapping>}, or {@code plain}; when it is not
     *     set, the scheme's own
     * @param hmac for the scheme {@code hmac} alone
     */
    public record Webhook(String scheme, @DefaultValue("") String secret, String mapping, Hmac hmac) {

        @Override
        public String toString() {
            return "Webhook[scheme=" + scheme + "]";
        }
    }

    /**
     * How a sender signs with an HMAC (RFC 2104).
     *
     * @param header the header that holds the signature
     * @param algorithm sha256, sha1 or sha512
     * @param encoding hex or base64
     * @param prefix what is before the signature in its header, such as {@code sha256=}
     * @param timestampHeader the header with the time of sending, in seconds or milliseconds since 1970 or as RFC 3339, which
     *     is signed with the body; when it is not set the body alone is signed, and it can be played again
     * @param separator what is signed between the time and the body
     */
    public record Hmac(
            String header,
            @DefaultValue("sha256") String algorithm,
            @DefaultValue("hex") String encoding,
            @DefaultValue("") String prefix,
            String timestampHeader,
            @DefaultValue(".") String separator) {}

    /** @param url a Camel URI: {@code imaps://host?username=...&password=RAW(...)} */
    public record Mailbox(String url) {

        @Override
        public String toString() {
            return "Mailbox[]";
        }
    }
}
