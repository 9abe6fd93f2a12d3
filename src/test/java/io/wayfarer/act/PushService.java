package io.wayfarer.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.wayfarer.act.PushSubscriptions.Subscription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A push service on this machine, and a browser that reads what comes to it. */
final class PushService implements AutoCloseable {

    /** What came for a browser. */
    record Push(String path, Headers headers, byte[] body) {

        String header(String name) {
            return headers.getFirst(name);
        }

        /** The claims of who sent it, once the signature is found to be that of the key it names. */
        JsonNode proved(String key) throws GeneralSecurityException, IOException {
            var parts =
                    Pattern.compile("vapid t=([^.]+\\.[^.]+)\\.([^,]+), k=(.+)").matcher(header("Authorization"));
            if (!parts.matches() || !parts.group(3).equals(key)) {
                throw new IllegalStateException("no VAPID of ours: " + header("Authorization"));
            }
            var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initVerify(PushKeys.publicKey(of(key)));
            signature.update(parts.group(1).getBytes(StandardCharsets.US_ASCII));
            if (!signature.verify(of(parts.group(2)))) {
                throw new IllegalStateException("the signature is wrong");
            }
            return new ObjectMapper().readTree(of(parts.group(1).split("\\.")[1]));
        }
    }

    /** A browser with keys of its own. */
    record Browser(String endpoint, KeyPair keys, byte[] auth) {

        Subscription subscription() {
            var url = Base64.getUrlEncoder().withoutPadding();
            return new Subscription(
                    endpoint,
                    url.encodeToString(PushKeys.point((ECPublicKey) keys.getPublic())),
                    url.encodeToString(auth));
        }

        /** Reads a body by RFC 8291 and RFC 8188, as the receiver does. */
        JsonNode read(byte[] body) throws GeneralSecurityException, IOException {
            var buffer = ByteBuffer.wrap(body);
            var salt = new byte[16];
            buffer.get(salt);
            buffer.getInt();
            var sender = new byte[buffer.get()];
            buffer.get(sender);
            var record = new byte[buffer.remaining()];
            buffer.get(record);
            var agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(keys.getPrivate());
            agreement.doPhase(PushKeys.publicKey(sender), true);
            var info = ByteBuffer.allocate(14 + 65 + 65)
                    .put("WebPush: info\0".getBytes(StandardCharsets.US_ASCII))
                    .put(PushKeys.point((ECPublicKey) keys.getPublic()))
                    .put(sender)
                    .array();
            var secret = PushCrypto.derived(auth, agreement.generateSecret(), info, 32);
            var key = PushCrypto.derived(salt, secret, ascii("Content-Encoding: aes128gcm\0"), 16);
            var nonce = PushCrypto.derived(salt, secret, ascii("Content-Encoding: nonce\0"), 12);
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            var plain = cipher.doFinal(record);
            return new ObjectMapper().readTree(Arrays.copyOf(plain, plain.length - 1));
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private final HttpServer server;
    private final List<Push> pushes = new CopyOnWriteArrayList<>();
    volatile int status = 201;
    volatile String retryAfter;

    PushService() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            var path = exchange.getRequestURI().getPath();
            pushes.add(new Push(
                    path,
                    exchange.getRequestHeaders(),
                    exchange.getRequestBody().readAllBytes()));
            if (retryAfter != null) {
                exchange.getResponseHeaders().add("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(path.contains("gone") ? 410 : status, -1);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A new browser whose pushes come here. */
    Browser browser(String name) {
        var auth = new byte[16];
        new SecureRandom().nextBytes(auth);
        return new Browser(url() + "/push/" + name, PushKeys.fresh(), auth);
    }

    List<Push> pushes() {
        return pushes;
    }

    private static byte[] of(String base64) {
        return Base64.getUrlDecoder().decode(base64);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
