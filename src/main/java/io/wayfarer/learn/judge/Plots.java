package io.wayfarer.learn.judge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The plots of a card. Points are means of at least ten rows: nobody can be picked out of one. */
final class Plots {

    private static final int BARS = 15;

    private Plots() {}

    /** By the name of their file, in the order in which they are shown. */
    static Map<String, Svg> of(Card card) {
        var plots = new LinkedHashMap<String, Svg>();
        if (card.binary()) {
            plots.put("roc", roc(card.judgement()));
            plots.put("precision-recall", precisionRecall(card.judgement()));
            plots.put("calibration", calibration(card.judgement()));
            plots.put("lift", lift(card.judgement()));
            plots.put("confusion", confusion(card.judgement().confusion()));
        }
        if (!card.importance().isEmpty()) {
            plots.put("importance", importance(card));
        }
        if (card.against() != null) {
            plots.put("against", against(card));
        }
        if (card.network() != null) {
            plots.put("network", NetworkPlot.of(card.network()));
        }
        return plots;
    }

    private static Svg roc(Judgement judgement) {
        var chart = new Chart(
                        new Words("ROC curve", "ROC 曲线"),
                        new Words("false positive rate", "假阳性率"),
                        new Words("true positive rate", "真阳性率"),
                        0,
                        1,
                        0,
                        1)
                .ticksX();
        chart.svg.line("dash", chart.x(0), chart.y(0), chart.x(1), chart.y(1));
        chart.curve("one", judgement.roc());
        chart.svg.text("", "end", chart.x(0.98), chart.y(0.06), "AUC " + three(judgement.auc()));
        return chart.svg;
    }

    private static Svg precisionRecall(Judgement judgement) {
        var chart = new Chart(
                        new Words("Precision and recall", "精确率与召回率"),
                        new Words("recall", "召回率"),
                        new Words("precision", "精确率"),
                        0,
                        1,
                        0,
                        1)
                .ticksX();
        var share = judgement.positives() / (double) judgement.rows();
        chart.svg.line("dash", chart.x(0), chart.y(share), chart.x(1), chart.y(share));
        chart.curve("one", judgement.precisionRecall());
        chart.svg.text("", "end", chart.x(0.98), chart.y(0.94), "PR-AUC " + three(judgement.prAuc()));
        return chart.svg;
    }

    private static Svg calibration(Judgement judgement) {
        var highest = judgement.deciles().stream()
                .mapToDouble(
                        decile -> Math.max(decile.predicted(), decile.observed().high()))
                .max()
                .orElse(1);
        var top = Math.min(1, Math.ceil(highest * 10) / 10);
        var chart = new Chart(
                        new Words("Calibration", "校准"),
                        new Words("predicted", "预测概率"),
                        new Words("happened, with 95 % interval", "实际比例(95% 区间)"),
                        0,
                        top,
                        0,
                        top)
                .ticksX();
        chart.svg.line("dash", chart.x(0), chart.y(0), chart.x(top), chart.y(top));
        for (var decile : judgement.deciles()) {
            var x = chart.x(decile.predicted());
            var observed = decile.observed();
            chart.svg.line("one", x, chart.y(observed.low()), x, chart.y(observed.high()));
            chart.svg.dot("dot1", x, chart.y(observed.value()), 4);
        }
        return chart.svg;
    }

    private static Svg lift(Judgement judgement) {
        var highest = judgement.deciles().stream()
                .mapToDouble(Judgement.Decile::lift)
                .max()
                .orElse(1);
        var chart = new Chart(
                new Words("Lift by decile", "各十分位提升度"),
                new Words("tenths of the rows, the likeliest first", "按概率从高到低的十等分"),
                new Words("times the share of all", "相对总体比例的倍数"),
                0,
                10,
                0,
                Math.max(1, Math.ceil(highest)));
        for (int i = 0; i < judgement.deciles().size(); i++) {
            var lift = judgement.deciles().get(i).lift();
            var x = chart.x(i + 0.15);
            chart.svg.rect("bar", x, chart.y(lift), chart.x(i + 0.85) - x, chart.bottom() - chart.y(lift));
            chart.svg.text(
                    "small", "middle", chart.x(i + 0.5), chart.y(lift) - 4, String.format(Locale.ROOT, "%.1f", lift));
            chart.svg.text("soft small", "middle", chart.x(i + 0.5), chart.bottom() + 16, "" + (i + 1));
        }
        chart.svg.line("dash", chart.x(0), chart.y(1), chart.x(10), chart.y(1));
        return chart.svg;
    }

