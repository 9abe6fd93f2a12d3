package io.wayfarer.learn.judge;

import java.util.List;
import java.util.Locale;

/** A drawing in SVG: shapes and words, with colours for light and for dark. All words are escaped. */
final class Svg {

    /** Also for the page that the drawings stand in. */
    static final String COLOURS =
            """
            :root{--paper:#fff;--ink:#1c2430;--soft:#5b6675;--grid:#dfe4ea;--one:#1f6feb;--two:#c2570c;--fill:#dbe9ff}
            @media(prefers-color-scheme:dark){:root{--paper:#12161c;--ink:#e6eaf0;--soft:#9aa6b5;--grid:#2c3541;\
            --one:#6cb0ff;--two:#ffa657;--fill:#1d3558}}
            """;

    static final String SHAPES =
            """
            svg text{fill:var(--ink);font:12px system-ui,sans-serif}svg .soft{fill:var(--soft)}svg .title{font-weight:600;\
            font-size:14px}svg .big{font-size:20px;font-weight:600}svg .small{font-size:11px}
            svg .grid{stroke:var(--grid);stroke-width:1}svg .axis{stroke:var(--soft);stroke-width:1}\
            svg .dash{stroke:var(--soft);stroke-dasharray:4 4;fill:none}
            svg .one{stroke:var(--one);fill:none;stroke-width:2}svg .two{stroke:var(--two);fill:none;stroke-width:2}
            svg .dot1{fill:var(--one)}svg .dot2{fill:var(--two)}svg .bar{fill:var(--one)}svg .cell{fill:var(--fill)}\
            svg .pale{fill:var(--grid)}svg .thin{stroke:var(--grid);fill:none;stroke-width:1}
            """;

    /** A drawing fills its place on a page, but for the sake of its letters no wider one. */
    private static final int FULL = 560;

    private final int width;
    private final int height;
    private final Words title;
    private final StringBuilder body = new StringBuilder();

    Svg(Words title, int width, int height) {
        this.title = title;
        this.width = width;
        this.height = height;
    }

    Svg line(String style, double x1, double y1, double x2, double y2) {
        return add("<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>", style, x1, y1, x2, y2);
    }

    Svg rect(String style, double x, double y, double w, double h) {
        return add(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"/>",
                style, x, y, Math.max(0, w), Math.max(0, h));
    }

    Svg dot(String style, double x, double y, double radius) {
        return add("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>", style, x, y, radius);
    }

    /** @param points x and y in pixels */
    Svg path(String style, List<double[]> points) {
        var d = new StringBuilder();
        for (var point : points) {
            d.append(String.format(Locale.ROOT, "%s%.1f %.1f", d.isEmpty() ? "M" : "L", point[0], point[1]));
        }
        return add("<path class=\"%s\" d=\"%s\"/>", style, d);
    }

    /** @param anchor start, middle or end */
    Svg text(String style, String anchor, double x, double y, Words words) {
        if (words.en().equals(words.zh())) {
            return text(style, anchor, x, y, words.en());
        }
        add("<g lang=\"en\">").text(style, anchor, x, y, words.en()).add("</g><g lang=\"zh\">");
        return text(style, anchor, x, y, words.zh()).add("</g>");
    }

    Svg text(String style, String anchor, double x, double y, String text) {
        return add(
                "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                style, anchor, x, y, escaped(text));
    }

    /** Reading upwards, along the left edge. */
    Svg upright(double x, double y, Words words) {
        add("<g transform=\"translate(%.1f %.1f) rotate(-90)\">", x, y);
        return text("soft", "middle", 0, 0, words).add("</g>");
    }

    /** For a page that has the styles. */
    String inline() {
        return String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
                                + "style=\"max-width:%dpx\" role=\"img\" aria-label=\"%s\">",
                        width,
                        height,
                        Math.max(FULL, width),
                        escaped(title.en()))
                + body
                + "</svg>";
    }

    /** A file of its own, in English. */
    String standalone() {
        return inline().replaceFirst(
                                ">",
                                "><style>%s%s[lang=zh]{display:none}</style><rect width=\"100%%\" height=\"100%%\" style=\"fill:var(--paper)\"/>"
                                        .formatted(COLOURS, SHAPES))
                + "\n";
    }

    private Svg add(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values));
        return this;
    }

    /** For text and attributes; what XML forbids, and what turns the direction of writing, is dropped. */
    static String escaped(String text) {
        var safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> {
                    var type = Character.getType(c);
                    if (type != Character.CONTROL
                            && type != Character.FORMAT
                            && type != Character.SURROGATE
                            && c != 0xFFFE
                            && c != 0xFFFF) {
                        safe.appendCodePoint(c);
                    } else if (type == Character.CONTROL) {
                        safe.append(' ');
                    }
                }
            }
        });
        return safe.toString();
    }

    /** At most so many characters, with a sign that there were more. */
    static String shortened(String text, int length) {
        return text.codePointCount(0, text.length()) <= length
                ? text
                : text.substring(0, text.offsetByCodePoints(0, length - 1)) + "\u2026";
    }
}
