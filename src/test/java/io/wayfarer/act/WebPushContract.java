package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.act.PushSubscriptions.Subscription;
import io.wayfarer.profile.Identity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Web Push to a push service on this machine, read by a browser's own keys, on both databases. */
abstract class WebPushContract {

    private static final Identity ADA = new Identity(Identity.Kind.email, "ada@example.org");

    private PushService service;
    private Office office;
    private PushSubscriptions subscriptions;
    private UUID ada;

    abstract DataSource database();

    @BeforeEach
    void open() {
        service = new PushService();
        office = new Office(
                database(), 1, NOON, Map.of("push", Map.of("contact", "mailto:care@example.org", "ttl", "3600")));
        subscriptions = office.get(PushSubscriptions.class);
        ada = withTent(Map.of("push", true));
    }

    @AfterEach
    void close() {
        office.close();
        service.close();
    }

    private UUID withTent(Map<String, Boolean> consent) {
        office.happened("Identified", ADA.name(), Map.of("consent", consent), Map.of());
        return office.happened(
                "Product Added", ADA.name(), Map.of(), Map.of("product_id", "tent", "name", "Tent", "price", 189));
    }

    private void send() {
        office.queue(office.decision(ada, UUID.randomUUID(), "send:cart-reminder-push"));
        office.deliver("push");
    }

    private PushService.Browser subscribed(String name) {
        var browser = service.browser(name);
        subscriptions.keep(browser.subscription(), ADA, NOON);
        return browser;
    }

    @Test
    void theBrowserCanReadItAndThePushServiceKnowsWhoSentIt() throws Exception {
        var browser = subscribed("a");

        send();

        assertThat(service.pushes()).hasSize(1);
        var push = service.pushes().get(0);
        var read = browser.read(push.body());
        assertThat(read.path("title").asText()).isEqualTo("Tent is still in your cart");
        assertThat(read.path("text").asText()).isEqualTo("It is there just as you left it.");
        assertThat(read.path("link").asText()).isEqualTo("https://shop.example.org/");
        assertThat(read.path("id").asText()).isEqualTo(office.message(ada).id().toString());
        assertThat(push.header("Content-Encoding")).isEqualTo("aes128gcm");
        assertThat(push.header("TTL")).isEqualTo("3600");
        assertThat(push.header("Topic")).matches("[A-Za-z0-9_-]{1,32}");
        assertThat(push.body().length).isLessThanOrEqualTo(4096);
        var claims = push.proved(office.get(WebPush.class).publicKey());
        assertThat(claims.path("aud").asText()).isEqualTo(service.url());
        assertThat(claims.path("sub").asText()).isEqualTo("mailto:care@example.org");
        assertThat(Instant.ofEpochSecond(claims.path("exp").asLong()))
                .isBetween(Instant.now(), Instant.now().plus(Duration.ofHours(24)));
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void everyBrowserOfThePersonGetsItAndNobodyElses() {
        subscribed("a");
        subscribed("b");
        subscriptions.keep(service.browser("c").subscription(), new Identity(Identity.Kind.userId, ADA.name()), NOON);

        send();

        assertThat(service.pushes()).extracting(PushService.Push::path).containsExactlyInAnyOrder("/push/a", "/push/b");
        assertThat(verdict()).contains("201, browsers: 2 of 2");
    }

    @Test
    void aBrowserThatUnsubscribedIsForgotten() {
        subscribed("gone");
        subscribed("a");

        send();
        assertThat(office.message(ada).status()).isEqualTo("sent");
        assertThat(verdict()).contains("browsers that unsubscribed: 1");
        assertThat(subscriptions.of(List.of(ADA)))
                .extracting(Subscription::endpoint)
                .containsExactly(service.url() + "/push/a");
    }

    @Test
    void withoutABrowserItFailsAndSaysWhy() {
        subscribed("gone");

        send();

        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(verdict()).contains("no browser of theirs is subscribed");
        assertThat(subscriptions.of(List.of(ADA))).isEmpty();
    }

    @Test
    void withoutConsentToPushNothingIsSent() {
        office.setTime(NOON.plusSeconds(60));
        withTent(Map.of("push", false, "marketing", true));
        subscribed("a");

        send();

        assertThat(service.pushes()).isEmpty();
        assertThat(office.message(ada).status()).isEqualTo("dropped");
    }

    @Test
    void aBusyPushServiceIsAskedAgainLater() {
        subscribed("a");
        service.status = 429;
        service.retryAfter = "600";

        send();
        assertThat(office.message(ada).status()).isEqualTo("queued");

        service.status = 201;
        office.setTime(NOON.plus(Duration.ofMinutes(11)));
        office.deliver("push");
        assertThat(office.message(ada).status()).isEqualTo("sent");
        assertThat(service.pushes()).hasSize(2);
    }

    @Test
    void aRefusalIsNotTriedAgain() {
        subscribed("a");
        service.status = 403;

        send();

        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(verdict()).contains("403");
    }

    @Test
    void aBrowserThatSubscribesAsSomebodyElseIsTheirsFromThen() {
        var browser = subscribed("a");
        var bo = new Identity(Identity.Kind.userId, "bo");

        subscriptions.keep(browser.subscription(), bo, NOON.plusSeconds(1));

        assertThat(subscriptions.of(List.of(ADA))).isEmpty();
        assertThat(subscriptions.of(List.of(bo))).containsExactly(browser.subscription());
        assertThat(subscriptions.remove(browser.endpoint())).isTrue();
        assertThat(subscriptions.remove(browser.endpoint())).isFalse();
    }

    @Test
    void ofOneIdentityTheNewestBrowsersStay() {
        for (int n = 0; n < 13; n++) {
            subscriptions.keep(service.browser("b" + n).subscription(), ADA, NOON.plusSeconds(n));
        }

        assertThat(subscriptions.of(List.of(ADA)))
                .hasSize(PushSubscriptions.MAX_EACH)
                .first()
                .extracting(Subscription::endpoint)
                .isEqualTo(service.url() + "/push/b12");
    }

    @Test
    void anAddressInsideThisNetworkIsNoPushService() {
        var push = office.get(WebPush.class);
        var good = service.browser("a").subscription();
        push.check(new Subscription("https://fcm.googleapis.com/fcm/send/abc", good.p256dh(), good.auth()));
        for (var endpoint : List.of(
                "http://push.example/x",
                "https://10.0.0.1/x",
                "https://169.254.169.254/latest/meta-data",
                "https://[::1]/x",
                "https://[::ffff:10.0.0.1]/x",
                "https://2130706433/x",
                "https://0x7f000001/x",
                "https://localhost/x",
                "https://user:pw@push.example/x",
                "https://push.example/x#y",
                "https:///x",
                "ftp://push.example/x",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "ht tp://x",
                "")) {
            assertThatThrownBy(() -> push.check(new Subscription(endpoint, good.p256dh(), good.auth())))
                    .as(endpoint)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aKeyOrSecretThatIsNoneIsRefused() {
        var push = office.get(WebPush.class);
        var good = service.browser("a").subscription();
        for (var bad : List.of(
                new Subscription(good.endpoint(), "AAAA", good.auth()),
                new Subscription(good.endpoint(), "%%%", good.auth()),
                new Subscription(good.endpoint(), good.p256dh(), "AAAA"),
                new Subscription(good.endpoint(), good.p256dh(), "!"))) {
            assertThatThrownBy(() -> push.check(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private String verdict() {
        var verdicts = office.message(ada).verdicts();
        return verdicts.get(verdicts.size() - 1).reason();
    }
}
