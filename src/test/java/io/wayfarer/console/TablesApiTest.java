package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.learn.table.Example;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Any table by HTTP, learned from in a process of its own. */
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:tables;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/tables-test",
            "wayfarer.learn.table.max-size=200KB",
            "wayfarer.learn.table.heap=256MB"
        })
class TablesApiTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Path TABLES = Path.of("target/tables-test/tables");

    @Autowired
    ObjectMapper json;

    @TempDir
    Path dir;

    /** None may run on into the next test. */
    @AfterEach
    void endAll() {
        ask("/api/tables").get("items").forEach(item -> {
            var path = "/api/tables/" + item.get("id").asText();
            send(asAdmin(path + "/cancel").POST(text("")));
            ended(path);
        });
    }

    @Test
    void aTableIsLearnedFromAndItsCardIsServedWhileTheTableItselfIsRemoved() throws IOException {
        var begun = read(upload("name=customer_data.csv&label=purchase", example()), 202);
        assertThat(begun.get("state").asText()).isEqualTo("RUNNING");
        var path = "/api/tables/" + begun.get("id").asText();

        var done = ended(path);
        assertThat(done.get("state").asText()).as(done.toString()).isEqualTo("DONE");
        assertThat(done.get("files").toString()).contains("card.html", "card.json", "roc.svg");
        var card = read(send(asAdmin(path + "/card.json")), 200);
        assertThat(card.get("label").asText()).isEqualTo("purchase");
        assertThat(card.at("/judgement/auc/value").asDouble()).isBetween(0.6, 0.99);
        var page = send(asAdmin(path + "/card.html"));
        assertThat(page.body()).contains("<svg").contains("purchase");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'")
                .doesNotContain("script-src");
        assertThat(TABLES.resolve(begun.get("id").asText()).resolve("data.csv")).doesNotExist();
    }

    @Test
    void oneAtATimeAndACancelledOneLeavesNothing() throws IOException {
        var begun = read(upload("name=first&label=purchase", example()), 202);
        var second = read(upload("name=second&label=purchase", example()), 409);
        assertThat(second.get("detail").asText()).contains("another table");

        var path = "/api/tables/" + begun.get("id").asText();
        assertThat(send(asAdmin(path + "/cancel").POST(text(""))).statusCode()).isEqualTo(200);
        assertThat(ended(path).get("state").asText()).isEqualTo("CANCELLED");
        assertThat(send(asAdmin(path + "/card.html")).statusCode()).isEqualTo(404);
        assertThat(TABLES.resolve(begun.get("id").asText()).resolve("data.csv")).doesNotExist();
    }

    @Test
    void whatCannotBeLearnedFromIsRefusedWithItsReason() {
        var begun = read(upload("name=t&label=shoe+size", "a,b\n1,2\n".getBytes()), 202);
        var refused = ended("/api/tables/" + begun.get("id").asText());
        assertThat(refused.get("state").asText()).isEqualTo("REFUSED");
        assertThat(refused.get("step").asText())
                .contains("shoe size")
                .doesNotContain("target")
                .doesNotContain("/");
    }

    @ParameterizedTest
    @CsvSource({
        "name=..%2Fx&label=a, name",
        "name=&label=a, name",
        "name=t&label=--out, label",
        "name=t&label=a%00b, label",
        "name=t&label=a&costs=--out, costs",
        "label=a, name",
    })
    void aParameterThatCannotBeUsedIsNamed(String query, String named) {
        var refused = read(upload(query, "a,b\n1,2\n".getBytes()), 400);
        assertThat(refused.toString()).contains(named);
        assertThat(ask("/api/tables").get("items").findValuesAsText("state")).doesNotContain("RUNNING");
    }

    @Test
    void aTableThatIsTooLargeIsRefusedAndNotKept() throws IOException {
        var before = TABLES.toFile().list().length;
        assertThat(read(upload("name=t&label=a", new byte[300_000]), 400)
                        .get("detail")
                        .asText())
                .contains("larger");
        assertThat(TABLES.toFile().list()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data.csv", "..%2F..%2Fmodel.key", "card.html%00", "x.svg"})
    void nothingButTheCardIsGivenOut(String file) throws IOException {
        var begun = read(upload("name=t&label=a", "a,b\n1,2\n".getBytes()), 202);
        var path = "/api/tables/" + begun.get("id").asText();
        ended(path);
        assertThat(send(asAdmin(path + "/" + file)).statusCode()).isIn(400, 404);
    }

    @Test
    void nobodyComesInWithoutSigningIn() {
        assertThat(send(to("/api/tables?name=t&label=a").POST(text("a,b"))).statusCode())
                .isIn(401, 403);
        assertThat(send(to("/api/tables")).statusCode()).isEqualTo(401);
    }

    private byte[] example() throws IOException {
        var file = dir.resolve("example-" + System.nanoTime() + ".csv");
        Example.write(file);
        return Files.readAllBytes(file);
    }

    private JsonNode ended(String path) {
        return await().atMost(PATIENCE)
                .until(() -> ask(path), item -> !item.get("state").asText().equals("RUNNING"));
    }

    private HttpResponse<String> upload(String query, byte[] table) {
        return send(asAdmin("/api/tables?" + query)
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofByteArray(table)));
    }

    private JsonNode read(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        try {
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
