package io.wayfarer.ingest;

import java.util.Locale;
import java.util.Set;
import org.springframework.web.util.HtmlUtils;

/**
 * The text that a person reads in HTML. Nothing is loaded, and no markup is left; lines that are quoted begin with
 * {@code >}, as in a plain mail.
 */
public final class HtmlText {

    private static final Set<String> UNSEEN = Set.of("script", "style", "head", "title", "template", "noscript");
    private static final Set<String> LINES =
            Set.of("br", "p", "div", "tr", "li", "ul", "ol", "h1", "h2", "h3", "h4", "table", "blockquote", "hr");

    private static final String QUOTE = "> ";

    private final StringBuilder text;
    private int quoted;

    private HtmlText(int length) {
        text = new StringBuilder(length);
    }

    public static String of(String html) {
        return new HtmlText(html.length() / 2).read(html);
    }

    private String read(String html) {
        var at = 0;
        while (at < html.length()) {
            var open = html.indexOf('<', at);
            if (open < 0 || open == html.length() - 1) {
                append(html.substring(at));
                break;
            }
            append(html.substring(at, open));
            if (html.startsWith("<!--", open)) {
                at = after(html, "-->", open + 4);
            } else if (isMarkup(html.charAt(open + 1))) {
                var close = after(html, ">", open + 1);
                var name = nameOf(html, open + 1);
                if (UNSEEN.contains(name)) {
                    close = afterClosing(html, name, close);
                } else if (LINES.contains(name.startsWith("/") ? name.substring(1) : name)) {
                    newLine();
                    quoted =
                            Math.max(0, quoted + (name.equals("blockquote") ? 1 : name.equals("/blockquote") ? -1 : 0));
                }
                at = close;
            } else {
                append("<");
                at = open + 1;
            }
        }
        return text.toString().strip();
    }

    private static boolean isMarkup(char c) {
        return Character.isLetter(c) || c == '/' || c == '!' || c == '?';
    }

    private static String nameOf(String html, int from) {
        var end = from;
        while (end < html.length()
                && end - from < 12
                && (Character.isLetterOrDigit(html.charAt(end)) || end == from && html.charAt(end) == '/')) {
            end++;
        }
        return html.substring(from, end).toLowerCase(Locale.ROOT);
    }

    private static int after(String html, String mark, int from) {
        var found = html.indexOf(mark, from);
        return found < 0 ? html.length() : found + mark.length();
    }

    private static int afterClosing(String html, String name, int from) {
        for (var at = html.indexOf("</", from); at >= 0; at = html.indexOf("</", at + 2)) {
            if (html.regionMatches(true, at + 2, name, 0, name.length())) {
                return after(html, ">", at);
            }
        }
        return html.length();
    }

    /** White space is one space, as a browser shows it. */
    private void append(String html) {
        var plain = HtmlUtils.htmlUnescape(html);
        for (int i = 0; i < plain.length(); i++) {
            var c = plain.charAt(i);
            if (!Character.isWhitespace(c) && c != '\u00A0') {
                if (quoted > 0 && (text.isEmpty() || text.charAt(text.length() - 1) == '\n')) {
                    text.append(QUOTE);
                }
                text.append(c);
            } else if (!text.isEmpty() && !Character.isWhitespace(text.charAt(text.length() - 1))) {
                text.append(' ');
            }
        }
    }

    private void newLine() {
        while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
        if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
            text.append('\n');
        }
    }
}
