package io.wayfarer.journey;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.wayfarer.ingest.HeldRequest;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * What the engine would do when asked over HTTP, but must not, even for somebody signed in:
 *
 * <ul>
 *   <li>expressions in queries and filters, which reach every class; the engine's own switch against them is got round by
 *       {@code orQueries} (CVE-2026-109432);
 *   <li>deployments, since a diagram is code: diagrams come from {@code processes/} alone;
 *   <li>the set-up, which makes an administrator for whoever asks first (CVE-2026-77226);
 *   <li>sign-in and the checking of passwords past our own sign-in, which slows down guessing;
 *   <li>uploads: attachments and files as variables would be a second home of personal data.
 * </ul>
 */
final class EngineDoor extends OncePerRequestFilter {

    static final int MAX_BODY = 1_000_000;

    private static final String NO_EXPRESSIONS = "expressions in queries and filters are not evaluated";
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final JsonFactory JSON = new JsonFactory();

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isForbidden(request)) {
            refuse(response, 403, "Forbidden", "this is not done over HTTP");
            return;
        }
        if (hasExpression(request.getQueryString())) {
            refuse(response, 403, "Forbidden", NO_EXPRESSIONS);
            return;
        }
        if (READING.contains(request.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        if (type(request).startsWith("multipart/")) {
            refuse(response, 415, "Unsupported Media Type", "nothing is uploaded to the engine");
            return;
        }
        var body = HeldRequest.bodyOf(request, MAX_BODY);
        if (body == null) {
            refuse(response, 413, "Content Too Large", "a body has at most " + MAX_BODY + " bytes");
            return;
        }
        try {
            if (isForm(request) ? hasExpression(new String(body, StandardCharsets.UTF_8)) : hasExpression(body)) {
                refuse(response, 403, "Forbidden", NO_EXPRESSIONS);
                return;
            }
        } catch (JsonProcessingException e) {
            refuse(response, 400, "Bad Request", "the body is not JSON");
            return;
        }
        chain.doFilter(new HeldRequest(request, body), response);
    }

    /** Written here, since the error page would try to read the request once more. */
    private static void refuse(HttpServletResponse response, int status, String title, String detail)
            throws IOException {
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.getWriter()
                .write("{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                        .formatted(title, status, detail));
    }

    private static boolean isForbidden(HttpServletRequest request) {
        var steps = steps(request);
        return !READING.contains(request.getMethod()) && steps.contains("deployment")
                || inOrder(steps, "admin", "setup")
                || inOrder(steps, "auth", "user") && steps.contains("login")
                || inOrder(steps, "identity", "verify");
    }

    private static boolean inOrder(List<String> steps, String first, String second) {
        var at = steps.indexOf(first);
        return at >= 0 && at + 1 < steps.size() && steps.get(at + 1).equals(second);
    }

    /**
     * The path's steps as the servlet container decoded them. The engine decodes the path by itself once more from what was
     * sent; what the two may read differently (encoded slashes, semicolons, doubled slashes) Spring's firewall refuses.
     */
    private static List<String> steps(HttpServletRequest request) {
        var rest = request.getPathInfo();
        var path = rest == null ? request.getServletPath() : request.getServletPath() + rest;
        return Arrays.stream(path.toLowerCase(Locale.ROOT).split("/"))
                .filter(step -> !step.isEmpty())
                .toList();
    }

    private static boolean isForm(HttpServletRequest request) {
        return type(request).startsWith("application/x-www-form-urlencoded");
    }

    private static String type(HttpServletRequest request) {
        return request.getContentType() == null
                ? ""
                : request.getContentType().strip().toLowerCase(Locale.ROOT);
    }

    private static boolean hasExpression(String parameters) {
        if (parameters == null) {
            return false;
        }
        for (var parameter : parameters.split("&")) {
            try {
                if (isExpression(URLDecoder.decode(parameter.split("=", 2)[0], StandardCharsets.UTF_8))) {
                    return true;
                }
            } catch (IllegalArgumentException e) {
                return true;
            }
        }
        return false;
    }

    /** Reads the whole body, as the engine's parser does, and whatever type it is said to have. */
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
}
