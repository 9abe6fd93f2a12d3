package io.wayfarer.ingest;

import java.util.List;

/** What a delivery came to: the events in it, and the parts that could not be used. */
public record Understood(List<Event> events, List<Refused> refused) {

    /** A part that could not be used. {@code messageId} is null when it had none. */
    public record Refused(String messageId, Refusal refusal, String body) {}

    public static Understood of(Event event) {
        return new Understood(List.of(event), List.of());
    }

    public static Understood nothing(String messageId, Refusal refusal, String body) {
        return new Understood(List.of(), List.of(new Refused(messageId, refusal, body)));
    }
}
