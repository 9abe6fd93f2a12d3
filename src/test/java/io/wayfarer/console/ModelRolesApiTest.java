package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.decide.Releases;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.ModelStore;
import io.wayfarer.score.TrainedOnce;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** Promotion and rollback as an administrator asks for them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestPropertySource(
        properties = {"spring.datasource.url=jdbc:h2:mem:roles;DB_CLOSE_DELAY=-1", "wayfarer.learn.every=900d"})
class ModelRolesApiTest extends WholeProgram {

    @DynamicPropertySource
    static void withoutModels(DynamicPropertyRegistry registry) throws IOException {
        var data = Files.createTempDirectory(Path.of("target"), "roles");
        registry.add("wayfarer.data.dir", data::toString);
    }

    @Autowired
    ModelStore store;

    @Autowired
    Releases releases;

    @Autowired
    Clock clock;

    @Autowired
    ObjectMapper json;

    @Test
    @Order(1)
    void aPersonPromotesAndGoesBackAndAllIsTold() throws Exception {
        var now = clock.instant();
        var first = TrainedOnce.keepPlanted(store, ModelCard.BUY, now, false);
        var second = TrainedOnce.keepPlanted(store, ModelCard.BUY, now.plusSeconds(1), true);
        var buy = ask("/api/models").at("/roles/0");
        assertThat(buy.get("name").asText()).isEqualTo("buy");
        assertThat(buy.get("champion").asText()).isEqualTo(first.version());
        assertThat(buy.get("challenger").asText()).isEqualTo(second.version());
        assertThat(ask("/api/models").get("promotion").asText()).isEqualTo("BETTER");
        assertThat(ask("/api/models").at("/items/0/card").has("reference")).isFalse();

        var promoted =
                post("/api/models/buy/promote", "{\"version\":\"" + second.version() + "\",\"reason\":\"we looked\"}");
        assertThat(promoted.statusCode()).as(promoted.body()).isEqualTo(200);
        buy = ask("/api/models").at("/roles/0");
        assertThat(buy.get("champion").asText()).isEqualTo(second.version());
        assertThat(buy.get("former").asText()).isEqualTo(first.version());
        assertThat(buy.at("/changes/0/by").asText()).isEqualTo("admin");
        assertThat(buy.at("/changes/0/why").asText()).isEqualTo("we looked");
        assertThat(buy.at("/changes/0/what").asText()).isEqualTo("PROMOTED");
        assertThat(releases.live().models()).isSameAs(store.current());
        assertThat(post("/api/models/buy/promote", "{\"version\":\"" + second.version() + "\"}")
                        .statusCode())
                .isEqualTo(409);

        assertThat(post("/api/models/buy/rollback", "").statusCode()).isEqualTo(200);
        buy = ask("/api/models").at("/roles/0");
        assertThat(buy.get("champion").asText()).isEqualTo(first.version());
        assertThat(buy.at("/changes/0/what").asText()).isEqualTo("ROLLED_BACK");
        assertThat(post("/api/models/buy/rollback", "{}").statusCode()).isEqualTo(409);
        assertThat(releases.live().models()).isSameAs(store.current());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "buy/promote     | {\"version\":\"no-such\"}                                  | 404",
                "buy/promote     | {\"version\":\"../../model.key\"}                          | 404",
                "nothing/promote | {\"version\":\"x\"}                                        | 404",
                "markov/promote  | {\"version\":\"x\"}                                        | 404",
                "buy/promote     | {}                                                         | 400",
                "buy/promote     | []                                                         | 400",
                "buy/promote     | nonsense                                                   | 400",
                "buy/promote     | {\"version\":\"x\",\"reason\":\"a\\nforged line of a log\"} | 400",
                "buy/rollback    | {\"reason\":\"a\\u0000b\"}                                 | 400",
                "buy/rollback    | {\"reason\":\"half of a pair: \\ud83d\"}                   | 400",
                "nothing/rollback| {}                                                         | 404",
            })
    @Order(2)
    void whatCannotBeDoneIsRefusedInWords(String path, String body, int status) throws Exception {
        var before = store.standings();
        var answer = post("/api/models/" + path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type").orElse("")).contains("problem+json");
        assertThat(store.standings()).isEqualTo(before);
    }

    @Test
    @Order(3)
    void aReasonHasALimit() {
        assertThat(post("/api/models/buy/rollback", "{\"reason\":\"" + "x".repeat(1001) + "\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    @Order(4)
    void onlyAdministratorsChangeWhatServes() throws Exception {
        var made = post(
                "/engine-rest/user/create",
                "{\"profile\":{\"id\":\"agnes\",\"firstName\":\"Agnes\",\"lastName\":\"Agent\"},"
                        + "\"credentials\":{\"password\":\"Agnes-Passw0rd\"}}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(204);
        var before = store.standings();
        var version = store.cards().stream()
                .map(ModelCard::version)
                .filter(one -> !one.equals(before.get(0).champion()))
                .findFirst()
                .orElseThrow();
        for (var path : new String[] {"/api/models/buy/promote", "/api/models/buy/rollback"}) {
            var body = "{\"version\":\"" + version + "\"}";
            assertThat(send(json(to(path).header("Authorization", basic("agnes", "Agnes-Passw0rd")), body))
                            .statusCode())
                    .isEqualTo(403);
            assertThat(send(json(to(path), body)).statusCode()).isIn(401, 403);
        }
        assertThat(store.standings()).isEqualTo(before);
    }

    private HttpResponse<String> post(String path, String body) {
        return send(json(asAdmin(path), body));
    }

    private static HttpRequest.Builder json(HttpRequest.Builder request, String body) {
        return request.header("Content-Type", "application/json").POST(text(body));
    }
}
