package io.wayfarer.ingest.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wayfarer.Databases;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.HtmlText;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.SignedTokens;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a mail says, however it is put. */
class ReceivedMailTest {

    private static final Path SAMPLES = Path.of("..", "shared", "data", "emails", "mime4j");
    private static final SignedTokens TOKENS = new SignedTokens(new JdbcTemplate(Databases.h2()));
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
    private static final String FROM =
            "From: =?UTF-8?Q?Ada_K=C3=B6nig?= <Ada@Example.org>\nMessage-ID: <1@example.org>\n";

    @Test
    void aMailIsAnEventOfItsSender() {
        var event = event(
                FROM + "Subject: =?ISO-8859-1?Q?Gr=FC=DFe?=\nIn-Reply-To: <0@shop.example>\n\nWhere is my tent?\n");
        assertThat(event)
                .returns("Mail Received", Event::name)
                .returns("email", Event::channel)
                .returns("ada@example.org", Event::email)
                .returns(Map.of("name", "Ada K\u00F6nig"), Event::traits)
                .returns("<1@example.org>", Event::messageId)
                .returns(NOW.minusSeconds(60), Event::at);
        assertThat(event.properties())
                .isEqualTo(Map.of(
                        "subject", "Gr\u00FC\u00DFe",
                        "text", "Where is my tent?",
                        "inReplyTo", "<0@shop.example>",
                        "attachments", 0));
    }

    @Test
    void whatIsQuotedIsLeftOutOfTheTextAndKeptBesideIt() {
        var mail = FROM + "\nIt leaks.\n\nOn Mon, 2 Mar 2026, A shop wrote:\n> We love it!\n" + "> x\n".repeat(9_000);
        assertThat(event(mail).text("text")).isEqualTo("It leaks.");
        assertThat(event(mail).text("fullText"))
                .startsWith("It leaks.\n\nOn Mon, 2 Mar 2026, A shop wrote:\n> We love it!")
                .hasSizeLessThanOrEqualTo(ReceivedMail.MAX_FULL_TEXT);
        assertThat(event(FROM + "\n  It leaks. \n").properties()).doesNotContainKey("fullText");
    }

    @Test
    void anEncodedWordCannotAddALine() {
        var event = event("From: =?utf-8?Q?Ada=0D=0ABcc=3A_eve=40example.org?= <ada@example.org>\n"
                + "Subject: =?utf-8?Q?Hello=0D=0ACamelHttpUri:_http://evil.example=00=1B?=\n\nhello\n");
        assertThat(event.text("subject")).isEqualTo("Hello CamelHttpUri: http://evil.example");
        assertThat(event.traits()).containsEntry("name", "Ada Bcc: eve@example.org");
    }

    @Test
    void thePlainTextIsPreferredAndAttachmentsAreCounted() {
        var event = event(FROM + "Content-Type: multipart/mixed; boundary=a\n\n--a\n"
                + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html\n\n<b>html</b>\n"
                + "--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
                + "cGxhaW4g8J+Yig==\n--b--\n--a\nContent-Type: text/plain\nContent-Disposition: attachment\n\nnot this\n"
                + "--a\nContent-Type: image/png\n\nbytes\n--a--\n");
        assertThat(event.text("text")).isEqualTo("plain \uD83D\uDE0A");
        assertThat(event.properties()).containsEntry("attachments", 2);
    }

    @Test
    void htmlAloneBecomesText() {
        var event =
                event(FROM + "Content-Type: text/html; charset=utf-8\n\n<html><head><title>T</title><style>p{}</style>"
                        + "</head><body><script>alert('x')</script><!-- hidden --><h1>Hello&nbsp;&amp; welcome</h1><p>3 < 4, really."
                        + "<br>Gr&uuml;&szlig;e&#x21;</p><img src=x onerror=alert(1)></body></html>\n");
        assertThat(event.text("text")).isEqualTo("Hello & welcome\n3 < 4, really.\nGr\u00FC\u00DFe!");
    }

    @Test
    void htmlThatIsBrokenIsReadAsFarAsItGoes() {
        assertThat(HtmlText.of("<p>one<p>two<script>never closed")).isEqualTo("one\ntwo");
        assertThat(HtmlText.of("a <!-- never closed")).isEqualTo("a");
        assertThat(HtmlText.of("a <")).isEqualTo("a <");
        assertThat(HtmlText.of("<<<b>>>")).isEqualTo("<<>>");
        assertThat(HtmlText.of("<a href='x' never closed")).isEmpty();
        assertThat(HtmlText.of("&#xD800;&#0;&bogus; x")).contains("x");
    }

    @Test
    void aMailWithNoTextIsAnEventWithAnEmptyOne() {
        assertThat(event(FROM + "\n").text("text")).isEmpty();
        assertThat(event(FROM + "Content-Type: image/png\n\nbytes\n").properties())
                .containsEntry("text", "")
                .containsEntry("attachments", 1);
        assertThat(event(FROM).text("text")).isEmpty();
    }

