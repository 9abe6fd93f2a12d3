package io.wayfarer.learn.model;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import de.siegmar.fastcsv.reader.CsvReader;
import io.wayfarer.Measuring;
import io.wayfarer.learn.judge.Measures;
import io.wayfarer.score.Calibration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.VotingCombiner;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import smile.base.cart.SplitRule;
import smile.classification.GradientTreeBoost;
import smile.classification.LogisticRegression;
import smile.classification.RandomForest;
import smile.data.DataFrame;
import smile.data.Tuple;
import smile.data.formula.Formula;
import smile.data.type.StructType;
import smile.data.vector.IntVector;

/**
 * The same task by Weka, as the product uses it, and by two peers, Tribuo and Smile: will this session of a real shop end
 * with a purchase (UCI 468)? The same rows, all as numbers, the same four fifths to learn from, and no calibration. Each
 * is fitted twice, and the second time counts.
 */
class PeersBench {

    private static final Path SHOPPERS = Path.of("../shared/data/online-shoppers/online_shoppers_intention.csv");
    private static final int TREES = 100;

    private final Map<String, Object> result = new LinkedHashMap<>();
    private List<String> names;
    private double[][] train;
    private double[][] test;
    private boolean[] bought;
    private boolean[] boughtInTest;

    /** Fits, and gives what answers the probability of a row. */
    private interface Peer {
        ToDoubleFunction<double[]> fit() throws Exception;
    }

    @Test
    void onlineShoppers() throws Exception {
        assumeTrue(Files.exists(SHOPPERS), SHOPPERS + " is missing");
        read();
        result.put("rowsToLearnFrom", train.length);
        result.put("inputs", names.size());
        measure("wekaLogistic", () -> weka(Candidate.LOGISTIC));
        measure("tribuoLogistic", this::tribuoLogistic);
        measure("smileLogistic", this::smileLogistic);
        measure("wekaForest", () -> weka(Candidate.RANDOM_FOREST));
        measure("tribuoForest", this::tribuoForest);
        measure("smileForest", this::smileForest);
        measure("wekaBoosting", () -> weka(Candidate.LOGIT_BOOST));
        measure("smileBoosting", this::smileBoosting);
        Measuring.report("peers", result);
    }

    private void measure(String name, Peer peer) throws Exception {
        peer.fit();
        var from = System.nanoTime();
        var model = peer.fit();
        result.put(name + "FitSeconds", (System.nanoTime() - from) / 1e9);
        var probabilities = new double[test.length];
        for (int round = 0; round < 3; round++) {
            from = System.nanoTime();
            for (int i = 0; i < test.length; i++) {
                probabilities[i] = model.applyAsDouble(test[i]);
            }
        }
        result.put(name + "MicrosARow", (System.nanoTime() - from) / 1e3 / test.length);
        result.put(name + "Auc", Measures.auc(probabilities, boughtInTest));
        result.put(name + "LogLoss", Measures.logLoss(probabilities, boughtInTest));
    }

    private ToDoubleFunction<double[]> weka(Candidate candidate) {
        var model = Candidates.fit(candidate, Rows.of(names, train, bought), new Calibration.None());
        return model::raw;
    }

    private MutableDataset<Label> tribuoRows(double[][] values) {
        var rows = new MutableDataset<>(
                new SimpleDataSourceProvenance("shoppers", new LabelFactory()), new LabelFactory());
        for (int i = 0; i < values.length; i++) {
            rows.add(tribuoRow(values[i], new Label(String.valueOf(bought[i]))));
        }
        return rows;
    }

    private Example<Label> tribuoRow(double[] row, Label label) {
        return new ArrayExample<>(label, names.toArray(String[]::new), row);
    }

