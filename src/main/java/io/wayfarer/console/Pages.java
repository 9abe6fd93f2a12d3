package io.wayfarer.console;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Profile;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.util.HtmlUtils;

/**
 * The few pages that the server writes itself, from the files in {@code pages/}: {@code {{name}}} stands for a value that
 * is passed in, or else for the message of that name in the reader's language. All are escaped.
 */
@Component
class Pages {

    private static final Pattern HOLE = Pattern.compile("\\{\\{([\\w.-]+)}}");

    private final MessageSource messages;

    Pages(MessageSource messages) {
        this.messages = messages;
    }

    String write(String page, Locale locale, Map<String, String> values) {
        try (var file = Pages.class.getResourceAsStream("/pages/" + page + ".html")) {
            var text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return HOLE.matcher(text).replaceAll(hole -> {
                var name = hole.group(1);
                var value = values.containsKey(name) ? values.get(name) : messages.getMessage(name, null, locale);
                return Matcher.quoteReplacement(HtmlUtils.htmlEscape(value));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Controller
    static class SignInPage {

        private final Pages pages;

        SignInPage(Pages pages) {
            this.pages = pages;
        }

        @GetMapping("/login")
        ResponseEntity<String> form(HttpServletRequest request, CsrfToken token, Locale locale) {
            var said = Stream.of("wrong", "wait", "out")
                    .filter(request.getParameterMap()::containsKey)
                    .findFirst()
                    .orElse("welcome");
            return html(pages.write(
                    "sign-in",
                    locale,
                    Map.of(
                            "csrf",
                            token.getToken(),
                            "said",
                            pages.messages.getMessage("sign-in." + said, null, locale),
                            "role",
                            said.equals("wrong") || said.equals("wait") ? "alert" : "status")));
        }
    }

    @Controller
    static class HomePage {

        private final Pages pages;

        HomePage(Pages pages) {
            this.pages = pages;
        }

        @GetMapping(Doors.HOME)
        ResponseEntity<String> home(Authentication user, CsrfToken token, Locale locale) {
            return html(pages.write("home", locale, Map.of("csrf", token.getToken(), "user", user.getName())));
        }
    }

    @Controller
    @Profile("!demo")
    static class FrontDoor {

        @GetMapping("/")
        String home() {
            return "redirect:" + Doors.HOME;
        }
    }

    private static ResponseEntity<String> html(String page) {
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
                .cacheControl(CacheControl.noStore())
                .body(page);
    }
}
