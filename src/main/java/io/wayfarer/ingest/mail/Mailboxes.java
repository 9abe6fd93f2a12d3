package io.wayfarer.ingest.mail;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Replayable;
import io.wayfarer.ingest.SignedTokens;
import io.wayfarer.ingest.Sources;
import io.wayfarer.ingest.Understood;
import jakarta.mail.FolderClosedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.StoreClosedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.stereotype.Component;

/**
 * The mailboxes that are set up, each read by an instance of the route template in routes/in-mail.camel.yaml. A mail is
 * marked as seen only after its event is committed: what was not is read again, and counts once by its Message-ID.
 */
@Component
public class Mailboxes implements CamelContextConfiguration, Replayable {

    /** What the bean below relies on; the mailbox's own settings may not say otherwise. */
    private static final Map<String, String> FIXED = Map.of(
            // the mail itself, and not Camel's reading of it
            "mapMailMessage", "false",
            "unseen", "true",
            "peek", "true");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,60}");

    /** Whole, by the name of the mailbox. */
    private final Map<String, String> urls = new TreeMap<>();

    private final Inbox inbox;
    private final Quarantine quarantine;
    private final SignedTokens tokens;
    private final Clock clock;

    Mailboxes(Sources settings, Inbox inbox, Quarantine quarantine, SignedTokens tokens, Clock clock) {
        this.inbox = inbox;
        this.quarantine = quarantine;
        this.tokens = tokens;
        this.clock = clock;
        settings.mailboxes().forEach((name, mailbox) -> {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalStateException("wayfarer.mailboxes: a name may have letters, digits, - and _");
            }
            urls.put(name, completed(name, mailbox.url()));
        });
    }

    @Override
    public void beforeApplicationStart(CamelContext camel) {}

    @Override
    public void afterApplicationStart(CamelContext camel) {
        urls.forEach((name, url) -> TemplatedRouteBuilder.builder(camel, "mailbox")
                .routeId("in-mail-" + name)
                .parameter("name", name)
                .parameter("url", url)
                .add());
    }

    private static String completed(String name, String url) {
        if (url == null || !url.startsWith("imap:") && !url.startsWith("imaps:")) {
            throw new IllegalStateException(
                    "wayfarer.mailboxes." + name + ".url must be a Camel URI that begins with imaps: or imap:");
        }
        var complete = new StringBuilder(url);
        for (var option : FIXED.entrySet()) {
            if (url.contains("?" + option.getKey() + "=") || url.contains("&" + option.getKey() + "=")) {
                throw new IllegalStateException(
                        "wayfarer.mailboxes." + name + ".url may not set " + option.getKey() + " itself");
            }
            complete.append(complete.indexOf("?") < 0 ? '?' : '&')
                    .append(option.getKey())
                    .append('=')
                    .append(option.getValue());
        }
        return complete.toString();
    }

    /**
     * Takes in one mail, as an event or into quarantine.
     *
     * @throws MessagingException when the mail server fails: the mail stays unseen and is read again
     * @throws IOException likewise
     */
    public void receive(String mailbox, Message message) throws MessagingException, IOException {
        var source = "mail:" + mailbox;
        ReceivedMail mail;
        try {
            mail = ReceivedMail.of(message);
        } catch (FolderClosedException | StoreClosedException e) {
            throw e;
        } catch (MessagingException | IOException | RuntimeException e) {
            if (message.getFolder() != null && !message.getFolder().isOpen()) {
                throw e;
            }
            quarantine.keep(source, null, "the mail server does not give this mail: " + e.getMessage(), "");
            return;
        }
        Event event;
        try {
            var now = clock.instant();
            event = mail.event(source, now.minus(waited(message)), now, tokens);
        } catch (RuntimeException e) {
            var reason = e instanceof Refusal ? e.getMessage() : "the mail cannot be read: " + e;
            quarantine.keep(source, null, reason, mail.shown());
            return;
        }
        inbox.accept(List.of(event));
    }

    @Override
    public String way() {
        return "mail";
    }

    /** The body is the mail as it came, each character a byte. */
    @Override
    public Understood again(Quarantine.Item kept, String body) {
        var mail = ReceivedMail.of(body.getBytes(StandardCharsets.ISO_8859_1));
        return Understood.of(mail.event(kept.source(), kept.receivedAt(), kept.receivedAt(), tokens));
    }

    /**
     * How long it lay in the mailbox, by the world's clock; a sender's Date header could say anything. Mailboxes tell whole
     * seconds: it came at the end of one, and not before what else happened in it.
     */
    private static Duration waited(Message message) throws MessagingException {
        var received = message.getReceivedDate();
        var waited = received == null
                ? Duration.ZERO
                : Duration.between(received.toInstant().plusSeconds(1), Instant.now());
        return waited.isNegative() ? Duration.ZERO : waited;
    }
}
