package io.wayfarer.act;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import liqp.TemplateParser;
import liqp.parser.Flavor;
import org.springframework.web.util.HtmlUtils;

/**
 * One message template in one language. The file has a head of {@code key: value} lines between two lines of
 * {@code ---}, then the text part, a line {@code --- html ---}, and the HTML part; the latter two only where the {@code
 * channel}, email when the head names none, has HTML. The head's {@code subject},
 * {@code preview} (what a mailbox shows beside the subject) and {@code why} (why the customer gets it) are Liquid too, and so is {@code link} (where a message on a page or a push leads);
 * {@code topic} is marketing or transactional. With {@code needs: cart} it shows what is in the cart when it is sent, with
 * {@code needs: items} what the decision was about, and it is not sent when there is nothing to show. With {@code survey:
 * nps} or {@code survey: csat} it asks that question, as a survey of the template's name. One that names {@code recommended}
 * in a tag shows products that are recommended to the customer when it is sent.
 * {@code priority} (1 to 9), {@code keep} (in hours, {@code 36h}, or days) and {@code stock: needed} are its {@link Claim}.
 */
final class Template {

    private static final Pattern RECOMMENDED = Pattern.compile("\\{[{%][^{}]*\\brecommended\\b");
    private static final String HTML = "\n--- html ---\n";
    private static final Set<String> HEAD =
            Set.of("subject", "preview", "why", "topic", "needs", "survey", "channel", "link", "priority", "keep", "stock");

    /** Bounded in time, size and turns; knows no other file; says so when a variable or filter is not there. */
    private static final TemplateParser PARSER = new TemplateParser.Builder()
            .withFlavor(Flavor.LIQUID)
            .withErrorMode(TemplateParser.ErrorMode.STRICT)
            .withStrictVariables(true)
            .withShowExceptionsFromInclude(true)
            .withNameResolver(name -> {
                throw new IllegalArgumentException("a template cannot include another file");
            })
            .withMaxIterations(1_000)
            .withMaxSizeRenderedString(200_000)
            .withMaxTemplateSizeBytes(100_000)
            .withMaxRenderTimeMillis(2_000)
            .build();

    private final String file;
    private final String topic;
    private final String channel;
    private final String needs;
    private final String survey;
    private final Claim claim;
    private final boolean recommends;
    private final Map<String, liqp.Template> parts = new HashMap<>();

    private Template(String file, Map<String, String> head, String text, String html, boolean recommends) {
        this.file = file;
        this.topic = head.getOrDefault("topic", "");
        this.channel = head.getOrDefault("channel", Channels.EMAIL);
        this.needs = head.getOrDefault("needs", "");
        this.survey = head.getOrDefault("survey", "");
        this.claim = Claim.of(head);
        this.recommends = recommends;
        parts.put("text", PARSER.parse(text));
        if (html != null) {
            parts.put("html", PARSER.parse(html));
        }
        for (var line : List.of("subject", "preview", "why", "link")) {
            parts.put(line, PARSER.parse(head.getOrDefault(line, "")));
        }
    }

    /** @throws IllegalArgumentException when the file is not as described above, naming the file */
    static Template parse(String file, String source) {
        try {
            var normal = source.replace("\r\n", "\n");
            var end = normal.indexOf("\n---\n");
            var html = normal.indexOf(HTML);
            if (!normal.startsWith("---\n") || end < 0) {
                throw new IllegalArgumentException("a head between two lines of --- is needed");
            }
            var head = head(normal.substring(3, end));
            var recommends = RECOMMENDED.matcher(normal).find();
            return html < end
                    ? new Template(file, head, normal.substring(end + 5), null, recommends)
                    : new Template(
                            file,
                            head,
                            normal.substring(end + 5, html + 1),
                            normal.substring(html + HTML.length()),
                            recommends);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("message template " + file + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, String> head(String lines) {
        var head = new HashMap<String, String>();
        for (var line : lines.strip().split("\n")) {
            var colon = line.indexOf(':');
            var key = colon < 0 ? line : line.substring(0, colon);
            if (colon >= 0 && HEAD.contains(key)) {
                head.put(key, line.substring(colon + 1).strip());
            } else if (!line.isBlank()) {
                throw new IllegalArgumentException("'" + key + "' is not one of " + HEAD);
            }
        }
        return head;
    }

    String topic() {
        return topic;
    }

    /** The channel that it is sent by. */
    String channel() {
        return channel;
    }

    /** What it may claim beside other messages for the same customer. */
    Claim claim() {
        return claim;
    }

    boolean hasHtml() {
        return parts.containsKey("html");
    }

    /** cart, items, or empty. */
    String needs() {
        return needs;
    }

    /** nps, csat, or empty. */
    String survey() {
        return survey;
    }

    /** True when it shows products that are recommended to the customer. */
    boolean recommends() {
        return recommends;
    }

    /**
     * @param part text, html, subject, preview, why or link
     * @throws IllegalArgumentException naming the file, when a variable is not there or a limit was passed
     */
    String render(String part, Map<String, Object> data) {
        var template = parts.get(part);
        try {
            // liqp keeps the state of a rendering in the template
            synchronized (template) {
                return template.render(data);
            }
        } catch (RuntimeException e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IllegalArgumentException("message template " + file + ", " + part + ": " + cause.getMessage(), e);
        }
    }

    /** The value with every text in it escaped for HTML: escaped is what goes in, so that no template can forget it. */
    static Object escaped(Object value) {
        if (value instanceof String text) {
            return HtmlUtils.htmlEscape(text, "UTF-8");
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Template::escaped).toList();
        }
        if (value instanceof Map<?, ?> map) {
            var copy = new LinkedHashMap<String, Object>();
            map.forEach((key, one) -> copy.put(String.valueOf(key), escaped(one)));
            return copy;
        }
        return value;
    }
}
