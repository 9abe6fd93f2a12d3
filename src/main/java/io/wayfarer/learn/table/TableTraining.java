package io.wayfarer.learn.table;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.judge.Errors;
import io.wayfarer.learn.judge.Fairness;
import io.wayfarer.learn.judge.Importance;
import io.wayfarer.learn.judge.Judgement;
import io.wayfarer.learn.judge.Words;
import io.wayfarer.learn.model.Candidates;
import io.wayfarer.learn.model.Costs;
import io.wayfarer.learn.model.Folds;
import io.wayfarer.learn.model.GradientDescent;
import io.wayfarer.learn.model.Leaks;
import io.wayfarer.learn.model.Progress;
import io.wayfarer.learn.model.Rows;
import io.wayfarer.learn.table.Column.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Trains on a table: from a CSV file to a card. */
public final class TableTraining {

    private static final int MAX_GROUPS = 10;
    private static final int MAX_SEGMENTS = 12;

    /**
     * What is asked for.
     *
     * @param label the column to predict
     * @param positive the value of it that is a yes; null to have it found
     * @param time a column of dates or numbers: its latest fifth is held out; null for a stratified split
     * @param against a column of numbers to show predictions against; null for age, or else for the most important one
     * @param costs of mistakes; null for {@link Costs#DEFAULT}
     */
    public record Wish(String label, String positive, String time, String against, Costs costs) {}

    private final Table table;
    private final Wish wish;
    /** As the table writes it. */
    private final String label;

    private final Column time;
    private final Progress progress;

    private TableTraining(Table table, Wish wish, Progress progress) {
        this.table = table;
        this.wish = wish;
        this.label = table.column(wish.label()).map(Column::name).orElse(wish.label());
        this.time = wish.time() == null ? null : named(wish.time());
        this.progress = progress;
    }

    /**
     * @param now for the card
     * @param progress is told of each step, and may throw to cancel
     * @throws TableRefused when nothing can be learned from the file, saying why
     * @throws IOException when it cannot be read
     */
    public static Card train(Path file, Wish wish, Instant now, Progress progress) throws IOException {
        progress.at("Reading " + file.getFileName(), 0);
        return new TableTraining(Table.read(file), wish, progress).train(now.truncatedTo(ChronoUnit.SECONDS));
    }

    private Card train(Instant now) {
        if (time != null && time.kind() != Kind.DATE && time.kind() != Kind.NUMBER) {
            throw new TableRefused("the column '" + time.name() + "' is no time: it must hold dates or numbers");
        }
        var against = wish.against() == null ? null : named(wish.against());
        if (against != null && (against.kind() != Kind.NUMBER || against.identifier() != null)) {
            throw new TableRefused("predictions can be shown against a column of numbers only, and '" + against.name()
                    + "' is none, or says who somebody is");
        }
        var all = Features.of(table, label, wish.positive(), time);
        var split = time == null
                ? Folds.stratified(all.rows())
                : Folds.byTime(Arrays.stream(all.places())
                        .mapToDouble(row -> time.numbers()[row])
                        .toArray());
        var learned = split.others(0);
        var heldOut = split.heldOut(0);
        checkSplit(all.rows(), learned, heldOut);
        var leaks = Leaks.of(all.rows().select(learned));
        if (leaks.size() == all.rows().inputs().size()) {
            throw new TableRefused("no column is left to learn from: each knows the label: " + leaks.keySet());
        }
        var features = all.without(leaks);
        var training = features.rows().select(learned);
        var test = features.rows().select(heldOut);
        var choice = Candidates.choose(training, progress);
        progress.at("Judging", 0.97);
        return card(now, features, leaks.keySet(), training, test, heldOut, choice, against);
    }

    private Column named(String name) {
        return table.column(name)
                .orElseThrow(() -> new TableRefused("there is no column '" + name + "' in " + table.file()));
    }

    private static void checkSplit(Rows rows, int[] learned, int[] heldOut) {
        if (heldOut.length == 0 || learned.length == 0) {
            throw new TableRefused("the time column has one value only: no rows are later than others");
        }
        for (var part : List.of(learned, heldOut)) {
            var positives = rows.select(part).positives();
            if (rows.binary() && (positives < 2 || part.length - positives < 2)) {
                throw new TableRefused("of the %d rows %s it happened to %d: too few of one kind"
                        .formatted(part.length, part == learned ? "to learn from" : "held out", positives));
            }
        }
    }

    private Card card(
            Instant now,
            Features features,
            Iterable<String> leaks,
            Rows training,
            Rows test,
            int[] heldOut,
            Candidates.Choice choice,
            Column against) {
        var model = choice.model();
        var costs = wish.costs() == null ? Costs.DEFAULT : wish.costs();
        var predictions = model.predict(test.values());
        var judgement = training.binary()
                ? Judgement.of(predictions, test.happened(), training.mean(), costs.threshold())
                : null;
        var errors = training.binary() ? null : Errors.of(predictions, test.labels(), training.mean());
        var importance = model.importance(test);
        var places = Arrays.stream(heldOut).map(row -> features.places()[row]).toArray();
        return new Card(
                label,
                features.positive(),
                now,
                source(features, training),
                features.inputs(),
                features.leftOut(),
                warnings(features, leaks, judgement),
                split(features),
                Folds.SEED,
                choice.tried(),
                model.calibration().words(),
                judgement == null
                        ? null
                        : Card.Costs.of(
                                costs.falsePositive(), costs.falseNegative(), costs != Costs.DEFAULT, judgement),
                judgement,
                errors,
                judgement == null ? GradientDescent.beside(training, test) : null,
                judgement == null ? List.of() : fairness(places, predictions, test.happened(), costs.threshold()),
                importance,
                against(against, importance, places, predictions, test.labels()),
                judgement == null ? null : choice.network(label, training),
                limits(test, judgement));
    }

