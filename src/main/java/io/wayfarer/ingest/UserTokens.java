package io.wayfarer.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Tells that a site's backend says who is signed in on a page: a JSON Web Token (RFC 7519) signed with HS256 and a secret
 * that the site shares with us, with {@code sub}, the user id, and {@code exp}. A write key is no secret and a user id may be
 * known to others: without such a token nobody is shown what is kept for a person.
 */
@Component
public class UserTokens {

    /** RFC 7518, 3.2: a key of at least the hash's size. */
    static final int MIN_SECRET = 32;

    private static final int MAX_TOKEN = 2_000;
    private static final int MAX_USER = 320;
    /** A token that outlives this can leak and stays good for too long. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param source label of the write key that it goes with; empty for any */
    private record Secret(String source, SecretKeySpec key) {}

    private final List<Secret> secrets = new ArrayList<>();

    /**
     * @param configured each as {@code secret}, or {@code label:secret} for the write key of that label; of a label there may
     *     be two while they are changed
     */
    public UserTokens(@Value("${wayfarer.collector.user-secrets}") List<String> configured) {
        for (var one : configured) {
            var colon = one.indexOf(':');
            var secret = one.substring(colon + 1).strip();
            if (secret.isEmpty() && colon < 0) {
                continue;
            }
            if (secret.length() < MIN_SECRET) {
                throw new IllegalStateException(
                        "wayfarer.collector.user-secrets: a secret has at least " + MIN_SECRET + " characters");
            }
            var label = colon < 0 ? "" : one.substring(0, colon).strip();
            secrets.add(new Secret(label, new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256")));
        }
    }

    /**
     * The user id that the token proves.
     *
     * @param source label of the write key that the call came with
     * @param now real time
     * @throws Refusal 401 when it proves none; it does not say more, since whoever made it can look
     */
    public String userOf(String token, String source, Instant now) {
        try {
            var parts = token.length() > MAX_TOKEN ? new String[0] : token.split("\\.", -1);
            if (parts.length == 3
                    && isSigned(parts, source)
                    && JSON.readTree(decoded(parts[0])).path("alg").asText().equals("HS256")) {
                var claims = JSON.readTree(decoded(parts[1]));
                var user = claims.path("sub").asText();
                if (!user.isBlank() && user.length() <= MAX_USER && isInTime(claims, now)) {
                    return user;
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            // it is none
        }
        throw Refusal.unauthorised("userToken proves nobody: it is not signed with the secret of this write key, or"
                + " has expired, or lasts longer than a day");
    }

    private boolean isSigned(String[] parts, String source) {
        var content = (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII);
        var signature = decoded(parts[2]);
        var signed = false;
        for (var secret : secrets) {
            var isTheirs = secret.source().isEmpty() || secret.source().equals(source);
            signed |= isTheirs & MessageDigest.isEqual(mac(secret.key(), content), signature);
        }
        return signed;
    }

    private static boolean isInTime(JsonNode claims, Instant now) {
        if (!claims.path("exp").canConvertToLong()) {
            return false;
        }
        var ends = claims.path("exp").asLong();
        var begins = claims.path("nbf").asLong(Long.MIN_VALUE);
        return ends > now.getEpochSecond()
                && ends <= now.plus(LONGEST).plus(SKEW).getEpochSecond()
                && begins <= now.plus(SKEW).getEpochSecond();
    }

    private static byte[] decoded(String part) {
        return Base64.getUrlDecoder().decode(part);
    }

    private static byte[] mac(SecretKeySpec key, byte[] content) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
