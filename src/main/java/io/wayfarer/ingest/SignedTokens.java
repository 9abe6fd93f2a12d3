package io.wayfarer.ingest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Tokens that prove by themselves that this installation wrote them: they leave in links and in the headers of mails, and
 * what comes back with one needs no sign-in and no look-up. A token is its content and 128 bits of HMAC-SHA256 over its
 * purpose and content, in base64url: signed, and to be read by everybody.
 */
@Component
public class SignedTokens {

    private static final String SETTING = "token.key";
    private static final int MAC_LENGTH = 16;
    private static final int MAX_TOKEN = 600;

    private final SecretKeySpec key;

    public SignedTokens(JdbcTemplate jdbc) {
        this.key = new SecretKeySpec(Base64.getDecoder().decode(key(jdbc)), "HmacSHA256");
    }

    /** The installation's key, made by whichever node starts first. */
    private static String key(JdbcTemplate jdbc) {
        var sql = "select setting from setting where name = ?";
        var stored = jdbc.queryForList(sql, String.class, SETTING);
        if (!stored.isEmpty()) {
            return stored.get(0);
        }
        var bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        try {
            var fresh = Base64.getEncoder().encodeToString(bytes);
            jdbc.update("insert into setting (name, setting) values (?, ?)", SETTING, fresh);
            return fresh;
        } catch (DuplicateKeyException e) {
            return jdbc.queryForObject(sql, String.class, SETTING);
        }
    }

    /** @param purpose what it is good for: it is not taken for anything else */
    public String of(String purpose, byte[] content) {
        var token =
                ByteBuffer.allocate(content.length + MAC_LENGTH).put(content).put(mac(purpose, content));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    /** The content of a token; empty when we did not write it, or not for this purpose. */
    public Optional<byte[]> read(String purpose, String token) {
        if (token.length() > MAX_TOKEN) {
            return Optional.empty();
        }
        try {
            var bytes = Base64.getUrlDecoder().decode(token);
            var length = bytes.length - MAC_LENGTH;
            if (length < 0) {
                return Optional.empty();
            }
            var content = Arrays.copyOf(bytes, length);
            var isOurs = MessageDigest.isEqual(mac(purpose, content), Arrays.copyOfRange(bytes, length, bytes.length));
            return isOurs ? Optional.of(content) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] mac(String purpose, byte[] content) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(purpose.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return Arrays.copyOf(mac.doFinal(content), MAC_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
