package io.wayfarer.ingest.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.wayfarer.ingest.Refusal;
import org.springframework.http.HttpStatus;

/**
 * What an HTTP way in says.
 *
 * @param body JSON; problem details (RFC 9457) with the additional member {@code field} when the status says no
 */
public record Answer(int status, String body) {

    public static final Answer SUCCESS = new Answer(200, "{\"success\":true}");
    public static final Answer STORED = new Answer(202, "{\"status\":\"stored\"}");
    public static final Answer SEEN = new Answer(200, "{\"status\":\"seen before\"}");
    static final Answer FULL = problem(429, null, "more is waiting than can be worked off: come again later");

    static Answer of(Refusal refusal) {
        return problem(refusal.status(), refusal.field(), refusal.getMessage());
    }

    static Answer problem(int status, String field, String detail) {
        return new Answer(
                status,
                "{\"type\":\"about:blank\",\"title\":"
                        + quoted(HttpStatus.valueOf(status).getReasonPhrase())
                        + ",\"status\":" + status + ",\"detail\":" + quoted(detail)
                        + (field == null ? "" : ",\"field\":" + quoted(field)) + "}");
    }

    String contentType() {
        return status < 400 ? "application/json" : "application/problem+json";
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
