package io.wayfarer.ingest.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.http.HttpCall;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A verified delivery as a mapping sees it: {@code {"id": ..., "sentAt": ..., "headers": {...}, "body": ...}}. Names of
 * headers are in small letters; those that hold secrets are left out.
 */
final class Delivery {

    private static final Set<String> SECRET = Set.of("authorization", "proxy-authorization", "cookie");

    // wider than a message's: a mapping takes out of it what is an event, and that is bounded
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxNameLength(1_000)
                            .maxNumberLength(200)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Delivery() {}

    static JsonNode of(Map<String, String> headers, String id, Instant sentAt, JsonNode body) {
        var delivery = JSON.createObjectNode().put("id", id).put("sentAt", sentAt.toString());
        headers.forEach(delivery.putObject("headers")::put);
        return delivery.set("body", body);
    }

    /** Those that hold no secret, by their names in small letters. */
    static Map<String, String> headers(HttpCall call) {
        var headers = new LinkedHashMap<String, String>();
        for (var name : Collections.list(call.request().getHeaderNames())) {
            var small = name.toLowerCase(Locale.ROOT);
            if (!SECRET.contains(small)) {
                headers.put(small, call.header(name));
            }
        }
        return headers;
    }

    /** @throws Refusal when it is no JSON, or nests too deep */
    static JsonNode json(byte[] body) {
        try {
            var tree = JSON.readTree(body);
            if (tree.isMissingNode()) {
                throw Refusal.bad(null, "the body is empty");
            }
            return tree;
        } catch (IOException e) {
            throw BoundedJson.malformed(e);
        }
    }
}
