package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** The whole way: orders come in through the inbox, are learnt from, and asked for as a shop would. */
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:recommend;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/recommend-test"
        })
class RecommendationsApiTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    Inbox inbox;

    private static boolean told;

    /** Six people ordered a kettle with a mug, three a lamp that the catalogue does not know; Ada looked at a kettle. */
    @BeforeEach
    void tellOfOrders() throws IOException {
        if (told) {
            return;
        }
        var products = "[{'id':'kettle','name':'Kettle','price':38,'stock':3},{'id':'mug','name':'Mug','price':14}]";
        assertThat(send(asAdmin("/api/products")
                                .header("Content-Type", "application/json")
                                .PUT(text(products.replace('\'', '"'))))
                        .statusCode())
                .isEqualTo(200);
        var at = Instant.now().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MICROS);
        var lines = Stream.of("kettle", "mug")
                .map(id -> Map.<String, Object>of("product_id", id))
                .toList();
        var events = new ArrayList<Event>();
        for (int n = 0; n < 6; n++) {
            events.add(Events.by(
                    "u" + n, "Order Completed", at, Map.of("order_id", "o" + n, "total", 52, "products", lines)));
        }
        for (int n = 6; n < 9; n++) {
            events.add(Events.by(
                    "u" + n, "Order Completed", at, Map.of("order_id", "o" + n, "total", 9, "product_id", "lamp")));
        }
        events.add(Events.by("ada", "Product Viewed", at, Map.of("product_id", "kettle")));
        inbox.accept(events);
        await().atMost(PATIENCE).until(() -> ask("/api/customers").get("items").size() == 10);
        await().atMost(PATIENCE)
                .until(() -> send(asAdmin("/api/recommendations/learn").POST(text("")))
                                .statusCode()
                        == 202);
        await().atMost(PATIENCE)
                .until(() -> ask("/api/recommendations").path("products").asInt() == 3);
        told = true;
    }

    @Test
    void aCustomerIsOfferedWhatGoesWithWhatTheyDid() throws IOException {
        var items = ask("/api/customers/" + ada() + "/recommendations?limit=1").get("items");

        assertThat(items).hasSize(1);
        assertThat(items.at("/0/product").asText()).isEqualTo("mug");
        assertThat(items.at("/0/name").asText()).isEqualTo("Mug");
        assertThat(items.at("/0/price").asDouble()).isEqualTo(14);
        assertThat(items.at("/0/reason/kind").asText()).isEqualTo("BOUGHT_TOGETHER");
        assertThat(items.at("/0/reason/words/en").asText()).isEqualTo("Often bought with Kettle, which you looked at");
        assertThat(items.at("/0/reason/words/zh").asText()).contains("“Kettle”");
        assertThat(items.at("/0/reason/figures/orders").asInt()).isEqualTo(6);
        assertThat(items.at("/0/model").asText())
                .isEqualTo(ask("/api/recommendations").get("model").asText());
    }

    @Test
    void whatGoesWithAProductIsTold() throws IOException {
        var items = ask("/api/products/kettle/related").get("items");
        assertThat(items).hasSize(1);
        assertThat(items.at("/0/product").asText()).isEqualTo("mug");
        assertThat(items.at("/0/reason/words/en").asText()).isEqualTo("Often bought with Kettle");
        assertThat(items.at("/0/reason/figures/lift").asDouble()).isEqualTo(1.5);
        // known to orders, and not to the catalogue
        assertThat(send(asAdmin("/api/products/lamp/related")).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit /api/customers/{ada}/recommendations?limit=0",
                "limit /api/customers/{ada}/recommendations?limit=51",
                "limit /api/customers/{ada}/recommendations?limit=ten",
                "id /api/customers/1/recommendations",
                "limit /api/products/kettle/related?limit=-1",
                "limit /api/products/kettle/related?limit=1000000",
            })
    void whatCannotBeUsedIsRefusedByName(String fieldAndPath) throws IOException {
        var field = fieldAndPath.split(" ")[0];
        var answer = answered(asAdmin(fieldAndPath.split(" ")[1].replace("{ada}", ada())), 400);

        assertThat(answer.get("field").asText()).isEqualTo(field);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        for (var path : List.of(
                "/api/customers/" + UUID.randomUUID() + "/recommendations",
                "/api/products/none/related",
                "/api/products/'%20or%201=1--/related",
                "/api/products/%7F/related",
                "/api/products/" + "x".repeat(2_000) + "/related")) {
            assertThat(send(asAdmin(path)).statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void nobodyWhoIsNotSignedInIsToldAnything() throws IOException {
        for (var path : List.of(
                "/api/customers/" + ada() + "/recommendations",
                "/api/products/kettle/related",
                "/api/recommendations")) {
            assertThat(send(to(path)).statusCode()).as(path).isEqualTo(401);
        }
        assertThat(send(to("/api/recommendations/learn").POST(text(""))).statusCode())
                .isIn(401, 403);
    }

    private String ada() throws IOException {
        return ask("/api/customers?identity=userId:ada").at("/items/0/id").asText();
    }
}
