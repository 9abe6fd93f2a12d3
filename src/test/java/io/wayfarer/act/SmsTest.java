package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.Databases;
import io.wayfarer.ingest.Event;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SMS by routes/out-sms.camel.yaml, to a provider that is a real HTTP server on this machine. */
class SmsTest {

    private static final String PHONE = "+4915112345678";
    private static final String TOKEN = "a-token-of-the-provider";

    private Receiver provider;
    private Office office;
    private UUID ada;

    @BeforeEach
    void open() {
        provider = new Receiver();
        office = office(Map.of());
        ada = phoned(Map.of("marketing", true, "sms", true));
    }

    private Office office(Map<String, String> more) {
        var settings = new HashMap<>(Map.of("url", provider.url("/messages"), "token", TOKEN, "from", "Camp"));
        settings.putAll(more);
        return new Office(Databases.h2(), 1, NOON, Map.of("sms", settings));
    }

    private UUID phoned(Map<String, Object> consent) {
        return phoned(PHONE, consent);
    }

    private UUID phoned(String phone, Map<String, Object> consent) {
        var id = UUID.randomUUID();
        return office.person(id + "@example.org", Map.of("phone", phone), Map.of("consent", consent));
    }

    @AfterEach
    void close() {
        office.close();
        provider.close();
    }

    @Test
    void anSmsIsSentOnceWithItsSegmentsCounted() {
        want("Tent");

        office.deliver("sms");
        office.deliver("sms");

        assertThat(provider.calls()).hasSize(1);
        var call = provider.last();
        assertThat(call.header("Authorization")).isEqualTo("Bearer " + TOKEN);
        assertThat(call.header("Idempotency-Key")).isNotBlank();
        assertThat(call.json().path("to").asText()).isEqualTo(PHONE);
        assertThat(call.json().path("from").asText()).isEqualTo("Camp");
        assertThat(call.json().path("text").asText()).isEqualTo("Camp & Co: Tent costs €189.50. Reply STOP to end.");
        assertThat(office.message(ada).status()).isEqualTo("sent");
        assertThat(office.message(ada).verdicts())
                .contains(new Verdict("content", "pass", "gsm-7, segments: 1"), Verdict.delivery("sent", "200"));
    }

    @Test
    void aTextOutsideTheAlphabetIsCountedInUcs2() {
        want("帐篷");

        office.deliver("sms");

        assertThat(provider.last().json().path("text").asText()).contains("帐篷");
        assertThat(office.message(ada).verdicts()).contains(new Verdict("content", "pass", "ucs-2, segments: 1"));
    }

    @Test
    void aTextOfMoreSegmentsThanAllowedIsNotSent() {
        office.close();
        office = office(Map.of("segments", "1"));
        ada = phoned(Map.of("marketing", true, "sms", true));
        want("帐篷".repeat(30));

        office.deliver("sms");

        assertThat(provider.calls()).isEmpty();
        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(lastReason()).contains("segments of SMS in ucs-2", "at most 1");
    }

    @ParameterizedTest(name = "marketing {0}, sms {1}: {2}")
    @CsvSource({
        "true, true, sent",
        ", true, sent",
        "true, , dropped",
        "true, false, dropped",
        "false, true, dropped",
        ", , dropped"
    })
    void marketingBySmsNeedsItsOwnConsentAndNoRefusalOfMarketing(Boolean marketing, Boolean sms, String status) {
        var consent = new HashMap<String, Object>();
        if (marketing != null) {
            consent.put("marketing", marketing);
        }
        if (sms != null) {
            consent.put("sms", sms);
        }
        ada = phoned("+4915112345679", consent);
        want("Tent");

        office.deliver("sms");

        assertThat(office.message(ada).status()).as(lastReason()).isEqualTo(status);
        assertThat(provider.calls()).hasSize(status.equals("sent") ? 1 : 0);
    }

    @Test
    void whoHasNoNumberGetsNone() {
        ada = office.person("x@example.org", Map.of(), Map.of("consent", Map.of("sms", true)));
        want("Tent");

        office.deliver("sms");

        assertThat(lastReason()).contains("no phone number is known");
        assertThat(provider.calls()).isEmpty();
    }

    @Test
    void anSmsAndAMailShareTheCap() {
        want("Tent");
        office.deliver("sms");
        want("Stove");
        office.deliver("sms");

        assertThat(provider.calls()).hasSize(1);
        assertThat(office.messages(ada)).extracting(Message::status).containsExactlyInAnyOrder("sent", "deferred");
    }

