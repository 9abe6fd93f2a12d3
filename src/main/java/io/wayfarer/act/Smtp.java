package io.wayfarer.act;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.Set;
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

    enum Outcome {
        SENT,
        /** Not taken now; it may be another time. */
        LATER,
        /** Refused for good. */
        REFUSED,
        /** Refused for good because the address does not exist. */
        NO_SUCH_ADDRESS,
        /** Perhaps taken, perhaps not. */
        UNKNOWN
    }

    /** @param reason what the server said, on one line */
    record Result(Outcome outcome, String reason) {

        Result {
            reason = reason.replaceAll("\\s+", " ").strip();
        }
    }

    /** Replies to RCPT TO that speak of the mailbox itself (RFC 5321, 4.2.3). */
    private static final Set<Integer> NO_MAILBOX = Set.of(550, 551, 553);

    private final JavaMailSenderImpl settings;

    Smtp(JavaMailSenderImpl settings) {
        this.settings = settings;
    }

    /** Sends to the one recipient of the message. */
    Result send(MimeMessage message) {
        var transmission = new Transmission(settings.getSession(), "smtps".equals(settings.getProtocol()));
        try {
            transmission.connect(
                    settings.getHost(), settings.getPort(), settings.getUsername(), settings.getPassword());
            transmission.send(message, message.getAllRecipients());
            return new Result(Outcome.SENT, transmission.getLastServerResponse());
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

    private static Result afterTheEnd(int answer, Exception e) {
        var outcome = answer / 100 == 4 ? Outcome.LATER : answer / 100 == 5 ? Outcome.REFUSED : Outcome.UNKNOWN;
        return new Result(outcome, String.valueOf(e.getMessage()));
    }

    private static Result beforeTheEnd(Exception e) {
        var cause = e;
        while (cause instanceof MessagingException mail && mail.getNextException() != null) {
            cause = mail.getNextException();
        }
        var reason = String.valueOf(cause.getMessage());
        if (cause instanceof SMTPAddressFailedException address && address.getReturnCode() / 100 == 5) {
            // 5.7.x (RFC 3463) is the server's policy against us and says nothing of the mailbox
            var isPolicy = reason.matches("(?s)\\d{3}[ -]5\\.7\\..*");
            var isGone = NO_MAILBOX.contains(address.getReturnCode()) && !isPolicy;
            return new Result(isGone ? Outcome.NO_SUCH_ADDRESS : Outcome.REFUSED, reason);
        }
        var isRefused = cause instanceof SMTPSenderFailedException sender && sender.getReturnCode() / 100 == 5
                || cause instanceof SMTPSendFailedException send && send.getReturnCode() / 100 == 5;
        return new Result(isRefused ? Outcome.REFUSED : Outcome.LATER, reason);
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
