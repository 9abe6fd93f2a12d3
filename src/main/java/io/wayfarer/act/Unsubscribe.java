package io.wayfarer.act;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Links by which a customer unsubscribes without signing in: the link itself proves that we wrote it for them. A token is
 * the customer's id and the topic, and 128 bits of HMAC-SHA256 over both, in base64url.
 */
@Component
class Unsubscribe {

    /** Who wants to hear no more of what. */
    record Wish(UUID customer, String topic) {}

    private static final String SETTING = "unsubscribe.key";
    private static final int MAC_LENGTH = 16;
    private static final int MAX_TOKEN = 200;

    private final SecretKeySpec key;
    private final String url;

    Unsubscribe(JdbcTemplate jdbc, @Value("${wayfarer.url}") String url) {
        this.key = new SecretKeySpec(Base64.getDecoder().decode(key(jdbc)), "HmacSHA256");
        this.url = url;
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

    String link(UUID customer, String topic) {
        return url + "/u/" + token(customer, topic);
    }

    String token(UUID customer, String topic) {
        var name = topic.getBytes(StandardCharsets.UTF_8);
        var body = ByteBuffer.allocate(16 + name.length)
                .putLong(customer.getMostSignificantBits())
                .putLong(customer.getLeastSignificantBits())
                .put(name)
                .array();
        var token = ByteBuffer.allocate(body.length + MAC_LENGTH).put(body).put(mac(body));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
    }

    /** What the token says; empty when we did not write it. */
    Optional<Wish> read(String token) {
        if (token.length() > MAX_TOKEN) {
            return Optional.empty();
        }
        try {
            var bytes = Base64.getUrlDecoder().decode(token);
            var length = bytes.length - MAC_LENGTH;
            if (length <= 16) {
                return Optional.empty();
            }
            var body = Arrays.copyOf(bytes, length);
            if (!MessageDigest.isEqual(mac(body), Arrays.copyOfRange(bytes, length, bytes.length))) {
                return Optional.empty();
            }
            var buffer = ByteBuffer.wrap(body);
            var customer = new UUID(buffer.getLong(), buffer.getLong());
            return Optional.of(new Wish(customer, new String(body, 16, length - 16, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] mac(byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Arrays.copyOf(mac.doFinal(body), MAC_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
