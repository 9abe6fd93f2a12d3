package io.wayfarer.act;

import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
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

    private static final String FORM =
            """
            <form method="post">
                <fieldset class="scale" aria-labelledby="title" aria-describedby="ends">%s</fieldset>
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
    private final PublicPages pages;

    SurveyPage(Surveys surveys, Feedback feedback, PublicPages pages) {
        this.surveys = surveys;
        this.feedback = feedback;
        this.pages = pages;
    }

    @GetMapping("/s/{token}")
    ResponseEntity<String> ask(
            @PathVariable String token, @RequestParam(defaultValue = "") String chosen, Locale locale) {
        return surveys.read(token)
                .map(asked -> form(HttpStatus.OK, asked, chosen, "", "", locale))
                .orElseGet(() -> pages.note(HttpStatus.NOT_FOUND, "link.unknown", locale));
    }

    @PostMapping("/s/{token}")
    ResponseEntity<String> answer(
            @PathVariable String token,
            @RequestParam(defaultValue = "") String score,
            @RequestParam(defaultValue = "") String comment,
            Locale locale) {
        var asked = surveys.read(token);
        if (asked.isEmpty()) {
            return pages.note(HttpStatus.NOT_FOUND, "link.unknown", locale);
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
        return pages.note(HttpStatus.OK, isFirst ? "survey.thanks" : "survey.before", locale);
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
                pages.say(question + ".lowest", locale),
                pages.say(question + ".highest", locale),
                pages.say("survey.comment", locale),
                MAX_COMMENT,
                HtmlUtils.htmlEscape(comment.substring(0, Math.min(comment.length(), MAX_COMMENT)), "UTF-8"),
                wrong.isEmpty() ? "" : "<p role=\"alert\">" + pages.say(wrong, locale) + "</p>",
                pages.say("survey.send", locale));
        return pages.page(status, true, question + ".question", form, locale);
    }
}
