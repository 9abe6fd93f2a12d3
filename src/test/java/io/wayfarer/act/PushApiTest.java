package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wayfarer.VisitedSite;
import io.wayfarer.profile.Identity;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Subscriptions to Web Push over HTTP. */
class PushApiTest extends VisitedSite {

    private static final String PATH = "/v1/push/subscriptions";
    private static final String ENDPOINT = "https://push.example/send/";

    @Autowired
    private PushSubscriptions subscriptions;

    private PushService service;

    @BeforeEach
    void open() {
        service = new PushService();
    }

    @AfterEach
    void close() {
        service.close();
    }

    private Map<String, Object> subscription(String endpoint) {
        var told = service.browser("a").subscription();
        // as JSON.stringify gives a PushSubscription
        var all = new HashMap<String, Object>(
                Map.of("endpoint", endpoint, "keys", Map.of("p256dh", told.p256dh(), "auth", told.auth())));
        all.put("expirationTime", null);
        return all;
    }

    @Test
    void aPageGetsTheKeyAndSubscribesAndTheVisitorHasAgreedToPush() {
        var key = answered(get("/v1/push/key", Map.of("writeKey", KEY)), 200)
                .path("key")
                .asText();
        assertThat(Base64.getUrlDecoder().decode(key)).hasSize(65).startsWith(4);
        var anonymousId = unique("browser");
        var endpoint = ENDPOINT + anonymousId;
        var whose = new Identity(Identity.Kind.anonymousId, anonymousId);

        answered(
                post(PATH, Map.of("writeKey", KEY, "anonymousId", anonymousId, "subscription", subscription(endpoint))),
                200);

        assertThat(subscriptions.of(List.of(whose)))
                .extracting(PushSubscriptions.Subscription::endpoint)
                .containsExactly(endpoint);
        await().atMost(PATIENCE).until(() -> consents(whose, true));

        answered(
                post(PATH + "/removed", Map.of("writeKey", KEY, "anonymousId", anonymousId, "endpoint", endpoint)),
                200);

        assertThat(subscriptions.of(List.of(whose))).isEmpty();
        await().atMost(PATIENCE).until(() -> consents(whose, false));
    }

    private boolean consents(Identity whose, boolean granted) {
        return customers
                .find(whose)
                .flatMap(customers::find)
                .map(customer -> customer.consent().get("push"))
                .filter(said -> said.value().equals(granted))
                .isPresent();
    }

    @Test
    void aSignedInPersonsBrowserIsTheirs() {
        var user = unique("user");

        answered(
                post(
                        PATH,
                        Map.of(
                                "writeKey",
                                KEY,
                                "userToken",
                                tokenOf(user),
                                "subscription",
                                subscription(ENDPOINT + user))),
                200);

        assertThat(subscriptions.of(List.of(new Identity(Identity.Kind.userId, user))))
                .hasSize(1);
    }

    @Test
    void whatIsNoSubscriptionIsRefusedAndNotKept() {
        var anonymousId = unique("browser");
        var good = subscription(ENDPOINT);
        for (var bad : List.of(
                Map.of(),
                subscription("http://push.example/"),
                subscription("https://127.0.0.1/"),
                subscription("https://[fd00::1]/"),
                subscription(ENDPOINT + "x".repeat(1_000)),
                Map.of("endpoint", ENDPOINT),
                Map.of("endpoint", ENDPOINT, "keys", "x"),
                Map.of("endpoint", 1, "keys", good.get("keys")),
                Map.of("endpoint", ENDPOINT, "keys", Map.of("p256dh", "AAAA", "auth", "AAAA")))) {
            var body = Map.of("writeKey", KEY, "anonymousId", anonymousId, "subscription", bad);
            assertThat(answered(post(PATH, body), 400).path("detail").asText())
                    .as(bad.toString())
                    .contains("subscription");
        }
        answered(post(PATH, Map.of("anonymousId", anonymousId, "subscription", good)), 401);
        answered(post(PATH, Map.of("writeKey", KEY, "subscription", good)), 400);
        answered(post(PATH, Map.of("writeKey", KEY, "userId", "ada", "subscription", good)), 401);
        assertThat(subscriptions.of(List.of(new Identity(Identity.Kind.anonymousId, anonymousId))))
                .isEmpty();
    }
}
