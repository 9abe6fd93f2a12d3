package io.wayfarer.act;

import io.wayfarer.ingest.SignedTokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Links by which a customer unsubscribes without signing in: the link itself proves that we wrote it for them. */
@Component
class Unsubscribe {

    /** Who wants to hear no more of what. */
    record Wish(UUID customer, String topic) {}

    private static final String PURPOSE = "unsubscribe";

    private final SignedTokens tokens;
    private final String url;

    Unsubscribe(SignedTokens tokens, @Value("${wayfarer.url}") String url) {
        this.tokens = tokens;
        this.url = url;
    }

    String link(UUID customer, String topic) {
        return url + "/u/" + token(customer, topic);
    }

    String token(UUID customer, String topic) {
        var name = topic.getBytes(StandardCharsets.UTF_8);
        return tokens.of(
                PURPOSE,
                ByteBuffer.allocate(16 + name.length)
                        .putLong(customer.getMostSignificantBits())
                        .putLong(customer.getLeastSignificantBits())
                        .put(name)
                        .array());
    }

    /** What the token says; empty when we did not write it. */
    Optional<Wish> read(String token) {
        return tokens.read(PURPOSE, token).map(content -> {
            var buffer = ByteBuffer.wrap(content);
            var customer = new UUID(buffer.getLong(), buffer.getLong());
            return new Wish(customer, new String(content, 16, content.length - 16, StandardCharsets.UTF_8));
        });
    }
}
