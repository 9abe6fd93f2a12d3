package io.wayfarer.ingest.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wayfarer.ingest.RunningWays;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A CRM that nobody here has heard of, added with the two files and the settings that docs/integrators.md shows. */
@DirtiesContext
class OwnCrmTest extends RunningWays {

    @TempDir
    private static Path routes;

    @DynamicPropertySource
    static void addedAsDocumented(DynamicPropertyRegistry properties) throws IOException {
        Files.writeString(routes.resolve("in-crm-acme.camel.yaml"), example("# routes/in-crm-acme.camel.yaml"));
        Files.writeString(routes.resolve("in-crm-acme.jslt"), example("// routes/in-crm-acme.jslt"));
        settings().forEach((name, value) -> {
            if (!name.equals("wayfarer.routes")) {
                properties.add(name.toString(), () -> value);
            }
        });
        properties.add(
                "wayfarer.routes",
                () -> "classpath:routes/in-*.camel.yaml,classpath:routes/errors.camel.yaml," + routes.toUri()
                        + "*.camel.yaml");
        properties.add("spring.datasource.url", () -> "jdbc:h2:mem:own-crm;DB_CLOSE_DELAY=-1");
    }

    @Test
    void itsDeliveriesBecomeTheEventsThatTheExampleShows() throws IOException {
        assertThat(settings().getProperty("wayfarer.routes"))
                .isEqualTo("classpath:routes/*.camel.yaml,file:./routes/*.camel.yaml");
        var body = example("{\"kind\": \"appointment\"");
        assertThat(send(acme(body, Instant.now())).statusCode()).isEqualTo(202);
        var event = (ObjectNode) events().get(0);
        assertThat(event.remove(List.of("id", "at", "receivedAt")))
                .isEqualTo(tree(example("{\"source\": \"webhook:acme\"")));
        assertThat(send(acme(body, Instant.now())).statusCode())
                .as("it counts once")
                .isEqualTo(200);
        assertThat(send(acme(body.replace("appointment", "rota"), Instant.now()))
                        .body())
                .isEqualTo("{\"status\":\"not used\"}");
        assertThat(unused.list(10, null).get(0).kind()).isEqualTo("rota");
        assertThat(send(acme(body, Instant.now().minusSeconds(301))).statusCode())
                .isEqualTo(401);
        assertThat(events()).hasSize(1);
        assertThat(quarantine.list(10, null)).isEmpty();
    }

    private HttpRequest.Builder acme(String body, Instant at) throws IOException {
        var time = Long.toString(at.getEpochSecond());
        var secret = settings().getProperty("wayfarer.sources.acme.secret");
        var signature = WebhookScheme.hmac(secret.getBytes(UTF_8), (time + "." + body).getBytes(UTF_8));
        return post("/webhooks/acme", body.getBytes(UTF_8))
                .header("X-Acme-Time", time)
                .header("X-Acme-Signature", "v1=" + HexFormat.of().formatHex(signature));
    }

    private static Properties settings() throws IOException {
        var yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ByteArrayResource(
                example("# application.yaml, with a CRM of your own").getBytes(UTF_8)));
        return yaml.getObject();
    }

    /** The fenced example of docs/integrators.md that begins with these words. */
    private static String example(String beginning) throws IOException {
        var page = Files.readString(Path.of("docs", "integrators.md"));
        return Pattern.compile("(?ms)^```\\w*\\n(.*?)^```$")
                .matcher(page)
                .results()
                .map(found -> found.group(1))
                .filter(text -> text.replaceAll("^\\{\\s+", "{").startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError("docs/integrators.md has no example " + beginning));
    }
}
