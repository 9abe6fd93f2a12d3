package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Suspicious orders over HTTP: what waits for a verdict, and how unlike others an order is. */
@TestPropertySource(
        properties = {"spring.datasource.url=jdbc:h2:mem:risk;DB_CLOSE_DELAY=-1", "wayfarer.data.dir=target/risk-test"})
class FraudApiTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    Inbox inbox;

    private final String run = UUID.randomUUID().toString().substring(0, 8);
    private final Instant start = Instant.now().minus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MICROS);

    @Test
    void whatWaitsForAVerdictIsListedTheNewestFirst() {
        suspicious(run + "-a");
        suspicious(run + "-b");

        var both = ask("/api/fraud/reviews?outcome=open");
        assertThat(both.get("items").findValuesAsText("customer")).contains(id(run + "-a"), id(run + "-b"));
        var first = ask("/api/fraud/reviews?limit=1");
        assertThat(first.at("/items/0/outcome").asText()).isEqualTo("open");
        assertThat(first.at("/items/0/risk").asDouble()).isGreaterThanOrEqualTo(0.6);
        assertThat(first.get("next").asText())
                .isEqualTo(first.at("/items/0/decision").asText());
        var second = ask("/api/fraud/reviews?limit=1&after=" + first.get("next").asText());
        assertThat(second.at("/items/0/decision").asText())
                .isNotEqualTo(first.at("/items/0/decision").asText());
        assertThat(ask("/api/fraud/reviews?outcome=fraud").get("items")).isEmpty();
        assertThat(ask("/api/fraud").get("open").asInt()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void whileThereAreTooFewVerdictsThatIsSaid() {
        suspicious(run + "-c");
        await().atMost(PATIENCE).until(() -> {
            send(asAdmin("/api/fraud/verdicts/learn").POST(text("")));
            return ask("/api/fraud/verdicts").at("/learning/state").asText().equals("DONE");
        });
        var standing = ask("/api/fraud/verdicts");
        assertThat(standing.get("serves").asBoolean()).isFalse();
        assertThat(standing.get("reason").asText()).startsWith("Not enough yet");
        assertThat(ask("/api/fraud/reviews?limit=1").at("/items/0").has("likelihood"))
                .isFalse();
        assertThat(send(asAdmin("/api/fraud/verdicts/card.html")).statusCode()).isEqualTo(404);
        assertThat(send(asAdmin("/api/fraud/verdicts/..%2f..%2fmodel.key")).statusCode())
                .isBetween(400, 404);
    }

    @Test
    void whoIsPartedAgainHasTheReviewBack() {
        suspicious(run + "-thief");
        var thief = id(run + "-thief");
        tell(List.of(Events.by(run + "-ada", "Page Viewed", start, Map.of())), run + "-ada");
        var ada = id(run + "-ada");

        post("/api/customers/" + ada + "/merge", "{\"other\":\"" + thief + "\",\"reason\":\"one\",\"force\":true}");
        assertThat(reviewed()).contains(ada).doesNotContain(thief);

        var merge = ask("/api/customers/" + ada + "/merges").at("/items/0/id").asText();
        post("/api/customers/" + ada + "/merges/" + merge + "/undo", "{\"reason\":\"two\"}");
        assertThat(reviewed()).contains(thief).doesNotContain(ada);
    }

    @Test
    void withEnoughOrdersACustomersNewestIsComparedWithThemInWordsOfBothLanguages() {
        var events = new ArrayList<Event>();
        for (int n = 0; n < 300; n++) {
            var at = start.minus(Duration.ofHours(n));
            events.add(Events.by(
                    run + "-" + n % 50, "Order Completed", at, Map.of("order_id", run + n, "total", 20 + n % 60)));
        }
        tell(events, run + "-49");
        suspicious(run + "-thief");
        var thief = id(run + "-thief");
        await().atMost(PATIENCE).until(() -> {
            send(asAdmin("/api/fraud/forest/learn").POST(text("")));
            return ask("/api/fraud/forest").has("version");
        });

        var forest = ask("/api/fraud/forest");
        assertThat(forest.at("/card/rows").asInt()).isGreaterThanOrEqualTo(256);
        assertThat(forest.at("/card/seed").asInt()).isEqualTo(42);
        var oddity = ask("/api/fraud/customers/" + thief);
        assertThat(oddity.get("name").asText()).isEqualTo("Order Completed");
        assertThat(oddity.get("model").asText())
                .isEqualTo("isolation-forest:" + forest.get("version").asText());
        assertThat(oddity.get("rank").asDouble()).isGreaterThan(0.9);
        assertThat(oddity.at("/reasons/0/feature").asText()).isEqualTo("failed-payments-1d");
        var times = Math.pow(2, oddity.at("/reasons/0/part").asDouble());
        assertThat(times).isGreaterThan(1.05);
        assertThat(oddity.at("/reasons/0/words/en").asText())
                .isEqualTo(String.format(Locale.ROOT, "3 failed payments today: × %.2f", times));
        assertThat(oddity.at("/reasons/0/words/zh").asText()).contains("支付失败 3 次");
    }

    @Test
    void whoNeverOrderedIsComparedWithNobody() {
        tell(List.of(Events.by(run, "Page Viewed", start, Map.of())), run);

        answered(asAdmin("/api/fraud/customers/" + id(run)), 404);
        answered(asAdmin("/api/fraud/customers/" + UUID.randomUUID()), 404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"outcome=perhaps", "limit=0", "limit=1001", "limit=x", "after=yesterday"})
    void whatCannotBeUsedIsRefusedByName(String query) {
        var problem = answered(asAdmin("/api/fraud/reviews?" + query), 400);

        assertThat(problem.get("field").asText()).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/fraud",
                "/api/fraud/reviews",
                "/api/fraud/forest",
                "/api/fraud/customers/01890000-0000-7000-8000-0000000000ad"
            })
    void nobodyLooksWithoutSigningIn(String path) {
        assertThat(send(to(path)).statusCode()).isEqualTo(401);
    }

    private void suspicious(String user) {
        var events = new ArrayList<Event>();
        for (int n = 0; n < 3; n++) {
            events.add(Events.by(user, "Payment Failed", start.plusSeconds(60L * n), Map.of()));
        }
        events.add(Events.by(user, "Order Completed", start.plusSeconds(300), Map.of("order_id", user, "total", 80)));
        tell(events, user);
        await().atMost(PATIENCE).until(() -> reviewed().contains(id(user)));
    }

    private List<String> reviewed() {
        return ask("/api/fraud/reviews?limit=1000").get("items").findValuesAsText("customer");
    }

    private void tell(List<Event> events, String last) {
        inbox.accept(events);
        await().atMost(PATIENCE).until(() -> !ask("/api/customers?identity=userId:" + last)
                .get("items")
                .isEmpty());
    }

    private String id(String user) {
        return ask("/api/customers?identity=userId:" + user).at("/items/0/id").asText();
    }

    private void post(String path, String body) {
        answered(asAdmin(path).header("Content-Type", "application/json").POST(text(body)), 200);
    }
}
