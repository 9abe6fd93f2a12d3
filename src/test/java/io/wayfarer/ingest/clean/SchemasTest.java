package io.wayfarer.ingest.clean;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.wayfarer.Events;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemasTest {

    @TempDir
    Path dir;

    private Schemas schemas() {
        return new Schemas(new ObjectMapper(), dir.toString());
    }

    private void write(String name, String schema) throws IOException {
        Files.writeString(dir.resolve(name + ".schema.json"), schema);
    }

    private static List<String> misfits(Schemas schemas, String event, Map<String, Object> properties) {
        return schemas.misfits(by("ada", event, NOON, properties));
    }

    @Test
    void theShippedSchemasTakeWhatTheSpecificationSays() {
        var shipped = new Schemas(new ObjectMapper(), "");
        assertThat(misfits(shipped, "Product Viewed", Map.of("product_id", "p", "price", 19.5, "name", "Tent")))
                .isEmpty();
        assertThat(misfits(shipped, "Order Completed", Map.of("order_id", "o", "revenue", 25, "currency", "USD")))
                .isEmpty();
        assertThat(misfits(shipped, "Nobody Knows This", Map.of("price", "x"))).isEmpty();
        assertThat(misfits(shipped, "Product Viewed", Map.of("product_id", "p", "price", -1)))
                .singleElement()
                .asString()
                .startsWith("/price: ");
        assertThat(shipped.expected("Order Completed")).containsExactly("order_id", "total", "currency", "products");
    }

    @Test
    void aFileOfTheInstallationGoesBeforeTheShippedOneAndMayAddOthers() throws IOException {
        write("own", "{\"title\":\"Product Viewed\",\"required\":[\"color\"]}");
        write("new", "{\"title\":\"Ticket Opened\",\"properties\":{\"text\":{\"type\":\"string\"}}}");

        assertThat(misfits(schemas(), "Product Viewed", Map.of()))
                .singleElement()
                .asString()
                .contains("color");
        assertThat(misfits(schemas(), "Ticket Opened", Map.of("text", 1))).hasSize(1);
    }

    @Test
    void ofSomebodyWhoSaysWhoTheyAreTheTraitsAreChecked() throws IOException {
        write("identified", "{\"title\":\"Identified\",\"properties\":{\"age\":{\"type\":\"integer\"}}}");
        var event = Events.identify("ada", null, null, NOON, Map.of("age", "old"));

        assertThat(schemas().misfits(event)).containsExactly("/age: string found, integer expected");
    }

    @Test
    void aChangedFileIsReadAgainAndABrokenOneChangesNothing() throws IOException {
        write("own", "{\"title\":\"T\",\"required\":[\"a\"]}");
        var schemas = schemas();
        assertThat(misfits(schemas, "T", Map.of("a", 1))).isEmpty();

        write("own", "{\"title\":\"T\",\"required\":[\"a\",\"b\"]}");
        schemas.refresh();
        assertThat(misfits(schemas, "T", Map.of("a", 1))).hasSize(1);

        write("own", "{\"title\":\"T\",\"required\":[\"a\",");
        schemas.refresh();
        assertThat(misfits(schemas, "T", Map.of("a", 1))).hasSize(1);

        write("own", "{\"title\":\"T\"}");
        Files.setLastModifiedTime(dir.resolve("own.schema.json"), FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
        schemas.refresh();
        assertThat(misfits(schemas, "T", Map.of("a", 1))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{\"required\":[\"a\"]}",
                "{\"title\":\"T\",\"properties\":{\"a\":{\"pattern\":\"(a)\\\\1\"}}}",
                "{\"title\":\"T\",\"properties\":{\"a\":{\"pattern\":\"a(?=b)\"}}}",
                "{\"title\":\"T\",\"properties\":{\"a\":{\"pattern\":\"(\"}}}",
                "{\"title\":\"T\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/none\"}}}",
                "{\"title\":\"T\",\"properties\":{\"a\":{\"$ref\":\"file:///etc/passwd\"}}}",
                "{\"title\":\"T\",\"properties\":{\"a\":{\"$ref\":\"classpath:application.yaml\"}}}",
                "{\"title\":\"T\",\"$schema\":\"https://example.org/my-own\"}",
            })
    void whatCannotBeUsedStopsTheStartWithTheFilesName(String schema) throws IOException {
        write("broken", schema);

        assertThatThrownBy(this::schemas)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("broken.schema.json: ");
    }

    @Test
    void aReferenceToAnotherMachineIsNotFollowed() throws IOException {
        var asked = new AtomicInteger();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        try {
            write(
                    "remote",
                    "{\"title\":\"T\",\"properties\":{\"a\":{\"$ref\":\"http://localhost:"
                            + server.getAddress().getPort() + "/x.json\"}}}");
            assertThatThrownBy(this::schemas).hasMessageStartingWith("remote.schema.json: ");
            assertThat(asked).hasValue(0);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aPatternThatWouldTakeOtherEnginesForEverIsAnsweredAtOnce() throws IOException {
        write(
                "hostile",
                "{\"title\":\"T\",\"properties\":{\"a\":{\"pattern\":\"^(a+)+$\"},\"b\":{\"pattern\":\"^(a|aa)+$\"}}}");
        var schemas = schemas();
        var text = "a".repeat(9_999) + "!";

        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThat(misfits(schemas, "T", Map.of("a", text, "b", text)))
                        .hasSize(2));
    }

    @Test
    void aSchemaThatRefersToItselfWithoutEndFitsNothingAndHarmsNobody() throws IOException {
        write("endless", "{\"title\":\"T\",\"properties\":{\"a\":{\"allOf\":[{\"$ref\":\"#/properties/a\"}]}}}");

        assertThat(misfits(schemas(), "T", Map.of("a", 1))).containsExactly("/: the schema cannot be applied");
        assertThat(misfits(schemas(), "T", Map.of("b", 1))).isEmpty();
    }

    @Test
    void aSchemaMayReferToItsOwnParts() throws IOException {
        write(
                "parts",
                "{\"title\":\"T\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/n\"},\"b\":{\"$ref\":\"#\"}},"
                        + "\"$defs\":{\"n\":{\"type\":\"number\"}}}");

        assertThat(misfits(schemas(), "T", Map.of("a", "x", "b", Map.of("a", "y"))))
                .hasSize(2);
    }

    @Test
    void noMoreThanFiveReasonsAreGivenAndNoneIsLong() throws IOException {
        write("many", "{\"title\":\"T\",\"additionalProperties\":{\"type\":\"number\"}}");
        var properties = new java.util.HashMap<String, Object>();
        for (int i = 0; i < 100; i++) {
            properties.put("x".repeat(90) + i, "text");
        }

        assertThat(misfits(schemas(), "T", properties)).hasSize(5).allMatch(reason -> reason.length() <= 200);
    }
}