    @Test
    void aMailWithoutAnIdHasOneOfItsContent() {
        var mail = "From: ada@example.org\n\nhello\n";
        assertThat(event(mail).id()).isEqualTo(event(mail).id());
        assertThat(event(mail).id()).isNotEqualTo(event(mail + "again\n").id());
        assertThat(event("Message-ID: <" + "x".repeat(300) + ">\n" + mail).messageId())
                .hasSize(32);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Auto-Submitted: auto-replied",
                "auto-submitted: Auto-Generated (rejected)",
                "Precedence: bulk",
                "Precedence: auto_reply",
                "X-Auto-Response-Suppress: All",
                "Return-Path: <>",
                "List-Id: <news.example.org>",
                "Content-Type: multipart/report; report-type=disposition-notification; boundary=x"
            })
    void anAutomaticAnswerIsNoMailOfAPerson(String header) {
        assertThat(event(FROM + header + "\n\nI am away\n").name()).isEqualTo("Automatic Mail Received");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain; charset=no-such-charset, gr\u00FC\u00DFe",
        "text/plain; charset=\"\", gr\u00FC\u00DFe",
        "text/plain; charset=., gr\u00FC\u00DFe",
        "text/plain, gr\u00FC\u00DFe",
        "text, gr\u00FC\u00DFe",
        ";;;, gr\u00FC\u00DFe",
        "text/plain; charset=us-ascii, gr\u00FC\u00DFe",
        "text/plain; charset=utf-8, gr\uFFFD\uFFFDe"
    })
    void aWrongCharsetIsBorne(String contentType, String text) {
        var mail = (FROM + "Content-Type: " + contentType + "\n\ngr\u00FC\u00DFe\n");
        assertThat(event(mail.replace("K\u00F6nig", "K").getBytes(ISO_8859_1)).text("text"))
                .isEqualTo(text);
    }

    @Test
    void aTextCutInTheMiddleOfACharacterIsStillUtf8() {
        var text =
                event((FROM + "\nx" + "\u00FC".repeat(100_000)).getBytes(UTF_8)).text("text");
        assertThat(text).startsWith("x\u00FC\u00FC").endsWith("\u00FC").hasSize(MailParts.MAX_TEXT / 2);
    }

    @Test
    void brokenMimeIsReadAsFarAsItGoes() {
        assertThat(event(FROM + "Content-Type: multipart/mixed\n\nno boundary\n")
                        .text("text"))
                .isEqualTo("no boundary");
        assertThat(event(FROM + "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nnever closed")
                        .text("text"))
                .isEqualTo("never closed");
        assertThat(event(FROM + "Content-Transfer-Encoding: rot13\n\nuryyb\n").text("text"))
                .isEqualTo("uryyb");
        assertThat(event(FROM + "Content-Transfer-Encoding: base64\n\n!!!!\n").text("text"))
                .isNotNull();
        assertThat(event(FROM + "Subject: =?broken?Q?x?= \u0000\n\n\u0000hello\n")
                        .text("text"))
                .isEqualTo("hello");
    }

    @Test
    void manyPartsAndDeepOnesAreBounded() {
        var many = new StringBuilder(FROM + "Content-Type: multipart/mixed; boundary=a\n\n");
        many.append("--a\n\nx\n".repeat(30_000));
        assertThat(event(many.toString()).text("text")).isEqualTo("x");
        var deep = new StringBuilder(FROM);
        for (int i = 0; i < 1_000; i++) {
            deep.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\n\n--b")
                    .append(i)
                    .append('\n');
        }
        assertThat(event(deep + "\nhello\n").name()).isEqualTo("Mail Received");
    }

    @Test
    void ofALargeMailOnlyTheBeginningIsKept() {
        var event = event(FROM + "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nSee the film.\n--a\n"
                + "Content-Type: video/mp4\n\n" + "x".repeat(30 * 1024 * 1024) + "\n--a--\n");
        assertThat(event.text("text")).isEqualTo("See the film.");
        assertThat(event.properties()).containsEntry("cut", true).containsEntry("attachments", 1);
        assertThat(event(FROM + "\n" + "y".repeat(30 * 1024 * 1024)).text("text"))
                .hasSize(MailParts.MAX_TEXT);
    }

    @ParameterizedTest
    @CsvSource({"''", "nobody", "<>", "undisclosed:;", "a@b@c"})
    void aMailThatNamesNoSenderIsRefused(String from) {
        assertThatThrownBy(() -> event("From: " + from + "\n\nhello\n"))
                .isInstanceOf(Refusal.class)
                .hasMessage("the mail names no sender");
    }

    @Test
    void everySampleOfTheMime4jSuiteEndsAsAnEventOrWithAReason() throws Exception {
        assumeTrue(Files.isDirectory(SAMPLES), "../shared/data/emails is missing");
        var events = 0;
        var refused = 0;
        try (Stream<Path> files = Files.walk(SAMPLES)) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(".msg")).toList()) {
                try {
                    var event = event(Files.readAllBytes(file));
                    assertThat(event.email()).as(file.toString()).isNotNull();
                    events++;
                } catch (Refusal e) {
                    assertThat(e).as(file.toString()).hasMessage("the mail names no sender");
                    refused++;
                }
            }
        }
        assertThat(events).isEqualTo(43);
        assertThat(refused).isEqualTo(37);
    }

    private static Event event(String mail) {
        return event(mail.getBytes(UTF_8));
    }

    private static Event event(byte[] mail) {
        try {
            var message = new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(mail));
            return ReceivedMail.of(message).event("mail:test", NOW.minusSeconds(60), NOW, TOKENS);
        } catch (jakarta.mail.MessagingException | java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
