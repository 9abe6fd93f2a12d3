package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.Databases;
import io.wayfarer.act.Answer.Outcome;
import io.wayfarer.ingest.SentMail;
import io.wayfarer.ingest.SignedTokens;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** What becomes of a message when the mail server does not simply take it. */
class SmtpTest {

    private ScriptedSmtp server;
    private Smtp smtp;

    @BeforeEach
    void start() {
        server = new ScriptedSmtp();
        var settings = new JavaMailSenderImpl();
        settings.setHost("127.0.0.1");
        settings.setPort(server.port());
        settings.getJavaMailProperties().put("mail.smtp.timeout", "300");
        smtp = new Smtp(settings);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aTakenMessageIsSentEvenWhenTheServerHangsUpAtOnce() {
        server.answer("QUIT", ScriptedSmtp.HANG_UP);

        assertThat(send().outcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(server.taken()).hasSize(1);
    }

    @ParameterizedTest(name = "{0} answered with {1} means {2}")
    @CsvSource({
        "connect, 554 go away, LATER",
        "connect, 421 too busy, LATER",
        "connect, hang up, LATER",
        "EHLO, hang up, LATER",
        "MAIL, 452 no room, LATER",
        "MAIL, 550 who are you, REFUSED",
        "MAIL, 530 5.7.0 authentication required, REFUSED",
        "MAIL, 553 5.1.8 no such sender, REFUSED",
        "RCPT, 450 busy, LATER",
        "RCPT, hang up, LATER",
        "RCPT, 550 5.1.1 no such user, UNREACHABLE",
        "RCPT, 551 moved, UNREACHABLE",
        "RCPT, 553 not a mailbox name, UNREACHABLE",
        "RCPT, 550 5.2.1 mailbox disabled, UNREACHABLE",
        "RCPT, 550 5.2.2 mailbox full, BOUNCED",
        "RCPT, 552 5.2.2 mailbox full, BOUNCED",
        "RCPT, 552 too much mail, BOUNCED",
        "RCPT, 550 5.7.1 we do not like you, REFUSED",
        "RCPT, 550 5.1.7 a strange sender, REFUSED",
        "RCPT, 550 5.1.8 no domain of that name, REFUSED",
        "RCPT, 530 authenticate first, REFUSED",
        "RCPT, 554 no, REFUSED",
        "DATA, 451 later, LATER",
        "DATA, 554 no, REFUSED",
        "DATA, hang up, LATER",
        "., 451 later, LATER",
        "., 554 5.6.0 content, REFUSED",
        "., 550 spam, REFUSED",
        "., 550 5.7.26 not signed, REFUSED",
        "., 550 5.1.1 no such user, UNREACHABLE",
        "., 552 5.2.2 mailbox full, BOUNCED",
        "., hang up, UNKNOWN"
    })
    void anAnswerIsUnderstood(String command, String answer, Outcome outcome) {
        server.answer(command, answer);

        var result = send();
        assertThat(result.outcome()).isEqualTo(outcome);
        if (!answer.equals(ScriptedSmtp.HANG_UP)) {
            assertThat(result.reason()).contains(answer);
        }
    }

    @Test
    void aServerThatIsAwayIsTriedLater() {
        server.close();

        assertThat(send().outcome()).isEqualTo(Outcome.LATER);
    }

    @Test
    void silenceAfterTheEndOfTheMessageLeavesItOpenWhetherItWasTaken() {
        // a reply that goes on for ever: the line that would end it never comes
        server.answer(".", "250-wait");

        assertThat(send().outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void aRefusalStandsWhenTheServerHangsUpAfterIt() {
        server.answer(".", "554 no").answer("RSET", ScriptedSmtp.HANG_UP).answer("QUIT", ScriptedSmtp.HANG_UP);

        assertThat(send().outcome()).isEqualTo(Outcome.REFUSED);
    }

    private Answer send() {
        var letter = new Templates.Letter("Hello", "text", "<p>html</p>");
        var tokens = new SignedTokens(new JdbcTemplate(Databases.h2()));
        var envelope = new Envelope("A shop <shop@example.org>", "", tokens);
        var sent = new SentMail(UUID.randomUUID(), null, "marketing", "ada@example.org");
        return smtp.send(envelope.of(sent, letter, "", Instant.EPOCH));
    }
}
