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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Satisfaction over HTTP, the whole way from events on. */
@TestPropertySource(
        properties = {"spring.datasource.url=jdbc:h2:mem:risk;DB_CLOSE_DELAY=-1", "wayfarer.data.dir=target/risk-test"})
class SatisfactionApiTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    Inbox inbox;

    @Test
    void whatPeopleSayIsAnIndexOfThePersonOfTheProductAndOfAll() {
        var at = Instant.now().truncatedTo(ChronoUnit.MICROS); // of today: what is older weighs less
        var events = new ArrayList<Event>();
        for (int n = 0; n < 12; n++) {
            events.add(review("critic" + n, at, "kettle", 1));
            events.add(review("fan" + n, at.minus(Duration.ofDays(n)), "lamp", 5));
        }
        events.add(review("fan1", at, "tent", 5));
        inbox.accept(events);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        ask("/api/satisfaction/products").get("items").findValuesAsText("product"))
                .containsExactly("kettle", "lamp"));

        var worst = ask("/api/satisfaction/products?limit=1").at("/items/0");
        assertThat(worst.get("product").asText()).isEqualTo("kettle");
        assertThat(worst.at("/satisfaction/index").asDouble()).isLessThan(10);
        assertThat(worst.at("/satisfaction/observations").asInt()).isEqualTo(12);
        assertThat(ask("/api/satisfaction/products?first=highest")
                        .at("/items/0/product")
                        .asText())
                .isEqualTo("lamp");
        assertThat(ask("/api/satisfaction/products/kettle").get("index")).isEqualTo(worst.at("/satisfaction/index"));
        answered(asAdmin("/api/satisfaction/products/tent"), 404);
        assertThat(ask("/api/satisfaction").at("/overall/observations").asInt()).isGreaterThanOrEqualTo(25);

        var critic =
                ask("/api/customers?identity=userId:critic1").at("/items/0/id").asText();
        var known = ask("/api/customers/" + critic).get("satisfaction");
        assertThat(known.get("index").asDouble()).isEqualTo(35);
        assertThat(known.get("observations").asInt()).isEqualTo(1);
        assertThat(known.has("trend")).as("nothing was said a month ago").isFalse();
    }

    @Test
    void twoWhoAreOneAreTakenTogetherAndTwoWhoArePartedAreNot() {
        var at = Instant.now().truncatedTo(ChronoUnit.MICROS); // of today: what is older weighs less
        inbox.accept(List.of(review("grumbler", at, "stove", 1)));
        inbox.accept(List.of(review("admirer", at, "stove", 5)));
        await().atMost(PATIENCE)
                .until(() -> Double.valueOf(85).equals(indexOf("admirer"))
                        && Double.valueOf(35).equals(indexOf("grumbler")));
        var grumbler = id("grumbler");

        post(
                "/api/customers/" + grumbler + "/merge",
                "{\"other\":\"" + id("admirer") + "\",\"reason\":\"one\",\"force\":true}");
        // (2 x 0 + 2 x 100 + 2 x 70) / 6
        assertThat(indexOf("admirer")).isEqualTo(56.7);

        var merge =
                ask("/api/customers/" + grumbler + "/merges").at("/items/0/id").asText();
        post("/api/customers/" + grumbler + "/merges/" + merge + "/undo", "{\"reason\":\"two\"}");
        assertThat(indexOf("grumbler")).isEqualTo(35);
        assertThat(indexOf("admirer")).isEqualTo(85);
    }

    private Double indexOf(String user) {
        var found = ask("/api/customers?identity=userId:" + user).get("items");
        return found.isEmpty()
                ? null
                : ask("/api/customers/" + found.get(0).get("id").asText())
                        .at("/satisfaction/index")
                        .asDouble();
    }

    private String id(String user) {
        return ask("/api/customers?identity=userId:" + user).at("/items/0/id").asText();
    }

    private void post(String path, String body) {
        answered(asAdmin(path).header("Content-Type", "application/json").POST(text(body)), 200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"first=middle", "limit=0", "limit=1001"})
    void whatCannotBeUsedIsRefusedByName(String query) {
        assertThat(answered(asAdmin("/api/satisfaction/products?" + query), 400)
                        .get("field")
                        .asText())
                .isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/satisfaction", "/api/satisfaction/products", "/api/satisfaction/products/kettle"})
    void nobodyLooksWithoutSigningIn(String path) {
        assertThat(send(to(path)).statusCode()).isEqualTo(401);
    }

    private static Event review(String user, Instant at, String product, int stars) {
        return Events.by(user, "Review Posted", at, Map.of("product_id", product, "rating", stars));
    }
}
