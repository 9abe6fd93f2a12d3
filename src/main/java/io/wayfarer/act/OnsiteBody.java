package io.wayfarer.act;

import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.http.HttpCall;
import java.util.List;
import java.util.Map;

/** What a page sends as JSON, bounded, with its fields by name. */
record OnsiteBody(Map<String, Object> fields) {

    /** @throws Refusal when it is no JSON object, or too large */
    static OnsiteBody of(HttpCall call) {
        var body = call.unpacked();
        if (body.length > BoundedJson.MAX_MESSAGE) {
            throw Refusal.tooLarge("a body may have at most " + BoundedJson.MAX_MESSAGE + " bytes");
        }
        return new OnsiteBody(BoundedJson.message(body));
    }

    /**
     * The field, or null.
     *
     * @throws Refusal when it is no text
     */
    String text(String name) {
        var value = fields.get(name);
        if (value != null && !(value instanceof String)) {
            throw Refusal.bad(name, name + " must be text");
        }
        return (String) value;
    }

    /** @throws Refusal when the field is no list of 1 to {@code most} texts */
    List<String> texts(String name, int most) {
        if (fields.get(name) instanceof List<?> list
                && !list.isEmpty()
                && list.size() <= most
                && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw Refusal.bad(name, name + " must be a list of 1 to " + most + " texts");
    }

    /** @throws Refusal when the field is no object */
    OnsiteBody object(String name) {
        if (fields.get(name) instanceof Map<?, ?> map) {
            var copy = new java.util.HashMap<String, Object>();
            map.forEach((key, value) -> copy.put(String.valueOf(key), value));
            return new OnsiteBody(copy);
        }
        throw Refusal.bad(name, name + " must be an object");
    }
}
