package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.icegreen.greenmail.util.ServerSetupTest;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.Metric;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The whole program: a mail of ours goes out by SMTP, and what becomes of it comes in by IMAP, or by a link in it. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.url=jdbc:h2:mem:roundtrip;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/roundtrip-test",
            "wayfarer.admin.password=a-long-Passw0rd",
            "wayfarer.mail.from=A shop <care@shop.example>",
            "wayfarer.mail.unsubscribe=care@shop.example",
            "wayfarer.mail.track=true",
            "wayfarer.shop.name=Camp & Co"
        })
class MailRoundTripTest {

    private static final GreenMail MAIL =
            new GreenMail(new ServerSetup[] {ServerSetupTest.SMTP.dynamicPort(), ServerSetupTest.IMAP.dynamicPort()});
    private static final Duration SOON = Duration.ofSeconds(30);

    static {
        MAIL.start();
        MAIL.setUser("care@shop.example", "care", "password");
    }

    @Autowired
    private Inbox inbox;

    @Autowired
    private Quarantine quarantine;

    @Autowired
    private Customers customers;

    @Autowired
    private Outbox outbox;

    @Autowired
    private Tracking tracking;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private ObjectMapper json;

    @Autowired
    private Clock clock;

    @LocalServerPort
    private int port;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void mailServer(DynamicPropertyRegistry properties) {
        properties.add("spring.mail.port", () -> MAIL.getSmtp().getPort());
        properties.add(
                "wayfarer.mailboxes.care.url",
                () -> "imap://localhost:" + MAIL.getImap().getPort()
                        + "?username=care&password=password&initialDelay=100&delay=200");
    }

    @Test
    void aReplyIsThreadedToTheMailAndTheDecisionThatCausedIt() throws Exception {
        var ada = customer("ada@example.org");
        var decision = UUID.randomUUID();
        var mail = mailTo(ada, "ada@example.org", decision);
        send(
                """
                From: Ada <ada@example.org>
                To: care@shop.example
                Message-ID: <reply@example.org>
                In-Reply-To: %s
                Subject: Re: hello

                Nobody has ever asked me that.

                On Mon, 2 Mar 2026 at 12:00, A shop <care@shop.example> wrote:
                > %s
                """
                        .formatted(mail.getMessageID(), "How likely are you"));
        var event = eventOf(ada, "Mail Received").get("properties");
        assertThat(event.get("text").asText()).isEqualTo("Nobody has ever asked me that.");
        assertThat(event.get("email_id").asText())
                .isEqualTo(outbox.list(ada, 1, null).get(0).id().toString());
        assertThat(event.get("decision_id").asText()).isEqualTo(decision.toString());
    }