    private static Svg confusion(Judgement.Confusion confusion) {
        var svg = new Svg(new Words("Confusion at the threshold", "阈值处的混淆矩阵"), 420, 320);
        svg.text("title", "start", 12, 22, new Words("Confusion at the threshold", "阈值处的混淆矩阵"));
        svg.text("soft", "end", 408, 22, String.format(Locale.ROOT, "p \u2265 %.3f", confusion.threshold()));
        var counts = new long[][] {
            {confusion.truePositives(), confusion.falseNegatives()},
            {confusion.falsePositives(), confusion.trueNegatives()}
        };
        var chosen = List.of(new Words("chosen", "选中"), new Words("not chosen", "未选中"));
        var happened = List.of(new Words("happened", "发生"), new Words("did not", "未发生"));
        for (int column = 0; column < 2; column++) {
            svg.text("soft", "middle", 180 + 150 * column, 62, chosen.get(column));
        }
        for (int row = 0; row < 2; row++) {
            svg.text("soft", "end", 96, 130 + 110 * row, happened.get(row));
            for (int column = 0; column < 2; column++) {
                svg.rect(row == column ? "cell" : "pale", 106 + 150 * column, 74 + 110 * row, 144, 104);
                svg.text("big", "middle", 178 + 150 * column, 133 + 110 * row, CardPage.count(counts[row][column]));
            }
        }
        return svg;
    }

    private static Svg importance(Card card) {
        var shown = card.importance().stream().limit(BARS).toList();
        var title = new Words("Importance of the inputs", "特征重要性");
        var svg = new Svg(title, 420, 64 + 22 * shown.size());
        svg.text("title", "start", 12, 22, title);
        svg.text(
                "soft small",
                "start",
                12,
                40,
                card.binary()
                        ? new Words("log loss added when its values are shuffled", "打乱该列后增加的对数损失")
                        : new Words("error added when its values are shuffled", "打乱该列后增加的误差"));
        var highest = Math.max(1e-12, shown.get(0).loss());
        for (int i = 0; i < shown.size(); i++) {
            var y = 52 + 22 * i;
            var width = 170 * Math.max(0, shown.get(i).loss()) / highest;
            svg.text("small", "end", 172, y + 13, Svg.shortened(shown.get(i).input(), 25));
            svg.rect("bar", 180, y + 2, width, 15);
            svg.text(
                    "soft small",
                    "start",
                    186 + width,
                    y + 14,
                    Chart.number(shown.get(i).loss(), highest / 10));
        }
        return svg;
    }

    private static Svg against(Card card) {
        var parts = card.against().parts();
        var low = parts.stream()
                .mapToDouble(part -> Math.min(part.predicted(), part.observed()))
                .min()
                .orElse(0);
        var high = parts.stream()
                .mapToDouble(part -> Math.max(part.predicted(), part.observed()))
                .max()
                .orElse(1);
        var column = Svg.shortened(card.against().column(), 25);
        var chart = new Chart(
                        new Words("Predicted against " + column, "按 " + column + " 的预测"),
                        Words.same(column),
                        card.binary() ? new Words("probability", "概率") : Words.same(Svg.shortened(card.label(), 25)),
                        parts.get(0).at(),
                        parts.get(parts.size() - 1).at(),
                        card.binary() ? 0 : low,
                        card.binary() ? Math.min(1, Math.ceil(high * 10) / 10) : high)
                .ticksX();
        var predicted = new ArrayList<Judgement.Point>();
        var observed = new ArrayList<Judgement.Point>();
        for (var part : parts) {
            predicted.add(new Judgement.Point(part.at(), part.predicted()));
            observed.add(new Judgement.Point(part.at(), part.observed()));
            chart.svg.dot("dot1", chart.x(part.at()), chart.y(part.predicted()), 3.5);
            chart.svg.dot("dot2", chart.x(part.at()), chart.y(part.observed()), 3.5);
        }
        chart.curve("one", predicted).curve("two", observed);
        chart.svg.dot("dot1", 250, 34, 4).text("small", "start", 258, 38, new Words("predicted", "预测"));
        chart.svg.dot("dot2", 330, 34, 4).text("small", "start", 338, 38, new Words("happened", "实际"));
        return chart.svg;
    }

    private static String three(Interval interval) {
        return String.format(Locale.ROOT, "%.3f (%.3f\u2013%.3f)", interval.value(), interval.low(), interval.high());
    }
}
