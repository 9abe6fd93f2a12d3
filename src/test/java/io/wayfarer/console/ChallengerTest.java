package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.time.ProductClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** The whole way over HTTP: events, two trainings, a trial, promotion by the rule, and rollback by a person. */
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:challenger;DB_CLOSE_DELAY=-1",
            "wayfarer.collector.write-keys=web:the-key",
            // a day is twenty seconds: a trial can be waited for
            "wayfarer.clock.speed=4320",
            "wayfarer.learn.horizon=1d",
            "wayfarer.learn.every=900d",
            "wayfarer.segments.every=900d",
            "wayfarer.recommend.every=900d"
        })
class ChallengerTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int A_CALL = 400;
    private static final int LOOKS = 8;

    @DynamicPropertySource
    static void withoutModels(DynamicPropertyRegistry registry) throws IOException {
        var data = Files.createTempDirectory(Path.of("target"), "challenger");
        registry.add("wayfarer.data.dir", data::toString);
    }

    @Autowired
    ProductClock clock;

    private final Random random = new Random(42);

    @Test
    void aChallengerBeatsTheChampionIsPromotedByTheRuleAndRolledBackByAPerson() {
        // once those bought who looked at pages; of late, and from now on, those who look at products
        tell(history("old", 400, 0.7, 0.1));
        var champion = train();
        assertThat(buy().get("champion").asText()).isEqualTo(champion);
        assertThat(buy().has("challenger")).isFalse();
        tell(history("new", 1200, 0.1, 0.7));
        var challenger = train();
        assertThat(challenger).isNotEqualTo(champion);
        assertThat(buy().get("champion").asText()).isEqualTo(champion);
        assertThat(buy().get("challenger").asText()).isEqualTo(challenger);

        for (int round = 0; round < LOOKS; round++) {
            var looks = new ArrayList<String>();
            for (int person = 0; person < A_CALL; person++) {
                looks.add(message("live" + person, person % 2 == 0 ? "Page Viewed" : "Product Viewed", null));
            }
            tell(looks);
        }
        var orders = new ArrayList<String>();
        for (int person = 0; person < A_CALL; person++) {
            if (random.nextDouble() < (person % 2 == 0 ? 0.1 : 0.7)) {
                orders.add(message("live" + person, "Order Completed", null));
            }
        }
        assertThat(modelOf("live1")).endsWith(champion);
        tell(orders);

        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> buy().get("champion").asText().equals(challenger));
        var promoted = buy().at("/changes/0");
        assertThat(promoted.get("by").asText()).isEqualTo("rule:better");
        assertThat(promoted.get("what").asText()).isEqualTo("PROMOTED");
        assertThat(promoted.get("why").asText()).containsPattern("; gain \\d");
        assertThat(modelOf("live1")).endsWith(challenger);
        assertThat(servingBuy()).containsExactly(challenger);
        assertThat(send(asAdmin("/actuator/prometheus")).body())
                .contains("wayfarer_model_drift{model=\"buy\",of=\"features\"}")
                .contains("wayfarer_model_drift{model=\"buy\",of=\"scores\"}");

        var back = answered(
                asAdmin("/api/models/buy/rollback")
                        .header("Content-Type", "application/json")
                        .POST(text("{\"reason\":\"the sale is over\"}")),
                200);
        assertThat(back.get("champion").asText()).isEqualTo(champion);
        assertThat(buy().at("/changes/0/why").asText()).isEqualTo("the sale is over");
        assertThat(servingBuy()).containsExactly(champion);
        assertThat(modelOf("live1")).endsWith(champion);
    }

    /** In the last fifty days each person came once; so many of those who saw pages, and products, bought six hours later. */
    private List<String> history(String who, int people, double ofPages, double ofProducts) {
        var messages = new ArrayList<String>();
        for (int person = 0; person < people; person++) {
            var at = clock.instant().minus(Duration.ofDays(3 + random.nextInt(47)));
            // as far apart as the live ones are by the fast clock, or else a tree would not know them again
            for (int i = 0; i < LOOKS; i++) {
                at = at.plus(Duration.ofMinutes(20 + random.nextInt(100)));
                messages.add(message(who + person, person % 2 == 0 ? "Page Viewed" : "Product Viewed", at));
            }
            if (random.nextDouble() < (person % 2 == 0 ? ofPages : ofProducts)) {
                messages.add(message(who + person, "Order Completed", at.plus(Duration.ofHours(4))));
            }
        }
        return messages;
    }

    private String message(String person, String event, Instant at) {
        return "{\"type\":\"track\",\"userId\":\"%s\",\"event\":\"%s\",\"messageId\":\"%x\"%s,\"properties\":{%s}}"
                .formatted(
                        person,
                        event,
                        random.nextLong(),
                        at == null ? "" : ",\"timestamp\":\"" + at + "\"",
                        event.startsWith("Order")
                                ? "\"order_id\":\"o-" + person + "\",\"total\":5"
                                : "\"product_id\":\"p\",\"path\":\"/\"");
    }

    /** Waits until all have had their effect. */
    private void tell(List<String> messages) {
        for (int from = 0; from < messages.size(); from += A_CALL) {
            var part = messages.subList(from, Math.min(messages.size(), from + A_CALL));
            var answer = send(to("/v1/batch")
                    .header("Authorization", basic("the-key", ""))
                    .POST(text("{\"batch\":[" + String.join(",", part) + "]}")));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
        await().atMost(PATIENCE)
                .until(() -> send(asAdmin("/actuator/prometheus")).body().contains("\nwayfarer_inbox_backlog 0.0"));
    }

    /** Gives the version of the new model of who buys. */
    private String train() {
        var before = ask("/api/models").at("/training/startedAt");
        assertThat(send(asAdmin("/api/models/train").POST(text(""))).statusCode())
                .isEqualTo(202);
        await().atMost(PATIENCE).until(() -> {
            var training = ask("/api/models").get("training");
            return training.get("state").asText().equals("DONE") && !Objects.equals(training.get("startedAt"), before);
        });
        return find(ask("/api/models").at("/training/outcomes"), "model", "buy")
                .at("/card/version")
                .asText();
    }

    private JsonNode buy() {
        return find(ask("/api/models").get("roles"), "name", "buy");
    }

    private List<String> servingBuy() {
        return StreamSupport.stream(ask("/api/models").get("items").spliterator(), false)
                .filter(item -> item.get("serving").asBoolean()
                        && item.at("/card/name").asText().equals("buy"))
                .map(item -> item.at("/card/version").asText())
                .toList();
    }

    private String modelOf(String person) {
        var id = ask("/api/customers?identity=userId:" + person).at("/items/0/id");
        return ask("/api/customers/" + id.asText()).at("/scores/buy/model").asText();
    }

    private static JsonNode find(JsonNode all, String field, String value) {
        return StreamSupport.stream(all.spliterator(), false)
                .filter(one -> one.get(field).asText().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError(value + " is not in " + all));
    }
}
