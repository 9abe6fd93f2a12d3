package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Quarantine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
        properties = {"spring.datasource.url=jdbc:h2:mem:api;DB_CLOSE_DELAY=-1", "wayfarer.data.dir=target/api-test"})
class ApiTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    Inbox inbox;

    @Autowired
    Quarantine quarantine;

    @Autowired
    ObjectMapper json;

    private static boolean told;

    /** Ada looks at a tent three times, and puts it in the cart; all in one browser, so that it is taken in this order. */
    @BeforeEach
    void tellOfAda() {
        if (!told) {
            var start = Instant.now().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MICROS);
            inbox.accept(List.of(
                    Events.identify(
                            "ada",
                            "ada-browser",
                            "ada@example.org",
                            start,
                            Map.of("name", "Ada", "consent", Map.of("marketing", true))),
                    byAda("Product Viewed", start.plusSeconds(60)),
                    byAda("Product Viewed", start.plusSeconds(120)),
                    byAda("Product Viewed", start.plusSeconds(180)),
                    byAda("Product Added", start.plusSeconds(180)),
                    Events.byBrowser("other-browser", "Page Viewed", start, Map.of())));
            quarantine.keep("test", "m-1", "there is nobody in it", "{}");
            quarantine.keep("test", "m-2", "there is nobody in it", "{}");
            told = true;
        }
        await().atMost(PATIENCE)
                .until(() -> items("/api/customers").size() == 2
                        && !timeline("?limit=1000", "stage").isEmpty());
    }

    private static Event byAda(String name, Instant at) {
        var tent = Map.<String, Object>of("product_id", "tent-1", "name", "Tent", "price", 120.5);
        return Events.event(name, at, "ada", "ada-browser", null, Map.of(), tent);
    }

    @Test
    void eachScoreOfACustomerSaysWhy() {
        var why = ask("/api/customers/" + ada() + "/why");
        assertThat(why.fieldNames()).toIterable().containsExactlyInAnyOrder("buy", "next-stage");
        // nothing is trained yet: the stage alone speaks, and says so
        assertThat(why.at("/buy/method").asText()).isEqualTo("no-features");
        assertThat(why.at("/buy/value").asDouble())
                .isEqualTo(why.at("/buy/baseline").asDouble());
        assertThat(why.at("/buy/reasons")).isEmpty();
    }

    @Test
    void aCustomerIsFoundByEachIdentity() {
        for (var identity : List.of("userId:ada", "email:Ada@Example.ORG", "anonymousId:ada-browser")) {
            var found = items("/api/customers?identity=" + URLEncoder.encode(identity, StandardCharsets.UTF_8));
            assertThat(found).as(identity).hasSize(1);
            assertThat(found.get(0).get("id").asText()).isEqualTo(ada());
        }
        var nobody = ask("/api/customers?identity=userId:nobody");
        assertThat(nobody.get("items")).isEmpty();
        assertThat(nobody.get("next")).isEqualTo(NullNode.instance);
    }

    @Test
    void aCustomerIsShownWithAllThatIsKnown() {
        var ada = ask("/api/customers/" + ada());

        assertThat(texts(ada.get("identities")))
                .containsExactly("anonymousId:ada-browser", "email:ada@example.org", "userId:ada");
        assertThat(ada.at("/traits/name").asText()).isEqualTo("Ada");
        assertThat(ada.get("stage").asText()).isEqualTo("purchase");
        assertThat(Instant.parse(ada.get("stageSince").asText())).isBefore(Instant.now());
        assertThat(ada.at("/features/windows/7/productViews").asInt()).isEqualTo(3);
        assertThat(ada.at("/features/lifetime/events").asInt()).isEqualTo(5);
        assertThat(ada.at("/features/cart/0/product").asText()).isEqualTo("tent-1");
        assertThat(ada.at("/features/cart/0/price").asDouble()).isEqualTo(120.5);
        assertThat(ada.at("/features/recent")).hasSize(5);
        assertThat(ada.at("/scores/buy/value").asDouble()).isBetween(0.0, 1.0);
        assertThat(ada.at("/scores/buy/model").asText()).isNotEmpty();
        assertThat(texts(ada.get("segments"))).isSubsetOf("prospects", "others");
        assertThat(ada.at("/consent/marketing/granted").asBoolean()).isTrue();
    }

    @Test
    void theTimelineGivesEachThingOnceWhateverTheSizeOfItsParts() {
        var whole = items("/api/customers/" + ada() + "/timeline?limit=1000");
        assertThat(whole.stream().map(item -> item.get("kind").asText())).contains("event", "stage", "decision");
        assertThat(whole.stream().map(item -> Instant.parse(item.get("at").asText())))
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
        assertThat(timeline("?limit=1000", "event"))
                .containsExactlyInAnyOrder(
                        "Identified", "Product Viewed", "Product Viewed", "Product Viewed", "Product Added");
        assertThat(timeline("?limit=1000", "stage")).contains("evaluation");

        for (int size = 1; size <= 4; size++) {
            assertThat(inParts("/api/customers/" + ada() + "/timeline", size)).isEqualTo(ids(whole));
        }
    }

    @Test
    void aDecisionIsExplained() {
        var decisions = items("/api/customers/" + ada() + "/decisions");
        var stage = decisions.stream()
                .filter(decision -> decision.get("action").asText().equals("stage:evaluation"))
                .findFirst()
                .orElseThrow();

        var decision = ask("/api/decisions/" + stage.get("id").asText());
        for (var field : List.of("id", "at", "action", "reason", "rule", "release", "scores", "facts")) {
            assertThat(decision.has(field)).as(field).isTrue();
        }
        assertThat(decision.get("reason").asText()).isNotBlank();
        assertThat(inParts("/api/customers/" + ada() + "/decisions", 1)).isEqualTo(ids(decisions));
    }

    @Test
    void messagesAreListedWithTheirVerdicts() {
        assertThat(timeline("?limit=1000", "decision")).contains("start:evaluation-assist");

        await().atMost(PATIENCE)
                .until(() -> !items("/api/messages?customer=" + ada()).isEmpty());
        var message = items("/api/messages?customer=" + ada()).get(0);
        assertThat(message.get("template").asText()).isEqualTo("price-watch");
        assertThat(message.get("customer").asText()).isEqualTo(ada());
        assertThat(message.get("channel").asText()).isEqualTo("email");
        assertThat(message.get("status").asText()).isIn("queued", "deferred", "dropped", "failed", "sent");
        assertThat(message.get("verdicts").isArray()).isTrue();
        assertThat(ask("/api/messages/" + message.get("id").asText()).get("id")).isEqualTo(message.get("id"));
        assertThat(timeline("?limit=1000", "message"))
                .contains(message.get("template").asText());
        assertThat(items("/api/messages?customer=" + UUID.randomUUID())).isEmpty();
    }

    @Test
    void stagesCountPeopleAndMoves() {
        var stages = ask("/api/stages");

        var people = 0;
        for (var stage : stages.get("people")) {
            people += stage.get("customers").asInt();
        }
        assertThat(people).isEqualTo(2);
        assertThat(stages.get("people")).hasSize(5);
        var sums = new java.util.TreeMap<String, Double>();
        for (var move : stages.get("transitions")) {
            assertThat(move.get("moves").asInt()).isPositive();
            sums.merge(move.get("from").asText(), move.get("probability").asDouble(), Double::sum);
        }
        assertThat(sums.values()).isNotEmpty().allSatisfy(sum -> assertThat(sum).isBetween(0.999, 1.001));
    }

    @Test
    void quarantineIsListedWithReasons() {
        var items = items("/api/quarantine");
        assertThat(items).hasSize(2);
        assertThat(items.get(0).get("messageId").asText()).isEqualTo("m-2");
        assertThat(items.get(0).get("reason").asText()).isEqualTo("there is nobody in it");
        assertThat(inParts("/api/quarantine", 1)).isEqualTo(ids(items));
        assertThat(inParts("/api/customers", 1)).isEqualTo(ids(items("/api/customers")));
    }

    @Test
    void aTrainingIsBegunOnDemand() {
        await().atMost(PATIENCE)
                .until(() -> send(asAdmin("/api/models/train").POST(text(""))).statusCode() == 202);
        await().atMost(PATIENCE)
                .until(() -> ask("/api/models").at("/training/state").asText().equals("DONE"));
        assertThat(ask("/api/models").get("items").isArray()).isTrue();
    }

    @Test
    void metersCountWhatWasDone() {
        var meters = send(asAdmin("/actuator/prometheus")).body();
        assertThat(meters)
                .contains(
                        "wayfarer_inbox_backlog",
                        "wayfarer_event_latency_seconds_count",
                        "wayfarer_spine_batch_seconds_count",
                        "wayfarer_decisions_total{verb=\"stage\"}",
                        "wayfarer_messages_total{status=\"queued\"}");
    }

    @Test
    void theApiDescribesItself() {
        var paths = ask("/v3/api-docs").get("paths");
        for (var path : List.of(
                "/api/customers",
                "/api/customers/{id}",
                "/api/customers/{id}/timeline",
                "/api/customers/{id}/decisions",
                "/api/decisions/{id}",
                "/api/messages",
                "/api/stages",
                "/api/quarantine",
                "/api/models",
                "/api/models/train")) {
            assertThat(paths.has(path)).as(path).isTrue();
        }
        assertThat(paths.at("/~1api~1customers/get/summary").asText()).isNotBlank();
        assertThat(paths.has("/error")).isFalse();
        assertThat(paths.has("/login")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit /api/customers?limit=-1",
                "limit /api/customers?limit=0",
                "limit /api/customers?limit=1001",
                "limit /api/customers?limit=99999999999999999999",
                "limit /api/customers?limit=1%20or%201=1",
                "after /api/customers?after='%20or%20''='",
                "identity /api/customers?identity=",
                "identity /api/customers?identity=email:",
                "identity /api/customers?identity=ada@example.org",
                "identity /api/customers?identity=EMAIL:ada@example.org",
                "identity /api/customers?identity=userId:%00",
                "identity /api/customers?identity=pass%20word:x",
                "id /api/customers/1",
                "id /api/customers/ada'--",
                "limit /api/customers/{ada}/timeline?limit=2000",
                "after /api/customers/{ada}/timeline?after=x",
                "after /api/customers/{ada}/timeline?after=MjAyNi0wMS0wMVQwMDowMDowMFo",
                "after /api/customers/{ada}/timeline?after=LTI5MjI3NzAyMi0wMS0wMVQwMDowMDowMFov",
                "after /api/customers/{ada}/decisions?after=%27",
                "id /api/decisions/0",
                "customer /api/messages?customer=ada",
                "limit /api/messages?limit=1e3",
                "after /api/quarantine?after=0"
            })
    void whatCannotBeUsedIsRefusedByName(String fieldAndPath) {
        var field = fieldAndPath.split(" ")[0];
        var answer = send(asAdmin(fieldAndPath.split(" ")[1].replace("{ada}", ada())));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        var problem = read(answer.body());
        assertThat(problem.get("status").asInt()).isEqualTo(400);
        assertThat(problem.get("field").asText()).isEqualTo(field);
        assertThat(problem.get("detail").asText()).startsWith(field + " ");
    }

    @Test
    void anIdentityOfAnyLengthIsAnswered() {
        var answer = send(asAdmin("/api/customers?identity=userId:" + "x".repeat(5_000)));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(read(answer.body()).get("field").asText()).isEqualTo("identity");
    }

    @Test
    void whatIsNotThereIsAProblemToo() {
        var nobody = UUID.randomUUID();
        for (var path : List.of(
                "/api/customers/" + nobody,
                "/api/customers/" + nobody + "/timeline",
                "/api/customers/" + nobody + "/decisions",
                "/api/decisions/" + nobody,
                "/api/messages/" + nobody,
                "/api/no-such-thing")) {
            var answer = send(asAdmin(path));
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(read(answer.body()).get("status").asInt()).isEqualTo(404);
        }
        assertThat(send(asAdmin("/api/customers").DELETE()).statusCode()).isEqualTo(405);
    }

    private String ada() {
        return items("/api/customers?identity=userId:ada").get(0).get("id").asText();
    }

    private List<String> timeline(String query, String kind) {
        var ada = items("/api/customers?identity=userId:ada");
        return ada.isEmpty()
                ? List.of()
                : items("/api/customers/" + ada.get(0).get("id").asText() + "/timeline" + query).stream()
                        .filter(item -> item.get("kind").asText().equals(kind))
                        .map(item -> item.get("name").asText())
                        .toList();
    }

    /** The ids of a list that is read part by part. */
    private List<String> inParts(String path, int size) {
        var ids = new ArrayList<String>();
        var after = "";
        do {
            var part = ask(path + "?limit=" + size + after);
            var found = ids(list(part.get("items")));
            assertThat(found).hasSizeBetween(1, size);
            ids.addAll(found);
            after = part.get("next").isNull()
                    ? null
                    : "&after=" + part.get("next").asText();
        } while (after != null);
        assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
        return ids;
    }

    private static List<String> ids(List<JsonNode> items) {
        return items.stream().map(item -> item.get("id").asText()).toList();
    }

    private List<JsonNode> items(String path) {
        return list(ask(path).get("items"));
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    private static List<String> texts(JsonNode array) {
        return list(array).stream().map(JsonNode::asText).toList();
    }

    private JsonNode read(String body) {
        try {
            return json.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
