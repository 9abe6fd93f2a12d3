package io.wayfarer.ingest.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.store.FolderException;
import io.wayfarer.ingest.RunningWays;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A mailbox, read by IMAP. */
class MailboxesTest extends RunningWays {

    private static final String FROM = "From: Ada <ada@example.org>\r\nMessage-ID: <%s@example.org>\r\n";

    @AfterEach
    void emptyTheMailbox() throws FolderException {
        MAIL.purgeEmailFromAllMailboxes();
    }

    @Test
    void aCustomersMailIsAnEventAndIsSeenOnlyAfterIt() {
        deliver(FROM.formatted(1) + "Subject: My tent\r\n\r\nIt leaks!\r\n");
        await().untilAsserted(() -> assertThat(events()).hasSize(1));
        var event = events().get(0);
        assertThat(event.get("name").asText()).isEqualTo("Mail Received");
        assertThat(event.get("source").asText()).isEqualTo("mail:service");
        assertThat(event.get("email").asText()).isEqualTo("ada@example.org");
        assertThat(event.get("properties").get("text").asText()).isEqualTo("It leaks!");
        await().until(this::allSeen);
    }

    @Test
    void aMailThatComesAgainCountsOnce() {
        deliver(FROM.formatted(2) + "\r\nhello\r\n");
        deliver(FROM.formatted(2) + "\r\nhello\r\n");
        await().until(this::allSeen);
        assertThat(events()).hasSize(1);
    }

    @Test
    void aMailWhoseEventCouldNotBeCommittedIsReadAgain() {
        jdbc.execute("alter table inbox rename to inbox_away");
        try {
            deliver(FROM.formatted(3) + "\r\nhello\r\n");
            await().during(Duration.ofSeconds(1)).until(() -> !allSeen());
        } finally {
            jdbc.execute("alter table inbox_away rename to inbox");
        }
        await().untilAsserted(() -> assertThat(events()).hasSize(1));
        await().until(this::allSeen);
    }

    @Test
    void noHeaderOfAMailGetsPastTheFirstStepNorSteersWhatHappensAfterwards() {
        deliver(FROM.formatted(4) + "CAmelExecCommandExecutable: /bin/sh\r\nCamelHttpUri: http://evil.example\r\n"
                + "camelfilename: ../../etc/passwd\r\nCamelBeanMethodName: first\r\ndelete: true\r\n"
                + "copyTo: INBOX\r\nX-Own: x\r\n\r\nhello\r\n");
        await().until(this::allSeen);
        assertThat(events()).hasSize(1);
        assertThat(HEADERS_SEEN).containsOnlyKeys("in-mail-service");
        assertThat(HEADERS_SEEN.get("in-mail-service")).isEmpty();
        assertThat(MAIL.getReceivedMessages()).as("neither deleted nor copied").hasSize(1);
    }

    @Test
    void aMailOf30MegabytesAndABrokenOneAreNoHarmToThoseBesideThem() {
        deliver("Subject: from nobody\r\n\r\nhello\r\n");
        deliver(FROM.formatted(5)
                + "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nSee the film.\r\n--a\r\n"
                + "Content-Type: video/mp4\r\n\r\n" + ("x".repeat(998) + "\r\n").repeat(30 * 1024) + "--a--\r\n");
        deliver(FROM.formatted(6) + "Content-Type: multipart/alternative; boundary=\r\n\r\n--\r\nbroken\r\n");
        deliver(FROM.formatted(7) + "Content-Type: text/html\r\n\r\n<p>only HTML</p>\r\n");
        deliver(FROM.formatted(8) + "\r\n");
        await().atMost(Duration.ofSeconds(120)).until(this::allSeen);
        assertThat(events())
                .extracting(event -> event.get("properties").get("text").asText())
                .contains("See the film.", "only HTML", "")
                .hasSize(4);
        assertThat(quarantine.list(10, null)).hasSize(1).first().satisfies(item -> {
            assertThat(item.source()).isEqualTo("mail:service");
            assertThat(item.reason()).isEqualTo("the mail names no sender");
            assertThat(item.body()).contains("from nobody");
        });
    }

    private static void deliver(String mail) {
        try {
            MAIL.getUserManager()
                    .getUser("service")
                    .deliver(new MimeMessage(
                            Session.getInstance(new Properties()), new ByteArrayInputStream(mail.getBytes(UTF_8))));
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean allSeen() {
        try {
            for (var mail : MAIL.getReceivedMessages()) {
                if (!mail.isSet(Flags.Flag.SEEN)) {
                    return false;
                }
            }
            return MAIL.getReceivedMessages().length > 0;
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }
}
