package io.wayfarer.demo;

import jakarta.mail.BodyPart;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Instant;

/**
 * A mail as the demo's mailbox shows it.
 *
 * @param id counts up from 1 since the start
 * @param at product time at which it arrived
 * @param text the plain text part, or empty
 * @param html the HTML part, or empty
 * @param messageId as the sender gave it, or empty
 * @param unsubscribe the one-click link of RFC 8058, or empty
 */
record Mail(
        long id,
        Instant at,
        String from,
        String to,
        String subject,
        String text,
        String html,
        String messageId,
        String unsubscribe) {

    private static final int MAX_LENGTH = 200_000;
    private static final int MAX_DEPTH = 8;

    /** @param to the address it was delivered to */
    static Mail of(long id, Instant at, String to, MimeMessage message) {
        try {
            var parts = new String[] {"", ""};
            collect(message, parts, 0);
            var from = message.getFrom();
            return new Mail(
                    id,
                    at,
                    from == null || from.length == 0 ? "" : shown(from[0]),
                    to,
                    message.getSubject() == null ? "" : message.getSubject(),
                    parts[0],
                    parts[1],
                    header(message, "Message-ID"),
                    header(message, "List-Unsubscribe").replaceAll("^<|>$", ""));
        } catch (MessagingException | IOException e) {
            return new Mail(id, at, "", to, "", "This mail cannot be read: " + e.getMessage(), "", "", "");
        }
    }

    private static String shown(jakarta.mail.Address address) {
        return address instanceof InternetAddress internet ? internet.toUnicodeString() : address.toString();
    }

    private static String header(Message message, String name) throws MessagingException {
        var values = message.getHeader(name);
        return values == null ? "" : values[0].trim();
    }

    /** The first text and the first HTML part win. */
    private static void collect(Part part, String[] found, int depth) throws MessagingException, IOException {
        if (depth > MAX_DEPTH || Part.ATTACHMENT.equalsIgnoreCase(part.getDisposition())) {
            return;
        }
        if (part.isMimeType("multipart/*") && part.getContent() instanceof Multipart several) {
            for (int i = 0; i < several.getCount(); i++) {
                BodyPart one = several.getBodyPart(i);
                collect(one, found, depth + 1);
            }
        } else if (part.isMimeType("text/*") && part.getContent() instanceof String content) {
            var kind = part.isMimeType("text/html") ? 1 : 0;
            if (found[kind].isEmpty()) {
                found[kind] = content.length() <= MAX_LENGTH ? content : content.substring(0, MAX_LENGTH);
            }
        }
    }
}
