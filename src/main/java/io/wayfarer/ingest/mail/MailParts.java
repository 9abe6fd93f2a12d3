package io.wayfarer.ingest.mail;

import io.wayfarer.ingest.HtmlText;
import jakarta.activation.DataSource;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is in a mail, as far as it can be read: what is broken is left out, and number and depth of parts are bounded. */
final class MailParts {

    static final int MAX_TEXT = 100 * 1024;

    private static final int MAX_PARTS = 100;
    private static final int MAX_DEPTH = 10;
    private static final int MAX_REPORT = 32 * 1024;

    private String plain;
    private String html;
    private int attachments;
    private byte[] deliveryStatus;
    private byte[] feedbackReport;
    private byte[] returned;
    private int parts;

    MailParts(MimeMessage mail) {
        gather(mail, 0);
    }

    /** The first plain text or else the first HTML as text; empty when there is neither. */
    String text() {
        return plain != null && !plain.isBlank() ? plain.strip() : html != null ? HtmlText.of(html) : "";
    }

    /** How many parts are no text of the mail. */
    int attachments() {
        return attachments;
    }

    /** What a mail server reports of the delivery (RFC 3464), or null: blocks of fields. */
    byte[] deliveryStatus() {
        return deliveryStatus;
    }

    /** What a mailbox provider reports of a complaint (RFC 5965), or null: fields. */
    byte[] feedbackReport() {
        return feedbackReport;
    }

    /** The beginning of the mail that comes back with a report, or null. */
    byte[] returned() {
        return returned;
    }

    private void gather(MimePart part, int depth) {
        if (++parts > MAX_PARTS || depth > MAX_DEPTH) {
            return;
        }
        var type = typeOf(part);
        try {
            if (type.match("multipart/*") && gatherAll(part, type, depth)) {
                return;
            }
            var attached = Part.ATTACHMENT.equalsIgnoreCase(part.getDisposition());
            if (!attached && type.match("text/html") && html == null) {
                html = textOf(part, type);
            } else if (!attached && isText(type) && plain == null) {
                plain = textOf(part, type);
            } else {
                attachments++;
                note(part, type);
            }
        } catch (MessagingException | IOException | RuntimeException e) {
            // a part that cannot be read is one that we do not have
            attachments++;
        }
    }

    private void note(MimePart part, ContentType type) throws MessagingException, IOException {
        switch (type.getBaseType().toLowerCase(Locale.ROOT)) {
            case "message/delivery-status", "message/global-delivery-status" -> deliveryStatus = beginning(part);
            case "message/feedback-report" -> feedbackReport = beginning(part);
            case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers" ->
                returned = beginning(part);
            default -> {}
        }
    }

    /** False when what calls itself a multipart has no parts: then it is read as text. */
    private boolean gatherAll(MimePart part, ContentType type, int depth) throws MessagingException, IOException {
        if (type.getParameter("boundary") == null) {
            return false;
        }
        var inside =
                new FirstParts(new ByteArrayDataSource(decodedBody(part), type.toString()), MAX_PARTS - parts).found();
        inside.forEach(child -> gather(child, depth + 1));
        return !inside.isEmpty();
    }

    private static boolean isText(ContentType type) {
        return type.match("text/plain") || type.match("multipart/*") || type.match("text/enriched");
    }

    static ContentType typeOf(MimePart part) {
        try {
            var header = part.getHeader("Content-Type", null);
            return header == null || header.isBlank() ? new ContentType("text/plain") : new ContentType(header);
        } catch (MessagingException e) {
            return new ContentType("text", "plain", null);
        }
    }

    private static String textOf(MimePart part, ContentType type) throws MessagingException, IOException {
        try (var body = decodedBody(part)) {
            return Charsets.decode(body.readNBytes(MAX_TEXT), type.getParameter("charset"));
        }
    }

    private static byte[] beginning(MimePart part) throws MessagingException, IOException {
        try (var body = decodedBody(part)) {
            return body.readNBytes(MAX_REPORT);
        }
    }

    /** The body with its transfer encoding undone, or as it is when nobody knows that encoding. */
    private static InputStream decodedBody(MimePart part) throws MessagingException, IOException {
        var encoding = part.getEncoding();
        var rawBody =
                part instanceof MimeMessage mail ? mail.getRawInputStream() : ((MimeBodyPart) part).getRawInputStream();
        try {
            return encoding == null ? rawBody : MimeUtility.decode(rawBody, encoding);
        } catch (MessagingException e) {
            return rawBody;
        }
    }

    /** Blocks of header fields with a blank line between, as far as they can be read; at most 20. */
    static List<InternetHeaders> blocks(byte[] fields) {
        var blocks = new ArrayList<InternetHeaders>();
        var in = new ByteArrayInputStream(fields);
        try {
            while (in.available() > 0 && blocks.size() < 20) {
                var block = new InternetHeaders(in);
                if (block.getAllHeaders().hasMoreElements()) {
                    blocks.add(block);
                }
            }
        } catch (MessagingException | RuntimeException e) {
            // the blocks before it
        }
        return blocks;
    }

    /** The first parts of a multipart, and those before the place where it breaks: each costs time to take apart. */
    private static final class FirstParts extends MimeMultipart {

        private final List<MimeBodyPart> found = new ArrayList<>();
        private final int max;

        FirstParts(DataSource source, int max) throws MessagingException {
            super(source);
            this.max = max;
        }

        List<MimeBodyPart> found() {
            try {
                parse();
            } catch (MessagingException e) {
                // what was found so far
            }
            return found;
        }

        @Override
        protected MimeBodyPart createMimeBodyPart(InputStream content) throws MessagingException {
            return noted(super.createMimeBodyPart(content));
        }

        @Override
        protected MimeBodyPart createMimeBodyPart(InternetHeaders headers, byte[] content) throws MessagingException {
            return noted(super.createMimeBodyPart(headers, content));
        }

        private MimeBodyPart noted(MimeBodyPart part) throws MessagingException {
            if (found.size() >= max) {
                throw new MessagingException("enough of these parts");
            }
            found.add(part);
            return part;
        }
    }
}
