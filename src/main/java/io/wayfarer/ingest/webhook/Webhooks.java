package io.wayfarer.ingest.webhook;

import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Replayable;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.Understood;
import io.wayfarer.ingest.http.Answer;
import io.wayfarer.ingest.http.Door;
import io.wayfarer.ingest.http.HttpCall;
import io.wayfarer.ingest.http.HttpWays;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Webhooks: each source that is set up sends to its own path, and is verified and read by its scheme. */
@Component
public class Webhooks implements Replayable {

    private static final List<String> SAID_IN_HEADERS = List.of(StandardWebhooks.ID);

    private record Source(String name, String secret, WebhookScheme scheme) {}

    private final Door door;
    private final Inbox inbox;
    private final Quarantine quarantine;
    private final Clock clock;
    private final Map<String, Source> sources = new HashMap<>();

    Webhooks(
            Door door, Inbox inbox, Quarantine quarantine, Clock clock, Sources settings, List<WebhookScheme> schemes) {
        this.door = door;
        this.inbox = inbox;
        this.quarantine = quarantine;
        this.clock = clock;
        settings.sources().forEach((name, setting) -> {
            var scheme = schemes.stream()
                    .filter(known -> known.name().equals(setting.scheme()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("wayfarer.sources." + name + ".scheme is "
                            + setting.scheme() + "; known are "
                            + schemes.stream().map(WebhookScheme::name).toList()));
            try {
                scheme.checkSecret(setting.secret());
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("wayfarer.sources." + name + ".secret: " + e.getMessage());
            }
            sources.put(name, new Source("webhook:" + name, setting.secret(), scheme));
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
        var sentAt = source.scheme().verify(call, source.secret());
        Understood understood;
        try {
            understood = source.scheme().understood(call, source.name(), sentAt, clock.instant());
        } catch (Refusal refusal) {
            quarantine.keep(source.name(), null, form(call), refusal.getMessage(), call.shown());
            throw refusal;
        }
        var accepted = understood.events().isEmpty() ? null : inbox.accept(understood.events());
        quarantine.keep(source.name(), form(call), understood.refused());
        return accepted == null
                        || accepted.stored() > 0
                        || accepted.refused() > 0
                        || !understood.refused().isEmpty()
                ? Answer.STORED
                : Answer.SEEN;
    }

    /** The headers that say something about the body, a line each; null when there are none. */
    private static String form(HttpCall call) {
        var lines = SAID_IN_HEADERS.stream()
                .filter(name -> call.header(name) != null)
                .map(name -> name + ": " + call.header(name).replaceAll("\\s+", " "))
                .collect(Collectors.joining("\n"));
        return lines.isEmpty() ? null : lines;
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
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        if (kept.form() != null) {
            kept.form().lines().filter(line -> line.contains(": ")).forEach(line -> {
                var colon = line.indexOf(": ");
                headers.put(line.substring(0, colon), line.substring(colon + 2));
            });
        }
        var call = new HttpCall(null, body.getBytes(StandardCharsets.UTF_8), kept.receivedAt(), headers::get);
        return source.scheme().understood(call, source.name(), kept.receivedAt(), kept.receivedAt());
    }
}