    /** Ten passes, as many as help; it needs inputs of like size. */
    private ToDoubleFunction<double[]> tribuoLogistic() {
        var scale = scale();
        var values = Arrays.stream(train).map(row -> scaled(row, scale)).toArray(double[][]::new);
        var model = new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(0.1), 10, 42).train(tribuoRows(values));
        return row -> model.predict(tribuoRow(scaled(row, scale), LabelFactory.UNKNOWN_LABEL))
                .getOutputScores()
                .get("true")
                .getScore();
    }

    private ToDoubleFunction<double[]> tribuoForest() {
        var share = (float) (Math.log(names.size()) / Math.log(2) + 1) / names.size();
        var tree = new CARTClassificationTrainer(Integer.MAX_VALUE, 5, 0, share, new GiniIndex(), 42);
        var model = new RandomForestTrainer<>(tree, new VotingCombiner(), TREES, 42).train(tribuoRows(train));
        return row -> model.predict(tribuoRow(row, LabelFactory.UNKNOWN_LABEL))
                .getOutputScores()
                .get("true")
                .getScore();
    }

    private ToDoubleFunction<double[]> smileLogistic() {
        var scale = scale();
        var rows = Arrays.stream(train).map(row -> scaled(row, scale)).toArray(double[][]::new);
        var model = LogisticRegression.binomial(rows, labels(), 1, 1e-5, 500);
        var both = new double[2];
        return row -> {
            model.predict(scaled(row, scale), both);
            return both[1];
        };
    }

    private ToDoubleFunction<double[]> smileForest() {
        var tried = (int) (Math.log(names.size()) / Math.log(2) + 1);
        var model = RandomForest.fit(
                Formula.lhs("label"), smileRows(), TREES, tried, SplitRule.GINI, 50, 5_000, 5, 1);
        var schema = smileSchema();
        var both = new double[2];
        return row -> {
            model.predict(Tuple.of(row, schema), both);
            return both[1];
        };
    }

    private ToDoubleFunction<double[]> smileBoosting() {
        var model = GradientTreeBoost.fit(Formula.lhs("label"), smileRows(), 60, 4, 16, 10, 0.15, 1);
        var schema = smileSchema();
        var both = new double[2];
        return row -> {
            model.predict(Tuple.of(row, schema), both);
            return both[1];
        };
    }

    private StructType smileSchema() {
        return DataFrame.of(train, names.toArray(String[]::new)).schema();
    }

    private DataFrame smileRows() {
        return DataFrame.of(train, names.toArray(String[]::new)).merge(IntVector.of("label", labels()));
    }

    private int[] labels() {
        var labels = new int[bought.length];
        Arrays.setAll(labels, i -> bought[i] ? 1 : 0);
        return labels;
    }

    /** Mean and standard deviation of each input. */
    private double[][] scale() {
        var scale = new double[names.size()][2];
        for (int input = 0; input < scale.length; input++) {
            var at = input;
            var mean = Arrays.stream(train).mapToDouble(row -> row[at]).average().orElseThrow();
            var variance = Arrays.stream(train)
                    .mapToDouble(row -> (row[at] - mean) * (row[at] - mean))
                    .average()
                    .orElseThrow();
            scale[input] = new double[] {mean, variance == 0 ? 1 : Math.sqrt(variance)};
        }
        return scale;
    }

    private static double[] scaled(double[] row, double[][] scale) {
        var scaled = new double[row.length];
        Arrays.setAll(scaled, input -> (row[input] - scale[input][0]) / scale[input][1]);
        return scaled;
    }

    private void read() throws Exception {
        List<List<String>> lines;
        try (var csv = CsvReader.builder().ofCsvRecord(SHOPPERS)) {
            lines = csv.stream().map(line -> line.getFields()).toList();
        }
        var header = lines.get(0);
        var body = lines.subList(1, lines.size());
        names = new ArrayList<>();
        var readers = new ArrayList<ToDoubleFunction<List<String>>>();
        for (int column = 0; column < header.size() - 1; column++) {
            var at = column;
            var levels = new TreeSet<String>();
            body.forEach(line -> levels.add(line.get(at)));
            if (levels.stream().allMatch(level -> level.matches("-?[\\d.]+(E-?\\d+)?"))) {
                names.add(header.get(at));
                readers.add(line -> Double.parseDouble(line.get(at)));
            } else {
                for (var level : levels) {
                    names.add(header.get(at) + "=" + level);
                    readers.add(line -> line.get(at).equals(level) ? 1 : 0);
                }
            }
        }
        var values = body.stream()
                .map(line -> readers.stream()
                        .mapToDouble(reader -> reader.applyAsDouble(line))
                        .toArray())
                .toArray(double[][]::new);
        var labels = new boolean[values.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = body.get(i).get(header.size() - 1).equals("TRUE");
        }
        var all = Rows.of(names, values, labels);
        var folds = Folds.stratified(all);
        train = all.select(folds.others(0)).values();
        bought = all.select(folds.others(0)).happened();
        test = all.select(folds.heldOut(0)).values();
        boughtInTest = all.select(folds.heldOut(0)).happened();
    }
}
