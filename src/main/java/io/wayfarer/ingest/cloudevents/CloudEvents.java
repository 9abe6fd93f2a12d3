package io.wayfarer.ingest.cloudevents;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.PlainEvent;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Replayable;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.Understood.Refused;
import io.wayfarer.ingest.WriteKeys;
import io.wayfarer.ingest.http.Answer;
import io.wayfarer.ingest.http.Door;
import io.wayfarer.ingest.http.HttpCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/**
 * CloudEvents 1.0 over HTTP, in binary, structured and batched mode
 * (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md). A write key as user name
 * of HTTP Basic says who sends. Of a batch what is good is stored, and the rest goes to quarantine.
 */
@Component
public class CloudEvents implements Replayable {

    private static final MediaType STRUCTURED = MediaType.valueOf("application/cloudevents+json");
    private static final MediaType BATCHED = MediaType.valueOf("application/cloudevents-batch+json");
    private static final int MAX_EVENTS = 500;

    private final Door door;
    private final WriteKeys keys;
    private final Inbox inbox;
    private final Quarantine quarantine;
    private final ObjectMapper json;
    private final Clock clock;

    CloudEvents(Door door, WriteKeys keys, Inbox inbox, Quarantine quarantine, ObjectMapper json, Clock clock) {
        this.door = door;
        this.keys = keys;
        this.inbox = inbox;
        this.quarantine = quarantine;
        this.json = json;
        this.clock = clock;
    }

    /** Answers the call that the exchange carries; what it says is committed by then. */
    public void receive(Exchange exchange) throws InterruptedException {
        door.pass(exchange, this::answer);
    }

    Answer answer(HttpCall call) {
        var source = "cloudevents:" + keys.labelOf(call.userName());
        Understood understood;
        try {
            understood = understood(call, delivery(source, clock.instant()));
        } catch (Refusal refusal) {
            quarantine.keep(source, null, refusal.getMessage(), shown(call));
            throw refusal;
        }
        var accepted = understood.events().isEmpty() ? null : inbox.accept(understood.events());
        quarantine.keep(source, understood.refused());
        if (accepted == null && !understood.refused().isEmpty()) {
            throw understood.refused().get(0).refusal();
        }
        return accepted != null
                        && accepted.stored() == 0
                        && understood.refused().isEmpty()
                ? Answer.SEEN
                : Answer.STORED;
    }

    @Override
    public String way() {
        return "cloudevents";
    }

    /** In quarantine is the JSON format, whatever the mode was: one event, or an array of them. */
    @Override
    public Understood again(Quarantine.Item kept, String body) {
        var delivery = delivery(kept.source(), kept.receivedAt());
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        return body.stripLeading().startsWith("[")
                ? batch(bytes, delivery)
                : Understood.of(event(CloudEvent.structured(BoundedJson.message(bytes)), delivery));
    }

    private static PlainEvent.Delivery delivery(String source, Instant receivedAt) {
        return new PlainEvent.Delivery(source, "server", null, receivedAt);
    }

    private String shown(HttpCall call) {
        var type = call.header("Content-Type");
        if (type != null && type.strip().toLowerCase(Locale.ROOT).startsWith("application/cloudevents")) {
            return call.shown();
        }
        try {
            return json.writeValueAsString(CloudEvent.shown(call));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Understood understood(HttpCall call, PlainEvent.Delivery delivery) {
        var type = contentType(call);
        if (type != null && type.equalsTypeAndSubtype(BATCHED)) {
            return batch(call.unpacked(), delivery);
        }
        if (call.unpacked().length > 4 * BoundedJson.MAX_MESSAGE) {
            throw Refusal.tooLarge("an event may have at most " + BoundedJson.MAX_MESSAGE + " characters");
        }
        if (type != null && type.equalsTypeAndSubtype(STRUCTURED)) {
            return Understood.of(event(CloudEvent.structured(BoundedJson.message(call.unpacked())), delivery));
        }
        if (type != null && type.getSubtype().startsWith("cloudevents")) {
            throw Refusal.unsupported("of the formats of CloudEvents only JSON is understood");
        }
        return Understood.of(event(CloudEvent.binary(call), delivery));
    }

    private static MediaType contentType(HttpCall call) {
        var header = call.header("Content-Type");
        try {
            var type = header == null || header.isBlank() ? null : MediaType.valueOf(header);
            if (type != null && type.getCharset() != null && !isReadAsUtf8(type)) {
                throw Refusal.unsupported("only UTF-8 is understood");
            }
            return type;
        } catch (InvalidMediaTypeException e) {
            throw Refusal.unsupported("the content type is none");
        }
    }

    private static boolean isReadAsUtf8(MediaType type) {
        var charset = type.getCharset().name();
        return charset.equals("UTF-8") || charset.equals("US-ASCII");
    }

    private static Understood batch(byte[] body, PlainEvent.Delivery delivery) {
        var events = new ArrayList<Event>();
        var refused = new ArrayList<Refused>();
        try {
            var json = BoundedJson.of(body);
            if (json.parser().nextToken() != JsonToken.START_ARRAY) {
                throw Refusal.bad(null, "a batch must be an array of events");
            }
            while (json.parser().nextToken() != JsonToken.END_ARRAY) {
                if (events.size() + refused.size() == MAX_EVENTS) {
                    throw Refusal.bad(null, "a batch may have at most " + MAX_EVENTS + " events");
                }
                var message = json.message();
                try {
                    if (message.refusal() != null) {
                        throw message.refusal();
                    }
                    events.add(event(CloudEvent.structured(message.fields()), delivery));
                } catch (Refusal e) {
                    var id = message.fields().get("id") instanceof String text ? text : null;
                    refused.add(new Refused(id, e, json.text(message.start(), message.end())));
                }
            }
            json.end();
        } catch (IOException e) {
            throw BoundedJson.malformed(e);
        }
        return new Understood(events, refused);
    }

    private static Event event(CloudEvent event, PlainEvent.Delivery delivery) {
        return PlainEvent.of(
                event.time() == null
                        ? Map.of("type", event.name(), "data", event.data())
                        : Map.of("type", event.name(), "data", event.data(), "timestamp", event.time()),
                event.messageId(),
                delivery);
    }
}
