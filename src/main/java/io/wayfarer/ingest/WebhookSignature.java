package io.wayfarer.ingest;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A symmetric signature of the Standard Webhooks specification 1.0.0 (https://www.standardwebhooks.com), of what comes in and
 * of what goes out.
 */
public final class WebhookSignature {

    private static final String PREFIX = "whsec_";

    private WebhookSignature() {}

    /**
     * @param secret base64, with or without {@code whsec_} before it
     * @throws IllegalArgumentException when it is none, without the secret
     */
    public static void check(String secret) {
        if (key(secret).length < 16) {
            throw new IllegalArgumentException("the secret is shorter than 16 bytes");
        }
    }

    /** As in the header {@code webhook-signature}. */
    public static String of(String secret, String id, String timestamp, byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
            mac.update((id + '.' + timestamp + '.').getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] key(String secret) {
        return Base64.getDecoder().decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
    }
}
