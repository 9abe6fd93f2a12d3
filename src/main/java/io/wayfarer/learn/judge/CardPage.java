package io.wayfarer.learn.judge;

import java.util.List;
import java.util.Locale;

/**
 * A card as one HTML file that loads nothing, in English and Chinese, for light and dark. Counts below {@value #FEW} are not
 * told.
 */
public final class CardPage {

    private static final int FEW = 10;

    private static final String STYLE =
            """
            body{background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;margin:0 auto;max-width:1080px;\
            padding:24px}
            h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:32px 0 8px}p{margin:6px 0}.soft,th{color:var(--soft)}
            table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th{font-weight:500;text-align:left}
            th,td{padding:5px 14px 5px 0;border-bottom:1px solid var(--grid);vertical-align:top;overflow-wrap:anywhere}
            td.n,th.n{text-align:right}.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:16px}
            figure{margin:0;border:1px solid var(--grid);border-radius:8px;padding:8px}figure.wide{grid-column:1/-1}
            svg{width:100%;height:auto;display:block}.warn{border-left:4px solid var(--two);padding:4px 12px;margin:10px 0}
            .tables{overflow-x:auto}.best td{font-weight:600}.langs{float:right}.langs label{cursor:pointer;margin-left:10px}
            body:has(#zh:checked) [lang=en],body:has(#en:checked) [lang=zh]{display:none}
            @media print{.langs{display:none}figure,table{break-inside:avoid}}
            """;

    private final StringBuilder html = new StringBuilder();

    private CardPage() {}

    public static String of(Card card) {
        return new CardPage().page(card);
    }

    private String page(Card card) {
        html.append("<!doctype html>\n<html><head><meta charset=\"utf-8\"><meta name=\"viewport\" ")
                .append("content=\"width=device-width\"><meta http-equiv=\"Content-Security-Policy\" ")
                .append("content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>")
                .append(Svg.escaped(card.label()))
                .append(" \u00b7 Wayfarer</title><style>")
                .append(Svg.COLOURS)
                .append(Svg.SHAPES)
                .append(STYLE)
                .append("</style></head><body><div class=\"langs\">")
                .append("<label><input type=\"radio\" name=\"l\" id=\"en\" checked> English</label>")
                .append("<label><input type=\"radio\" name=\"l\" id=\"zh\"> 中文</label></div>");
        head(card);
        figures(card);
        html.append("<div class=\"plots\" style=\"margin-top:24px\">");
        Plots.of(card)
                .forEach((name, svg) -> html.append(name.equals("network") ? "<figure class=\"wide\">" : "<figure>")
                        .append(svg.inline())
                        .append("</figure>"));
        html.append("</div>");
        candidates(card);
        fairness(card);
        columns(card);
        heading("Limits of use", "使用限制");
        card.limits().forEach(limit -> paragraph("", limit));
        return html.append("</body></html>\n").toString();
    }

    private void head(Card card) {
        html.append("<h1>").append(Svg.escaped(card.label()));
        if (card.positive() != null) {
            html.append(" <span class=\"soft\">= ")
                    .append(Svg.escaped(card.positive()))
                    .append("</span>");
        }
        html.append("</h1>");
        var source = card.source();
        var held = card.binary() ? card.judgement().rows() : card.errors().rows();
        paragraph(
                "soft",
                Words.of(
                        "%s from %s: %,d rows, %,d to learn from and %,d held out. Trained %s.",
                        "%s,数据 %s:共 %,d 行,训练 %,d 行,留出 %,d 行。训练时间 %s。",
                        card.chosen().name(),
                        source.name(),
                        source.rows(),
                        source.trainingRows(),
                        held,
                        card.trainedAt()));
        if (source.from() != null) {
            paragraph("soft", Words.same(source.from() + " \u2013 " + source.to()));
        }
        card.warnings().forEach(warning -> paragraph("warn", warning));
    }

    private void figures(Card card) {
        heading("How good it is, on rows it has never seen", "在未见过的数据上的表现");
        if (!card.binary()) {
            var errors = card.errors();
            table(
                    new Words("measure", "指标"),
                    new Words("value", "数值"),
                    new Words("95 % interval", "95% 区间"),
                    new Words("baseline", "基线"));
            measure("RMSE", errors.rmse(), errors.baselineRmse());
            measure("MAE", errors.mae(), Double.NaN);
            measure("R\u00b2", errors.r2(), 0);
            end();
            if (card.descent() != null) {
                paragraph(
                        "soft",
                        Words.of(
                                "Gradient descent ends within %1$.2g of ordinary least squares, after %2$,d steps.",
                                "梯度下降经 %2$,d 步后与最小二乘法的最大差异为 %1$.2g。",
                                card.descent().difference(),
                                card.descent().steps()));
            }
            return;
        }
        var judged = card.judgement();
        table(
                new Words("measure", "指标"),
                new Words("value", "数值"),
                new Words("95 % interval", "95% 区间"),
                new Words("baseline: the share for all", "基线:统一比例"));
        measure("ROC AUC", judged.auc(), judged.baseline().auc());
        measure("PR-AUC", judged.prAuc(), judged.baseline().prAuc());
        measure("Log loss", judged.logLoss(), judged.baseline().logLoss());
        measure("Brier", judged.brier(), judged.baseline().brier());
        measure(
                "Calibration error",
                judged.calibrationError(),
                judged.baseline().calibrationError());
        end();
        var costs = card.costs();
        var confusion = judged.confusion();
        paragraph(
                "",
                Words.of(
                        "Calibration: %1$s. Threshold %2$.3f: acting for nothing costs %3$s and missing one costs %4$s%5$s. It "
                                + "chooses %7$.1f %% of the rows; of those it happened to %8$.1f %%, and %9$.1f %% of all to whom it "
                                + "happened are among them.",
                        "校准:%1$s。阈值 %2$.3f:误报成本 %3$s,漏报成本 %4$s%6$s。选中 %7$.1f%% 的行,其中 %8$.1f%% 实际发生,"
                                + "覆盖全部发生者的 %9$.1f%%。",
                        card.calibration(),
                        costs.threshold(),
                        plain(costs.falsePositive()),
                        plain(costs.falseNegative()),
                        costs.stated() ? "" : " (the default: nobody gave costs)",
                        costs.stated() ? "" : "(默认值)",
                        100 * costs.chosen(),
                        100 * confusion.precision(),
                        100 * confusion.recall()));
    }

