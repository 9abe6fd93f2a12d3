package io.wayfarer.act;

import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * Where the unsubscribe link leads. Looking changes nothing, since mail scanners open every link; the button, and a
 * mailbox's own button (RFC 8058), post.
 */
@Controller
class UnsubscribePage {

    private final Unsubscribe unsubscribe;
    private final Feedback feedback;
    private final PublicPages pages;

    UnsubscribePage(Unsubscribe unsubscribe, Feedback feedback, PublicPages pages) {
        this.unsubscribe = unsubscribe;
        this.feedback = feedback;
        this.pages = pages;
    }

    @GetMapping("/u/{token}")
    ResponseEntity<String> ask(@PathVariable String token, Locale locale) {
        if (unsubscribe.read(token).isEmpty()) {
            return unknown(locale);
        }
        var button = "<form method=\"post\"><button type=\"submit\">" + pages.say("unsubscribe.ask", locale)
                + "</button></form>";
        return pages.page(
                HttpStatus.OK, false, "unsubscribe.ask", pages.about("unsubscribe.ask", locale) + button, locale);
    }

    @PostMapping("/u/{token}")
    ResponseEntity<String> unsubscribe(@PathVariable String token, Locale locale) {
        var wish = unsubscribe.read(token);
        if (wish.isEmpty()) {
            return unknown(locale);
        }
        feedback.unsubscribed(wish.get());
        return pages.note(HttpStatus.OK, "unsubscribe.done", locale);
    }

    private ResponseEntity<String> unknown(Locale locale) {
        return pages.note(HttpStatus.NOT_FOUND, "link.unknown", locale);
    }
}
