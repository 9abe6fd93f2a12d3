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
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/**
 * The whole way over HTTP, of a score that rules need and of two that an owner asked for: events, two trainings, a trial,
 * promotion by the rule, and rollback by a person.
 */
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:challenger;DB_CLOSE_DELAY=-1",
            "wayfarer.collector.write-keys=web:the-key",
            // a day is forty seconds: a trial can be waited for
            "wayfarer.clock.speed=2160",
            "wayfarer.learn.horizon=1d",
            "wayfarer.learn.every=900d",
            "wayfarer.segments.every=900d",
            "wayfarer.recommend.every=900d"
        })
class ChallengerTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int A_CALL = 400;
    private static final int LIVE = 1200;
    private static final List<String> NAMES = List.of("buy", "churn", "value");

    @DynamicPropertySource
    static void withoutModels(DynamicPropertyRegistry registry) throws IOException {
        var data = Files.createTempDirectory(Path.of("target"), "challenger");
        registry.add("wayfarer.data.dir", data::toString);
        var rules = Files.createDirectory(data.resolve("rules"));
        try (var files = Files.newDirectoryStream(Path.of("rules"), Files::isRegularFile)) {
            for (var file : files) {
                Files.copy(file, rules.resolve(file.getFileName()));
            }
        }
        var labels = Files.readString(rules.resolve("labels.txt"));
        Files.writeString(rules.resolve("labels.txt"), labels.replace("within 30d", "within 1d"));
        registry.add("wayfarer.rules.dir", rules::toString);
    }

    @Autowired
    ProductClock clock;

    private final Random random = new Random(42);

    @Test
    void challengersBeatTheirChampionsArePromotedByTheRuleAndRolledBackByAPerson() {
        // once those bought who looked at a page; of late, and from now on, those who look at a product. Who does not
        // buy does
        // not come again
        tell(history("old", 800, 0.7, 0.1));
        var champions = train();
        for (var name : NAMES) {
            assertThat(role(name).get("champion").asText()).isEqualTo(champions.get(name));
            assertThat(role(name).has("challenger")).isFalse();
        }
        tell(history("new", 2400, 0.1, 0.7));
        var challengers = train();
        for (var name : NAMES) {
            assertThat(challengers.get(name)).isNotEqualTo(champions.get(name));
            assertThat(role(name).get("champion").asText()).isEqualTo(champions.get(name));
            assertThat(role(name).get("challenger").asText()).isEqualTo(challengers.get(name));
        }

        var looks = new ArrayList<String>();
        var orders = new ArrayList<String>();
        var at = clock.instant();
        for (int person = 0; person < LIVE; person++) {
            looks.add(message("live" + person, look(person), at));
            if (random.nextDouble() < (person % 2 == 0 ? 0.1 : 0.7)) {
                orders.add(message("live" + person, "Order Completed", at.plus(Duration.ofMinutes(30))));
            }
        }
        tell(looks);
        NAMES.forEach(name -> assertThat(modelOf("live1", name)).endsWith(champions.get(name)));
        await().until(() -> clock.instant().isAfter(at.plus(Duration.ofMinutes(30))));
        tell(orders);

        for (var name : NAMES) {
            await(name)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> role(name).get("champion").asText().equals(challengers.get(name)));
            var promoted = role(name).at("/changes/0");
            assertThat(promoted.get("by").asText()).isEqualTo("rule:better");
            assertThat(promoted.get("what").asText()).isEqualTo("PROMOTED");
            assertThat(promoted.get("why").asText())
                    .startsWith(name.equals("value") ? "squared error within " : "log loss ")
                    .containsPattern("; gain \\d");
            assertThat(modelOf("live1", name)).endsWith(challengers.get(name));
            assertThat(serving(name)).containsExactly(challengers.get(name));
            assertThat(send(asAdmin("/actuator/prometheus")).body())
                    .contains("wayfarer_model_drift{model=\"" + name + "\",of=\"features\"}")
                    .contains("wayfarer_model_drift{model=\"" + name + "\",of=\"scores\"}");

            var back = answered(
                    asAdmin("/api/models/" + name + "/rollback")
                            .header("Content-Type", "application/json")
                            .POST(text("{\"reason\":\"the sale is over\"}")),
                    200);
            assertThat(back.get("champion").asText()).isEqualTo(champions.get(name));
            assertThat(role(name).at("/changes/0/why").asText()).isEqualTo("the sale is over");
            assertThat(serving(name)).containsExactly(champions.get(name));
            assertThat(modelOf("live1", name)).endsWith(champions.get(name));
        }
    }

    /** In the last fifty days each person came once; so many of those who saw a page, and a product, bought soon after. */
    private List<String> history(String who, int people, double ofPages, double ofProducts) {
        var messages = new ArrayList<String>();
        for (int person = 0; person < people; person++) {
            var at = clock.instant().minus(Duration.ofDays(3 + random.nextInt(47)));
            messages.add(message(who + person, look(person), at));
            if (random.nextDouble() < (person % 2 == 0 ? ofPages : ofProducts)) {
                messages.add(message(who + person, "Order Completed", at.plus(Duration.ofHours(4))));
            }
        }
        return messages;
    }

    private static String look(int person) {
        return person % 2 == 0 ? "Page Viewed" : "Product Viewed";
    }

    private String message(String person, String event, Instant at) {
        return "{\"type\":\"track\",\"userId\":\"%s\",\"event\":\"%s\",\"messageId\":\"%x\",\"timestamp\":\"%s\",\"properties\":{%s}}"
                .formatted(
                        person,
                        event,
                        random.nextLong(),
                        at,
                        event.startsWith("Order")
                                ? "\"order_id\":\"o-" + person + "\",\"total\":" + (40 + random.nextInt(21))
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

    /** Gives the versions of the new models, by name. */
    private Map<String, String> train() {
        var before = ask("/api/models").at("/training/startedAt");
        assertThat(send(asAdmin("/api/models/train").POST(text(""))).statusCode())
                .isEqualTo(202);
        await().atMost(PATIENCE).until(() -> {
            var training = ask("/api/models").get("training");
            return training.get("state").asText().equals("DONE") && !Objects.equals(training.get("startedAt"), before);
        });
        var outcomes = ask("/api/models").at("/training/outcomes");
        return NAMES.stream().collect(Collectors.toMap(name -> name, name -> find(outcomes, "model", name)
                .at("/card/version")
                .asText()));
    }

    private JsonNode role(String name) {
        return find(ask("/api/models").get("roles"), "name", name);
    }

    private List<String> serving(String name) {
        return StreamSupport.stream(ask("/api/models").get("items").spliterator(), false)
                .filter(item -> item.get("serving").asBoolean()
                        && item.at("/card/name").asText().equals(name))
                .map(item -> item.at("/card/version").asText())
                .toList();
    }

    private String modelOf(String person, String name) {
        var id = ask("/api/customers?identity=userId:" + person).at("/items/0/id");
        return ask("/api/customers/" + id.asText())
                .at("/scores/" + name + "/model")
                .asText();
    }

    private static JsonNode find(JsonNode all, String field, String value) {
        return StreamSupport.stream(all.spliterator(), false)
                .filter(one -> one.get(field).asText().equals(value))
                .findFirst()
                .orElseThrow(() -> new AssertionError(value + " is not in " + all));
    }
}
