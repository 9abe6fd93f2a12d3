package io.wayfarer.act;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * The message templates, {@code processes/messages/<name>.<language>.liquid}. Those with HTML are rendered inside the frame
 * of their language, {@code frame.<language>.liquid}.
 */
@Component
class Templates {

    static final String MARKETING = "marketing";
    static final String TRANSACTIONAL = "transactional";
    static final String FALLBACK_LANGUAGE = "en";

    private static final String FRAME = "frame";
    private static final int MAX_SUBJECT = 150;

    /** A rendered message. The subject is one line; {@code html} and {@code link} are empty when the template has none. */
    record Letter(String subject, String text, String html, String link) {

        Letter(String subject, String text, String html) {
            this(subject, text, html, "");
        }
    }

    private final Map<String, Map<String, Template>> byName = new TreeMap<>();
    private final Map<String, Template> frames;

    Templates(@Value("${wayfarer.messages}") String pattern) throws IOException {
        for (var file : new PathMatchingResourcePatternResolver().getResources(pattern)) {
            add(file);
        }
        frames = Optional.ofNullable(byName.remove(FRAME)).orElse(Map.of());
        byName.forEach((name, languages) -> {
            require(languages.containsKey(FALLBACK_LANGUAGE), name + " has no " + FALLBACK_LANGUAGE + " version");
            require(
                    !languages.get(FALLBACK_LANGUAGE).hasHtml()
                            || frames.keySet().containsAll(languages.keySet()),
                    name + " is in a language without a frame");
            require(
                    languages.values().stream()
                                    .map(one -> one.channel() + one.hasHtml())
                                    .distinct()
                                    .count()
                            == 1,
                    name + " goes another way in another language");
            require(
                    languages.values().stream().map(Template::topic).distinct().count() == 1,
                    name + " has another topic in another language");
            require(
                    languages.values().stream().map(Template::claim).distinct().count() == 1,
                    name + " has another priority, keep or stock in another language");
        });
    }

    private void add(Resource file) throws IOException {
        var parts = String.valueOf(file.getFilename()).split("\\.");
        require(parts.length == 3, file.getFilename() + " is not called <name>.<language>.liquid");
        var template = Template.parse(file.getFilename(), file.getContentAsString(StandardCharsets.UTF_8));
        require(
                parts[0].equals(FRAME) || Set.of(MARKETING, TRANSACTIONAL).contains(template.topic()),
                file.getFilename() + " does not say whether its topic is marketing or transactional");
        require(
                template.hasHtml() || !template.channel().equals(Channels.EMAIL),
                file.getFilename() + " is a mail and has no line '--- html ---'");
        require(
                Set.of("", "cart", "items").contains(template.needs()),
                file.getFilename() + " can need cart or items, not " + template.needs());
        require(
                template.survey().isEmpty() || Surveys.isKind(template.survey()),
                file.getFilename() + " can have the survey nps or csat, not " + template.survey());
        require(
                !template.recommends() || template.topic().equals(MARKETING),
                file.getFilename()
                        + " recommends products: that is marketing, which the frame and transactional messages"
                        + " cannot be");
        byName.computeIfAbsent(parts[0], name -> new TreeMap<>()).put(parts[1], template);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException("message template: " + otherwise);
        }
    }

    /** The names that can be asked for. */
    Set<String> names() {
        return new TreeSet<>(byName.keySet());
    }

    /** The languages the template is written in. */
    Set<String> languages(String name) {
        return byName.get(name).keySet();
    }

    /** The topic the template states, the same in every language; empty when there is no such template. */
    Optional<String> topic(String name) {
        return Optional.ofNullable(byName.get(name))
                .map(languages -> languages.get(FALLBACK_LANGUAGE).topic());
    }

    /** The channel the template states, the same in every language; empty when there is no such template. */
    Optional<String> channel(String name) {
        return Optional.ofNullable(byName.get(name))
                .map(languages -> languages.get(FALLBACK_LANGUAGE).channel());
    }

    /** What the template claims beside others, the same in every language; the usual when there is no such template. */
    Claim claim(String name) {
        return Optional.ofNullable(byName.get(name))
                .map(languages -> languages.get(FALLBACK_LANGUAGE).claim())
                .orElse(Claim.USUAL);
    }

    /** What the template must have to show: cart, items, or empty for nothing. */
    String needs(String name) {
        return byName.get(name).get(FALLBACK_LANGUAGE).needs();
    }

    /** True when the template shows products that are recommended, in this language. */
    boolean recommends(String name, String language) {
        return byName.get(name).get(language).recommends();
    }

    /** What the template asks; empty for nothing. */
    Optional<Surveys.Kind> survey(String name) {
        return Optional.of(byName.get(name).get(FALLBACK_LANGUAGE).survey())
                .filter(kind -> !kind.isEmpty())
                .map(Surveys.Kind::valueOf);
    }

    /** The language of the template that fits the locale best ({@code zh-CN}, {@code zh_TW}, {@code en}), or English. */
    String language(String name, String locale) {
        var language = locale == null ? "" : locale.split("[-_]", 2)[0].toLowerCase(Locale.ROOT);
        return byName.get(name).containsKey(language) ? language : FALLBACK_LANGUAGE;
    }

    /**
     * @param data what may be shown: text, numbers, and lists and maps of them
     * @throws IllegalArgumentException when the template uses a variable that is not there, or takes too long
     */
    Letter render(String name, String language, Map<String, Object> data) {
        var template = byName.get(name).get(language);
        var text = new HashMap<>(data);
        if (!template.hasHtml()) {
            return new Letter(
                    oneLine(template.render("subject", text)),
                    template.render("text", text).strip(),
                    "",
                    template.render("link", text).strip());
        }
        var frame = frames.get(language);
        var html = new HashMap<String, Object>();
        data.forEach((key, value) -> html.put(key, Template.escaped(value)));
        for (var line : Arrays.asList("preview", "why")) {
            text.put(line, template.render(line, text));
            html.put(line, template.render(line, html));
        }
        text.put("content", template.render("text", text));
        html.put("content", template.render("html", html));
        return new Letter(
                oneLine(template.render("subject", text)), frame.render("text", text), frame.render("html", html));
    }

    /** A header must not go on on another line, or a stranger's text in it could add headers. */
    private static String oneLine(String subject) {
        var line = subject.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
        return line.length() > MAX_SUBJECT ? line.substring(0, MAX_SUBJECT) : line;
    }
}
