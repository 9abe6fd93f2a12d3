package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** Files and products by HTTP and through the drop folder, with the examples of docs/integrators.md. */
class ImportsApiTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Autowired
    ObjectMapper json;

    @Value("${wayfarer.drop.dir}")
    Path drop;

    @Test
    void theExampleOfTheGuideIsPreviewedImportedAndWorkedOff() throws IOException {
        var guide = Files.readString(Path.of("docs", "integrators.md"));
        var file = block(guide, "csv", "### A mapping").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(send(asAdmin("/api/mappings/shop-orders").PUT(text(block(guide, "json", "### A mapping"))))
                        .statusCode())
                .isEqualTo(200);
        assertThat(ask("/api/mappings/shop-orders").at("/body/order/number").asText())
                .isEqualTo("Invoice");
        assertThat(ask("/api/mappings").get("items")).isNotEmpty();

        var held = read(upload("name=orders-1.csv&mapping=shop-orders&preview=true", file), 202);
        assertThat(held.at("/file/state").asText()).isEqualTo("held");
        assertThat(held.at("/preview/events")).hasSize(2);
        assertThat(held.at("/preview/events/0/properties/total").asDouble()).isEqualTo(48.9);
        assertThat(held.at("/preview/events/1/name").asText()).isEqualTo("Order Refunded");
        assertThat(held.at("/preview/refused")).hasSize(2);
        var path = "/api/imports/" + held.at("/file/id").asText();
        assertThat(read(send(asAdmin(path + "/preview").POST(text(""))), 200).get("header"))
                .hasSize(8);

        assertThat(read(send(asAdmin(path + "/start").POST(text(""))), 200)
                        .get("state")
                        .asText())
                .isIn("queued", "running", "done");

        var done = awaitDone(path);
        assertThat(List.of(
                        done.get("rows").asInt(),
                        done.get("accepted").asInt(),
                        done.get("duplicate").asInt(),
                        done.get("refused").asInt()))
                .containsExactly(5, 3, 0, 2);
        assertThat(done.get("bytes")).isEqualTo(done.get("size"));
        var report = send(asAdmin(path + "/refused.csv"));
        assertThat(report.headers().firstValue("content-type")).hasValue("text/csv;charset=UTF-8");
        assertThat(report.body()).contains("\n6,Pieces,Pieces is no number: one,1004,bob,");
        await().atMost(PATIENCE)
                .until(() ->
                        ask("/api/customers?identity=userId:ada").get("items").size() == 1);
        await().atMost(PATIENCE).untilAsserted(() -> {
            var ada =
                    ask("/api/customers?identity=userId:ada").at("/items/0/id").asText();
            assertThat(ask("/api/customers/" + ada + "/timeline").findValuesAsText("name"))
                    .contains("Order Completed", "Order Refunded");
        });

        var again = awaitDone("/api/imports/"
                + read(upload("name=orders-1.csv", file), 202).at("/file/id").asText());
        assertThat(again.get("mapping").asText()).isEqualTo("shop-orders");
        assertThat(again.get("duplicate").asInt()).isEqualTo(3);
        assertThat(send(asAdmin("/api/mappings/shop-orders").DELETE()).statusCode())
                .isEqualTo(204);
    }

    @Test
    void aFileInTheDropFolderIsImportedAndPutAsideAndALinkIsNot() throws IOException {
        Files.createDirectories(drop.resolve("a-folder"));
        Files.writeString(drop.resolve("growing.csv.part"), "email,event\npart@example.org,x\n");
        Files.deleteIfExists(drop.resolve("link.csv"));
        Files.createSymbolicLink(drop.resolve("link.csv"), Path.of("/etc/passwd"));
        Files.writeString(drop.resolve("dropped $x;&.csv"), "email,event\ndropped@example.org,Page Viewed\n");

        await().atMost(PATIENCE)
                .until(() -> ask("/api/customers?identity=email:dropped@example.org")
                                .get("items")
                                .size()
                        == 1);
        await().atMost(PATIENCE)
                .until(() -> ask("/api/imports").findValuesAsText("error").contains("it is a link, and no file"));

        try (var done = Files.list(drop.resolve(".done"))) {
            assertThat(done).anyMatch(file -> file.toString().endsWith("-dropped $x;&.csv"));
        }
        assertThat(drop.resolve("link.csv")).doesNotExist();
        assertThat(Path.of("/etc/passwd")).exists();
        assertThat(drop.resolve("growing.csv.part")).exists();
        assertThat(drop.resolve("a-folder")).isDirectory();
    }

    @Test
    void theProductsOfTheGuideAreTakenAndShownAndAFileOfThemToo() throws IOException {
        var guide = Files.readString(Path.of("docs", "integrators.md"));
        assertThat(read(send(asAdmin("/api/products").PUT(text(block(guide, "json", "## Catalogue and stock")))), 200)
                        .get("taken")
                        .asInt())
                .isEqualTo(2);
        var lamp = ask("/api/products/lamp");
        assertThat(lamp.at("/product/available").asBoolean(true)).isFalse();
        assertThat(lamp.at("/product/price").asDouble()).isEqualTo(1250);

        var path = "/api/imports/"
                + read(
                                upload(
                                        "name=feed.csv",
                                        "id,title,price,availability\nlamp,Lamp,999 EUR,in_stock\n".getBytes()),
                                202)
                        .at("/file/id")
                        .asText();
        awaitDone(path);

        assertThat(ask("/api/products/lamp").get("changes").findValuesAsText("kind"))
                .containsExactlyInAnyOrder("price", "back");
        assertThat(ask("/api/products?limit=1").get("items")).hasSize(1);
        assertThat(ask("/api/products?limit=1").get("next").asText()).isNotEmpty();
    }

    @Test
    void whoLookedIsToldThatThePriceDropped() {
        read(send(asAdmin("/api/products").PUT(text("[{\"product_id\":\"boots\",\"price\":100}]"))), 200);
        awaitDone("/api/imports/"
                + read(upload("name=views.csv", "userId,event,product_id\nzoe,Product Viewed,boots\n".getBytes()), 202)
                        .at("/file/id")
                        .asText());
        await().atMost(PATIENCE)
                .until(() ->
                        ask("/api/customers?identity=userId:zoe").get("items").size() == 1);

        var zoe = ask("/api/customers?identity=userId:zoe").at("/items/0/id").asText();
        // the look is folded in some seconds after it: until then a drop finds nobody
        await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            var price = ask("/api/products/boots").at("/product/price").asDouble();
            read(
                    send(asAdmin("/api/products")
                            .PUT(text("[{\"product_id\":\"boots\",\"price\":" + (price - 1) + "}]"))),
                    200);
            assertThat(ask("/api/customers/" + zoe + "/timeline").findValuesAsText("name"))
                    .contains("Price Dropped");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name=..%2Fx.csv | text/csv | 400 | name",
                "name= | text/csv | 400 | name",
                "mapping=x | text/csv | 400 | name",
                "name=x.csv&mapping=no-such | text/csv | 400 | mapping",
                "name=x.csv&preview=perhaps | text/csv | 400 | preview",
                "name=x.csv | application/x-www-form-urlencoded | 415 |",
                "name=x.csv | multipart/form-data; boundary=a | 415 |"
            })
    void anUploadThatCannotBeUsedIsRefused(String query, String type, int status, String field) {
        var answer = send(
                asAdmin("/api/imports?" + query).header("Content-Type", type).POST(text("a,b\n")));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (field != null) {
            assertThat(read(answer, status).get("field").asText()).isEqualTo(field);
        }
    }

    @Test
    void aStrangerGetsNothing() {
        for (var path : List.of("/api/imports", "/api/mappings", "/api/products", "/api/imports/x/refused.csv")) {
            assertThat(send(to(path)).statusCode()).as(path).isEqualTo(401);
        }
        assertThat(send(to("/api/imports?name=x.csv")
                                .header("Content-Type", "text/csv")
                                .POST(text("a")))
                        .statusCode())
                .isIn(401, 403);
        assertThat(send(asAdmin("/api/imports/" + UUID.randomUUID())).statusCode())
                .isEqualTo(404);
        assertThat(send(asAdmin("/api/products/no-such")).statusCode()).isEqualTo(404);
        assertThat(send(asAdmin("/api/products").PUT(text("{}"))).statusCode()).isEqualTo(400);
        assertThat(send(asAdmin("/api/products").PUT(text("[{\"price\":1}]"))).body())
                .contains("[0].product_id");
    }

    private HttpResponse<String> upload(String query, byte[] file) {
        return send(asAdmin("/api/imports?" + query)
                .header("Content-Type", "text/csv")
                .POST(BodyPublishers.ofByteArray(file)));
    }

    private JsonNode awaitDone(String path) {
        await().atMost(PATIENCE).until(() -> List.of("done", "failed")
                .contains(ask(path).get("state").asText()));
        var done = ask(path);
        assertThat(done.get("state").asText()).as(done.toString()).isEqualTo("done");
        return done;
    }

    /** The first block of this language after the heading. */
    private static String block(String guide, String language, String heading) {
        var from = guide.indexOf("```" + language + "\n", guide.indexOf("\n" + heading + "\n")) + 4 + language.length();
        return guide.substring(from, guide.indexOf("```", from));
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
