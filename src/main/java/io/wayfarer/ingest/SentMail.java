package io.wayfarer.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * What a mail of ours says of itself, signed, in its Message-ID and in its address for unsubscribing: a reply, a bounce or
 * a complaint brings it back, and tells with it whom we wrote to and why.
 *
 * @param message its id in the outbox
 * @param decision the decision that led to it, or null
 * @param topic what the customer had to agree to
 * @param address whom it was sent to, in lower case
 */
public record SentMail(UUID message, UUID decision, String topic, String address) {

    /** The mark of an event about a mail of ours whose token proves that it was sent to the event's address. */
    public static final String PROVED = "proved";

    private static final String PURPOSE = "mail";
    private static final UUID NONE = new UUID(0, 0);

    public String token(SignedTokens tokens) {
        var said = (topic + '\n' + address).getBytes(StandardCharsets.UTF_8);
        var cause = decision == null ? NONE : decision;
        return tokens.of(
                PURPOSE,
                ByteBuffer.allocate(32 + said.length)
                        .putLong(message.getMostSignificantBits())
                        .putLong(message.getLeastSignificantBits())
                        .putLong(cause.getMostSignificantBits())
                        .putLong(cause.getLeastSignificantBits())
                        .put(said)
                        .array());
    }

    /** The mail that the token is of; empty when we did not write it. */
    public static Optional<SentMail> of(String token, SignedTokens tokens) {
        return tokens.read(PURPOSE, token).map(content -> {
            var buffer = ByteBuffer.wrap(content);
            var message = new UUID(buffer.getLong(), buffer.getLong());
            var cause = new UUID(buffer.getLong(), buffer.getLong());
            var said = new String(content, 32, content.length - 32, StandardCharsets.UTF_8).split("\n", 2);
            return new SentMail(message, cause.equals(NONE) ? null : cause, said[0], said[1]);
        });
    }
}
