package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {

    private static final Instant AT = Instant.parse("2026-03-02T12:00:00Z");

    private final Envelope envelope = new Envelope("Zelte & Mehr für alle <shop@example.org>");

    @Test
    void aMailHasBothPartsAndTheHeadersThatBulkMailMustHave() throws Exception {
        var mail = mail("Grüße 你好", "key", "https://go.example.org/u/t");

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
    void theSameKeyGivesTheSameMessageId() throws Exception {
        assertThat(mail("a", "key", "").getMessageID())
                .isEqualTo(mail("b", "key", "").getMessageID())
                .endsWith("@example.org>")
                .isNotEqualTo(mail("a", "other", "").getMessageID());
    }

    @Test
    void aKeyCannotAddAHeader() throws Exception {
        assertThat(headers(mail("a", "key>\r\nBcc: eve@example.org", ""))).doesNotContain("eve");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada@example.org\r\nBcc: eve@example.org", "ada@example.org, eve@example.org", "ada", ""})
    void whatIsNotOneAddressIsRefused(String address) {
        var letter = new Templates.Letter("a", "text", "html");

        assertThatThrownBy(() -> envelope.of(address, letter, "key", "", AT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSenderThatIsNoAddressStopsTheStart() {
        assertThatThrownBy(() -> new Envelope("the shop"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wayfarer.mail.from");
    }

    private MimeMessage mail(String subject, String key, String unsubscribe) {
        return envelope.of("ada@example.org", new Templates.Letter(subject, "text", "html"), key, unsubscribe, AT);
    }

    private static String headers(MimeMessage mail) throws Exception {
        var bytes = new ByteArrayOutputStream();
        mail.writeTo(bytes);
        var all = bytes.toString(StandardCharsets.ISO_8859_1);
        return all.substring(0, all.indexOf("\r\n\r\n"));
    }
}
