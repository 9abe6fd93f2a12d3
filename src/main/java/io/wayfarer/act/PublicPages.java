package io.wayfarer.act;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.MessageSource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.util.HtmlUtils;

/** The frame of the pages that a link in a mail leads to: no sign-in, no script, nothing kept and nobody told. */
@Component
class PublicPages {

    private static final String PAGE =
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
            <main%s>
                <h1 id="title">%s</h1>
                %s
            </main>
            </body>
            </html>
            """;

    private final MessageSource messages;
    private final String shop;

    PublicPages(MessageSource messages, @Value("${wayfarer.shop.name}") String shop) {
        this.messages = messages;
        this.shop = shop;
    }

    /**
     * @param title name of the text that is its title
     * @param content HTML
     */
    ResponseEntity<String> page(HttpStatus status, boolean wide, String title, String content, Locale locale) {
        var text = say(title, locale);
        return ResponseEntity.status(status)
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .cacheControl(CacheControl.noStore())
                .header("Referrer-Policy", "no-referrer")
                .body(PAGE.formatted(say("page.lang", locale), text, wide ? " class=\"wide\"" : "", text, content));
    }

    /** The text {@code name} as the title, and {@code name.about} as a sentence below it. */
    ResponseEntity<String> note(HttpStatus status, String name, Locale locale) {
        return page(status, false, name, about(name, locale), locale);
    }

    String about(String name, Locale locale) {
        return "<p>" + say(name + ".about", locale) + "</p>";
    }

    /** A text of messages.properties in the reader's language, as HTML. */
    String say(String name, Locale locale) {
        return HtmlUtils.htmlEscape(messages.getMessage(name, new Object[] {shop}, locale), "UTF-8");
    }
}
