package io.wayfarer.score;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import weka.classifiers.functions.Logistic;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Instances;

/** Logistic models trained on seeded noise, for tests of how models are kept and read, and for measuring. */
public final class TrainedOnce {

    static final Duration WEEK = Duration.ofDays(7);
    static final List<String> FEATURES = List.of("product-views-7d", "cart-value", "has-ordered", "days-since-seen");

    final Logistic logistic = new Logistic();
    final Instances rows;

    /** A small model over some of the features. */
    TrainedOnce(long seed) {
        var attributes = new ArrayList<Attribute>();
        FEATURES.forEach(name -> attributes.add(new Attribute(name)));
        attributes.add(new Attribute("happened", List.of("yes", "no")));
        rows = new Instances("rows", attributes, 0);
        rows.setClassIndex(FEATURES.size());
        var random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            var views = Math.log1p(random.nextInt(30));
            var cart = Math.log1p(random.nextInt(5) * 20);
            var happened = random.nextDouble() < 1 / (1 + Math.exp(3 - views - 0.3 * cart));
            rows.add(new DenseInstance(1, new double[] {
                views, cart, random.nextInt(2) * Math.log(2), random.nextDouble() * 6, happened ? 0 : 1
            }));
        }
        try {
            logistic.buildClassifier(rows);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Fitted fitted() {
        return fitted(logistic);
    }

    private static Fitted fitted(Logistic logistic) {
        var columns = logistic.coefficients();
        var coefficients = new double[columns.length - 1];
        Arrays.setAll(coefficients, i -> columns[i + 1][0]);
        var formula = new Formula.Linear(Formula.Link.LOGISTIC, columns[0][0], coefficients);
        return new Fitted("logistic", formula, new Calibration.None());
    }

    ModelCard card(String name, Instant trainedAt) {
        return card(name, trainedAt, WEEK);
    }

    ModelCard card(String name, Instant trainedAt, Duration horizon) {
        var features = new ArrayList<ModelCard.Feature>();
        for (int i = 0; i < FEATURES.size(); i++) {
            features.add(new ModelCard.Feature(FEATURES.get(i), rows.meanOrMode(i)));
        }
        return card(name, trainedAt, horizon, features);
    }

    private static ModelCard card(String name, Instant trainedAt, Duration horizon, List<ModelCard.Feature> features) {
        return new ModelCard(
                name,
                null,
                trainedAt,
                trainedAt.minus(Duration.ofDays(60)),
                trainedAt.minus(WEEK),
                horizon,
                500,
                200,
                features,
                0.8,
                0.5,
                0.6,
                42,
                "none");
    }

    /** A trained model over all features for each question, as after months of history: what live scoring costs at most. */
    public static Models forEveryQuestion(Path folder) throws Exception {
        var random = new Random(42);
        var attributes = new ArrayList<Attribute>();
        FeatureVector.NAMES.forEach(name -> attributes.add(new Attribute(name)));
        attributes.add(new Attribute("happened", List.of("yes", "no")));
        var rows = new Instances("rows", attributes, 0);
        rows.setClassIndex(FeatureVector.NAMES.size());
        for (int i = 0; i < 1000; i++) {
            var row = Arrays.copyOf(vector(random), attributes.size());
            row[rows.classIndex()] = random.nextInt(2);
            rows.add(new DenseInstance(1, row));
        }
        var logistic = new Logistic();
        logistic.buildClassifier(rows);
        return forEveryQuestion(folder, fitted(logistic));
    }

    /** The same model, over all features, for each question. */
    static Models forEveryQuestion(Path folder, Fitted fitted) throws IOException {
        var features = FeatureVector.NAMES.stream()
                .map(name -> new ModelCard.Feature(name, 3))
                .toList();
        var store = new ModelStore(folder, WEEK, new ObjectMapper().findAndRegisterModules());
        var names = Stream.concat(
                Stream.of(Stage.values()).map(ModelCard::nextStage),
                Stream.of(ModelCard.BUY, Scores.CHURN, Scores.VALUE));
        for (var name : names.toList()) {
            store.keep(card(name, Instant.EPOCH, WEEK, features), fitted);
        }
        return store.current();
    }

    /**
     * Keeps a model of whether something happens, in a world where it happens to 70 % of those who looked at products of late
     * and to 10 % of the others. One that is not right knows how often it happens, and not to whom. The value is 50 for those
     * to whom it does not happen.
     */
    public static ModelCard keepPlanted(ModelStore store, String name, Instant trainedAt, boolean right)
            throws Exception {
        var views = FeatureVector.NAMES.indexOf("product-views-7d");
        var random = new Random(7);
        var attributes = new ArrayList<Attribute>(
                List.of(new Attribute("views"), new Attribute("happened", List.of("yes", "no"))));
        var rows = new Instances("rows", attributes, 0);
        rows.setClassIndex(1);
        var vectors = new ArrayList<double[]>();
        for (int i = 0; i < 2000; i++) {
            var vector = new double[FeatureVector.NAMES.size()];
            vector[views] = i % 2 == 0 ? 0 : Math.log1p(1 + random.nextInt(8));
            var chance = !right ? 0.4 : i % 2 == 0 ? 0.1 : 0.7;
            rows.add(new DenseInstance(1, new double[] {vector[views], random.nextDouble() < chance ? 0 : 1}));
            vectors.add(vector);
        }
        var logistic = new Logistic();
        logistic.buildClassifier(rows);
        var features = List.of(new ModelCard.Feature("product-views-7d", rows.meanOrMode(0)));
        var time = ModelCard.chainAnswers(name) ? WEEK : Duration.ofDays(30);
        var formula = new Formula.Linear(Formula.Link.IDENTITY, right ? 45 : 30, new double[] {right ? -43 : 0});
        var fitted = name.equals(Scores.VALUE)
                ? new Fitted("linearregression", formula, new Calibration.None())
                : fitted(logistic);
        return store.keep(card(name, trainedAt, time, features), fitted, vectors);
    }

    static double[] vector(Random random) {
        return random.doubles(FeatureVector.NAMES.size(), 0, 6).toArray();
    }

    /** Weka's own answer, from an instance built for it. */
    double byWeka(double[] vector) {
        var instance = new DenseInstance(FEATURES.size() + 1);
        instance.setDataset(rows);
        for (int i = 0; i < FEATURES.size(); i++) {
            instance.setValue(i, vector[FeatureVector.NAMES.indexOf(FEATURES.get(i))]);
        }
        try {
            return logistic.distributionForInstance(instance)[0];
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
