package io.wayfarer.console;

import static io.wayfarer.console.WholeProgram.ADMIN;
import static io.wayfarer.console.WholeProgram.basic;
import static io.wayfarer.console.WholeProgram.send;
import static io.wayfarer.console.WholeProgram.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.BrowserContext.ClearCookiesOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.AriaRole;
import io.wayfarer.demo.InBrowser;
import io.wayfarer.ingest.WriteKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.actuate.observability.AutoConfigureObservability;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/** Camunda's own web apps behind our sign-in, as a person uses them. The settings are those of {@link WholeProgram}. */
@AutoConfigureObservability(tracing = false)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:console;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/console-test",
            "wayfarer.admin.password=" + WholeProgram.PASSWORD
        })
class TasklistTest extends InBrowser {

    private static final String TASKLIST = "/camunda/app/tasklist/default/";
    private static final String ADMINISTRATOR = "Wayfarer Administrator";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @LocalServerPort
    int port;

    @Autowired
    WriteKeys keys;

    @Autowired
    ObjectMapper json;

    private final List<String> complaints = new ArrayList<>();

    @Test
    void aColleagueAnswersAnUnhappyCustomerInTasklist() {
        complain(
                "emma@example.org",
                "Emma",
                "My stove broke on the first day. This is terrible, I am very disappointed.");

        var page = signedIn(TASKLIST);
        page.getByText("Unhappy customers").first().click();
        page.getByText("Answer an unhappy customer").first().click();
        field(page, "Customer").waitFor();
        assertThat(field(page, "Customer").inputValue()).isEqualTo("Emma, emma@example.org");
        assertThat(field(page, "Stage").inputValue()).isNotBlank();
        assertThat(field(page, "What they wrote").inputValue()).contains("My stove broke on the first day.");
        assertThat(field(page, "Answer").inputValue()).startsWith("We are sorry");
        var complete = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Complete"));

        page.getByText("Claim", new Page.GetByTextOptions().setExact(true)).click();
        await().atMost(PATIENCE).until(complete::isEnabled);
        choose(page, "Voucher");
        field(page, "Answer").fill("We are sorry. A new stove is on its way.");
        complete.click();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(timeline("emma@example.org"))
                .contains("event Ticket Opened", "decision start:unhappy-customer", "event Task Completed"));
        page.getByText("Select a task in the list").waitFor();
        assertThat(complaints).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasklist", "cockpit", "admin", "welcome"})
    void whoSignsOutOfAnAppIsSignedOut(String app) {
        var page = signedIn("/camunda/app/" + app + "/default/");
        var session = visitor.cookies().stream()
                .filter(cookie -> cookie.name.equals("JSESSIONID"))
                .findFirst()
                .orElseThrow();
        page.getByText(ADMINISTRATOR).first().click();
        page.getByText("Log out").first().click();
        page.getByText("You are signed out.").waitFor();

        assertThat(send(to("/api/customers").header("Cookie", "JSESSIONID=" + session.value))
                        .statusCode())
                .isEqualTo(401);
        page.navigate(url(TASKLIST));
        assertThat(page.url()).endsWith("/login");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tasklist", "cockpit"})
    void whenTheSessionHasEndedOursIsTheFormThatIsShownAndItLeadsBack(String app) {
        var page = signedIn("/camunda/app/" + app + "/default/");
        visitor.clearCookies(new ClearCookiesOptions().setName("JSESSIONID"));
        try {
            // dispatched, for a click would wait for where it leads
            page.getByText(app.equals("tasklist") ? "Unhappy customers" : "Processes")
                    .first()
                    .dispatchEvent("click", null, new Locator.DispatchEventOptions().setTimeout(10_000));
        } catch (TimeoutError e) {
            // it had found out by itself and left the page
        }
        page.getByText("Sign in to Wayfarer").waitFor();

        signIn(page, "admin", WholeProgram.PASSWORD);
        awaitApp(page, ADMINISTRATOR);
        assertThat(page.url()).contains("/camunda/app/" + app + "/default/");
    }

    @Test
    void aRequestFromInsideTasklistNeedsItsToken() {
        var page = signedIn(TASKLIST);
        page.getByText("All tasks").first().waitFor();
        var call = "token => fetch('/camunda/api/engine/engine/default/task/count', {method: 'POST', body: '{}',"
                + " headers: {'Content-Type': 'application/json', ...token}}).then(answer => answer.status)";

        var token = visitor.cookies().stream()
                .filter(cookie -> cookie.name.equals("XSRF-TOKEN"))
                .findFirst()
                .orElseThrow();
        assertThat(page.evaluate(call, Map.of("X-XSRF-TOKEN", token.value))).isEqualTo(200);
        assertThat(page.evaluate(call, Map.of())).isEqualTo(403);
        assertThat(page.evaluate(call, Map.of("X-XSRF-TOKEN", token.value)))
                .as("after a forged request the session is ended")
                .isEqualTo(401);
    }

    @Test
    void whoMayNotUseAnAppIsToldSo() {
        assertThat(asAdmin(
                        "/engine-rest/user/create",
                        "{\"profile\":{\"id\":\"agnes\",\"firstName\":\"Agnes\",\"lastName\":\"Agent\"},"
                                + "\"credentials\":{\"password\":\"Agnes-Passw0rd\"}}"))
                .isEqualTo(204);
        send(to("/engine-rest/group/service-agents/members/agnes")
                .header("Authorization", ADMIN)
                .PUT(HttpRequest.BodyPublishers.noBody()));

        var page = visitor.newPage();
        page.navigate(url(TASKLIST));
        signIn(page, "agnes", "Agnes-Passw0rd");
        awaitApp(page, "Agnes Agent");
        assertThat(page.navigate(url("/camunda/app/cockpit/default/")).status()).isEqualTo(403);
        page.getByText("403 Forbidden").waitFor();
    }

    private Page signedIn(String path) {
        var page = visitor.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onResponse(response -> {
            if (response.status() >= 400) {
                complaints.add(response.status() + " " + response.url());
            }
        });
        page.navigate(url(path));
        signIn(page, "admin", WholeProgram.PASSWORD);
        awaitApp(page, ADMINISTRATOR);
        complaints.clear();
        return page;
    }

    /** An app gives up on a script that takes more than seven seconds, as on a busy machine it may; one reloads it then. */
    private static void awaitApp(Page page, String user) {
        var name = page.getByText(user).first();
        for (int attempt = 0; attempt < 3; attempt++) {
            try {
                name.waitFor(new Locator.WaitForOptions().setTimeout(20_000));
                return;
            } catch (TimeoutError e) {
                page.reload();
            }
        }
        name.waitFor();
    }

    private static void signIn(Page page, String user, String password) {
        page.getByLabel("User").fill(user);
        page.getByLabel("Password").fill(password);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
    }

    /** The form is drawn anew when the task has become theirs, and a list that was open before is closed by that. */
    private static void choose(Page page, String option) {
        var one = page.getByText(option, new Page.GetByTextOptions().setExact(true));
        for (int attempt = 0; attempt < 5; attempt++) {
            try {
                page.locator(".fjs-select-display").click();
                one.click(new Locator.ClickOptions().setTimeout(10_000));
                return;
            } catch (TimeoutError e) {
                // opened too early: once more
            }
        }
        one.click();
    }

    private static Locator field(Page page, String label) {
        return page.locator(".fjs-form-field:has(label:has-text(\"" + label + "\"))")
                .locator("input, textarea");
    }

    private void complain(String email, String name, String words) {
        var person = "{\"userId\":\"" + email + "\",";
        track("identify", person + "\"traits\":{\"email\":\"" + email + "\",\"name\":\"" + name + "\"}}");
        track("track", person + "\"event\":\"Ticket Opened\",\"properties\":{\"text\":\"" + words + "\"}}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(timeline(email)).contains("task Answer an unhappy customer"));
    }

    private void track(String call, String body) {
        assertThat(send(to("/v1/" + call)
                                .header("Authorization", basic(keys.first(), ""))
                                .header("Content-Type", "application/json")
                                .POST(text(body)))
                        .statusCode())
                .isEqualTo(200);
    }

    /** What happened to somebody, as kind and name. */
    private List<String> timeline(String email) {
        var found = read("/api/customers?identity=email:" + email).get("items");
        if (found.isEmpty()) {
            return List.of();
        }
        var items = read("/api/customers/" + found.get(0).get("id").asText() + "/timeline");
        var names = new ArrayList<String>();
        items.get("items")
                .forEach(item -> names.add(
                        item.get("kind").asText() + " " + item.get("name").asText()));
        return names;
    }

    private JsonNode read(String path) {
        try {
            return json.readTree(send(to(path).header("Authorization", ADMIN)).body());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int asAdmin(String path, String body) {
        return send(to(path).header("Authorization", ADMIN)
                        .header("Content-Type", "application/json")
                        .POST(text(body)))
                .statusCode();
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create(url(path)));
    }

    private String url(String path) {
        return "http://localhost:" + port + path;
    }
}
