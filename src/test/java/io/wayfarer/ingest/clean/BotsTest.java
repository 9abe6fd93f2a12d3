package io.wayfarer.ingest.clean;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class BotsTest {

    private final Bots bots = new Bots(new Binder(new MapConfigurationPropertySource(Map.of(
                    "wayfarer.clean.honeypot", "/do-not-follow",
                    "wayfarer.clean.agents", "OurMonitor",
                    "wayfarer.clean.too-fast", "10")))
            .bindOrCreate("wayfarer.clean", CleanSettings.class));

    private static Event page(String browser, Instant at, Map<String, Object> properties) {
        return Events.byBrowser(browser, "Page Viewed", at, properties);
    }

    private static Event mail(String name, Instant at, Map<String, Object> properties) {
        return Events.event(name, at, null, null, "ada@example.org", Map.of(), properties);
    }

    private String why(Event event, String agent) {
        var verdict = bots.judge(event, agent, true);
        return verdict == null ? null : (verdict.machine() ? "machine " : "bot ") + verdict.why();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.example/bot.html)",
                "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/120.0 Safari/537.36",
                "facebookexternalhit/1.1",
                "Screaming Frog SEO Spider/20.0",
                "OURMONITOR 1.0"
            })
    void aProgramThatSaysItIsOneIsOne(String agent) {
        assertThat(why(page("a", NOON, Map.of()), agent)).isEqualTo("bot agent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36",
                "analytics-java/3.5.2",
                "curl/8.5.0",
                ""
            })
    void aPersonsBrowserAndALibraryAreNone(String agent) {
        assertThat(why(page("a", NOON, Map.of()), agent)).isNull();
    }

    @Test
    void whoFollowsTheHiddenLinkIsAProgramFromThenOn() {
        assertThat(why(page("a", NOON, Map.of("url", "https://shop.example/tent")), null))
                .isNull();
        assertThat(why(page("a", NOON.plusSeconds(5), Map.of("url", "https://shop.example/do-not-follow?x")), null))
                .isEqualTo("bot honeypot");
        assertThat(why(page("a", NOON.plusSeconds(60), Map.of("url", "/stove")), null))
                .isEqualTo("bot honeypot");
        assertThat(why(page("b", NOON.plusSeconds(60), Map.of("url", "/stove")), null))
                .isNull();
        assertThat(why(page("a", NOON.plusSeconds(9_000), Map.of("url", "/stove")), null))
                .isNull();
    }

    @Test
    void manyThatWereGivenTheTimeOfTheirArrivalTogetherAreNotFast() {
        for (int i = 0; i < 100; i++) {
            assertThat(bots.judge(page("a", NOON, Map.of("n", i)), null, false)).isNull();
        }
        for (int i = 0; i < 10; i++) {
            assertThat(bots.judge(page("b", NOON, Map.of("n", i)), null, true)).isNull();
        }
        assertThat(bots.judge(page("b", NOON, Map.of()), null, true)).isNotNull();
    }

    @Test
    void aServersEventsAreNobodysBrowsing() {
        var event = Events.event("Product Viewed", NOON, "ada", "a", null, Map.of(), Map.of());
        var server = new Event(
                event.id(),
                event.source(),
                event.messageId(),
                event.name(),
                "server",
                NOON,
                NOON,
                "ada",
                "a",
                null,
                null,
                null,
                null,
                null);
        for (int i = 0; i < 100; i++) {
            assertThat(bots.judge(server, "Googlebot/2.1", true)).isNull();
        }
    }

    @Test
    void aMailOpenedInTheSecondOfItsDeliveryWasOpenedByAMachine() {
        assertThat(why(mail("Email Delivered", NOON, Map.of()), null)).isNull();
        assertThat(why(mail("Email Opened", NOON.plusMillis(400), Map.of()), null))
                .isEqualTo("machine burst");
        assertThat(why(mail("Email Opened", NOON.plusSeconds(90), Map.of()), null))
                .isNull();
        assertThat(why(mail("Email Link Clicked", NOON.plusSeconds(97), Map.of()), null))
                .isNull();
    }

    @Test
    void aMailLookedAtWithinSecondsOfItsSendingWasLookedAtByAMachine() {
        var said = Map.<String, Object>of("sent_at", NOON.toString());

        assertThat(why(mail("Email Opened", NOON.plusSeconds(4), said), null)).isEqualTo("machine burst");
        assertThat(why(mail("Email Opened", NOON.plusSeconds(20), said), null)).isNull();
        assertThat(why(mail("Email Opened", NOON.plusSeconds(60), Map.of("sent_at", "yesterday")), null))
                .isNull();
    }

    @Test
    void aPictureFetchedBeforehandByAppleWasLookedAtByNobody() {
        assertThat(why(mail("Email Opened", NOON, Map.of()), "Mozilla/5.0")).isEqualTo("machine agent");
        assertThat(why(
                        mail("Email Opened", NOON.plusSeconds(60), Map.of()),
                        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"))
                .isNull();
    }

    @Test
    void whoFollowsTheLinkThatNobodySeesIsAMachineForAWhile() {
        assertThat(why(mail("Email Link Clicked", NOON, Map.of("trap", true)), null))
                .isEqualTo("machine honeypot");
        assertThat(why(mail("Email Link Clicked", NOON.plusSeconds(20), Map.of()), null))
                .isEqualTo("machine honeypot");
        assertThat(why(mail("Email Link Clicked", NOON.plusSeconds(7200), Map.of()), null))
                .isNull();
    }

    @Test
    void linksFollowedOneRightAfterAnotherAreFollowedByAMachine() {
        assertThat(why(mail("Email Link Clicked", NOON, Map.of("link_url", "/a")), null))
                .isNull();
        assertThat(why(mail("Email Link Clicked", NOON.plusMillis(200), Map.of("link_url", "/b")), null))
                .isEqualTo("machine burst");
        assertThat(why(mail("Email Link Clicked", NOON.plusSeconds(30), Map.of("link_url", "/c")), null))
                .isNull();
    }

    @Test
    void aClickThatIsDeliveredAgainIsNoSecondOne() {
        var click = mail("Email Link Clicked", NOON, Map.of("link_url", "/a"));
        assertThat(why(click, null)).isNull();
        assertThat(why(click, null)).isNull();
    }

    @Test
    void aMachineIsToldByItsMethodItsNameAndWhatTheSenderSays() {
        for (var tell : List.<Map<String, Object>>of(
                Map.of("method", "HEAD"), Map.of("sg_machine_open", true), Map.of("link_url", "/do-not-follow"))) {
            var event =
                    Events.event("Email Opened", NOON, null, null, tell.hashCode() + "@example.org", Map.of(), tell);
            assertThat(why(event, null)).as(tell.toString()).startsWith("machine ");
        }
        assertThat(why(mail("Email Link Clicked", NOON.plusSeconds(500), Map.of()), "Barracuda Sentinel (EE)"))
                .isEqualTo("machine agent");
    }
}
