package io.wayfarer.act;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** What Web Push needs of cryptography: encryption for one browser (RFC 8291) and who sends it (VAPID, RFC 8292). */
final class PushCrypto {

    /** The most that one record of 4,096 bytes holds, which every push service takes. */
    static final int MAX_CONTENT = 3_993;

    private static final int RECORD = 4_096;
    private static final int SALT = 16;
    private static final int TAG_BITS = 128;
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
    private static final SecureRandom RANDOM = new SecureRandom();

    private PushCrypto() {}

    /**
     * The body of a push: {@code aes128gcm} (RFC 8188) with one record.
     *
     * @param browser its public key, {@code p256dh}
     * @param auth its secret of 16 bytes
     */
    static byte[] encrypted(byte[] content, ECPublicKey browser, byte[] auth) {
        var salt = new byte[SALT];
        RANDOM.nextBytes(salt);
        return encrypted(content, browser, auth, PushKeys.fresh(), salt);
    }

    /** @param ours used for this body only */
    static byte[] encrypted(byte[] content, ECPublicKey browser, byte[] auth, KeyPair ours, byte[] salt) {
        if (content.length > MAX_CONTENT) {
            throw new IllegalArgumentException("a push has at most " + MAX_CONTENT + " bytes");
        }
        try {
            var agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(ours.getPrivate());
            agreement.doPhase(browser, true);
            var sender = PushKeys.point((ECPublicKey) ours.getPublic());
            var info = joined(text("WebPush: info\0"), PushKeys.point(browser), sender);
            var secret = derived(auth, agreement.generateSecret(), info, 32);
            var key = derived(salt, secret, text("Content-Encoding: aes128gcm\0"), 16);
            var nonce = derived(salt, secret, text("Content-Encoding: nonce\0"), 12);
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            // 2 marks the last record
            var record = cipher.doFinal(joined(content, new byte[] {2}));
            var head = ByteBuffer.allocate(SALT + 5).put(salt).putInt(RECORD).put((byte) sender.length);
            return joined(head.array(), sender, record);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("it cannot be encrypted for this browser: " + e.getMessage(), e);
        }
    }

    /** HKDF (RFC 5869) with SHA-256, of at most one block. */
    static byte[] derived(byte[] salt, byte[] secret, byte[] info, int length) throws GeneralSecurityException {
        return Arrays.copyOf(mac(mac(salt, secret), joined(info, new byte[] {1})), length);
    }

    private static byte[] mac(byte[] key, byte[] content) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(content);
    }

    /**
     * The value of the header Authorization.
     *
     * @param audience scheme and host of the push service
     * @param contact a mailto: or https: address of whoever runs this
     * @param until at most a day from now
     */
    static String authorization(String audience, String contact, Instant until, KeyPair ours) {
        var head = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
        var claims = "{\"aud\":" + quoted(audience) + ",\"exp\":" + until.getEpochSecond() + ",\"sub\":"
                + quoted(contact) + "}";
        var token = URL.encodeToString(text(head)) + '.' + URL.encodeToString(text(claims));
        try {
            var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(ours.getPrivate());
            signature.update(text(token));
            return "vapid t=" + token + '.' + URL.encodeToString(signature.sign()) + ", k="
                    + URL.encodeToString(PushKeys.point((ECPublicKey) ours.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String quoted(String text) {
        return com.fasterxml.jackson.databind.node.TextNode.valueOf(text).toString();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        var length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        var joined = ByteBuffer.allocate(length);
        for (var part : parts) {
            joined.put(part);
        }
        return joined.array();
    }
}
