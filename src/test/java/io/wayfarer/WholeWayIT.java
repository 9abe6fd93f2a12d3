package io.wayfarer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.icegreen.greenmail.util.ServerSetupTest;
import com.segment.analytics.Analytics;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.TrackMessage;
import jakarta.mail.internet.MimeMessage;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged program as its users meet it, from the outside only: a real SDK, a signed webhook and a mail go in; mails
 * come out by SMTP and a person's task is worked off through the engine's REST. A day takes twenty seconds.
 */
class WholeWayIT {

    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final Duration A_FEW_DAYS = Duration.ofSeconds(120);

    @TempDir
    static Path dir;

    private static GreenMail mail;
    private static RunningProgram program;

    @BeforeAll
    static void start() {
        mail = new GreenMail(
                new ServerSetup[] {ServerSetupTest.SMTP.dynamicPort(), ServerSetupTest.IMAP.dynamicPort()});
        mail.start();
        GreenMailUser service = mail.setUser("service@shop.example", "service", "imap-password");
        assertThat(service.getEmail()).isEqualTo("service@shop.example");
        program = RunningProgram.start(
                dir,
                Map.of(
                        "spring.mail.host",
                        "localhost",
                        "spring.mail.port",
                        Integer.toString(mail.getSmtp().getPort()),
                        "wayfarer.clock.speed",
                        "4320",
                        "wayfarer.sources.erp.scheme",
                        "standard-webhooks",
                        "wayfarer.sources.erp.secret",
                        "whsec_" + Base64.getEncoder().encodeToString(SECRET),
                        "wayfarer.mailboxes.service.url",
                        "imap://localhost:" + mail.getImap().getPort()
                                + "?username=service&password=imap-password&delay=500"));
    }

    @AfterAll
    static void stop() {
        if (program != null) {
            program.close();
        }
        mail.stop();
    }

    @Test
    void aCallOfTheSegmentSdkBecomesADecisionAJourneyAndTwoDifferentMails() {
        var sdk = Analytics.builder(RunningProgram.WRITE_KEY)
                .endpoint(program.uri("").toString())
                .flushInterval(1, TimeUnit.SECONDS)
                .build();
        sdk.enqueue(IdentifyMessage.builder()
                .userId("ada")
                .traits(Map.of(
                        "email", "ada@example.org",
                        "name", "Ada",
                        "timezone", "Europe/London",
                        "consent", Map.of("marketing", true))));
        sdk.enqueue(TrackMessage.builder("Product Added")
                .userId("ada")
                .properties(Map.of("product_id", "tent-2", "name", "Two-person tent", "price", 189.0)));
        sdk.flush();

        var decision = awaitDecision("userId:ada", "start:abandoned-cart");
        assertThat(decision.get("reason").asText()).contains("Two-person tent");
        assertThat(decision.get("rule").asText()).isNotBlank();
        assertThat(program.ask("/api/decisions/" + decision.get("id").asText()).get("facts"))
                .isNotEmpty();

        var first = awaitMail("ada@example.org", 1);
        assertThat(GreenMailUtil.getBody(first)).contains("Two-person tent");
        var second = awaitMail("ada@example.org", 2);
        assertThat(subject(second)).isNotEqualTo(subject(first));
        sdk.shutdown();

        for (var message : ofTheCart("userId:ada")) {
            assertThat(message.get("status").asText()).isEqualTo("sent");
            assertThat(message.get("verdicts")).isNotEmpty();
        }
        assertThat(kinds("userId:ada")).contains("event", "stage", "decision", "message");
    }

    @Test
    void aSignedWebhookBecomesAMailToo() throws Exception {
        webhook("m-1", "customer.identified", "\"traits\":{\"name\":\"Bob\",\"consent\":{\"marketing\":true}}");
        webhook(
                "m-2",
                "Product Added",
                "\"properties\":{\"product_id\":\"stove\",\"name\":\"Camping stove\",\"price\":79}");

        assertThat(GreenMailUtil.getBody(awaitMail("bob@example.org", 1))).contains("Camping stove");
    }

    @Test
    void whoBuysDuringTheWaitGetsNoReminder() {
        collect(
                """
                {"batch":[
                {"type":"identify","messageId":"c1","userId":"cleo","traits":{"email":"cleo@example.org","consent":{"marketing":true}}},
                {"type":"track","messageId":"c2","userId":"cleo","event":"Product Added","properties":{"product_id":"lamp","name":"Lamp","price":20}}]}""");
        collect(
                """
                {"batch":[{"type":"track","messageId":"c3","userId":"cleo","event":"Order Completed","properties":{"order_id":"o1","total":20}}]}""");

        awaitDecision("userId:cleo", "start:abandoned-cart");
        awaitDecision("userId:cleo", "tell:purchased");
        await().atMost(A_FEW_DAYS).until(() -> running("abandoned-cart", "userId:cleo") == 0);
        assertThat(ofTheCart("userId:cleo")).isEmpty();
    }

