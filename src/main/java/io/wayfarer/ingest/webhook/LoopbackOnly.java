package io.wayfarer.ingest.webhook;

import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.http.HttpCall;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * The scheme {@code none}: nothing is signed, so only this machine itself may send, and not on behalf of another. The
 * body is a {@link io.wayfarer.ingest.PlainEvent} unless the source names a mapping.
 */
@Component
final class LoopbackOnly implements WebhookScheme {

    /** A proxy on this machine would be a loopback sender for the whole world. */
    private static final List<String> OF_PROXIES = List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

    @Override
    public String name() {
        return "none";
    }

    @Override
    public void check(Sources.Webhook source) {
        if (!source.secret().isEmpty()) {
            throw new IllegalArgumentException("the scheme none has no secret");
        }
    }

    @Override
    public Instant verify(HttpCall call, Sources.Webhook source) {
        try {
            var sender = InetAddress.getByName(call.request().getRemoteAddr());
            if (sender.isLoopbackAddress() && OF_PROXIES.stream().allMatch(name -> call.header(name) == null)) {
                return call.at();
            }
        } catch (UnknownHostException e) {
            // then it is not this machine
        }
        throw Refusal.unauthorised("this source takes only what this machine itself sends");
    }

    @Override
    public String id(HttpCall call) {
        return call.header(StandardWebhooks.ID);
    }
}
