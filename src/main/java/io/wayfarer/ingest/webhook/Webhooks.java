package io.wayfarer.ingest.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.PlainEvent;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Replayable;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.Understood.Refused;
import io.wayfarer.ingest.Unused;
import io.wayfarer.ingest.http.Answer;
import io.wayfarer.ingest.http.Door;
import io.wayfarer.ingest.http.HttpCall;
import io.wayfarer.ingest.http.HttpWays;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/**
 * Webhooks: each source that is set up sends to its own path. Its scheme says who may send; its mapping, a route of its
 * own, says which events a delivery holds.
 */
@Component
public class Webhooks implements ApplicationRunner, Replayable {

    private static final int MAX_EVENTS = 500;

    /** Forms in quarantine: a delivery as its mapping sees it, and an event as the mapping said it; else the body as it came. */
    private static final String DELIVERY = "delivery";

    private static final String SAID = "said";

    /** What the mapping says of a delivery that holds nothing which is used here: {@code {"notUsed": "its kind"}}. */
    private static final String NOT_USED = "notUsed";

    private record Source(String name, Sources.Webhook setting, WebhookScheme scheme, String mapping) {

        boolean isPlain() {
            return mapping.equals(WebhookScheme.PLAIN);
        }

        String route() {
            return "in-crm-" + mapping;
        }
    }

    /** What a delivery came to. */
    private static final class Content {

        private final List<Event> events = new ArrayList<>();
        private final List<Refused> refused = new ArrayList<>();
        private final List<String> unused = new ArrayList<>();
        /** Of what is refused. */
        private String form;

        List<Event> events() {
            return events;
        }

        List<Refused> refused() {
            return refused;
        }

        List<String> unused() {
            return unused;
        }

        void refuse(String messageId, Refusal refusal, String body) {
            refused.add(new Refused(messageId, refusal, body));
        }
    }

    private final Door door;
    private final Inbox inbox;
    private final Quarantine quarantine;
    private final Unused unused;
    private final Clock clock;
    private final ProducerTemplate routes;
    private final Map<String, Source> sources = new HashMap<>();

