package io.wayfarer.ingest.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.Databases;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.SentMail;
import io.wayfarer.ingest.SignedTokens;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** What comes back of our mails: bounces, complaints, answers, wishes to hear no more. Only what is ours counts. */
class MailReportTest {

    private static final SignedTokens TOKENS = new SignedTokens(new JdbcTemplate(Databases.h2()));
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
    private static final SentMail SENT =
            new SentMail(UUID.randomUUID(), UUID.randomUUID(), "marketing", "ada@example.org");
    private static final String OURS = "<" + SENT.token(TOKENS) + "@shop.example>";

    /** As Postfix writes it. */
    private static final String BOUNCE =
            """
            Return-Path: <>
            From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
            Message-ID: <b1@mx.example.org>
            Auto-Submitted: auto-replied
            Subject: Undelivered Mail Returned to Sender
            Content-Type: multipart/report; report-type=delivery-status; boundary="B"

            --B
            Content-Description: Notification

            I'm sorry to have to inform you that your message could not be delivered.
            --B
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.example.org
            X-Postfix-Sender: rfc822; shop@shop.example

            Final-Recipient: rfc822; RECIPIENT
            Original-Recipient: rfc822;RECIPIENT
            Action: ACTION
            Status: STATUS
            Remote-MTA: dns; mx.example.org
            Diagnostic-Code: smtp; DIAGNOSTIC
                with more of it

            --B
            Content-Type: RETURNED

            From: shop@shop.example
            To: RECIPIENT
            Message-ID: ORIGINAL
            Subject: hello

            --B--
            """;

    private static final String COMPLAINT =
            """
            From: <abusedesk@example.com>
            Message-ID: <c1@example.com>
            Content-Type: multipart/report; report-type=feedback-report; boundary="B"

            --B

            This is an email abuse report.
            --B
            Content-Type: message/feedback-report

            Feedback-Type: TYPE
            User-Agent: SomeGenerator/1.0
            Version: 1

            --B
            Content-Type: message/rfc822
            Content-Disposition: inline

            From: <shop@shop.example>
            To: <Undisclosed Recipients>
            Message-ID: ORIGINAL

            Buy!
            --B--
            """;

    @ParameterizedTest
    @CsvSource({
        "failed, 5.1.1, 550 5.1.1 no such user, Email Bounced, hard",
        "failed, 5.1.10, 556 5.1.10 null MX, Email Bounced, hard",
        "failed, 5.2.1, 550 5.2.1 disabled, Email Bounced, hard",
        "failed, 5.0.0, 550 no such user, Email Bounced, hard",
        "failed, 5.0.0, 550 5.7.1 not from you, Email Bounced, soft",
        "failed, 5.1.8, 550 your domain does not exist, Email Bounced, soft",
        "failed, 5.2.2, 552 mailbox full, Email Bounced, soft",
        "failed, 5.7.1, 550 5.7.1 spam, Email Bounced, soft",
        "failed, 4.4.7, 450 expired, Email Bounced, soft",
        "failed, nonsense, , Email Bounced, soft",
        "delayed, 4.4.1, 450 later, Email Delayed, ",
        "delivered, 2.0.0, 250 OK, Email Delivered, "
    })
    void aBounceIsAnEventOfWhomWeWroteTo(String action, String status, String diagnostic, String name, String kind) {
        var event = event(bounce("ada@example.org", action, status, diagnostic, "message/rfc822", OURS));
        assertThat(event).returns(name, Event::name).returns("ada@example.org", Event::email);
        assertThat(event.text("bounce")).isEqualTo(kind);
        assertThat(event.text("email_id")).isEqualTo(SENT.message().toString());
        assertThat(event.text("decision_id")).isEqualTo(SENT.decision().toString());
        assertThat(event.text("status")).isEqualTo(status);
        assertThat(event.marks()).containsEntry(SentMail.PROVED, true);
        if (diagnostic != null) {
            assertThat(event.text("reason")).isEqualTo("smtp; " + diagnostic + " with more of it");
        }
    }

