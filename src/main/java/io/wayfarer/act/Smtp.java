package io.wayfarer.act;

import io.wayfarer.act.Answer.Outcome;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.stereotype.Component;

/**
 * Hands a message over to the mail server that is set under {@code spring.mail}, and tells apart what a failure means: only
 * when the end of the message has been sent and no answer came is it not known whether the server took it.
 */
@Component
class Smtp {

    /** Replies to RCPT TO that speak of the mailbox itself (RFC 5321, 4.2.3). */
    private static final Set<Integer> NO_MAILBOX = Set.of(550, 551, 553);

    private static final int MAILBOX_FULL = 552;

    /** The enhanced code of a reply, 5.1.1, which says what the refusal is about (RFC 3463). */
    private static final Pattern ENHANCED = Pattern.compile("^\\d{3}[ -](5\\.\\d{1,3}\\.\\d{1,3})\\b");

    private final JavaMailSenderImpl settings;

    Smtp(JavaMailSenderImpl settings) {
        this.settings = settings;
    }

    /** Sends to the one recipient of the message. */
    Answer send(MimeMessage message) {
        var transmission = new Transmission(settings.getSession(), "smtps".equals(settings.getProtocol()));
        try {
            transmission.connect(
                    settings.getHost(), settings.getPort(), settings.getUsername(), settings.getPassword());
            transmission.send(message, message.getAllRecipients());
            return new Answer(Outcome.ACCEPTED, transmission.getLastServerResponse());
        } catch (MessagingException | RuntimeException e) {
            return transmission.isEnded() ? afterTheEnd(transmission.answer(), e) : beforeTheEnd(e);
        } finally {
            try {
                transmission.close();
            } catch (MessagingException e) {
                // the server was quicker to hang up; what it answered stands
            }
        }
    }

    private static Answer afterTheEnd(int answer, Exception e) {
        var reason = String.valueOf(e.getMessage());
        return switch (answer / 100) {
            case 4 -> new Answer(Outcome.LATER, reason);
            case 5 -> new Answer(byEnhancedCode(reason).orElse(Outcome.REFUSED), reason);
            default -> new Answer(Outcome.UNKNOWN, reason);
        };
    }

    private static Answer beforeTheEnd(Exception e) {
        var cause = e;
        while (cause instanceof MessagingException mail && mail.getNextException() != null) {
            cause = mail.getNextException();
        }
        var reason = String.valueOf(cause.getMessage());
        if (cause instanceof SMTPAddressFailedException address && address.getReturnCode() / 100 == 5) {
            return new Answer(byEnhancedCode(reason).orElseGet(() -> byCode(address.getReturnCode())), reason);
        }
        var isRefused = cause instanceof SMTPSenderFailedException sender && sender.getReturnCode() / 100 == 5
                || cause instanceof SMTPSendFailedException send && send.getReturnCode() / 100 == 5;
        return new Answer(isRefused ? Outcome.REFUSED : Outcome.LATER, reason);
    }

    private static Outcome byCode(int repliedToRecipient) {
        return NO_MAILBOX.contains(repliedToRecipient)
                ? Outcome.UNREACHABLE
                : repliedToRecipient == MAILBOX_FULL ? Outcome.BOUNCED : Outcome.REFUSED;
    }

    /** Empty when the reply has none. 5.1 is about addresses, 7 and 8 of them about the sender's; 5.2 about a mailbox. */
    private static Optional<Outcome> byEnhancedCode(String reason) {
        var code = ENHANCED.matcher(reason);
        if (!code.find()) {
            return Optional.empty();
        }
        return Optional.of(
                switch (code.group(1)) {
                    case "5.1.7", "5.1.8" -> Outcome.REFUSED;
                    case "5.2.1" -> Outcome.UNREACHABLE;
                    default ->
                        code.group(1).startsWith("5.1.")
                                ? Outcome.UNREACHABLE
                                : code.group(1).startsWith("5.2.") ? Outcome.BOUNCED : Outcome.REFUSED;
                });
    }

    /** A connection that notes when the end of the message goes out, and what is answered to it. */
    private static final class Transmission extends SMTPTransport {

        private boolean ended;
        private int answer;

        Transmission(Session session, boolean tls) {
            super(session, null, tls ? "smtps" : "smtp", tls);
        }

        void send(MimeMessage message, Address[] recipients) throws MessagingException {
            message.saveChanges();
            sendMessage(message, recipients);
        }

        boolean isEnded() {
            return ended;
        }

        /** The reply to the end of the message; 0 when none came. */
        int answer() {
            return answer;
        }

        @Override
        protected void finishData() throws IOException, MessagingException {
            ended = true;
            super.finishData();
        }

        @Override
        protected int readServerResponse() throws MessagingException {
            var code = super.readServerResponse();
            if (ended && answer == 0) {
                answer = code;
            }
            return code;
        }
    }
}