    private Card.Source source(Features features, Rows training) {
        var dates = time == null || time.kind() != Kind.DATE
                ? new double[0]
                : Arrays.stream(time.numbers()).filter(at -> !Double.isNaN(at)).toArray();
        return new Card.Source(
                table.file(),
                dates.length == 0
                        ? null
                        : Instant.ofEpochSecond(
                                (long) Arrays.stream(dates).min().orElseThrow()),
                dates.length == 0
                        ? null
                        : Instant.ofEpochSecond(
                                (long) Arrays.stream(dates).max().orElseThrow()),
                table.rows(),
                table.columns().size(),
                table.rows() - features.places().length,
                features.repeated(),
                training.size(),
                training.mean());
    }

    private String split(Features features) {
        if (time != null) {
            return "by time: the latest fifth by '" + time.name() + "' is held out";
        }
        var apart = features.repeated() <= features.places().length / 2;
        return (features.positive() == null ? "80/20 at random" : "80/20, stratified by the label")
                + (features.repeated() == 0 ? "" : apart ? ", a repeated row on one side only" : "");
    }

    private List<Fairness> fairness(int[] places, double[] predictions, boolean[] happened, double threshold) {
        var segments = new ArrayList<Fairness>();
        for (var column : table.columns()) {
            var few = (column.kind() == Kind.CATEGORY || column.kind() == Kind.YES_NO)
                    && column.distinct() <= MAX_GROUPS
                    && column.identifier() == null
                    && !column.name().equals(label);
            if (few && segments.size() < MAX_SEGMENTS) {
                var groups = Arrays.stream(places)
                        .mapToObj(row ->
                                column.codes()[row] < 0 ? null : column.levels().get(column.codes()[row]))
                        .toArray(String[]::new);
                var fairness = Fairness.of(column.name(), groups, places, predictions, happened, threshold);
                if (fairness.groups().size() > 1) {
                    segments.add(fairness);
                }
            }
        }
        return segments;
    }

    private Card.Against against(
            Column asked, List<Importance> importance, int[] places, double[] predictions, double[] labels) {
        var column = asked != null
                ? asked
                : table.column("age")
                        .filter(age -> age.kind() == Kind.NUMBER && age.identifier() == null && age.distinct() > 1)
                        .or(() -> importance.stream()
                                .map(input -> table.column(input.input()).orElseThrow())
                                .filter(input -> input.kind() == Kind.NUMBER)
                                .findFirst())
                        .orElse(null);
        if (column == null) {
            return null;
        }
        var at = Arrays.stream(places).mapToDouble(row -> column.numbers()[row]).toArray();
        return Card.Against.of(column.name(), at, predictions, labels);
    }

    private static List<Words> warnings(Features features, Iterable<String> leaks, Judgement judgement) {
        var warnings = new ArrayList<>(features.warnings());
        for (var leak : leaks) {
            warnings.add(Words.of(
                    "'%s' knows the label nearly alone and was left out. If it is known before what is predicted happens, "
                            + "there is nothing to predict; if it comes after, it has no place in the table.",
                    "“%s”几乎单独决定了标签,已被排除。请确认它不是事后才产生的信息。", leak));
        }
        if (judgement != null && judgement.auc().value() > 0.995) {
            warnings.add(Words.of(
                    "An AUC of %.4f is too good to be believed: look for columns that are filled in afterwards.",
                    "AUC 达到 %.4f,好得可疑:请检查是否有事后填写的列。", judgement.auc().value()));
        }
        if (judgement != null
                && judgement.logLoss().value() >= judgement.baseline().logLoss()) {
            warnings.add(new Words(
                    "The model is not better than giving everybody the share of all: do not use it.",
                    "模型不优于统一给出总体比例:请勿使用。"));
        }
        return warnings;
    }

    private List<Words> limits(Rows test, Judgement judgement) {
        var limits = new ArrayList<Words>();
        limits.add(new Words(
                "It holds for rows like those it learned from: other countries, seasons, prices or ways of measuring ask for "
                        + "a new training.",
                "仅适用于与训练数据类似的数据;换了国家、季节、价格或统计口径应重新训练。"));
        limits.add(new Words(
                "It says what goes together, not what causes what: a price that is raised may do otherwise than a price that "
                        + "was high. Only an experiment tells.",
                "它反映相关而非因果;效果需通过实验验证。"));
        if (time == null) {
            limits.add(new Words(
                    "Held-out rows are of the same time as the others. How well it foresees is shown by a split by time (--time).",
                    "留出数据与训练数据处于同一时期;用 --time 按时间划分才能检验预测未来的能力。"));
        }
        if (judgement != null && Math.min(judgement.positives(), test.size() - judgement.positives()) < 100) {
            limits.add(Words.of(
                    "Of the %d held-out rows it happened to %d: the figures are rough, see their intervals.",
                    "留出的 %d 行中仅 %d 行为正例:指标较粗略,请参考区间。", test.size(), judgement.positives()));
        }
        limits.add(new Words(
                "Columns that may say who somebody is were left out by their names and contents. What a person's profile "
                        + "should not be used for, no model knows: read the list of inputs.",
                "可能识别个人身份的列已按名称和内容排除;其余列是否适合使用,请人工检查特征列表。"));
        return limits;
    }
}
