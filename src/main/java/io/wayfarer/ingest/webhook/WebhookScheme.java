package io.wayfarer.ingest.webhook;

import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.http.HttpCall;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One way in which a sender signs its webhooks and says what happened. */
public interface WebhookScheme {

    /** How old or how far ahead a signed delivery may be, by the world's clock, so that none can be replayed later. */
    Duration TOLERANCE = Duration.ofMinutes(5);

    /** As in {@code wayfarer.sources.<name>.scheme}. */
    String name();

    /** @throws IllegalArgumentException saying what is wrong with the secret, without the secret */
    void checkSecret(String secret);

    /**
     * Makes sure that the delivery is its sender's and of now.
     *
     * @return when it was sent, by the sender's clock
     * @throws Refusal when it is not
     */
    Instant verify(HttpCall call, String secret);

    /**
     * What the delivery says. What names no person, or is of a kind that cannot be used, is among the refused.
     *
     * @param source the name under which the events are kept
     * @param sentAt what {@link #verify} gave
     * @param receivedAt product time
     * @throws Refusal when the body is not what the scheme says
     */
    Understood understood(HttpCall call, String source, Instant sentAt, Instant receivedAt);

    /** HMAC-SHA256 (RFC 2104) of the parts, one after the other. */
    static byte[] hmac(byte[] secret, byte[]... parts) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            for (var part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The header, which must be there. */
    static String signed(HttpCall call, String header) {
        var value = call.header(header);
        if (value == null || value.isBlank()) {
            throw Refusal.unauthorised("the header " + header + " is missing");
        }
        return value;
    }

    /** The moment of {@code units} since 1970, which must be within {@link #TOLERANCE} of the call. */
    static Instant recent(String units, Duration unit, HttpCall call) {
        try {
            var sentAt = Instant.EPOCH.plus(unit.multipliedBy(Long.parseLong(units)));
            if (Duration.between(sentAt, call.at()).abs().compareTo(TOLERANCE) <= 0) {
                return sentAt;
            }
        } catch (NumberFormatException | ArithmeticException | java.time.DateTimeException e) {
            // said below
        }
        throw Refusal.unauthorised("the signature's time is not within five minutes of now");
    }
}
