package io.wayfarer.act;

import io.wayfarer.act.PushSubscriptions.Subscription;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.http.Answer;
import io.wayfarer.ingest.http.Door;
import io.wayfarer.ingest.http.HttpCall;
import io.wayfarer.ingest.http.Visits;
import io.wayfarer.profile.Identity;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

/** Where a page tells that its visitor takes pushes in this browser, or no longer. */
@Component
class PushApi {

    private static final int MAX_ENDPOINT = 1_000;
    private static final int MAX_KEY = 100;
    private static final int MAX_AUTH = 30;

    private final Door door;
    private final Visits visits;
    private final WebPush push;
    private final PushSubscriptions subscriptions;
    private final Feedback feedback;
    private final Clock clock;

    PushApi(Door door, Visits visits, WebPush push, PushSubscriptions subscriptions, Feedback feedback, Clock clock) {
        this.door = door;
        this.visits = visits;
        this.push = push;
        this.subscriptions = subscriptions;
        this.feedback = feedback;
        this.clock = clock;
    }

    /** {@code GET /v1/push/key}: the {@code key} to subscribe with. */
    public void key(Exchange exchange) throws InterruptedException {
        door.read(exchange, call -> {
            visits.of(call, call::field);
            return Answer.json("{\"key\":\"" + push.publicKey() + "\"}");
        });
    }

    /** {@code POST /v1/push/subscriptions}, with the {@code subscription} as the Push API gives it. */
    public void subscribe(Exchange exchange) throws InterruptedException {
        door.pass(exchange, this::subscribed);
    }

    /** {@code POST /v1/push/subscriptions/removed}, with its {@code endpoint}, which nobody else knows. */
    public void unsubscribe(Exchange exchange) throws InterruptedException {
        door.pass(exchange, call -> {
            var body = OnsiteBody.of(call);
            var whose = whose(call, body);
            if (subscriptions.remove(text(body, "endpoint", "endpoint", MAX_ENDPOINT))) {
                feedback.push(whose, false);
            }
            return Answer.SUCCESS;
        });
    }

    private Answer subscribed(HttpCall call) {
        var body = OnsiteBody.of(call);
        var whose = whose(call, body);
        var told = body.object("subscription");
        var keys = told.object("keys");
        var subscription = new Subscription(
                text(told, "endpoint", "subscription.endpoint", MAX_ENDPOINT),
                text(keys, "p256dh", "subscription.keys.p256dh", MAX_KEY),
                text(keys, "auth", "subscription.keys.auth", MAX_AUTH));
        try {
            push.check(subscription);
        } catch (IllegalArgumentException e) {
            throw Refusal.bad("subscription", "the subscription cannot be used: " + e.getMessage());
        }
        subscriptions.keep(subscription, whose, clock.instant());
        feedback.push(whose, true);
        return Answer.SUCCESS;
    }

    private Identity whose(HttpCall call, OnsiteBody body) {
        var visit = visits.of(call, body::text);
        if (visit.userId() != null) {
            return new Identity(Identity.Kind.userId, visit.userId());
        }
        if (visit.anonymousId() == null) {
            throw Refusal.bad("anonymousId", "anonymousId or userToken must tell whose browser it is");
        }
        return new Identity(Identity.Kind.anonymousId, visit.anonymousId());
    }

    private static String text(OnsiteBody body, String name, String path, int most) {
        var text = body.text(name);
        if (text == null || text.isBlank() || text.length() > most) {
            throw Refusal.bad(path, path + " must be text of at most " + most + " characters");
        }
        return text;
    }
}
