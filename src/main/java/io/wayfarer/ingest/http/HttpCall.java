package io.wayfarer.ingest.http;

import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/**
 * One call at an HTTP way in.
 *
 * @param request the request itself; its body is read. Null when the call is read again from quarantine
 * @param body the body as it was sent, within {@link HeldBody}'s bound
 * @param at when it came, in real time: signatures and replays are of the world's time, not of the product's
 * @param headers by name
 */
public record HttpCall(HttpServletRequest request, byte[] body, Instant at, UnaryOperator<String> headers) {

    /** Bytes of a body once it is unpacked. */
    static final int MAX_UNPACKED = 4 * 1024 * 1024;

    public HttpCall(HttpServletRequest request, byte[] body, Instant at) {
        this(request, body, at, request::getHeader);
    }

    /** The header, or null; empty when it was sent so. */
    public String header(String name) {
        return headers.apply(name);
    }

    /** A field of the query, or null; the first when it stands there twice. */
    public String field(String name) {
        return request.getParameter(name);
    }

    /** The user name and password of HTTP Basic (RFC 7617) with a colon between; empty when it cannot be read, null when there is no such header. */
    public String credentials() {
        var authorization = header("Authorization");
        if (authorization == null) {
            return null;
        }
        if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return "";
        }
        try {
            return new String(
                    Base64.getDecoder().decode(authorization.substring(6).trim()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** The user name of {@link #credentials}. */
    public String userName() {
        var pair = credentials();
        var colon = pair == null ? -1 : pair.indexOf(':');
        return colon < 0 ? pair : pair.substring(0, colon);
    }

    /** The path after the prefix, without a slash at its end: {@code track} of {@code /v1/track/}. */
    public String pathAfter(String prefix) {
        var path = request.getRequestURI().substring(request.getContextPath().length());
        var rest = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
        return rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
    }

    /**
     * The body, unpacked when it was packed with gzip, labelled or not.
     *
     * @throws Refusal when it is no gzip though it says so, or grows past {@link #MAX_UNPACKED}
     */
    public byte[] unpacked() {
        var packed = body.length > 1 && body[0] == 0x1F && body[1] == (byte) 0x8B;
        if (!packed) {
            return body;
        }
        try (var unpacking = new GZIPInputStream(new ByteArrayInputStream(body))) {
            var bytes = unpacking.readNBytes(MAX_UNPACKED + 1);
            if (bytes.length > MAX_UNPACKED) {
                throw Refusal.tooLarge("the body unpacks to more than " + MAX_UNPACKED + " bytes");
            }
            return bytes;
        } catch (IOException e) {
            throw Refusal.bad(null, "the body is not valid gzip");
        }
    }

    /** The body as text, for the quarantine: unpacked if that can be done. */
    public String shown() {
        byte[] shown;
        try {
            shown = unpacked();
        } catch (Refusal e) {
            shown = body;
        }
        return new String(shown, 0, Math.min(shown.length, 4 * Quarantine.MAX_BODY), StandardCharsets.UTF_8);
    }
}