    @Test
    void theReturnedMailMayBeItsHeadersAloneOrMissing() {
        assertThat(event(bounce("ada@example.org", "failed", "5.1.1", "550 x", "text/rfc822-headers", OURS))
                        .name())
                .isEqualTo("Email Bounced");
        var bare = bounce("ada@example.org", "failed", "5.1.1", "550 x", "text/plain", OURS);
        assertThatThrownBy(() -> event(bare)).isInstanceOf(Refusal.class);
        assertThat(event("In-Reply-To: " + OURS + "\n" + bare).name()).isEqualTo("Email Bounced");
    }

    @Test
    void aBounceFromWhereTheMailWasForwardedToIsOfTheAddressWeWroteTo() {
        assertThat(event(bounce("ada@elsewhere.example", "failed", "5.1.1", "550 x", "message/rfc822", OURS))
                        .email())
                .isEqualTo("ada@example.org");
    }

    @Test
    void aForgedBounceAndOneOfAMailThatIsNotOursAreRefused() {
        var strange = "<"
                + new SentMail(UUID.randomUUID(), null, "marketing", "eve@example.org")
                        .token(new SignedTokens(new JdbcTemplate(Databases.h2())))
                + "@shop.example>";
        var changed = OURS.replace(OURS.substring(10, 12), "xx");
        for (var id :
                new String[] {"<1@shop.example>", "", strange, changed, "<" + "A".repeat(200) + "@shop.example>"}) {
            assertThatThrownBy(() -> event(bounce("ada@example.org", "failed", "5.1.1", "550 x", "message/rfc822", id)))
                    .as(id)
                    .isInstanceOf(Refusal.class)
                    .hasMessage("a report of a mail that is not ours");
        }
    }

    @Test
    void whoHasAMailOfTheirOwnCanBounceNobodyElse() {
        var evil = bounce("eve@example.org", "failed", "5.1.1", "550 x", "message/rfc822", OURS)
                .replace(
                        "Remote-MTA",
                        "\nFinal-Recipient: rfc822; bob@example.org\nAction: failed\nStatus: 5.1.1\nRemote-MTA");
        assertThatThrownBy(() -> event(evil))
                .isInstanceOf(Refusal.class)
                .hasMessage("the report is about nobody whom the mail was sent to");
        assertThat(event(bounce("eve@example.org", "failed", "5.1.1", "550 x", "message/rfc822", OURS))
                        .email())
                .isEqualTo("ada@example.org");
    }

    @ParameterizedTest
    @CsvSource({"abuse, Email Marked as Spam", "fraud, Email Marked as Spam", "opt-out, Unsubscribed"})
    void aComplaintIsAnEventEvenWhereTheAddressIsBlackedOut(String type, String name) {
        var event = event(COMPLAINT.replace("TYPE", type).replace("ORIGINAL", OURS));
        assertThat(event)
                .returns(name, Event::name)
                .returns("ada@example.org", Event::email)
                .returns("<c1@example.com>", Event::messageId);
        assertThat(event.marks()).containsEntry(SentMail.PROVED, true);
    }

    @Test
    void aForgedComplaintAndAReportThatIsNoneAreRefused() {
        assertThatThrownBy(() -> event(COMPLAINT.replace("TYPE", "abuse").replace("ORIGINAL", "<1@shop.example>")))
                .hasMessage("a report of a mail that is not ours");
        assertThatThrownBy(() -> event(COMPLAINT.replace("TYPE", "not-spam").replace("ORIGINAL", OURS)))
                .hasMessage("a feedback report that is no complaint");
    }

    @Test
    void aReportOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> event("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\n\nHi. This is qmail.\n"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("RFC 3464");
    }

