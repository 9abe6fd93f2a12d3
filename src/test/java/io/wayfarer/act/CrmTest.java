package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.Databases;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written back to HubSpot and Salesforce, by their REST interfaces as they document them, from a stand-in. */
class CrmTest {

    private Receiver crm;
    private Office office;
    private UUID ada;

    @BeforeEach
    void open() {
        crm = new Receiver();
        office = new Office(
                Databases.h2(),
                1,
                NOON,
                Map.of(
                        "hubspot", Map.of("url", crm.url(""), "token", "pat-eu1-of-a-private-app"),
                        "salesforce",
                                Map.of("url", crm.url(""), "client", "the-client", "secret", "the-secret-of-the-app")));
        ada = office.person(
                "ada@example.org",
                Map.of("hubspot", "151/../9", "salesforce", "003xx000004TmiQAAS"),
                Map.of("name", "Ada"));
    }

    @AfterEach
    void close() {
        office.close();
        crm.close();
    }

    @Test
    void aMessageBecomesAPropertyOfHubSpotsContact() {
        want("hubspot-note");

        office.deliver("hubspot");

        var call = crm.last();
        assertThat(call.method()).isEqualTo("PATCH");
        assertThat(call.path().toString())
                .as("an id that a stranger chose stays one segment of the path")
                .isEqualTo("/crm/v3/objects/contacts/151%2F..%2F9");
        assertThat(call.header("Authorization")).isEqualTo("Bearer pat-eu1-of-a-private-app");
        assertThat(call.body()).isEqualTo("{\"properties\":{\"wayfarer_message\":\"Ada may leave.\"}}");
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void aContactThatHubSpotDoesNotHaveIsNotWrittenToAgain() {
        crm.does(exchange -> Receiver.answer(exchange, 404, "{\"category\":\"OBJECT_NOT_FOUND\"}"));
        want("hubspot-note");
        office.deliver("hubspot");
        want("hubspot-note");
        office.deliver("hubspot");

        assertThat(crm.calls()).hasSize(1);
        assertThat(office.messages(ada)).extracting(Message::status).containsExactlyInAnyOrder("dropped", "failed");
    }

    @Test
    void salesforceIsGivenATokenThatIsAskedForOnce() {
        crm.does(salesforce(new AtomicInteger(), 204));
        want("salesforce-note");
        office.deliver("salesforce");
        want("salesforce-note");
        office.deliver("salesforce");

        assertThat(crm.calls())
                .extracting(call -> call.method() + ' ' + call.path())
                .containsExactly(
                        "POST /services/oauth2/token",
                        "PATCH /services/data/v61.0/sobjects/Contact/003xx000004TmiQAAS",
                        "PATCH /services/data/v61.0/sobjects/Contact/003xx000004TmiQAAS");
        assertThat(crm.calls().get(0).body())
                .isEqualTo("grant_type=client_credentials&client_id=the-client&client_secret=the-secret-of-the-app");
        assertThat(crm.last().header("Authorization")).isEqualTo("Bearer token-1");
        assertThat(crm.last().body()).isEqualTo("{\"Wayfarer_Message__c\":\"Ada may leave.\"}");
        assertThat(office.messages(ada)).extracting(Message::status).containsOnly("sent");
    }

    @Test
    void aTokenThatIsNoLongerTakenIsAskedForAnew() {
        var tokens = new AtomicInteger();
        crm.does(salesforce(tokens, 401));
        want("salesforce-note");
        office.deliver("salesforce");
        assertThat(office.message(ada).status()).isEqualTo("queued");

        crm.does(salesforce(tokens, 204));
        office.setTime(NOON.plus(Duration.ofHours(1)));
        office.deliver("salesforce");

        assertThat(crm.last().header("Authorization")).isEqualTo("Bearer token-2");
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void withoutATokenNothingIsSentAndItIsTriedLater() {
        crm.does(exchange -> Receiver.answer(exchange, 400, "{\"error\":\"invalid_client the-secret-of-the-app\"}"));
        want("salesforce-note");

        office.deliver("salesforce");

        assertThat(crm.calls()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("queued");
        assertThat(office.message(ada).verdicts()).last().satisfies(verdict -> assertThat(verdict.reason())
                .contains("no access token: 400", "invalid_client ***")
                .doesNotContain("the-secret"));
    }

    private static Receiver.Behaviour salesforce(AtomicInteger tokens, int status) {
        return exchange -> {
            if (exchange.getRequestURI().getPath().equals("/services/oauth2/token")) {
                var token = "token-" + tokens.incrementAndGet();
                Receiver.answer(exchange, 200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\"}");
            } else {
                Receiver.answer(exchange, status, "");
            }
        };
    }

    private void want(String template) {
        office.queue(office.decision(ada, UUID.randomUUID(), "send:" + template));
    }
}
