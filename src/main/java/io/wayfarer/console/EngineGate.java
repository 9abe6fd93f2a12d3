package io.wayfarer.console;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What the engine would do, but must not, when asked over HTTP, even by somebody signed in. Expressions in queries and
 * filters reach every class: Camunda 7.24 has a switch against them, which {@code orQueries} get round (CVE-2026-109432).
 * Its web apps make an administrator for whoever asks first (CVE-2026-77226). A deployed diagram is code: diagrams come
 * from {@code processes/} alone.
 */
final class EngineGate extends OncePerRequestFilter {

    static final int MAX_BODY = 1_000_000;

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final JsonFactory JSON = new JsonFactory();

    static boolean isEngine(HttpServletRequest request) {
        var path = path(request);
        return path.startsWith("/engine-rest/") || path.startsWith("/camunda/");
    }

    /** The engine's set-up, its own sign-in, which would let in others than who signed in here, and deployments. */
    static boolean isNeverAllowed(HttpServletRequest request) {
        var path = path(request);
        return isEngine(request)
                && (path.contains("/admin/setup/")
                        || path.contains("/auth/user/") && path.contains("/login/")
                        || path.contains("/deployment/") && !READING.contains(request.getMethod()));
    }

    /** As the servlet container decoded it to choose a servlet; what it is in doubt about, Spring's firewall refuses. */
    private static String path(HttpServletRequest request) {
        var rest = request.getPathInfo();
        return (rest == null ? request.getServletPath() : request.getServletPath() + rest).toLowerCase(Locale.ROOT)
                + "/";
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !isEngine(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        for (var parameter : request.getParameterMap().keySet()) {
            if (isExpression(parameter)) {
                response.sendError(403);
                return;
            }
        }
        var type = request.getContentType();
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            chain.doFilter(request, response);
            return;
        }
        var body = request.getInputStream().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            response.sendError(413);
            return;
        }
        try {
            if (hasExpression(body)) {
                response.sendError(403);
                return;
            }
        } catch (JsonProcessingException e) {
            response.sendError(400);
            return;
        }
        chain.doFilter(new ReadRequest(request, body), response);
    }

    private static boolean hasExpression(byte[] body) throws IOException {
        try (var parser = JSON.createParser(body)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && isExpression(parser.currentName())) {
                    return true;
                }
            }
            return false;
        }
    }

    private static boolean isExpression(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith("expression");
    }

    /** A request whose body has been read and can be read again. */
    private static final class ReadRequest extends HttpServletRequestWrapper {

        private final byte[] body;

        ReadRequest(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            var bytes = new ByteArrayInputStream(body);
            return new ServletInputStream() {
                @Override
                public int read() {
                    return bytes.read();
                }

                @Override
                public int read(byte[] into, int offset, int length) {
                    return bytes.read(into, offset, length);
                }

                @Override
                public boolean isFinished() {
                    return bytes.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new UnsupportedOperationException("the body is read blocking");
                }
            };
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }
    }
}
