package io.wayfarer.demo;

import io.swagger.v3.oas.annotations.Hidden;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.springframework.context.annotation.Profile;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the mailbox page shows. */
@RestController
@Profile("demo")
@Hidden
class MailPages {

    private static final int SHOWN = 100;

    /** Nothing in a mail may run, or load from elsewhere, or be shown but inside the mailbox page. */
    private static final String STRICT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
            + " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

    /** A line of the list. */
    record Line(long id, Instant at, String from, String to, String subject, String text, boolean html) {}

    private final Mailbox mailbox;

    MailPages(Mailbox mailbox) {
        this.mailbox = mailbox;
    }

    @GetMapping("/shop/mail/list")
    List<Line> list(@RequestParam(defaultValue = "sent") String box) {
        return mailbox.newest(!box.equals("received"), SHOWN).stream()
                .map(mail -> new Line(
                        mail.id(),
                        mail.at(),
                        mail.from(),
                        mail.to(),
                        mail.subject(),
                        mail.text(),
                        !mail.html().isEmpty()))
                .toList();
    }

    @GetMapping("/shop/mail/{id:\\d{1,18}}")
    ResponseEntity<byte[]> html(@PathVariable long id) {
        return mailbox.find(id)
                .map(mail -> ResponseEntity.ok()
                        .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                        .header("Content-Security-Policy", STRICT)
                        // links open beside the mailbox, not in the frame
                        .body(("<base target=\"_blank\">" + mail.html()).getBytes(StandardCharsets.UTF_8)))
                .orElse(ResponseEntity.notFound().build());
    }
}
