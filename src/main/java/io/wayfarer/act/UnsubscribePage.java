package io.wayfarer.act;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
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

    /** A title, a sentence and, where there is something to do, the text of the button. */
    private record Page(HttpStatus status, String title, String text, String button) {}

    private static final Map<String, Map<String, Page>> PAGES = Map.of(
            "en",
            Map.of(
                    "ask",
                    new Page(HttpStatus.OK, "Unsubscribe", "You will get no more mail of this kind.", "Unsubscribe"),
                    "done",
                    new Page(HttpStatus.OK, "You are unsubscribed", "You will get no more mail of this kind.", null),
                    "unknown",
                    new Page(
                            HttpStatus.NOT_FOUND,
                            "This link does not work",
                            "Please open the link in the mail again, or copy the whole of it.",
                            null)),
            "zh",
            Map.of(
                    "ask",
                    new Page(HttpStatus.OK, "退订", "退订后，您将不再收到这类邮件。", "退订"),
                    "done",
                    new Page(HttpStatus.OK, "已退订", "您将不再收到这类邮件。", null),
                    "unknown",
                    new Page(HttpStatus.NOT_FOUND, "链接无效", "请重新打开邮件中的链接，或完整复制链接。", null)));

    private static final String HTML =
            """
            <!doctype html>
            <html lang="%s">
            <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex">
                <title>%s</title>
                <link rel="stylesheet" href="/login/pages.css">
            </head>
            <body class="narrow">
            <main>
                <h1>%s</h1>
                <p>%s</p>
                %s
            </main>
            </body>
            </html>
            """;

    private final Unsubscribe unsubscribe;
    private final Feedback feedback;

    UnsubscribePage(Unsubscribe unsubscribe, Feedback feedback) {
        this.unsubscribe = unsubscribe;
        this.feedback = feedback;
    }

    @GetMapping("/u/{token}")
    ResponseEntity<String> ask(@PathVariable String token, Locale locale) {
        return page(unsubscribe.read(token).isPresent() ? "ask" : "unknown", locale);
    }

    @PostMapping("/u/{token}")
    ResponseEntity<String> unsubscribe(@PathVariable String token, Locale locale) {
        var wish = unsubscribe.read(token);
        if (wish.isEmpty()) {
            return page("unknown", locale);
        }
        feedback.unsubscribed(wish.get());
        return page("done", locale);
    }

    private static ResponseEntity<String> page(String name, Locale locale) {
        var language = locale.getLanguage().equals("zh") ? "zh" : "en";
        var page = PAGES.get(language).get(name);
        var form = page.button() == null
                ? ""
                : "<form method=\"post\"><button type=\"submit\">" + page.button() + "</button></form>";
        return ResponseEntity.status(page.status())
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .cacheControl(CacheControl.noStore())
                .header("Referrer-Policy", "no-referrer")
                .body(HTML.formatted(language, page.title(), page.title(), page.text(), form));
    }
}
