package io.wayfarer.act;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.MessageSource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.HtmlUtils;

/**
 * Where the links of a survey lead. The score of the link is chosen beforehand and no more: mail scanners open every link, and
 * only what a person sends counts. It goes by another name than the one that is sent, since the form is sent to the link
 * itself. The first answer of a customer counts.
 */
@Controller
class SurveyPage {

    static final int MAX_COMMENT = 1_000;

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
            <main class="wide">
                <h1 id="question">%s</h1>
                %s
            </main>
            </body>
            </html>
            """;

    private static final String FORM =
            """
            <form method="post">
                <fieldset class="scale" aria-labelledby="question" aria-describedby="ends">%s</fieldset>
                <p id="ends" class="ends"><span>%s</span> <span>%s</span></p>
                <label for="comment">%s</label>
                <textarea id="comment" name="comment" rows="4" maxlength="%d">%s</textarea>
                %s
                <button type="submit">%s</button>
            </form>
            """;

    private static final String SCORE =
            "<label><input type=\"radio\" name=\"score\" value=\"%d\" required%s><span>%d</span></label>";

    private final Surveys surveys;
    private final Feedback feedback;
    private final MessageSource messages;
    private final String shop;

    SurveyPage(
            Surveys surveys, Feedback feedback, MessageSource messages, @Value("${wayfarer.shop.name}") String shop) {
        this.surveys = surveys;
        this.feedback = feedback;
        this.messages = messages;
        this.shop = shop;
    }

    @GetMapping("/s/{token}")
    ResponseEntity<String> ask(
            @PathVariable String token, @RequestParam(defaultValue = "") String chosen, Locale locale) {
        return surveys.read(token)
                .map(asked -> form(HttpStatus.OK, asked, chosen, "", "", locale))
                .orElseGet(() -> note(HttpStatus.NOT_FOUND, "survey.unknown", locale));
    }

    @PostMapping("/s/{token}")
    ResponseEntity<String> answer(
            @PathVariable String token,
            @RequestParam(defaultValue = "") String score,
            @RequestParam(defaultValue = "") String comment,
            Locale locale) {
        var asked = surveys.read(token);
        if (asked.isEmpty()) {
            return note(HttpStatus.NOT_FOUND, "survey.unknown", locale);
        }
        var chosen = asked.get()
                .kind()
                .scores()
                .filter(n -> score.equals(String.valueOf(n)))
                .findFirst();
        if (chosen.isEmpty() || comment.length() > MAX_COMMENT) {
            var wrong = chosen.isEmpty() ? "survey.choose" : "survey.too-long";
            return form(HttpStatus.BAD_REQUEST, asked.get(), score, comment, wrong, locale);
        }
        var isFirst = feedback.answered(asked.get(), chosen.getAsInt(), comment.strip());
        return note(HttpStatus.OK, isFirst ? "survey.thanks" : "survey.before", locale);
    }

    private ResponseEntity<String> form(
            HttpStatus status, Surveys.Asked asked, String score, String comment, String wrong, Locale locale) {
        var question = "survey." + asked.kind();
        var scale = asked.kind()
                .scores()
                .mapToObj(n -> SCORE.formatted(n, score.equals(String.valueOf(n)) ? " checked" : "", n))
                .collect(Collectors.joining());
        var form = FORM.formatted(
                scale,
                say(question + ".lowest", locale),
                say(question + ".highest", locale),
                say("survey.comment", locale),
                MAX_COMMENT,
                HtmlUtils.htmlEscape(comment.substring(0, Math.min(comment.length(), MAX_COMMENT)), "UTF-8"),
                wrong.isEmpty() ? "" : "<p role=\"alert\">" + say(wrong, locale) + "</p>",
                say("survey.send", locale));
        return page(status, say(question + ".question", locale), form, locale);
    }

    private ResponseEntity<String> note(HttpStatus status, String name, Locale locale) {
        return page(status, say(name, locale), "<p>" + say(name + ".about", locale) + "</p>", locale);
    }

    private ResponseEntity<String> page(HttpStatus status, String title, String content, Locale locale) {
        return ResponseEntity.status(status)
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .cacheControl(CacheControl.noStore())
                .header("Referrer-Policy", "no-referrer")
                .body(PAGE.formatted(say("survey.lang", locale), title, title, content));
    }

    private String say(String name, Locale locale) {
        return HtmlUtils.htmlEscape(messages.getMessage(name, new Object[] {shop}, locale), "UTF-8");
    }
}
