package io.wayfarer.ingest.mail;

import io.wayfarer.ingest.EmailAddress;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.SentMail;
import jakarta.mail.internet.InternetHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is reported of a mail of ours: a bounce by a mail server (RFC 3464, with the status codes of RFC 3463), or a complaint
 * by a mailbox provider (RFC 5965).
 *
 * @param mail the mail that it is about
 * @param name of the event
 * @param properties of the event
 */
record MailReport(SentMail mail, String name, Map<String, Object> properties) {

    private static final int MAX_REASON = 300;

    /** The address is wrong, or its mailbox is closed; 5.1.7 and 5.1.8 speak of the sender's address. */
    private static final Pattern GONE = Pattern.compile("5\\.(1\\.(?![78]$)\\d{1,3}|2\\.1)");

    /** Of a mail server that gives no detail in the status, what it answered (RFC 5321, 4.2.3); 5.7 is policy against us. */
    private static final Pattern NO_MAILBOX = Pattern.compile("(?i)smtp\\s*;\\s*(550|551|553)[ -](?!.*\\b5\\.7\\.).*");

    /** @throws Refusal when it is neither a bounce nor a complaint */
    static MailReport of(SentMail mail, MailParts parts) {
        return parts.feedbackReport() != null
                ? complaint(mail, parts.feedbackReport())
                : delivery(mail, parts.deliveryStatus());
    }

    private static MailReport complaint(SentMail mail, byte[] report) {
        var type = MailParts.blocks(report).stream()
                .findFirst()
                .map(fields -> field(fields, "Feedback-Type").toLowerCase(Locale.ROOT))
                .orElse("");
        return switch (type) {
            case "abuse", "fraud" -> new MailReport(mail, "Email Marked as Spam", Map.of("feedback_type", type));
            case "opt-out" -> new MailReport(mail, "Unsubscribed", Map.of("topic", mail.topic()));
            default -> throw Refusal.bad("Feedback-Type", "a feedback report that is no complaint");
        };
    }

    private static MailReport delivery(SentMail mail, byte[] status) {
        var recipients = MailParts.blocks(status).stream()
                .filter(block -> !field(block, "Action").isEmpty())
                .toList();
        // one that was forwarded has another address; then it must be the only one
        var ours = recipients.stream()
                .filter(block -> addresses(block).anyMatch(mail.address()::equals))
                .findFirst()
                .or(() -> recipients.size() == 1 ? recipients.stream().findFirst() : Optional.empty())
                .orElseThrow(
                        () -> Refusal.bad("Final-Recipient", "the report is about nobody whom the mail was sent to"));
        var code = field(ours, "Status").split("\\s", 2)[0];
        var diagnostic = field(ours, "Diagnostic-Code");
        var properties = new LinkedHashMap<String, Object>();
        properties.put("status", ReceivedMail.line(code, 20));
        properties.put("reason", ReceivedMail.line(diagnostic.isEmpty() ? code : diagnostic, MAX_REASON));
        var action = field(ours, "Action").toLowerCase(Locale.ROOT);
        if (action.equals("failed")) {
            var isGone = GONE.matcher(code).matches()
                    || code.equals("5.0.0") && NO_MAILBOX.matcher(diagnostic).matches();
            properties.put("bounce", isGone ? "hard" : "soft");
        }
        return switch (action) {
            case "failed" -> new MailReport(mail, "Email Bounced", properties);
            case "delayed" -> new MailReport(mail, "Email Delayed", properties);
            case "delivered" -> new MailReport(mail, "Email Delivered", properties);
            default -> throw Refusal.bad("Action", "the report says of no delivery that it failed");
        };
    }

    private static Stream<String> addresses(InternetHeaders block) {
        return Stream.of("Original-Recipient", "Final-Recipient")
                .map(name -> field(block, name).replaceFirst("^[^;]*;", ""))
                .map(address -> EmailAddress.of(address.replaceAll("[<>]", "")))
                .filter(address -> address != null);
    }

    private static String field(InternetHeaders block, String name) {
        var values = block.getHeader(name);
        return values == null
                ? ""
                : List.of(values).get(0).replaceAll("\\s+", " ").strip();
    }
}