    Webhooks(
            Door door,
            Inbox inbox,
            Quarantine quarantine,
            Unused unused,
            Clock clock,
            Sources settings,
            List<WebhookScheme> schemes,
            @Lazy ProducerTemplate routes) {
        this.door = door;
        this.inbox = inbox;
        this.quarantine = quarantine;
        this.unused = unused;
        this.clock = clock;
        this.routes = routes;
        settings.sources().forEach((name, setting) -> {
            var scheme = schemes.stream()
                    .filter(known -> known.name().equals(setting.scheme()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("wayfarer.sources." + name + ".scheme is "
                            + setting.scheme() + "; known are "
                            + schemes.stream().map(WebhookScheme::name).sorted().toList()));
            try {
                scheme.check(setting);
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("wayfarer.sources." + name + ": " + e.getMessage());
            }
            var mapping = setting.mapping() != null ? setting.mapping() : scheme.mapping();
            sources.put(name, new Source("webhook:" + name, setting, scheme, mapping));
        });
    }

    /** Finds a source without its mapping at the start, which ends, and not when somebody sends. */
    @Override
    public void run(ApplicationArguments arguments) {
        var camel = routes.getCamelContext();
        sources.forEach((name, source) -> {
            if (!source.isPlain() && camel.getRoute(source.route()) == null) {
                throw new IllegalStateException("wayfarer.sources." + name + ".mapping is " + source.mapping()
                        + ", and there is no route " + source.route());
            }
        });
    }

    /** Answers the call that the exchange carries; what it says is committed by then. */
    public void receive(Exchange exchange) throws InterruptedException {
        door.pass(exchange, this::answer);
    }

    Answer answer(HttpCall call) {
        var source = sources.get(call.pathAfter(HttpWays.WEBHOOKS));
        if (source == null) {
            throw Refusal.notFound("no webhook source of that name is set up");
        }
        var sentAt = source.scheme().verify(call, source.setting());
        var delivery = new PlainEvent.Delivery(source.name(), "crm", sentAt, clock.instant());
        Content content;
        try {
            content = source.isPlain() ? plain(call, source, delivery) : mapped(call, source, delivery);
        } catch (Refusal refusal) {
            if (refusal.status() != 429) {
                quarantine.keep(
                        source.name(),
                        null,
                        refusal.getMessage(),
                        source.scheme().shown(call));
            }
            throw refusal;
        }
        var accepted = content.events().isEmpty() ? new Inbox.Accepted(0, 0, 0) : inbox.accept(content.events());
        var kept = quarantine.keep(source.name(), content.form, content.refused());
        unused.count(source.name(), content.unused());
        var nothing = content.events().isEmpty() && content.refused().isEmpty();
        return source.scheme()
                .answer(
                        nothing
                                ? Answer.NOT_USED
                                : accepted.stored() + accepted.refused() + kept > 0 ? Answer.STORED : Answer.SEEN);
    }

    private static Content plain(HttpCall call, Source source, PlainEvent.Delivery delivery) {
        var message = BoundedJson.message(call.unpacked());
        var content = new Content();
        var id = source.scheme().id(call);
        try {
            content.events().add(PlainEvent.of(message, id, delivery));
        } catch (Refusal refusal) {
            content.refuse(id, refusal, source.scheme().shown(call));
        }
        return content;
    }

    private Content mapped(HttpCall call, Source source, PlainEvent.Delivery delivery) {
        var id = source.scheme().idOf(call);
        var body = source.scheme().read(call);
        var whole = Delivery.of(Delivery.headers(call), id, delivery.sentAt(), body);
        var content = new Content();
        try {
            content.form = SAID;
            addAll(said(source, whole), id, delivery, content);
        } catch (Refusal refusal) {
            if (refusal.status() == 429) {
                throw refusal;
            }
            content.form = DELIVERY;
            content.refuse(id, refusal, whole.toString());
        }
        return content;
    }

    /** The array that the mapping's route makes of the delivery. */
    private JsonNode said(Source source, JsonNode delivery) {
        JsonNode said;
        try {
            said = routes.requestBody("direct:" + source.route(), delivery, JsonNode.class);
        } catch (CamelExecutionException e) {
            throw e.getCause() instanceof Refusal refusal ? refusal : e;
        }
        if (said == null || !said.isArray() || said.isEmpty()) {
            throw Refusal.bad(null, "the mapping " + source.mapping() + " makes no event of it");
        }
        if (said.size() > MAX_EVENTS) {
            throw Refusal.bad(null, "the mapping makes more than " + MAX_EVENTS + " events of it");
        }
        return said;
    }

    private static void addAll(JsonNode said, String id, PlainEvent.Delivery delivery, Content content) {
        for (int i = 0; i < said.size(); i++) {
            add(said.get(i), i == 0 ? id : id + "-" + i, delivery, content);
        }
    }

    private static void add(JsonNode said, String id, PlainEvent.Delivery delivery, Content content) {
        if (said.path(NOT_USED).isTextual()) {
            content.unused().add(said.get(NOT_USED).asText());
            return;
        }
        try {
            var message = BoundedJson.message(said);
            content.events().add(PlainEvent.of(message, said.path("id").isMissingNode() ? id : null, delivery));
        } catch (Refusal refusal) {
            content.refuse(id, refusal, said.toString());
        }
    }

    @Override
    public String way() {
        return "webhook";
    }

    /** It was verified when it came. */
    @Override
    public Understood again(Quarantine.Item kept, String body) {
        var source = sources.get(kept.source().substring(kept.source().indexOf(':') + 1));
        if (source == null) {
            throw Refusal.notFound("no webhook source of that name is set up");
        }
        var delivery = new PlainEvent.Delivery(source.name(), "crm", kept.receivedAt(), kept.receivedAt());
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var content = new Content();
        if (source.isPlain() || SAID.equals(kept.form())) {
            add(Delivery.json(bytes), kept.messageId(), delivery, content);
        } else {
            var call = new HttpCall(null, bytes, kept.receivedAt(), name -> null);
            var id = kept.messageId() != null ? kept.messageId() : Fields.hash(body);
            var whole = DELIVERY.equals(kept.form())
                    ? Delivery.json(bytes)
                    : Delivery.of(
                            Map.of(), id, kept.receivedAt(), source.scheme().read(call));
            addAll(said(source, whole), id, delivery, content);
        }
        return new Understood(content.events(), content.refused());
    }

    @Override
    public String formOfPart(Quarantine.Item whole) {
        return SAID;
    }
}