    @Test
    void anUnhappyMailBecomesATaskAndTheAnswerAnEvent() {
        GreenMailUtil.sendTextEmail(
                "service@shop.example",
                "dora@example.org",
                "Very disappointed",
                "I am very disappointed. The tent arrived broken, nobody answers, it is terrible. I want a refund.",
                mail.getSmtp().getServerSetup());

        awaitDecision("email:dora@example.org", "start:unhappy-customer");
        var key = customer("email:dora@example.org");
        await().atMost(A_FEW_DAYS).until(() -> !tasks(key).isEmpty());
        var task = tasks(key).get(0).get("id").asText();
        assertThat(program.post("/engine-rest/task/" + task + "/claim", "{\"userId\":\"admin\"}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(program.post(
                                "/engine-rest/task/" + task + "/submit-form",
                                """
                                {"variables":{"outcome":{"value":"refund","type":"String"},\
                                "answer":{"value":"We are sorry and pay you back.","type":"String"}}}""")
                        .statusCode())
                .isEqualTo(204);

        await().atMost(A_FEW_DAYS).until(() -> items("/api/customers/" + key + "/timeline").stream()
                .anyMatch(item -> item.get("name").asText().equals("Task Completed")));
        assertThat(tasks(key)).isEmpty();
    }

    private static void webhook(String id, String type, String rest) throws Exception {
        var body = "{\"type\":\"%s\",\"timestamp\":\"%s\",\"data\":{\"email\":\"bob@example.org\",%s}}"
                .formatted(type, Instant.now(), rest);
        var timestamp = Long.toString(Instant.now().getEpochSecond());
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        var signature = Base64.getEncoder()
                .encodeToString(mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8)));
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(program.uri("/webhooks/erp"))
                                .header("Content-Type", "application/json")
                                .header("webhook-id", id)
                                .header("webhook-timestamp", timestamp)
                                .header("webhook-signature", "v1," + signature)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static void collect(String body) {
        assertThat(program.collect("/v1/batch", body).statusCode()).isEqualTo(200);
    }

    private static String customer(String identity) {
        var found = items("/api/customers?identity=" + URLEncoder.encode(identity, StandardCharsets.UTF_8));
        return found.isEmpty() ? null : found.get(0).get("id").asText();
    }

    private static JsonNode awaitDecision(String identity, String action) {
        var found = new JsonNode[1];
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            var id = customer(identity);
            found[0] = id == null
                    ? null
                    : items("/api/customers/" + id + "/decisions").stream()
                            .filter(decision -> decision.get("action").asText().equals(action))
                            .findFirst()
                            .orElse(null);
            return found[0] != null;
        });
        return found[0];
    }

    /** The number-th mail to the address, waited for. */
    private static MimeMessage awaitMail(String address, int number) {
        await().atMost(A_FEW_DAYS).until(() -> mailsTo(address).size() >= number);
        return mailsTo(address).get(number - 1);
    }

    private static List<MimeMessage> mailsTo(String address) {
        return Arrays.stream(mail.getReceivedMessagesForDomain(address)).toList();
    }

    private static String subject(MimeMessage message) {
        return GreenMailUtil.getWholeMessage(message)
                .lines()
                .filter(line -> line.startsWith("Subject:"))
                .findFirst()
                .orElseThrow();
    }

    private static int running(String process, String identity) {
        return program.ask("/engine-rest/process-instance?processDefinitionKey=" + process + "&businessKey="
                        + customer(identity))
                .size();
    }

    /** Messages about what was left in the cart; other journeys send some, too. */
    private static List<JsonNode> ofTheCart(String identity) {
        return items("/api/messages?customer=" + customer(identity)).stream()
                .filter(message -> message.get("template").asText().startsWith("cart-"))
                .toList();
    }

    private static List<JsonNode> tasks(String businessKey) {
        return list(program.ask("/engine-rest/task?processInstanceBusinessKey=" + businessKey));
    }

    private static List<String> kinds(String identity) {
        return items("/api/customers/" + customer(identity) + "/timeline").stream()
                .map(item -> item.get("kind").asText())
                .toList();
    }

    private static List<JsonNode> items(String path) {
        return list(program.ask(path).get("items"));
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
