package io.wayfarer.ingest.mail;

import io.wayfarer.ingest.EmailAddress;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.SentMail;
import io.wayfarer.ingest.SignedTokens;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A mail as it was received, read with patience: what is broken in it is left out. Only the first {@link #MAX_READ} bytes
 * are read, and of its text the first {@link MailParts#MAX_TEXT}; what comes later, attachments as a rule, is not kept.
 */
public final class ReceivedMail {

    static final int MAX_READ = 256 * 1024;
    static final int MAX_FULL_TEXT = 10_000;

    private static final int MAX_SUBJECT = 1_000;
    private static final int MAX_NAME = 200;
    private static final int MAX_HEADER = 20_000;
    private static final int MAX_IDS = 50;

    private static final Pattern OUR_ID = Pattern.compile("<([A-Za-z0-9_-]{60,600})@");
    private static final Pattern UNSUBSCRIBE_FROM =
            Pattern.compile("unsubscribe ([A-Za-z0-9_-]{60,600})", Pattern.CASE_INSENSITIVE);
    private static final Pattern UNSUBSCRIBE = Pattern.compile(
            "((re|aw|回复|答复)\\s*[:：]\\s*)*[\"'“「]?(please )?(unsubscribe( me)?|stop|退订|取消订阅)[\"'”」]?\\s*[.!。！]*",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern POSTMASTER = Pattern.compile("(mailer-daemon|postmaster)@.*");
    private static final Set<String> UNASKED = Set.of("bulk", "junk", "list", "auto_reply");
    private static final List<String> AUTOMATIC =
            List.of("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id");

    private static final Session SESSION = Session.getInstance(new Properties());

    private final byte[] raw;
    private final boolean cut;

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
     * What the mail is, as an event. Of a person: {@code Mail Received}, or {@code Unsubscribed} when that is all they want. Of
     * a program: {@code Automatic Mail Received}. Of a mail of ours: {@code Email Bounced}, {@code Email Delayed}, {@code
     * Email Delivered} or {@code Email Marked as Spam}, with the mark {@link SentMail#PROVED}. docs/integrators.md has
     * their properties.
     *
     * @param at when the mailbox received it, in product time
     * @throws Refusal when nobody can be told from it
     */
    Event event(String source, Instant at, Instant receivedAt, SignedTokens tokens) {
        try {
            var mail = new MimeMessage(SESSION, new ByteArrayInputStream(raw));
            if (ours(header(mail, "Message-ID"), tokens).findAny().isPresent()) {
                throw Refusal.bad("Message-ID", "a mail of our own has come back: it goes round in a loop");
            }
            var parts = new MailParts(mail);
            var arrival = new Arrival(source, messageId(mail), at, receivedAt);
            if (parts.deliveryStatus() != null || parts.feedbackReport() != null) {
                var report = MailReport.of(reported(mail, parts, tokens), parts);
                return event(arrival, report.name(), report.mail(), report.properties());
            }
            var sender = sender(mail);
            var address = EmailAddress.of(sender.getAddress());
            var subject = line(Charsets.header(header(mail, "Subject")), MAX_SUBJECT);
            var wish = UNSUBSCRIBE_FROM.matcher(subject);
            var unwanted = wish.matches() ? SentMail.of(wish.group(1), tokens) : Optional.<SentMail>empty();
            if (unwanted.isPresent()) {
                var topic = unwanted.get().topic();
                return event(arrival, "Unsubscribed", unwanted.get(), Map.of("topic", topic));
            }
            var isAutomatic = isAutomatic(mail);
            if (isAutomatic && POSTMASTER.matcher(address).matches()) {
                throw Refusal.bad("Content-Type", "a report of a mail server in a form that is not read (RFC 3464 is)");
            }
            var name = line(Charsets.header(sender.getPersonal() == null ? "" : sender.getPersonal()), MAX_NAME);
            return new Event(
                    Event.idOf(source, arrival.messageId()),
                    source,
                    arrival.messageId(),
                    isAutomatic
                            ? "Automatic Mail Received"
                            : wish.matches() || UNSUBSCRIBE.matcher(subject).matches()
                                    ? "Unsubscribed"
                                    : "Mail Received",
                    "email",
                    at,
                    receivedAt,
                    null,
                    null,
                    address,
                    Map.of(),
                    name.isEmpty() || isAutomatic ? Map.of() : Map.of("name", name),
                    properties(mail, parts, subject, address, tokens),
                    Map.of());
        } catch (MessagingException e) {
            throw Refusal.bad(null, "the mail cannot be read");
        }
    }

    private record Arrival(String source, String messageId, Instant at, Instant receivedAt) {}

    /** An event of the person whom we sent the mail to. */
    private static Event event(Arrival arrival, String name, SentMail mail, Map<String, Object> about) {
        var properties = new LinkedHashMap<>(about);
        addThread(mail, properties);
        return new Event(
                Event.idOf(arrival.source(), arrival.messageId()),
                arrival.source(),
                arrival.messageId(),
                name,
                "email",
                arrival.at(),
                arrival.receivedAt(),
                null,
                null,
                mail.address(),
                Map.of(),
                Map.of(),
                properties,
                Map.of(SentMail.PROVED, true));
    }

    private Map<String, Object> properties(
            MimeMessage mail, MailParts parts, String subject, String sender, SignedTokens tokens) {
        var properties = new LinkedHashMap<String, Object>();
        var all = clean(parts.text(), MailParts.MAX_TEXT);
        var written = WrittenText.of(all);
        properties.put("subject", subject);
        properties.put("text", written);
        if (!written.equals(all.lines().map(String::strip).collect(Collectors.joining("\n")))) {
            properties.put("fullText", clean(all, MAX_FULL_TEXT));
        }
        properties.put("attachments", parts.attachments());
        var inReplyTo = header(mail, "In-Reply-To").trim();
        if (!inReplyTo.isEmpty()) {
            properties.put("inReplyTo", line(inReplyTo, Fields.MAX_ID));
        }
        // somebody whom the mail was passed on to has its id as well, and is not whom it was sent to
        ours(inReplyTo + ' ' + newestFirst(header(mail, "References")), tokens)
                .filter(sent -> sent.address().equals(sender))
                .findFirst()
                .ifPresent(sent -> addThread(sent, properties));
        if (cut) {
            properties.put("cut", true);
        }
        return properties;
    }

    private static void addThread(SentMail mail, Map<String, Object> properties) {
        properties.put("email_id", mail.message().toString());
        if (mail.decision() != null) {
            properties.put("decision_id", mail.decision().toString());
        }
    }

    /** The mail of ours that a report is about: the one it brings back or, without it, the one it answers. */
    private static SentMail reported(MimeMessage mail, MailParts parts, SignedTokens tokens) {
        var returned = parts.returned() == null
                ? ""
                : MailParts.blocks(parts.returned()).stream()
                        .findFirst()
                        .map(headers -> headers.getHeader("Message-ID", " "))
                        .orElse("");
        return ours(returned + ' ' + header(mail, "In-Reply-To") + ' ' + header(mail, "References"), tokens)
                .findFirst()
                .orElseThrow(() -> Refusal.bad("Message-ID", "a report of a mail that is not ours"));
    }

    /** Those of the message ids that we made. */
    private static Stream<SentMail> ours(String ids, SignedTokens tokens) {
        return OUR_ID.matcher(ids).results().limit(MAX_IDS).flatMap(id -> SentMail.of(id.group(1), tokens).stream());
    }

    private static String newestFirst(String references) {
        var ids = Arrays.asList(references.trim().split("\\s+"));
        Collections.reverse(ids);
        return String.join(" ", ids);
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

    /** No person wrote it: RFC 3834, and what programs said before it or say beside it. */
    private static boolean isAutomatic(MimeMessage mail) {
        var submitted = header(mail, "Auto-Submitted").trim().toLowerCase(Locale.ROOT);
        var precedence = header(mail, "Precedence").trim().toLowerCase(Locale.ROOT);
        return !submitted.isEmpty() && !submitted.startsWith("no")
                || UNASKED.contains(precedence)
                || AUTOMATIC.stream().anyMatch(name -> !header(mail, name).isBlank())
                || header(mail, "Return-Path").trim().equals("<>")
                || MailParts.typeOf(mail).match("multipart/report");
    }

    private static String header(MimeMessage mail, String name) {
        try {
            var value = mail.getHeader(name, ",");
            return value == null ? "" : value.substring(0, Math.min(value.length(), MAX_HEADER));
        } catch (MessagingException e) {
            return "";
        }
    }

    /** On one line, without what a database or a JSON reader cannot hold, and within bounds. */
    static String line(String text, int maxLength) {
        return clean(text.replaceAll("\\s+", " "), maxLength);
    }

    /** Without what a database or a JSON reader cannot hold, and within bounds. */
    private static String clean(String text, int maxLength) {
        var bounded = text.length() <= maxLength ? text : text.substring(0, maxLength);
        var clean = new StringBuilder(bounded.length());
        bounded.codePoints()
                .filter(c -> c >= ' ' && c != 0x7F || c == '\n' || c == '\t')
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? '\uFFFD' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString().strip();
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
