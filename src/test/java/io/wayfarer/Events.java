package io.wayfarer;

import io.wayfarer.ingest.Event;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** Events for tests, told in few words. */
public final class Events {

    /** The moment at which the stories in tests begin. */
    public static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private Events() {}

    /** Something that a signed-in person did on the web. */
    public static Event by(String userId, String name, Instant at, Map<String, Object> properties) {
        return event(name, at, userId, null, null, Map.of(), properties);
    }

    /** Something that happened in a browser that nobody has signed in on. */
    public static Event byBrowser(String anonymousId, String name, Instant at, Map<String, Object> properties) {
        return event(name, at, null, anonymousId, null, Map.of(), properties);
    }

    /** Somebody says who they are. */
    public static Event identify(
            String userId, String anonymousId, String email, Instant at, Map<String, Object> traits) {
        return event("Identified", at, userId, anonymousId, email, traits, Map.of());
    }

    public static Event event(
            String name,
            Instant at,
            String userId,
            String anonymousId,
            String email,
            Map<String, Object> traits,
            Map<String, Object> properties) {
        var messageId = UUID.randomUUID().toString();
        return new Event(
                Event.idOf("test", messageId),
                "test",
                messageId,
                name,
                "web",
                at,
                at,
                userId,
                anonymousId,
                email,
                Map.of(),
                traits,
                properties,
                Map.of());
    }
}
