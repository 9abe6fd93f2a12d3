package io.wayfarer.ingest.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.http.Answer;
import io.wayfarer.ingest.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One way in which a sender proves who it is, and the form in which it talks. What it says is a mapping's matter. */
public interface WebhookScheme {

    /** The mapping of those who send {@link io.wayfarer.ingest.PlainEvent}s. */
    String PLAIN = "plain";

    /** How old or how far ahead a signed delivery may be, by the world's clock, so that none can be replayed later. */
    Duration TOLERANCE = Duration.ofMinutes(5);

    /** As in {@code wayfarer.sources.<name>.scheme}. */
    String name();

    /** The mapping of its sources, where they do not name one. */
    default String mapping() {
        return PLAIN;
    }

    /** @throws IllegalArgumentException saying what is wrong with the source's settings, without the secret */
    void check(Sources.Webhook source);

    /**
     * Makes sure that the delivery is its sender's, and of now where the sender signs the time.
     *
     * @return when it was sent, by the sender's clock
     * @throws Refusal when it is not
     */
    Instant verify(HttpCall call, Sources.Webhook source);

    /**
     * The id of a verified delivery where its sender gives it a signed one, or null.
     *
     * @see #idOf
     */
    default String id(HttpCall call) {
        return null;
    }

    /**
     * The body of a verified delivery as JSON.
     *
     * @throws Refusal when it is not what the scheme says
     */
    default JsonNode read(HttpCall call) {
        return Delivery.json(call.unpacked());
    }

    /** The delivery's text, for the quarantine; without what would let one in elsewhere. */
    default String shown(HttpCall call) {
        return call.shown();
    }

    /** What the sender expects to hear, in place of what it is told. */
    default Answer answer(Answer told) {
        return told;
    }

    /** The delivery's own id, or one made of its body: sent again, by anyone, it has the same. */
    default String idOf(HttpCall call) {
        var id = id(call);
        return id != null ? id : Fields.hash(new String(call.body(), StandardCharsets.ISO_8859_1));
    }

    /** HMAC (RFC 2104) of the parts, one after the other. */
    static byte[] hmac(String algorithm, byte[] secret, byte[]... parts) {
        try {
            var mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            for (var part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] hmac(byte[] secret, byte[]... parts) {
        return hmac("HmacSHA256", secret, parts);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException when a secret is too short to be one */
    static void checkLength(String secret) {
        if (secret.length() < 16) {
            throw new IllegalArgumentException("the secret is shorter than 16 characters");
        }
    }

    /** The header, which must be there. */
    static String signed(HttpCall call, String header) {
        var value = call.header(header);
        if (value == null || value.isBlank()) {
            throw Refusal.unauthorised("the header " + header + " is missing");
        }
        return value;
    }

    /** The signed time, in seconds or milliseconds since 1970 or as text, which must be within {@link #TOLERANCE} of the call. */
    static Instant recent(String time, HttpCall call) {
        try {
            var sentAt = time.matches("\\d{1,11}")
                    ? Instant.ofEpochSecond(Long.parseLong(time))
                    : EventTime.parse(time.matches("\\d{12,15}") ? (Object) Long.valueOf(time) : time, "timestamp");
            if (Duration.between(sentAt, call.at()).abs().compareTo(TOLERANCE) <= 0) {
                return sentAt;
            }
        } catch (Refusal e) {
            // said below
        }
        throw Refusal.unauthorised("the signature's time is not within five minutes of now");
    }
}
