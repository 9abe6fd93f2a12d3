package io.wayfarer.ingest.mail;

import io.wayfarer.ingest.EmailAddress;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import jakarta.activation.DataSource;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimePart;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * A mail as it was received, read with patience: what is broken in it is left out. Only the first {@link #MAX_READ} bytes
 * are read, and of its text the first {@link #MAX_TEXT}; what comes later, attachments as a rule, is not kept.
 */
public final class ReceivedMail {

    static final int MAX_READ = 256 * 1024;
    static final int MAX_TEXT = 100 * 1024;

    private static final int MAX_SUBJECT = 1_000;
    private static final int MAX_NAME = 200;
    private static final int MAX_PARTS = 100;
    private static final int MAX_DEPTH = 10;

    private static final Session SESSION = Session.getInstance(new Properties());

    private final byte[] raw;
    private final boolean cut;
    private String plain;
    private String html;
    private int attachments;
    private int parts;

    private ReceivedMail(byte[] raw, boolean cut) {
        this.raw = raw;
        this.cut = cut;
    }

    /**
     * @throws MessagingException when the mail server does not give it
     * @throws IOException likewise
     */
    static ReceivedMail of(Message message) throws MessagingException, IOException {
        var bounded = new Bounded();
        try {
            message.writeTo(bounded);
            return new ReceivedMail(bounded.bytes.toByteArray(), false);
        } catch (IOException | MessagingException e) {
            if (!bounded.isFull()) {
                throw e;
            }
            return new ReceivedMail(bounded.bytes.toByteArray(), true);
        }
    }

    /** A mail out of the quarantine. */
    static ReceivedMail of(byte[] raw) {
        return new ReceivedMail(raw, raw.length >= Quarantine.MAX_BODY);
    }

    /** The mail as it came, for the quarantine. */
    String shown() {
        return new String(raw, 0, Math.min(raw.length, Quarantine.MAX_BODY), StandardCharsets.ISO_8859_1);
    }

    /**
     * The event {@code Mail Received} with the properties {@code subject}, {@code text} (empty when the mail has none),
     * {@code attachments}, {@code inReplyTo}, and {@code automatic} and {@code cut} when they are true.
     *
     * @param at when the mailbox received it, in product time
     * @throws Refusal when nobody can be told from it
     */
    Event event(String source, Instant at, Instant receivedAt) {
        try {
            var mail = new MimeMessage(SESSION, new ByteArrayInputStream(raw));
            var sender = sender(mail);
            gather(mail, 0);
            var properties = new LinkedHashMap<String, Object>();
            properties.put("subject", clean(decoded(header(mail, "Subject")), MAX_SUBJECT));
            properties.put("text", clean(text(), MAX_TEXT));
            properties.put("attachments", attachments);
            var inReplyTo = header(mail, "In-Reply-To").trim();
            if (!inReplyTo.isEmpty()) {
                properties.put("inReplyTo", clean(inReplyTo, Fields.MAX_ID));
            }
            if (isAutomatic(mail)) {
                properties.put("automatic", true);
            }
            if (cut) {
                properties.put("cut", true);
            }
            var name = clean(sender.getPersonal() == null ? "" : sender.getPersonal(), MAX_NAME);
            var messageId = messageId(mail);
            return new Event(
                    Event.idOf(source, messageId),
                    source,
                    messageId,
                    "Mail Received",
                    "email",
                    at,
                    receivedAt,
                    null,
                    null,
                    EmailAddress.of(sender.getAddress()),
                    Map.of(),
                    name.isEmpty() ? Map.of() : Map.of("name", name),
                    properties,
                    Map.of());
        } catch (MessagingException e) {
            throw Refusal.bad(null, "the mail cannot be read");
        }
    }

    private static InternetAddress sender(MimeMessage mail) throws MessagingException {
        for (var from : InternetAddress.parseHeader(header(mail, "From"), false)) {
            if (EmailAddress.of(from.getAddress()) != null) {
                return from;
            }
        }
        throw Refusal.bad("From", "the mail names no sender");
    }

    private String messageId(MimeMessage mail) {
        var id = header(mail, "Message-ID").trim();
        return id.isEmpty()
                        || id.length() > Fields.MAX_ID
                        || !clean(id, id.length()).equals(id)
                ? Fields.hash(new String(raw, StandardCharsets.ISO_8859_1))
                : id;
    }

    private static boolean isAutomatic(MimeMessage mail) {
        var submitted = header(mail, "Auto-Submitted").trim().toLowerCase(Locale.ROOT);
        return !submitted.isEmpty() && !submitted.startsWith("no");
    }

    private String text() {
        return plain != null && !plain.isBlank() ? plain.strip() : html != null ? HtmlText.of(html) : "";
    }

    /** Finds the first plain and the first HTML text, and counts what is attached. */
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
            }
        } catch (MessagingException | IOException | RuntimeException e) {
            // a part that cannot be read is one that we do not have
            attachments++;
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

    private static ContentType typeOf(MimePart part) {
        try {
            var header = part.getHeader("Content-Type", null);
            return header == null || header.isBlank() ? new ContentType("text/plain") : new ContentType(header);
        } catch (MessagingException e) {
            return new ContentType("text", "plain", null);
        }
    }

    private static String textOf(MimePart part, ContentType type) throws MessagingException, IOException {
        try (var body = decodedBody(part)) {
            return decoded(body.readNBytes(MAX_TEXT), type.getParameter("charset"));
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

    /** By the charset it names, and where that is unknown or wrong, by the first of UTF-8 and windows-1252 that fits. */
    private static String decoded(byte[] bytes, String charset) {
        try {
            if (charset != null) {
                return new String(bytes, Charset.forName(MimeUtility.javaCharset(charset.trim())));
            }
        } catch (IllegalArgumentException e) {
            // no charset of that name
        }
        var text = CharBuffer.allocate(bytes.length);
        // not the end of input: the bound may have cut a character in two
        var result = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, false);
        return result.isError()
                ? new String(bytes, Charset.forName("windows-1252"))
                : text.flip().toString();
    }

    private static String decoded(String header) {
        try {
            return MimeUtility.decodeText(MimeUtility.unfold(header));
        } catch (IOException | RuntimeException e) {
            return header;
        }
    }

    private static String header(MimeMessage mail, String name) {
        try {
            var value = mail.getHeader(name, ",");
            return value == null ? "" : value;
        } catch (MessagingException e) {
            return "";
        }
    }

    /** Without what a database or a JSON reader cannot hold, and within bounds. */
    private static String clean(String text, int maxLength) {
        var bounded = text.length() <= maxLength ? text : text.substring(0, maxLength);
        var clean = new StringBuilder(bounded.length());
        bounded.codePoints()
                .filter(c -> c >= ' ' || c == '\n' || c == '\t')
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '\uFFFD' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString().strip();
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

    /** Takes what it can hold and then refuses, so that the rest of a large mail is not even fetched. */
    private static final class Bounded extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        boolean isFull() {
            return bytes.size() == MAX_READ;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int from, int length) throws IOException {
            var room = Math.min(length, MAX_READ - bytes.size());
            bytes.write(source, from, room);
            if (room < length) {
                throw new IOException("enough of this mail is read");
            }
        }
    }
}