    private void measure(String name, Interval interval, double baseline) {
        row(
                "",
                name,
                four(interval.value()),
                four(interval.low()) + " \u2013 " + four(interval.high()),
                four(baseline));
    }

    private void candidates(Card card) {
        if (card.tried().size() == 1) {
            paragraph(
                    "soft",
                    Words.of(
                            "No other kind of model was tried. Split: %1$s; seed %2$d.",
                            "没有尝试其他种类的模型。划分:%1$s;种子 %2$d。", card.split(), card.seed()));
            return;
        }
        heading("Candidates", "候选模型");
        paragraph(
                "soft",
                Words.of(
                        "Chosen by %1$s, in five folds of the training rows. Split: %3$s; seed %4$d.",
                        "在训练数据上五折交叉验证,按%2$s选择。划分:%3$s;种子 %4$d。",
                        card.binary() ? "log loss after calibration" : "root of the mean squared error",
                        card.binary() ? "校准后的对数损失" : "均方根误差",
                        card.split(),
                        card.seed()));
        table(
                new Words("model", "模型"),
                card.binary() ? new Words("log loss", "对数损失") : Words.same("RMSE"),
                new Words("before calibration", "校准前"),
                Words.same("AUC"),
                new Words("seconds", "秒"));
        for (var tried : card.tried()) {
            row(
                    tried == card.chosen() ? "best" : "",
                    tried.name() + (tried.failure() == null ? "" : ": " + tried.failure()),
                    four(tried.loss()),
                    four(tried.rawLoss()),
                    four(tried.auc()),
                    String.format(Locale.ROOT, "%.1f", tried.seconds()));
        }
        end();
    }

    private void fairness(Card card) {
        if (card.fairness().isEmpty()) {
            return;
        }
        heading("Fairness by segment", "分组公平性");
        paragraph(
                "soft",
                Words.of(
                        "Groups of fewer than %d held-out rows, or %d people, are not shown. A ratio of chosen shares below 0.8"
                                + " calls for a reason.",
                        "留出数据少于 %d 行或 %d 人的组不显示。选中率之比低于 0.8 时应说明理由。", Fairness.MIN_ROWS, Fairness.MIN_PEOPLE));
        table(
                new Words("column", "列"),
                new Words("group", "组"),
                new Words("rows", "行数"),
                new Words("predicted", "预测"),
                new Words("happened", "实际"),
                Words.same("AUC"),
                new Words("chosen", "选中"),
                new Words("ratio", "比率"));
        for (var column : card.fairness()) {
            var first = true;
            for (var group : column.groups()) {
                row(
                        "",
                        first ? column.column() : "",
                        group.name(),
                        String.format(Locale.ROOT, "%,d", group.rows()),
                        percent(group.predicted()),
                        percent(group.observed()),
                        four(group.auc()),
                        percent(group.selected()),
                        first ? four(column.ratio()) : "");
                first = false;
            }
        }
        end();
    }

    private void columns(Card card) {
        heading("Inputs", "输入特征");
        table(new Words("column", "列"), new Words("kind", "类型"), new Words("missing", "缺失"), new Words("note", "备注"));
        for (var input : card.inputs()) {
            row("", input.name(), input.kind(), percent(input.missing()), input.note());
        }
        end();
        if (!card.leftOut().isEmpty()) {
            heading("Left out", "未使用的列");
            table(new Words("column", "列"), new Words("reason", "原因"));
            card.leftOut().forEach(left -> row("", left.column(), left.reason()));
            end();
        }
    }

    private void heading(String en, String zh) {
        html.append("<h2>");
        words(new Words(en, zh));
        html.append("</h2>");
    }

    private void paragraph(String style, Words words) {
        html.append("<p class=\"").append(style).append("\">");
        words(words);
        html.append("</p>");
    }

    private void words(Words words) {
        if (words.en().equals(words.zh())) {
            html.append(Svg.escaped(words.en()));
        } else {
            html.append("<span lang=\"en\">")
                    .append(Svg.escaped(words.en()))
                    .append("</span><span lang=\"zh\">")
                    .append(Svg.escaped(words.zh()))
                    .append("</span>");
        }
    }

    private void table(Words... columns) {
        html.append("<div class=\"tables\"><table><tr>");
        for (var column : List.of(columns)) {
            html.append("<th>");
            words(column);
            html.append("</th>");
        }
        html.append("</tr>");
    }

    private void row(String style, String... cells) {
        html.append("<tr class=\"").append(style).append("\">");
        for (var cell : cells) {
            html.append("<td>").append(Svg.escaped(cell)).append("</td>");
        }
        html.append("</tr>");
    }

    private void end() {
        html.append("</table></div>");
    }

    /** A number of rows, as it may be told outside. */
    static String count(long rows) {
        return rows > 0 && rows < FEW ? "< " + FEW : String.format(Locale.ROOT, "%,d", rows);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    private static String four(double number) {
        return Double.isNaN(number)
                ? ""
                : Math.abs(number) >= 1000
                        ? String.format(Locale.ROOT, "%,.1f", number)
                        : String.format(Locale.ROOT, "%.4f", number);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
