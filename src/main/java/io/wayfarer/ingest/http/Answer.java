package io.wayfarer.ingest.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.wayfarer.ingest.Refusal;
import org.springframework.http.HttpStatus;

/**
 * What an HTTP way in says.
 *
 * @param body what {@code contentType} says: JSON; problem details (RFC 9457) with the additional member {@code field} when
 *     the status says no
 */
public record Answer(int status, String contentType, String body) {

    private static final String JSON = "application/json";

    public static final Answer SUCCESS = new Answer(200, JSON, "{\"success\":true}");
    public static final Answer STORED = new Answer(202, JSON, "{\"status\":\"stored\"}");
    public static final Answer SEEN = new Answer(200, JSON, "{\"status\":\"seen before\"}");
    /** Understood, and of a kind that nothing here uses: it is counted, and not kept. */
    public static final Answer NOT_USED = new Answer(202, JSON, "{\"status\":\"not used\"}");

    static final Answer BUSY = problem(429, null, "too many ask at once: come again later");
    static final Answer FULL = problem(429, null, "more is waiting than can be worked off: come again later");

    /** 200 with this JSON. */
    public static Answer json(String json) {
        return new Answer(200, JSON, json);
    }

    static Answer of(Refusal refusal) {
        return problem(refusal.status(), refusal.field(), refusal.getMessage());
    }

    static Answer problem(int status, String field, String detail) {
        return new Answer(
                status,
                "application/problem+json",
                "{\"type\":\"about:blank\",\"title\":"
                        + quoted(HttpStatus.valueOf(status).getReasonPhrase())
                        + ",\"status\":" + status + ",\"detail\":" + quoted(detail)
                        + (field == null ? "" : ",\"field\":" + quoted(field)) + "}");
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
