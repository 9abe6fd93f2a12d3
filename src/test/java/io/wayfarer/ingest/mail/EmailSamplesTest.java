package io.wayfarer.ingest.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.icegreen.greenmail.store.FolderException;
import io.wayfarer.ingest.RunningWays;
import jakarta.mail.Flags;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * The messages of the mime4j test suite, many broken on purpose, read by IMAP; those that the test's mail server cannot
 * hold are handed in as if it had.
 */
class EmailSamplesTest extends RunningWays {

    private static final Path SAMPLES = Path.of("..", "shared", "data", "emails");

    @Autowired
    private Mailboxes mailboxes;

    @AfterEach
    void emptyTheMailbox() throws FolderException {
        MAIL.purgeEmailFromAllMailboxes();
    }

    @Test
    void eachEndsAsAnEventOrInQuarantineAndTheCountsAddUp() throws Exception {
        assumeTrue(Files.isDirectory(SAMPLES), "../shared/data/emails is missing");
        var files = samples();
        var ids = new HashSet<String>();
        var repeated = 0;
        var byHand = 0;
        for (var file : files) {
            var bytes = Files.readAllBytes(file);
            var mail = new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(bytes));
            // some are there twice; what has no sender is known by its content, in quarantine
            var known = mail.getHeader("From") != null && mail.getMessageID() != null;
            repeated += ids.add(known ? mail.getMessageID().trim() : new String(bytes, ISO_8859_1)) ? 0 : 1;
            try {
                MAIL.getUserManager().getUser("service").deliver(mail);
            } catch (IllegalStateException e) {
                mailboxes.receive("service", mail);
                byHand++;
            }
        }
        assertThat(byHand).isLessThan(10);
        assertThat(MAIL.getReceivedMessages()).hasSize(files.size() - byHand);
        await().atMost(Duration.ofSeconds(120)).until(EmailSamplesTest::allSeen);

        var events = events().size();
        var quarantined = quarantine.list(1000, null);
        System.out.printf(
                "emails: in %d (%d not by IMAP), events %d, quarantined %d, duplicate %d%n",
                files.size(), byHand, events, quarantined.size(), repeated);
        assertThat(events + quarantined.size() + repeated).isEqualTo(files.size());
        assertThat(quarantined).allSatisfy(item -> assertThat(item.reason())
                .matches("the mail names no sender|a report of a mail that is not ours"));
        assertThat(events).isGreaterThan(40);
    }

    private static List<Path> samples() throws IOException {
        try (var files = Files.walk(SAMPLES)) {
            return files.filter(file -> file.toString().matches(".*(\\.msg|mbox\\.rlug-\\d)"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean allSeen() {
        try {
            for (var mail : MAIL.getReceivedMessages()) {
                if (!mail.isSet(Flags.Flag.SEEN)) {
                    return false;
                }
            }
            return true;
        } catch (MessagingException e) {
            throw new IllegalStateException(e);
        }
    }
}
