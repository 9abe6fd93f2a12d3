package io.wayfarer.act;

import io.wayfarer.ingest.SentMail;
import io.wayfarer.ingest.SignedTokens;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Makes a mail of a letter: multipart/alternative, text and HTML, with the headers that bulk mail must have. */
@Component
class Envelope {

    private final InternetAddress from;
    private final String unsubscribeBox;
    private final SignedTokens tokens;

    /**
     * @param from the sender as a header has it: {@code A shop <shop@example.org>}
     * @param unsubscribeBox the address of a mailbox that is read, for who unsubscribes by mail; empty for none
     */
    Envelope(
            @Value("${wayfarer.mail.from}") String from,
            @Value("${wayfarer.mail.unsubscribe}") String unsubscribeBox,
            SignedTokens tokens) {
        this.unsubscribeBox = unsubscribeBox;
        this.tokens = tokens;
        try {
            this.from = new InternetAddress(from, true);
            this.from.setPersonal(this.from.getPersonal(), "UTF-8");
        } catch (AddressException | java.io.UnsupportedEncodingException e) {
            throw new IllegalArgumentException("wayfarer.mail.from is no mail address: " + from, e);
        }
    }

    /**
     * @param sent is told by the Message-ID: the same gives the same one, by which mailboxes tell a repeated mail
     * @param unsubscribe the link for the headers of RFC 2369 and RFC 8058; empty for none
     * @throws IllegalArgumentException when the address is none
     */
    MimeMessage of(SentMail sent, Templates.Letter letter, String unsubscribe, Instant at) {
        try {
            var token = sent.token(tokens);
            var id = "<" + token + "@" + from.getAddress().replaceAll(".*@", "") + ">";
            var mail = new MimeMessage((Session) null) {
                @Override
                protected void updateMessageID() throws MessagingException {
                    setHeader("Message-ID", id);
                }
            };
            mail.setFrom(from);
            mail.setRecipient(RecipientType.TO, new InternetAddress(sent.address(), true));
            mail.setSubject(letter.subject(), "UTF-8");
            mail.setSentDate(Date.from(at));
            mail.setHeader("Auto-Submitted", "auto-generated");
            if (!unsubscribe.isEmpty()) {
                var byMail = unsubscribeBox.isEmpty()
                        ? ""
                        : ", <mailto:" + unsubscribeBox + "?subject=unsubscribe%20" + token + ">";
                mail.setHeader("List-Unsubscribe", "<" + unsubscribe + ">" + byMail);
                mail.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            }
            mail.setContent(
                    new MimeMultipart("alternative", part(letter.text(), "plain"), part(letter.html(), "html")));
            mail.saveChanges();
            return mail;
        } catch (MessagingException e) {
            throw new IllegalArgumentException("the mail cannot be written: " + e.getMessage(), e);
        }
    }

    private static MimeBodyPart part(String content, String subtype) throws MessagingException {
        var part = new MimeBodyPart();
        part.setText(content, StandardCharsets.UTF_8.name(), subtype);
        return part;
    }
}
