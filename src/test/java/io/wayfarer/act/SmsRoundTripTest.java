package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.WebhookSignature;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole program: an SMS goes out through a provider, and the answer STOP comes in by its webhook. */
@DirtiesContext
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.url=jdbc:h2:mem:sms;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/sms-test",
            "wayfarer.admin.password=a-long-Passw0rd",
            "wayfarer.outbox.allow=127.0.0.1",
            "wayfarer.channels.sms.token=a-token-of-the-provider",
            "wayfarer.channels.sms.from=Camp",
            "wayfarer.sources.sms.scheme=standard-webhooks",
            "wayfarer.sources.sms.mapping=sms",
            "wayfarer.sources.sms.secret=" + SmsRoundTripTest.SECRET
        })
class SmsRoundTripTest {

    static final String SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private static final String PHONE = "+4915112345678";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Receiver PROVIDER = new Receiver();

    @Autowired
    private Inbox inbox;

    @Autowired
    private Customers customers;

    @Autowired
    private Outbox outbox;

    @Autowired
    private ObjectMapper json;

    @LocalServerPort
    private int port;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void provider(DynamicPropertyRegistry properties) {
        properties.add("wayfarer.channels.sms.url", () -> PROVIDER.url("/messages"));
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @Test
    void anSmsGoesOutAndTheAnswerStopEndsIt() throws Exception {
        inbox.accept(List.of(
                event(
                        "Identified",
                        Map.of("consent", Map.of("marketing", true, "sms", true), "timezone", whereItIsNoon()),
                        Map.of()),
                event("Product Added", Map.of(), Map.of("product_id", "tent", "name", "Tent", "price", 189.5))));
        var phone = new Identity(Identity.Kind.phone, PHONE);
        await().atMost(SOON).until(() -> customers
                .find(phone)
                .flatMap(customers::find)
                .filter(customer -> !customer.features().cart().isEmpty())
                .isPresent());
        var ada = customers.find(phone).orElseThrow();

        outbox.queue(new Outbox.Wanted("first", ada, null, "cart-reminder-sms", Map.of()));

        await().atMost(SOON)
                .until(() -> outbox.list(ada, 1, null).get(0).status().equals("sent"));
        assertThat(PROVIDER.calls()).hasSize(1);
        assertThat(PROVIDER.last().json().path("to").asText()).isEqualTo(PHONE);
        assertThat(PROVIDER.last().json().path("text").asText()).contains("Tent is still in your cart");
        var timeline = get("/api/customers/" + ada + "/timeline").get("items");
        assertThat(timeline).anySatisfy(item -> {
            assertThat(item.get("kind").asText()).isEqualTo("message");
            assertThat(item.get("channel").asText()).isEqualTo("sms");
        });
        assertThat(get("/api/channels"))
                .extracting(channel -> channel.get("name").asText())
                .containsExactly("email", "sms");

        assertThat(answer("STOP")).isEqualTo(202);
        await().atMost(SOON).until(() -> customers.find(ada).orElseThrow().refuses("sms"));
        outbox.queue(new Outbox.Wanted("second", ada, null, "cart-reminder-sms", Map.of()));

        await().atMost(SOON)
                .until(() -> outbox.list(ada, 1, null).get(0).status().equals("dropped"));
        assertThat(outbox.list(ada, 1, null).get(0).verdicts())
                .last()
                .isEqualTo(new Verdict("consent", "drop", "they refused the topic"));
        assertThat(PROVIDER.calls()).hasSize(1);
    }

    @Test
    void aChannelThatIsNotThereCannotBeOpened() throws Exception {
        assertThat(http.send(
                                asAdmin("/api/channels/pigeon/open")
                                        .header("Content-Type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString("{\"reason\":\"it works again\"}"))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(404);
    }

    private static Event event(String name, Map<String, Object> traits, Map<String, Object> properties) {
        var id = UUID.randomUUID().toString();
        var now = Instant.now();
        return new Event(
                Event.idOf("test", id),
                "test",
                id,
                name,
                "web",
                now,
                now,
                null,
                null,
                null,
                Map.of("phone", PHONE),
                traits,
                properties,
                Map.of());
    }

    /** A zone in which no quiet hours are, whenever the test runs. */
    private static String whereItIsNoon() {
        var ahead = 12 - Instant.now().atOffset(ZoneOffset.UTC).getHour();
        // the names of these zones have the sign the other way round
        return ahead == 0 ? "Etc/GMT" : "Etc/GMT" + (ahead > 0 ? "-" : "+") + Math.abs(ahead);
    }

    private JsonNode get(String path) throws Exception {
        return json.readTree(
                http.send(asAdmin(path).build(), BodyHandlers.ofString()).body());
    }

    private HttpRequest.Builder asAdmin(String path) {
        var pair = "admin:a-long-Passw0rd".getBytes(StandardCharsets.UTF_8);
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    private int answer(String text) throws Exception {
        var body = "{\"id\":\"7\",\"from\":\"" + PHONE + "\",\"text\":\"" + text + "\"}";
        var time = String.valueOf(Instant.now().getEpochSecond());
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/webhooks/sms"))
                                .header("Content-Type", "application/json")
                                .header("webhook-id", "answer-7")
                                .header("webhook-timestamp", time)
                                .header(
                                        "webhook-signature",
                                        WebhookSignature.of(
                                                SECRET, "answer-7", time, body.getBytes(StandardCharsets.UTF_8)))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
