package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.Events;
import io.wayfarer.VisitedSite;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.profile.Identity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The inbox over HTTP: its owner reads it, and nobody else does. */
class OnsiteInboxApiTest extends VisitedSite {

    private static final String PATH = "/v1/inbox";
    private static final Instant AT = Instant.now().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MICROS);

    @Autowired
    private Outbox outbox;

    @Autowired
    private PlatformTransactionManager transactionManager;

    /** A message for the customer, as one that passed the gates: what gates do is tested elsewhere. */
    private UUID sent(UUID customer) {
        var decision = UUID.randomUUID();
        new TransactionTemplate(transactionManager)
                .executeWithoutResult(status -> outbox.queue(new Decided(
                        null,
                        Map.of(),
                        List.of(new Decision(
                                decision,
                                customer,
                                null,
                                AT,
                                "send:parcel-on-its-way",
                                "rules.drl: a rule",
                                "a reason",
                                "r1",
                                Map.of(),
                                Map.of("items", List.of(Map.of("title", "Tent"))))))));
        await().atMost(PATIENCE)
                .until(() -> jdbc.queryForObject(
                                "select count(*) from inbox_message i join message m on m.id = i.message_id"
                                        + " where m.decision_id = ?",
                                Long.class,
                                decision)
                        == 1);
        return jdbc.queryForObject("select id from message where decision_id = ?", UUID.class, decision);
    }

    private UUID browser(String anonymousId) {
        return told(
                new Identity(Identity.Kind.anonymousId, anonymousId),
                Events.byBrowser(anonymousId, "Product Viewed", AT, Map.of("product_id", "tent")));
    }

    private UUID signedIn(String user, String anonymousId) {
        return told(
                new Identity(Identity.Kind.userId, user),
                Events.identify(user, anonymousId, user + "@example.org", AT, Map.of()));
    }

    @Test
    void aBrowserReadsWhatWasSentToItAndMarksItAndThatIsTold() {
        var anonymousId = unique("browser");
        var customer = browser(anonymousId);
        var first = sent(customer);
        var second = sent(customer);
        var who = Map.of("anonymousId", anonymousId);

        var inbox = list(who, Map.of());
        assertThat(inbox.path("unread").asInt()).isEqualTo(2);
        assertThat(inbox.path("items")).hasSize(2);
        assertThat(inbox.at("/items/0/id").asText()).isEqualTo(second.toString());
        assertThat(inbox.at("/items/0/title").asText()).isEqualTo("Tent is on its way");
        assertThat(inbox.at("/items/0/read").asBoolean()).isFalse();
        assertThat(inbox.path("next").isNull() || inbox.path("next").isMissingNode())
                .isTrue();

        assertThat(mark("read", who, List.of(first.toString())).path("unread").asInt())
                .isEqualTo(1);
        assertThat(mark("read", who, List.of(first.toString())).path("unread").asInt())
                .isEqualTo(1);
        assertThat(mark("dismissed", who, List.of(second.toString()))
                        .path("unread")
                        .asInt())
                .isZero();
        assertThat(list(who, Map.of()).path("items")).hasSize(1);
        assertThat(list(who, Map.of()).at("/items/0/read").asBoolean()).isTrue();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(jdbc.queryForList(
                        "select name from event where customer_id = ? and channel = 'inbox'", String.class, customer))
                .containsExactlyInAnyOrder("Message Read", "Message Read", "Message Dismissed"));
    }

    @Test
    void itIsReadPageByPage() {
        var anonymousId = unique("browser");
        var customer = browser(anonymousId);
        var ids = List.of(sent(customer), sent(customer), sent(customer));
        var who = Map.of("anonymousId", anonymousId);

        var page = list(who, Map.of("limit", "2"));
        assertThat(page.path("items")).hasSize(2);
        var rest = list(who, Map.of("limit", "2", "after", page.path("next").asText()));
        assertThat(rest.path("items")).hasSize(1);
        assertThat(rest.at("/items/0/id").asText()).isEqualTo(ids.get(0).toString());
        assertThat(rest.path("next").asText("")).isIn("", "null");
    }

    @Test
    void whoIsSignedInIsShownTheirsByATokenOfTheSiteOnly() {
        var user = unique("user");
        var anonymousId = unique("browser");
        var id = sent(signedIn(user, anonymousId));

        assertThat(list(Map.of("userToken", tokenOf(user)), Map.of())
                        .at("/items/0/id")
                        .asText())
                .isEqualTo(id.toString());
        // whoever knows the browser's id, the user's or the address learns nothing of a person
        for (var stranger : List.of(
                Map.of("anonymousId", anonymousId),
                Map.of("anonymousId", user),
                Map.of("anonymousId", user + "@example.org"))) {
            var seen = list(stranger, Map.of());
            assertThat(seen.path("items")).isEmpty();
            assertThat(seen.path("unread").asInt()).isZero();
            assertThat(mark("dismissed", stranger, List.of(id.toString()))
                            .path("unread")
                            .asInt())
                    .isZero();
        }
        assertThat(list(Map.of("anonymousId", anonymousId), Map.of())
                        .path("signIn")
                        .asBoolean())
                .isTrue();
        answered(get(PATH, Map.of("writeKey", KEY, "userId", user)), 401);
        answered(
                get(
                        PATH,
                        Map.of(
                                "writeKey",
                                KEY,
                                "userToken",
                                token(user, OTHER_SECRET, Instant.now().plusSeconds(60)))),
                401);
        answered(get(PATH, Map.of("writeKey", KEY, "email", user + "@example.org")), 200);
        assertThat(list(Map.of("userToken", tokenOf(user)), Map.of())
                        .path("unread")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void nobodyMarksAMessageOfSomebodyElse() {
        var mine = unique("browser");
        browser(mine);
        var theirs = unique("browser");
        var id = sent(browser(theirs));

        mark("dismissed", Map.of("anonymousId", mine), List.of(id.toString()));

        assertThat(list(Map.of("anonymousId", theirs), Map.of()).path("unread").asInt())
                .isEqualTo(1);
    }

    @Test
    void whatWasSentToABrowserIsThePersonsOnceTheySignIn() {
        var user = unique("user");
        var anonymousId = unique("browser");
        var id = sent(browser(anonymousId));

        signedIn(user, anonymousId);

        assertThat(list(Map.of("userToken", tokenOf(user)), Map.of())
                        .at("/items/0/id")
                        .asText())
                .isEqualTo(id.toString());
    }

    @Test
    void whatCannotBeAskedIsRefusedWithTheField() {
        for (var bad : Map.of("limit", "101", "after", "x", "anonymousId", " ").entrySet()) {
            var query = new HashMap<>(Map.of("writeKey", KEY));
            query.put(bad.getKey(), bad.getValue());
            assertThat(answered(get(PATH, query), 400).path("field").asText()).isEqualTo(bad.getKey());
        }
        var many = java.util.stream.Stream.generate(() -> UUID.randomUUID().toString())
                .limit(101)
                .toList();
        for (var ids :
                List.of("x", List.of(), List.of("x"), List.of(1), many, List.of("1-1-1-1-1"), Map.of("a", "b"))) {
            var body = Map.of("writeKey", KEY, "anonymousId", "a", "ids", ids);
            assertThat(answered(post(PATH + "/read", body), 400).path("field").asText())
                    .isEqualTo("ids");
        }
        answered(post(PATH + "/read", Map.of("anonymousId", "a", "ids", List.of())), 401);
        answered(post(PATH + "/read", Map.of("writeKey", 1)), 400);
        answered(post(PATH + "/dismissed", Map.of("writeKey", KEY, "ids", List.of(), "x", "y".repeat(40_000))), 413);
        assertThat(send(to(PATH + "/read").POST(java.net.http.HttpRequest.BodyPublishers.ofString("[}")))
                        .statusCode())
                .isEqualTo(400);
        assertThat(send(get(PATH + "/read", Map.of("writeKey", KEY))).statusCode())
                .isEqualTo(405);
    }

    private JsonNode list(Map<String, String> who, Map<String, String> more) {
        var query = new HashMap<>(who);
        query.putAll(more);
        query.put("writeKey", KEY);
        return answered(get(PATH, query), 200);
    }

    private JsonNode mark(String how, Map<String, String> who, List<String> ids) {
        var body = new HashMap<String, Object>(who);
        body.put("writeKey", KEY);
        body.put("ids", ids);
        return answered(post(PATH + "/" + how, body), 200);
    }
}
