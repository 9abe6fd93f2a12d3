package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.Databases;
import io.wayfarer.ingest.SentMail;
import io.wayfarer.ingest.SignedTokens;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

class EnvelopeTest {

    private static final Instant AT = Instant.parse("2026-03-02T12:00:00Z");

    private static final UUID MESSAGE = UUID.fromString("019b0000-0000-7000-8000-000000000001");
    private static final SentMail TO_ADA = new SentMail(MESSAGE, UUID.randomUUID(), "marketing", "ada@example.org");

    private final SignedTokens tokens = new SignedTokens(new JdbcTemplate(Databases.h2()));
    private final Envelope envelope = new Envelope("Zelte & Mehr für alle <shop@example.org>", "", tokens);

    @Test
    void aMailHasBothPartsAndTheHeadersThatBulkMailMustHave() throws Exception {
        var mail = mail("Grüße 你好", TO_ADA, "https://go.example.org/u/t");

        assertThat(mail.getFrom()[0].toString()).contains("<shop@example.org>");
        assertThat(mail.getSubject()).isEqualTo("Grüße 你好");
        assertThat(mail.getHeader("List-Unsubscribe")).containsExactly("<https://go.example.org/u/t>");
        assertThat(mail.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
        assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(mail.getContentType()).startsWith("multipart/alternative");
        var parts = (MimeMultipart) mail.getContent();
        assertThat(parts.getBodyPart(0).getContentType())
                .startsWith("text/plain")
                .containsIgnoringCase("utf-8");
        assertThat(parts.getBodyPart(1).getContentType())
                .startsWith("text/html")
                .containsIgnoringCase("utf-8");
        assertThat(headers(mail)).isASCII();
    }

    @Test
    void theSameMessageHasTheSameMessageIdWhichSaysWhatItIs() throws Exception {
        var id = mail("a", TO_ADA, "").getMessageID();
        assertThat(id)
                .isEqualTo(mail("b", TO_ADA, "").getMessageID())
                .startsWith("<")
                .endsWith("@example.org>");
        assertThat(SentMail.of(id.substring(1, id.indexOf('@')), tokens)).contains(TO_ADA);
    }

    @Test
    void whoUnsubscribesByMailSaysWhichMailMadeThem() throws Exception {
        var withMailbox = new Envelope("shop@example.org", "care@example.org", tokens);
        var letter = new Templates.Letter("a", "text", "html");
        assertThat(withMailbox
                        .of(TO_ADA, letter, "https://go.example.org/u/t", AT)
                        .getHeader("List-Unsubscribe"))
                .containsExactly("<https://go.example.org/u/t>, <mailto:care@example.org?subject=unsubscribe%20"
                        + TO_ADA.token(tokens) + ">");
    }

    @Test
    void aTopicCannotAddAHeader() throws Exception {
        var evil = new SentMail(MESSAGE, null, "a>\r\nBcc: eve@example.org", "ada@example.org");
        assertThat(headers(mail("a", evil, ""))).doesNotContain("eve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada@example.org\r\nBcc: eve@example.org", "ada@example.org, eve@example.org", "ada", ""})
    void whatIsNotOneAddressIsRefused(String address) {
        var letter = new Templates.Letter("a", "text", "html");

        var sent = new SentMail(MESSAGE, null, "marketing", address);
        assertThatThrownBy(() -> envelope.of(sent, letter, "", AT)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSenderThatIsNoAddressStopsTheStart() {
        assertThatThrownBy(() -> new Envelope("the shop", "", tokens))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wayfarer.mail.from");
    }

    private MimeMessage mail(String subject, SentMail sent, String unsubscribe) {
        return envelope.of(sent, new Templates.Letter(subject, "text", "html"), unsubscribe, AT);
    }

    private static String headers(MimeMessage mail) throws Exception {
        var bytes = new ByteArrayOutputStream();
        mail.writeTo(bytes);
        var all = bytes.toString(StandardCharsets.ISO_8859_1);
        return all.substring(0, all.indexOf("\r\n\r\n"));
    }
}