    @Test
    void aProviderThatKnowsNoKeyGetsNothingTwice() {
        var end = new CountDownLatch(1);
        provider.does(exchange -> {
            end.await();
            Receiver.answer(exchange, 200, "{}");
        });
        want("Tent");

        office.deliver("sms");
        end.countDown();
        office.setTime(NOON.plus(Duration.ofDays(1)));
        office.deliver("sms");

        assertThat(provider.calls()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(lastReason()).contains("not known whether it was taken", "no answer within");
    }

    @Test
    void oneThatWasBeingHandedOverWhenTheProgramWasKilledIsNotSentAgain() {
        want("Tent");
        office.deliver("sms");
        office.jdbc.update("update message set status = 'sending', sent_at = null, claimed_until = current_timestamp");
        office.leasesRunOut();

        office.deliver("sms");

        assertThat(provider.calls()).hasSize(1);
        assertThat(office.message(ada).status()).isEqualTo("failed");
    }

    @Test
    void aProviderThatKnowsKeysIsAskedAgainWithTheSameOne() {
        office.close();
        office = office(Map.of("idempotent", "true"));
        ada = phoned(Map.of("sms", true));
        provider.says(500);
        want("Tent");
        office.deliver("sms");
        provider.says(200);
        office.setTime(NOON.plus(Duration.ofHours(1)));
        office.deliver("sms");

        assertThat(provider.calls()).hasSize(2);
        assertThat(provider.calls())
                .extracting(call -> call.header("Idempotency-Key"))
                .containsOnly(provider.last().header("Idempotency-Key"));
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "token= | wayfarer.channels.sms.token is not set",
                "tokn=x | out-sms has no setting tokn",
                "via=pigeon | there is no route template out-pigeon",
                "segments=many | segments"
            })
    void aChannelThatIsSetUpWrongStopsTheProgramAtTheStart(String change, String why) {
        var settings = new HashMap<>(Map.of("url", provider.url("/"), "token", TOKEN, "from", "Camp"));
        var pair = change.split("=", 2);
        if (pair[1].isEmpty()) {
            settings.remove(pair[0]);
        } else {
            settings.put(pair[0], pair[1]);
        }

        assertThatThrownBy(() -> new Office(Databases.h2(), 1, NOON, Map.of("sms", settings)).close())
                .rootCause()
                .hasMessageContaining(why)
                .message()
                .doesNotContain(TOKEN);
    }

    @Test
    void aTypoInARouteStopsTheProgramAtTheStart() {
        var route =
                """
                - routeTemplate:
                    id: out-typo
                    parameters:
                      - name: channel
                    from:
                      uri: direct:out-{{channel}}
                      steps:
                        - setBody:
                            language: { language: json-transform, expression: '{"a": .b' }
                """;

        assertThatThrownBy(() -> new Office(
                        Databases.h2(), 1, NOON, Map.of("typo", Map.of()), false, Map.of("out-typo.camel.yaml", route)))
                .hasStackTraceContaining("jslt");
    }

    /** docs/integrators.md: a provider with a form, HTTP Basic and answers of its own, added with one file. */
    @Test
    void aProviderIsAddedWithTheOneFileOfTheDocs() throws Exception {
        var route = Docs.example("integrators.md", "# routes/out-sms-acme.camel.yaml");
        var settings = new HashMap<String, String>(Docs.settings(
                "integrators.md", "# application.yaml, with a provider of SMS", "wayfarer.channels.sms."));
        settings.put("url", provider.url("/2010/Messages.json"));
        office.close();
        office = new Office(
                Databases.h2(), 1, NOON, Map.of("sms", settings), false, Map.of("out-sms-acme.camel.yaml", route));
        ada = phoned(Map.of("sms", true));
        want("Tent");

        office.deliver("sms");

        assertThat(provider.last().body()).contains("To=%2B4915112345678", "Body=Camp+%26+Co");
        assertThat(provider.last().header("Authorization")).startsWith("Basic ");
        assertThat(office.message(ada).status()).isEqualTo("sent");

        provider.does(exchange -> Receiver.answer(exchange, 400, "{\"code\":21610,\"message\":\"unsubscribed\"}"));
        office.setTime(NOON.plus(Duration.ofDays(30)));
        want("Tent");
        office.deliver("sms");
        assertThat(office.message(ada).status()).isEqualTo("failed");
        assertThat(office.workOff())
                .extracting(Event::name, Event::channel)
                .containsExactly(org.assertj.core.api.Assertions.tuple("Message Bounced", "sms"));

        office.setTime(NOON.plus(Duration.ofDays(60)));
        want("Tent");
        office.deliver("sms");
        assertThat(office.message(ada).status()).isEqualTo("dropped");
        assertThat(lastReason()).contains("suppression list");
    }

    private void want(String title) {
        var tent = Map.of("title", (Object) title, "price", 189.5, "url", "/p/tent");
        office.queue(office.decision(ada, UUID.randomUUID(), "send:hello-sms", Map.of("items", List.of(tent))));
    }

    private String lastReason() {
        var verdicts = office.message(ada).verdicts();
        return verdicts.get(verdicts.size() - 1).reason();
    }
}