    @Test
    void brokenReportsAreRefused() {
        for (var status :
                new String[] {"", "nonsense", "Action failed\n\n\n\n", "\u0000", "Action: failed\n".repeat(5000)}) {
            var mail = "From: mailer-daemon@mx.example.org\nIn-Reply-To: " + OURS
                    + "\nContent-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n"
                    + status + "\n--B--\n";
            if (!status.startsWith("Action: failed")) {
                assertThatThrownBy(() -> event(mail)).as(status).isInstanceOf(Refusal.class);
            } else {
                assertThat(event(mail).text("bounce")).isEqualTo("soft");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"In-Reply-To: OURS", "References: <1@x.example> OURS <2@x.example>", "In-Reply-To: <x@y> OURS"})
    void anAnswerSaysWhatItAnswers(String header) {
        var event = event("From: Ada <ada@example.org>\n" + header.replace("OURS", OURS) + "\n\nIt leaks\n");
        assertThat(event.name()).isEqualTo("Mail Received");
        assertThat(event.text("email_id")).isEqualTo(SENT.message().toString());
        assertThat(event.text("decision_id")).isEqualTo(SENT.decision().toString());
    }

    @Test
    void aStrangerCannotClaimAnothersThread() {
        var event = event("From: Eve <eve@example.org>\nIn-Reply-To: " + OURS + "\n\nIt leaks\n");
        assertThat(event.properties())
                .doesNotContainKeys("email_id", "decision_id")
                .containsKey("inReplyTo");
    }

    @Test
    void whoUnsubscribesByTheAddressInTheMailIsWhomWeWroteTo() {
        var event = event("From: Ada <ada@work.example>\nAuto-Submitted: auto-generated\nSubject: unsubscribe "
                + SENT.token(TOKENS) + "\n\n");
        assertThat(event)
                .returns("Unsubscribed", Event::name)
                .returns("ada@example.org", Event::email)
                .returns("marketing", one -> one.text("topic"));
    }

    @ParameterizedTest
    @CsvSource({
        "Unsubscribe, true",
        "Re: STOP!, true",
        "退订, true",
        "回复：取消订阅。, true",
        "=?utf-8?B?6YCA6K6i?=, true",
        "Please unsubscribe me, true",
        "unsubscribe xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, true",
        "Stop the delivery, false",
        "How do I unsubscribe?, false"
    })
    void aPlainWordInTheSubjectUnsubscribesItsSender(String subject, boolean unsubscribes) {
        var event = event("From: ada@example.org\nSubject: " + subject + "\n\nplease\n");
        assertThat(event.name()).isEqualTo(unsubscribes ? "Unsubscribed" : "Mail Received");
        assertThat(event.text("topic")).isNull();
        assertThat(event("From: ada@example.org\nAuto-Submitted: auto-replied\nSubject: " + subject + "\n\n")
                        .name())
                .isEqualTo("Automatic Mail Received");
    }

    @Test
    void aMailOfOursThatComesBackIsALoop() {
        assertThatThrownBy(() -> event("From: shop@shop.example\nMessage-ID: " + OURS + "\n\nBuy!\n"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("loop");
    }

    private static String bounce(
            String recipient, String action, String status, String diagnostic, String returned, String original) {
        return BOUNCE.replace("RECIPIENT", recipient)
                .replace("ACTION", action)
                .replace("STATUS", status)
                .replace(
                        diagnostic == null ? "Diagnostic-Code: smtp; DIAGNOSTIC\n    with more of it\n" : "DIAGNOSTIC",
                        diagnostic == null ? "" : diagnostic)
                .replace("RETURNED", returned)
                .replace("ORIGINAL", original);
    }

    private static Event event(String mail) {
        try {
            var message = new MimeMessage(
                    Session.getInstance(new Properties()), new ByteArrayInputStream(mail.getBytes(UTF_8)));
            return ReceivedMail.of(message).event("mail:test", NOW, NOW, TOKENS);
        } catch (jakarta.mail.MessagingException | java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