    @Test
    void aHardBounceSuppressesTheAddressAndASoftOneDoesNot() throws Exception {
        var bob = customer("bob@example.org");
        var cleo = customer("cleo@example.org");
        send(bounce(mailTo(cleo, "cleo@example.org", null).getMessageID(), "cleo@example.org", "5.2.2"));
        send(bounce(mailTo(bob, "bob@example.org", null).getMessageID(), "bob@example.org", "5.1.1"));
        assertThat(eventOf(bob, "Email Bounced").get("properties").get("bounce").asText())
                .isEqualTo("hard");
        assertThat(eventOf(cleo, "Email Bounced")
                        .get("properties")
                        .get("bounce")
                        .asText())
                .isEqualTo("soft");
        assertThat(suppressed("bob@example.org")).containsExactly("bounced: smtp; 550 said so");
        assertThat(suppressed("cleo@example.org")).isEmpty();

        outbox.queue(new Outbox.Wanted("again", bob, null, "recommend", Map.of()));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(outbox.list(bob, 1, null).get(0).status()).isEqualTo("dropped"));
        assertThat(outbox.list(bob, 1, null).get(0).verdicts()).last().returns("suppression", Verdict::gate);
    }

    @Test
    void aForgedBounceSuppressesNobody() throws Exception {
        var dan = customer("dan@example.org");
        var eve = customer("eve@example.org");
        var toEve = mailTo(eve, "eve@example.org", null).getMessageID();
        send(bounce("<" + UUID.randomUUID() + "@shop.example>", "dan@example.org", "5.1.1"));
        await().atMost(SOON).until(() -> !quarantine.list(10, null).isEmpty());
        assertThat(quarantine.list(10, null))
                .singleElement()
                .returns("a report of a mail that is not ours", Quarantine.Item::reason);
        send(bounce(toEve, "dan@example.org", "5.1.1"));
        eventOf(eve, "Email Bounced");
        assertThat(suppressed("dan@example.org")).isEmpty();
        assertThat(jdbc.queryForObject(
                        "select count(*) from event where customer_id = ? and name = 'Email Bounced'",
                        Integer.class,
                        dan))
                .isZero();
    }

    @Test
    void anEventOfThatNameWhichAnybodyMaySendSuppressesNobody() {
        var fay = customer("fay@example.org");
        inbox.accept(List.of(event("Email Bounced", "fay@example.org", Map.of(), Map.of("bounce", "hard"))));
        eventOf(fay, "Email Bounced");
        assertThat(suppressed("fay@example.org")).isEmpty();
    }

    @Test
    void aComplaintSuppressesAndWithdrawsConsent() throws Exception {
        var gil = customer("gil@example.org");
        var mail = mailTo(gil, "gil@example.org", null);
        send(
                """
                From: <abuse@mailbox.example>
                To: care@shop.example
                Message-ID: <complaint@mailbox.example>
                Content-Type: multipart/report; report-type=feedback-report; boundary="B"

                --B
                Content-Type: message/feedback-report

                Feedback-Type: abuse
                Version: 1

                --B
                Content-Type: message/rfc822

                Message-ID: %s
                To: <redacted>

                --B--
                """
                        .formatted(mail.getMessageID()));
        eventOf(gil, "Email Marked as Spam");
        assertThat(suppressed("gil@example.org")).isNotEmpty();
        assertThat(customers.find(gil).orElseThrow().refuses("marketing")).isTrue();
    }

    @Test
    void theAddressInTheMailUnsubscribes() throws Exception {
        var hal = customer("hal@example.org");
        var mail = mailTo(hal, "hal@example.org", null);
        var link = Pattern.compile("<mailto:([^?]+)\\?subject=unsubscribe%20([^>]+)>")
                .matcher(mail.getHeader("List-Unsubscribe", null));
        assertThat(link.find()).isTrue();
        send("From: Hal <hal@work.example>\nTo: " + link.group(1)
                + "\nMessage-ID: <u@example.org>\nSubject: unsubscribe " + link.group(2) + "\n\n");
        assertThat(eventOf(hal, "Unsubscribed").get("properties").get("topic").asText())
                .isEqualTo("marketing");
        assertThat(customers.find(hal).orElseThrow().refuses("marketing")).isTrue();
    }

    @Test
    void whatLooksAtAMailOfOursAndFollowsItsLinksComesBackAndMachinesAreToldApart() throws Exception {
        var kim = customer("kim@example.org");
        var mail = (MimeMultipart) mailTo(kim, "kim@example.org", null).getContent();
        var html = (String) mail.getBodyPart(1).getContent();
        assertThat((String) mail.getBodyPart(0).getContent()).doesNotContain("/c/", "/o/");
        var links = found("href=\"\\S+?(/c/[^\"]+)\"", html);
        var picture = found("src=\"\\S+?(/o/[^\"]+)\"", html).get(0);
        // the shop's name, and the one that nobody sees; to answer and to unsubscribe are pages of their own
        assertThat(links).hasSize(2);
        assertThat(found("href=\"\\S+?(/[us]/[^\"]+)\"", html)).hasSize(12);
        var browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

        var followed = ask(HttpRequest.newBuilder(at(links.get(0)))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .header("User-Agent", browser));
        assertThat(followed.statusCode()).isEqualTo(302);
        assertThat(followed.headers().firstValue("Location")).get().asString().endsWith("/shop");
        assertThat(marksOf(kim, "HEAD")).isEqualTo("head");
        var looked = ask(HttpRequest.newBuilder(at(picture)).header("User-Agent", "Mozilla/5.0"));
        assertThat(looked.headers().firstValue("Content-Type")).contains("image/gif");
        assertThat(eventOf(kim, "Email Opened").get("marks").get("why").asText())
                .isEqualTo("agent");
        assertThat(clicksOf(kim)).isZero();

        // a person, an hour later
        var lee = customer("lee@example.org");
        var trace = new Tracking.Trace(
                Tracking.What.LINK,
                1,
                UUID.randomUUID(),
                lee,
                clock.instant().minusSeconds(3600),
                "https://shop.example.org/p/tent");
        var path = "/c/" + tracking.token(trace);
        assertThat(ask(HttpRequest.newBuilder(at(path)).header("User-Agent", browser))
                        .headers()
                        .firstValue("Location"))
                .contains("https://shop.example.org/p/tent");
        var click = eventOf(lee, "Email Link Clicked");
        assertThat(click.has("marks")).isFalse();
        assertThat(click.get("properties").get("email_id").asText())
                .isEqualTo(trace.message().toString());
        assertThat(clicksOf(lee)).isOne();

        assertThat(ask(HttpRequest.newBuilder(at(path + "A"))).statusCode()).isEqualTo(404);
        assertThat(ask(HttpRequest.newBuilder(at("/c/" + picture.substring(3)))).statusCode())
                .isEqualTo(404);
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(one -> one.group(1))
                .toList();
    }

    private String marksOf(UUID customer, String method) throws IOException {
        var click = eventOf(customer, "Email Link Clicked");
        assertThat(click.get("properties").get("method").asText()).isEqualTo(method);
        return click.get("marks").get("why").asText();
    }

    private long clicksOf(UUID customer) {
        return customers.find(customer).orElseThrow().features().lifetime(Metric.EMAIL_CLICKS);
    }

    @Test
    void aSurveyIsAnsweredByALinkInTheMailOnce() throws Exception {
        var ida = customer("ida@example.org");
        var text =
                (String) ((MimeMultipart) mailTo(ida, "ida@example.org", null).getContent())
                        .getBodyPart(0)
                        .getContent();
        var link = Pattern.compile("(?m)^9: \\S+(/s/\\S+)").matcher(text);
        assertThat(link.find()).as(text).isTrue();
        var nine = link.group(1);
        var page = HttpRequest.newBuilder(at(nine)).header("Accept-Language", "en");

        assertThat(ask(page).body())
                .contains("How likely are you to recommend Camp &amp; Co to a friend?", "value=\"9\" required checked");
        assertThat(ask(HttpRequest.newBuilder(at(nine)).header("Accept-Language", "zh-CN"))
                        .body())
                .contains("您有多大可能向朋友推荐 Camp &amp; Co？");
        assertThat(ask(post(nine, "score=11")).statusCode()).isEqualTo(400);
        assertThat(ask(post(nine, "comment=none")).body()).contains("Please choose a number.");
        assertThat(ask(post(nine, "score=9&comment=" + "x".repeat(1001))).statusCode())
                .isEqualTo(400);
        assertThat(ask(post(nine.replace("/s/", "/s/x"), "score=9")).statusCode())
                .isEqualTo(404);
        assertThat(jdbc.queryForObject(
                        "select count(*) from event where customer_id = ? and name = 'Survey Answered'",
                        Integer.class,
                        ida))
                .as("looked at only")
                .isZero();

        assertThat(ask(post(nine, "score=8&comment=Dry%20and%20light")).body()).contains("Thank you");
        assertThat(ask(post(nine, "score=0")).body()).contains("You have answered already");
        assertThat(eventOf(ida, "Survey Answered").get("properties"))
                .isEqualTo(json.readTree(
                        "{\"survey\":\"recommend\",\"kind\":\"nps\",\"score\":8,\"comment\":\"Dry and light\"}"));
    }

    private URI at(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    private HttpRequest.Builder post(String path, String form) {
        return HttpRequest.newBuilder(at(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    private HttpResponse<String> ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Somebody who agreed to marketing and where it is noon now, so that mail may be sent. */
    private UUID customer(String email) {
        var toNoon = 12 - clock.instant().atOffset(ZoneOffset.UTC).getHour();
        var zone = "Etc/GMT" + (toNoon > 0 ? "-" + toNoon : toNoon < 0 ? "+" + -toNoon : "");
        var traits = Map.<String, Object>of("consent", Map.of("marketing", true), "timezone", zone);
        inbox.accept(List.of(event("Identified", email, traits, Map.of())));
        var identity = new Identity(Identity.Kind.email, email);
        await().atMost(SOON).until(() -> customers.find(identity).isPresent());
        return customers.find(identity).orElseThrow();
    }

    private Event event(String name, String email, Map<String, Object> traits, Map<String, Object> properties) {
        var id = UUID.randomUUID().toString();
        var now = clock.instant();
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
                email,
                Map.of(),
                traits,
                properties,
                Map.of());
    }

    /** Has a mail sent to the customer and gives it as it arrived. */
    private MimeMessage mailTo(UUID customer, String address, UUID decision) {
        outbox.queue(new Outbox.Wanted(UUID.randomUUID().toString(), customer, decision, "recommend", Map.of()));
        await().atMost(SOON).until(() -> received(address).length > 0);
        return received(address)[0];
    }

    private static MimeMessage[] received(String address) {
        return java.util.Arrays.stream(MAIL.getReceivedMessages())
                .filter(mail -> GreenMailUtil.getAddressList(recipients(mail)).contains(address))
                .toArray(MimeMessage[]::new);
    }

    private static jakarta.mail.Address[] recipients(MimeMessage mail) {
        try {
            return mail.getAllRecipients();
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By SMTP, as the rest of the world would. */
    private static void send(String mail) throws MessagingException {
        var session = MAIL.getSmtp().createSession();
        var message = new MimeMessage(session, new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8)));
        try (var transport = session.getTransport("smtp")) {
            transport.connect();
            // as it is: Transport.send would give it another Message-ID
            transport.sendMessage(message, new InternetAddress[] {new InternetAddress("care@shop.example")});
        }
    }

    private static String bounce(String messageId, String recipient, String status) {
        return """
                Return-Path: <>
                From: MAILER-DAEMON@mx.example.org
                To: care@shop.example
                Message-ID: <%s@mx.example.org>
                Content-Type: multipart/report; report-type=delivery-status; boundary="B"

                --B
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.example.org

                Final-Recipient: rfc822; %s
                Action: failed
                Status: %s
                Diagnostic-Code: smtp; 550 said so

                --B
                Content-Type: text/rfc822-headers

                Message-ID: %s

                --B--
                """
                .formatted(UUID.randomUUID(), recipient, status, messageId);
    }

    private JsonNode eventOf(UUID customer, String name) {
        var sql = "select body from event where customer_id = ? and name = ?";
        await().atMost(SOON).until(() -> !jdbc.queryForList(sql, String.class, customer, name)
                .isEmpty());
        try {
            return json.readTree(jdbc.queryForObject(sql, String.class, customer, name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> suppressed(String address) {
        return jdbc.queryForList("select reason from suppression where address = ?", String.class, address);
    }
}
