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
     * @param scheme how its deliveries are signed and what they say: the name of a {@link WebhookScheme}
     * @param secret what its deliveries are signed with; its form is the scheme's
     */
    public record Webhook(String scheme, @DefaultValue("") String secret) {

        @Override
        public String toString() {
            return "Webhook[scheme=" + scheme + "]";
        }
    }

    /** @param url a Camel URI: {@code imaps://host?username=...&password=RAW(...)} */
    public record Mailbox(String url) {

        @Override
        public String toString() {
            return "Mailbox[]";
        }
    }
}
