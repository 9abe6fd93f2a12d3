package io.wayfarer.ingest.http;

import io.wayfarer.ingest.HeldRequest;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads a stranger's body, up to a bound, before anything else can. From here on it is JSON whatever its label says:
 * nothing takes it for a form, whose fields Camel would make headers of, nor for an upload, which would be kept on disk.
 */
public final class HeldBody extends OncePerRequestFilter {

    /** Bytes of a body as it is sent. */
    static final int MAX_SENT = 500 * 1024;

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        var isRead = HttpWays.READ.contains(
                request.getRequestURI().substring(request.getContextPath().length()));
        if (isRead && request.getMethod().equals("GET")) {
            chain.doFilter(request, response);
            return;
        }
        if (!request.getMethod().equals("POST")) {
            response.setHeader("Allow", "POST");
            write(response, Answer.problem(405, null, "only POST is understood here"));
            return;
        }
        var body = HeldRequest.bodyOf(request, MAX_SENT);
        if (body == null) {
            write(response, Answer.problem(413, null, "a body may have at most " + MAX_SENT + " bytes"));
            return;
        }
        chain.doFilter(new Request(request, body), response);
    }

    private static void write(HttpServletResponse response, Answer answer) throws IOException {
        response.setStatus(answer.status());
        response.setContentType(answer.contentType());
        response.getOutputStream().write(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    /** A request whose body is held, and which has no parameters. */
    static final class Request extends HeldRequest {

        Request(HttpServletRequest request, byte[] body) {
            super(request, body);
        }

        @Override
        public String getContentType() {
            return MediaType.APPLICATION_JSON_VALUE;
        }

        @Override
        public String getCharacterEncoding() {
            return StandardCharsets.UTF_8.name();
        }

        @Override
        public String getParameter(String name) {
            return null;
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return Map.of();
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return Collections.emptyEnumeration();
        }

        @Override
        public String[] getParameterValues(String name) {
            return null;
        }
    }
}
