package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import io.wayfarer.demo.InBrowser;
import io.wayfarer.learn.table.Example;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** The card of a model as a signed-in person sees it. The settings are those of {@link WholeProgram}. */
@AutoConfigureObservability(tracing = false)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:console;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/console-test",
            "wayfarer.admin.password=" + WholeProgram.PASSWORD
        })
class CardInBrowserTest extends InBrowser {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @LocalServerPort
    int port;

    @Autowired
    ObjectMapper json;

    @TempDir
    Path dir;

    @Test
    void itsPageShowsPlotsInItsOwnStyleAndTheBrowserHasNothingToComplainOf() throws Exception {
        var table = dir.resolve("customers.csv");
        Example.write(table);
        var begun = json.readTree(WholeProgram.send(asAdmin("/api/tables?name=customers&label=purchase")
                        .header("Content-Type", "text/csv")
                        .POST(BodyPublishers.ofFile(table)))
                .body());
        var path = "/api/tables/" + begun.get("id").asText();
        await().atMost(PATIENCE)
                .until(() -> json.readTree(WholeProgram.send(asAdmin(path)).body())
                        .get("state")
                        .asText()
                        .equals("DONE"));

        var complaints = new ArrayList<String>();
        var page = visitor.newPage();
        page.onConsoleMessage(message -> {
            if (List.of("error", "warning").contains(message.type())) {
                complaints.add(message.text());
            }
        });
        page.navigate("http://localhost:" + port + "/login");
        page.fill("#user", "admin");
        page.fill("#password", WholeProgram.PASSWORD);
        page.click("button[type=submit]");
        page.waitForURL("**/console");
        page.navigate("http://localhost:" + port + path + "/card.html");

        assertThat(page.locator("h1").textContent()).contains("purchase");
        assertThat(page.locator("svg").count()).isGreaterThan(4);
        assertThat((String) page.evaluate("getComputedStyle(document.body).fontFamily"))
                .as("the style that the page brings along")
                .contains("sans-serif");
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of("target/card.png")));
        assertThat(complaints).isEmpty();
    }

    private HttpRequest.Builder asAdmin(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .header("Authorization", WholeProgram.ADMIN);
    }
}
