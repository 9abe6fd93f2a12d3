package io.wayfarer.learn.judge;

import java.util.List;
import java.util.Locale;

/** A drawing with two axes. */
final class Chart {

    private static final int WIDTH = 420;
    private static final int HEIGHT = 320;
    private static final int LEFT = 62;
    private static final int RIGHT = 16;
    private static final int TOP = 40;
    private static final int BOTTOM = 48;
    private static final int TICKS = 5;

    final Svg svg;
    private final double fromX;
    private final double toX;
    private final double fromY;
    private final double toY;

    /** Axes from the first to the second number of each; an axis without length gets one. */
    Chart(Words title, Words nameX, Words nameY, double fromX, double toX, double fromY, double toY) {
        this.svg = new Svg(title, WIDTH, HEIGHT);
        this.fromX = fromX;
        this.toX = toX > fromX ? toX : fromX + 1;
        this.fromY = fromY;
        this.toY = toY > fromY ? toY : fromY + 1;
        svg.text("title", "start", 12, 22, title);
        svg.text("soft", "middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, nameX);
        svg.upright(16, (TOP + HEIGHT - BOTTOM) / 2.0, nameY);
        for (int i = 0; i <= TICKS; i++) {
            var value = this.fromY + i * (this.toY - this.fromY) / TICKS;
            svg.line("grid", LEFT, y(value), WIDTH - RIGHT, y(value));
            svg.text("soft small", "end", LEFT - 6, y(value) + 4, number(value, this.toY - this.fromY));
        }
        svg.line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
    }

    Chart ticksX() {
        for (int i = 0; i <= TICKS; i++) {
            var value = fromX + i * (toX - fromX) / TICKS;
            svg.text("soft small", "middle", x(value), HEIGHT - BOTTOM + 16, number(value, toX - fromX));
        }
        return this;
    }

    double x(double value) {
        return LEFT + (Math.min(toX, Math.max(fromX, value)) - fromX) / (toX - fromX) * (WIDTH - LEFT - RIGHT);
    }

    double y(double value) {
        return HEIGHT
                - BOTTOM
                - (Math.min(toY, Math.max(fromY, value)) - fromY) / (toY - fromY) * (HEIGHT - TOP - BOTTOM);
    }

    double bottom() {
        return HEIGHT - BOTTOM;
    }

    Chart curve(String style, List<Judgement.Point> points) {
        svg.path(
                style,
                points.stream().map(p -> new double[] {x(p.x()), y(p.y())}).toList());
        return this;
    }

    /** As many digits as tell two ticks apart. */
    static String number(double value, double range) {
        var digits = range >= 50 ? 0 : range >= 5 ? 1 : range >= 0.5 ? 2 : range >= 0.05 ? 3 : 4;
        var text = String.format(Locale.ROOT, "%,." + digits + "f", value);
        return Math.abs(value) >= 1e7 ? String.format(Locale.ROOT, "%.2g", value) : text;
    }
}
