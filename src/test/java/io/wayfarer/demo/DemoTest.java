package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.wayfarer.ingest.WriteKeys;
import io.wayfarer.time.TimeOrderedId;
import io.wayfarer.time.ProductClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.TestPropertySource;

/** The whole demo with a small crowd, visited by a person with a browser. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@ActiveProfiles("demo")
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:demo;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/demo-test",
            "wayfarer.admin.password=" + DemoTest.PASSWORD,
            "wayfarer.demo.people=40",
            "wayfarer.demo.history=20d"
        })
class DemoTest extends InBrowser {

    static final String PASSWORD = "a-password-for-the-demo";

    private static final Pattern CURL = Pattern.compile("(?m)^ *curl (?:\\\\\n|[^\n])*");
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @LocalServerPort
    int port;

    @Autowired
    JdbcTemplate jdbc;

    @Autowired
    CrowdRun run;

    @Autowired
    Mailbox mailbox;

    @Autowired
    JavaMailSender mail;

    @Autowired
    WriteKeys keys;

    @Autowired
    ProductClock clock;

    private final List<String> complaints = new ArrayList<>();

    private Page open(String path) {
        var page = visitor.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (!request.url().startsWith("http://localhost:" + port + "/")) {
                complaints.add("asks for " + request.url());
            }
        });
        page.navigate("http://localhost:" + port + path);
        return page;
    }

    private HttpResponse<String> post(String path, String type, String body) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                                .header("Content-Type", type)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private List<String> events(String email) {
        return jdbc.queryForList(
                "select e.name from event e join identity i on i.customer_id = e.customer_id where i.name = ? order by e.at",
                String.class,
                email);
    }

    @Test
    void the_crowds_history_is_told_worked_off_and_learnt_from_and_the_crowd_lives_on() {
        await().atMost(PATIENCE).until(run::isLiving);

        assertThat(run.steps())
                .extracting(CrowdRun.Step::state)
                .containsExactly(CrowdRun.State.done, CrowdRun.State.done, CrowdRun.State.done, CrowdRun.State.now);
        assertThat(run.lines()).isNotEmpty();
        var told = jdbc.queryForObject("select count(*) from event", Long.class);
        assertThat(told).isGreaterThan(700);
        assertThat(jdbc.queryForList("select reason from quarantine", String.class))
                .isEmpty();
        assertThat(jdbc.queryForObject("select count(*) from event where source = 'webhook:erp'", Long.class))
                .isPositive();
        assertThat(jdbc.queryForObject("select setting from setting where name = ?", String.class, CrowdRun.SETTING))
                .endsWith(" told");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(jdbc.queryForObject("select count(*) from event", Long.class))
                        .isGreaterThan(told + 20));
    }

    @Test
    void a_birthday_comes_by_itself_and_is_greeted() throws Exception {
        await().atMost(PATIENCE).until(run::isLiving);
        var day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).plusDays(2);
        var said =
                "{\"userId\":\"born\",\"traits\":{\"email\":\"born@example.org\",\"timezone\":\"Etc/UTC\",\"birthday\":\"1990-"
                        + day.toString().substring(5) + "\",\"consent\":{\"marketing\":true}}}";
        var key = Base64.getEncoder().encodeToString((keys.first() + ":").getBytes(StandardCharsets.UTF_8));
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/v1/identify"))
                                .header("Authorization", "Basic " + key)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(said))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events("born@example.org")).contains("Occasion Due", "Award Given"));
    }

    @Test
    void the_crowd_is_in_many_journeys_and_gets_no_more_mail_than_the_caps_allow() {
        await().atMost(PATIENCE).until(run::isLiving);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        jdbc.queryForList("select distinct process from journey_entry", String.class))
                .contains("abandoned-cart", "awareness-nurture", "evaluation-assist", "onboarding", "feedback"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        jdbc.queryForList("select distinct template from message where status = 'sent'", String.class))
                .contains("cart-reminder", "welcome"));

        assertThat(jdbc.queryForList("select a.customer_id, a.template, b.template from message a join message b"
                        + " on a.customer_id = b.customer_id and a.id <> b.id and b.sent_at >= a.sent_at"
                        + " and b.sent_at < a.sent_at + interval '1' day"
                        + " where a.topic = 'marketing' and b.topic = 'marketing'"))
                .isEmpty();
        assertThat(jdbc.queryForList("select job.exception_msg_ from act_ru_job job where exception_msg_ is not null"))
                .isEmpty();
        assertThat(jdbc.queryForList("select message_id, reason from quarantine"))
                .isEmpty();
    }

    /** In their order, as a reader types them, for the customer whom they make. */
    @Test
    void the_commands_of_the_readme_do_what_it_shows() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, "curl"))),
                "curl is not installed: the commands of the README are not tried");
        var commands = CURL.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(commands).hasSize(5);
        assertThat(run(commands.get(0), "")).startsWith("{\"items\":[");
        assertThat(run(commands.get(1), "")).isEqualTo("{\"success\":true}");
        assertThat(run(commands.get(2), "")).isEqualTo("{\"success\":true}");
        var customer = "select customer_id from identity where name = 'bo@example.org'";
        await().atMost(PATIENCE)
                .until(() -> !jdbc.queryForList(customer, String.class).isEmpty());
        var id = jdbc.queryForObject(customer, String.class);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(run(commands.get(3), id))
                .contains("\"action\":\"start:abandoned-cart\"", "Began a cart with Kettle"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(run(commands.get(4), id))
                .contains("\"template\":\"cart-reminder\"", "You left Kettle in your cart", "\"verdict\":\"sent\""));
        assertThat(mailbox.newest(true, 2000)).anyMatch(one -> one.to().equals("bo@example.org"));
    }

    private String run(String command, String id) throws IOException, InterruptedException {
        var shell = new ProcessBuilder(
                        "bash",
                        "-c",
                        command.replaceFirst("curl", "curl --silent --show-error --fail")
                                .replace("localhost:8080", "localhost:" + port))
                .redirectErrorStream(true);
        shell.environment().putAll(Map.of("PASSWORD", PASSWORD, "WRITE_KEY", keys.first(), "ID", id));
        var process = shell.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + "\n" + said).isZero();
        return said;
    }

    @Test
    void what_a_person_does_in_the_shop_becomes_the_events_of_a_customer() {
        var page = open("/shop");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Yes, you may"))
                .click();
        page.getByPlaceholder("Search the shop").fill("lantern");
        page.keyboard().press("Enter");
        page.getByText("Larch Lantern").click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Add to cart"))
                .click();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        page.getByLabel("Name").fill("Ada");
        page.getByLabel("Email").fill("Ada.Test@Example.org");
        page.getByText("Write to me about things").click();
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Continue"))
                .click();
        page.getByText("Hello, Ada").waitFor();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Cart"))
                .click();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Check out"))
                .click();
        page.getByLabel("Street and number").fill("Way 1");
        page.getByLabel("Town").fill("Larchfield");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Place the order"))
                .click();
        page.getByText("Thank you").first().waitFor();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(events("ada.test@example.org"))
                .contains(
                        "Consent Changed",
                        "Page Viewed",
                        "Products Searched",
                        "Product Viewed",
                        "Product Added",
                        "Form Begun",
                        "Form Submitted",
                        "Identified",
                        "Cart Viewed",
                        "Checkout Started",
                        "Order Completed",
                        "Page Left"));
        var consent = jdbc.queryForObject(
                "select c.consent from customer c join identity i on i.customer_id = c.id where i.name = ?",
                String.class,
                "ada.test@example.org");
        assertThat(consent).contains("marketing").contains("true");
        assertThat(complaints).isEmpty();
    }

    @Test
    void a_visitor_sees_what_is_for_them_and_what_they_choose_is_told_with_the_rule() {
        await().atMost(PATIENCE).until(run::isLiving);
        var page = open("/shop/product/kettle");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Yes, you may"))
                .click();
        page.reload();
        await().atMost(PATIENCE).until(() -> {
            page.navigate("http://localhost:" + port + "/shop");
            page.waitForTimeout(1_000);
            return page.locator(".for-you li").count() > 0;
        });

        var place = page.locator(".for-you");
        assertThat(place.locator("h2").textContent()).isNotBlank();
        assertThat(place.locator(".why").first().textContent()).isNotBlank();
        assertThat(place.locator("a").all())
                .allSatisfy(link -> assertThat(link.getAttribute("href")).startsWith("/shop/product/"));
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/for-you.png")));
        place.locator("a").first().click();
        page.waitForURL("**/shop/product/**");

        var browser = (String) page.evaluate("localStorage['wayfarer.anonymous']");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(jdbc.queryForList(
                        "select e.body from event e join identity i on i.customer_id = e.customer_id"
                                + " where i.name = ? and e.name in ('Product List Viewed', 'Product Clicked')",
                        String.class,
                        browser))
                .anyMatch(body -> body.contains("Product Clicked") && body.contains("personalise.dmn: row"))
                .anyMatch(body -> body.contains("Product List Viewed") && body.contains("for-you")));
        assertThat(complaints).isEmpty();
    }

    @Test
    void the_bell_of_a_person_who_is_signed_in_counts_their_messages_and_opening_it_reads_them() {
        var page = open("/shop");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Yes, you may"))
                .click();
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        page.getByLabel("Name").fill("Bell");
        page.getByLabel("Email").fill("bell@example.org");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Continue"))
                .click();
        page.getByText("Hello, Bell").waitFor();
        var whose = "select customer_id from identity where name = 'bell@example.org'";
        await().atMost(PATIENCE)
                .until(() -> !jdbc.queryForList(whose, String.class).isEmpty());
        for (int n = 0; n < 2; n++) {
            hasMessage(jdbc.queryForObject(whose, UUID.class), "Message " + n);
        }
        page.navigate("http://localhost:" + port + "/shop");

        var bell = page.locator(".bell");
        assertThat(bell.textContent()).isEqualTo("Messages2");
        bell.click();
        page.getByText("Message 1").waitFor();
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/bell.png")));
        page.locator(".bell .badge").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
        page.locator(".messages button").first().click();
        page.getByText("Message 1").waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.DETACHED));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(events("bell@example.org"))
                .contains("Message Read", "Message Dismissed"));
        assertThat(complaints).isEmpty();
    }

    /** As the channel keeps one that was sent. */
    private void hasMessage(UUID customer, String title) {
        var id = TimeOrderedId.at(Instant.now());
        jdbc.update(
                "insert into message (id, idempotency_key, customer_id, channel, template, topic, status, attempts, verdicts,"
                        + " facts, created_at) values (?, ?, ?, 'inbox', 'a-template', 'transactional', 'sent', 1, '[]', '{}',"
                        + " current_timestamp)",
                id,
                id.toString(),
                customer);
        jdbc.update(
                "insert into inbox_message (message_id, title, text, link, at, ends_at) values (?, ?, 'A text', '/shop',"
                        + " current_timestamp, timestamp with time zone '2999-01-01 00:00:00+00')",
                id,
                title);
    }

    @Test
    void a_letter_to_the_shop_comes_in_through_its_mailbox() {
        var page = open("/shop/contact");
        page.getByLabel("Name").fill("Bram 云");
        page.getByLabel("Email").fill("bram@example.org");
        page.getByLabel("Subject").fill("My kettle");
        page.getByLabel("Message").fill("It broke on the first day. I am very disappointed.");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send"))
                .click();
        page.getByText("on its way to us").waitFor();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(events("bram@example.org")).contains("Mail Received"));
        assertThat(complaints).isEmpty();
    }

    @Test
    void a_form_says_what_is_missing() {
        var page = open("/shop/account");
        page.getByLabel("Email").fill("not an address");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Continue"))
                .click();

        assertThat(page.locator("em").allTextContents())
                .containsExactly("Please fill this in.", "This does not look like an email address.");
        assertThat(page.evaluate("document.activeElement.name")).isEqualTo("name");
    }

    @Test
    void before_an_answer_the_shop_stores_nothing_and_a_no_is_respected() {
        var page = open("/shop/product/tent");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Add to cart"))
                .waitFor();
        assertThat(page.evaluate("document.cookie + Object.keys(localStorage)")).isEqualTo("");
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("No").setExact(true))
                .click();
        page.navigate("http://localhost:" + port + "/shop");
        page.getByText("Larch Lantern").waitFor();

        assertThat(page.locator(".ask").count()).isZero();
        assertThat(page.evaluate("Object.keys(localStorage).join()")).isEqualTo("wayfarer.consent");
        assertThat(complaints).isEmpty();
    }

    @Test
    void a_mail_is_shown_but_nothing_in_it_can_run() throws Exception {
        var message = mail.createMimeMessage();
        var parts = new MimeMessageHelper(message, true, "UTF-8");
        parts.setFrom("shop@larch.example");
        parts.setTo("clara@elsewhere.example");
        parts.setSubject("<img src=x onerror=alert(1)>");
        parts.setText(
                "text",
                "<p>Hello Clara</p><script>parent.document.title = 'taken'</script>"
                        + "<img src='/shop/icon.svg' onerror='top.location=\"/\"'>");
        mail.send(message);
        await().until(() ->
                mailbox.newest(true, 100).stream().anyMatch(one -> one.to().equals("clara@elsewhere.example")));

        var page = open("/shop/mail");
        page.getByText("clara@elsewhere.example").first().click();
        page.frameLocator("iframe").getByText("Hello Clara").waitFor();

        assertThat(page.title()).startsWith("Mailbox");
        assertThat(page.url()).endsWith("/shop/mail");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Text part"))
                .click();
        assertThat(page.locator(".reading pre").textContent()).contains("text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/shop",
                "/shop?lang=zh",
                "/shop?q=nothing-like-it",
                "/shop/product/boots",
                "/shop/cart",
                "/shop/checkout",
                "/shop/thanks?order=L1",
                "/shop/account?lang=zh",
                "/shop/contact",
                "/shop/mail"
            })
    void every_page_has_a_heading_and_keeps_within_the_strict_policy_on_a_telephone(String path) {
        var page = visitor.newPage();
        page.setViewportSize(360, 740);
        page.close();
        page = open(path);
        page.setViewportSize(360, 740);
        page.locator("h1, h2").first().waitFor();

        assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
                .as("width of the page")
                .isLessThanOrEqualTo(360);
        assertThat(complaints).isEmpty();
    }

    @Test
    void a_product_that_does_not_exist_is_said_so() {
        var page = open("/shop/product/%3Cscript%3E");
        page.getByText("We do not sell that").waitFor();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "{\"name\":\"A\",\"email\":\"a@b.example\",\"subject\":\"s\"}",
                "{\"name\":\"A\\r\\nBcc: x@y.example\",\"email\":\"a@b.example\",\"subject\":\"s\",\"text\":\"t\"}",
                "{\"name\":\"A\",\"email\":\"a@b.example\",\"subject\":\"s\\nX: y\",\"text\":\"t\"}",
                "{\"name\":\"A\",\"email\":\"a@b.example, c@d.example\",\"subject\":\"s\",\"text\":\"t\"}",
                "{\"name\":\"A\",\"email\":\"nobody\",\"subject\":\"s\",\"text\":\"t\"}",
                "{\"name\":\"A\",\"email\":\"a@b.example\",\"subject\":\"s\",\"text\":\"\\u0000\"}",
                "{\"name\":[1],\"email\":\"a@b.example\",\"subject\":\"s\",\"text\":\"t\"}"
            })
    void a_letter_that_is_none_is_refused(String body) throws Exception {
        assertThat(post("/shop/contact", "application/json", body).statusCode()).isEqualTo(400);
    }

    @Test
    void a_letter_too_long_or_from_another_sites_form_is_refused() throws Exception {
        var letter = "{\"name\":\"A\",\"email\":\"a@b.example\",\"subject\":\"s\",\"text\":\"%s\"}";
        assertThat(post("/shop/contact", "application/json", letter.formatted("x".repeat(5001)))
                        .statusCode())
                .isEqualTo(400);
        assertThat(post("/shop/contact", "text/plain", letter.formatted("x")).statusCode())
                .isEqualTo(415);
    }
}
