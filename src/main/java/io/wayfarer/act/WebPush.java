package io.wayfarer.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.wayfarer.act.Answer.Outcome;
import io.wayfarer.act.PushSubscriptions.Subscription;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Web Push as a channel (RFC 8030): each browser of the customer that subscribed gets the message, encrypted so that only it
 * can read it. Its push service is an address that a stranger's browser named: it is asked by https only, and nothing
 * inside this network is, whatever other channels may ask.
 */
@Component
class WebPush implements Closeable {

    private static final int MAX_TEXT = 1_000;
    /** A message is held for a minute: after this time no further browser is tried. */
    private static final Duration TOGETHER = Duration.ofSeconds(30);

    private static final Duration PROOF = Duration.ofHours(12);
    private static final Set<Integer> GONE = Set.of(404, 410);

    private final PushSubscriptions subscriptions;
    private final Customers customers;
    private final ObjectMapper json;
    private final HttpSender sender;
    private final KeyPair keys;

    /** @param allowed hosts inside this network that are push services, for tests */
    WebPush(
            PushSubscriptions subscriptions,
            Customers customers,
            ObjectMapper json,
            @Value("${wayfarer.push.allow}") List<String> allowed,
            @Value("${wayfarer.outbox.timeout}") Duration timeout,
            @Value("${wayfarer.data.dir}") Path data)
            throws IOException {
        this.subscriptions = subscriptions;
        this.customers = customers;
        this.json = json;
        this.sender = new HttpSender(allowed, timeout);
        this.keys = PushKeys.kept(data.resolve("push.key"));
    }

    @Override
    public void close() throws IOException {
        sender.close();
    }

    /** What a page subscribes with, in base64url. */
    String publicKey() {
        return base64(PushKeys.point((ECPublicKey) keys.getPublic()));
    }

    /** @throws IllegalArgumentException when no push could be sent to it */
    void check(Subscription subscription) {
        try {
            var url = sender.checked(subscription.endpoint());
            if (url.getRawFragment() != null || !sender.mayBeOutside(url.getHost())) {
                throw new IllegalArgumentException("its endpoint is no push service");
            }
            encrypted(new byte[0], subscription);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("its endpoint is no address", e);
        }
    }

    /** Pushes to each browser of the customer. Called by routes/out-push.camel.yaml. */
    public Answer send(Parcel parcel) {
        var until = System.nanoTime() + TOGETHER.toNanos();
        var browsers = subscriptions.of(
                customers.find(parcel.customer()).map(Customer::identities).orElse(Set.of()));
        var answers = new ArrayList<Answer>();
        var gone = 0;
        for (var browser : browsers) {
            if (System.nanoTime() > until) {
                answers.add(new Answer(Outcome.LATER, "the others took too long"));
                break;
            }
            var reply = sender.send(request(parcel, browser));
            if (GONE.contains(reply.path("status").asInt())) {
                subscriptions.remove(browser.endpoint());
                gone++;
            } else {
                answers.add(Answer.of(reply));
            }
        }
        return together(answers, gone);
    }

    /** Of several answers the one that is best for the customer: what one browser shows is not sent again for another. */
    private static Answer together(List<Answer> answers, int gone) {
        var removed = gone == 0 ? "" : "; browsers that unsubscribed: " + gone;
        for (var outcome : List.of(Outcome.ACCEPTED, Outcome.UNKNOWN, Outcome.LATER)) {
            var same = answers.stream()
                    .filter(answer -> answer.outcome() == outcome)
                    .toList();
            if (!same.isEmpty()) {
                var reason = same.get(0).reason() + ", browsers: " + same.size() + " of " + answers.size() + removed;
                return same.get(0).with(reason);
            }
        }
        return answers.isEmpty()
                ? new Answer(Outcome.REFUSED, "no browser of theirs is subscribed" + removed)
                : answers.get(0);
    }

    private com.fasterxml.jackson.databind.JsonNode request(Parcel parcel, Subscription browser) {
        var settings = parcel.channel();
        var origin = URI.create(browser.endpoint()).resolve("/").toString();
        var authorization = PushCrypto.authorization(
                origin.substring(0, origin.length() - 1),
                settings.get("contact"),
                Instant.now().plus(PROOF),
                keys);
        var request = JsonNodeFactory.instance
                .objectNode()
                .put("url", browser.endpoint())
                .put("base64", Base64.getEncoder().encodeToString(encrypted(content(parcel), browser)));
        request.putObject("headers")
                .put("Authorization", authorization)
                .put("Content-Encoding", "aes128gcm")
                .put("TTL", settings.get("ttl"))
                .put("Urgency", "normal")
                .put("Topic", topic(parcel));
        return request;
    }

    private byte[] content(Parcel parcel) {
        var text = parcel.text().length() > MAX_TEXT ? parcel.text().substring(0, MAX_TEXT) : parcel.text();
        var content = JsonNodeFactory.instance
                .objectNode()
                .put("id", parcel.id().toString())
                .put("title", parcel.subject())
                .put("text", text)
                .put("link", parcel.link());
        try {
            return json.writeValueAsBytes(content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** At most 32 characters of base64url (RFC 8030, 5.4): a newer message of the template replaces one that still waits. */
    private static String topic(Parcel parcel) {
        return UUID.nameUUIDFromBytes(parcel.template().getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }

    private static byte[] encrypted(byte[] content, Subscription browser) {
        var auth = Base64.getUrlDecoder().decode(browser.auth());
        if (auth.length != 16) {
            throw new IllegalArgumentException("its auth has not 16 bytes");
        }
        var key = PushKeys.publicKey(Base64.getUrlDecoder().decode(browser.p256dh()));
        return PushCrypto.encrypted(content, key, auth);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
