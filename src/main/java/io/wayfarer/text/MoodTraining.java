package io.wayfarer.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import weka.classifiers.functions.Logistic;
import weka.classifiers.functions.SGD;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.Instances;
import weka.core.SelectedTag;
import weka.core.SparseInstance;

/**
 * Learns a {@link Mood} from opinions: a logistic regression over terms, each scaled by its naive Bayes log-count ratio
 * (Wang and Manning 2012), by Weka's stochastic gradient descent. Then calibrated (Platt 1999) on what models trained
 * without a fifth of the opinions say of that fifth. To all opinions come those that are part of the product.
 */
public final class MoodTraining {

    static {
        WekaHome.use();
    }

    /** Terms that are kept at most, those in the most texts: some 5 MB. */
    static final int MAX_TERMS = 50_000;

    private static final int FOLDS = 5;
    private static final double SMOOTHING = 0.5;
    private static final int EPOCHS = 10;
    private static final double LEARNING_RATE = 0.02;
    private static final int SEED = 42;

    /**
     * Keeps the certainty in check that a few hundred clear sentences would give; lost in many thousand. On standardised
     * log-odds, as Weka has it.
     */
    private static final double RIDGE = 5;

    /** What somebody wrote, and whether they were happy. */
    public record Opinion(String text, boolean happy) {}

    /** An opinion as its terms; own when it is part of the product. */
    private record Row(Set<String> terms, boolean happy, boolean own) {}

    private final Language language;
    private final List<Row> rows = new ArrayList<>();

    private MoodTraining(Language language) {
        this.language = language;
    }

    /** The mood as the sentences that come with the product have it. */
    public static Mood starter(Language language) {
        return of(language, List.of());
    }

    /**
     * The mood as these opinions have it, with those that come with the product. The same opinions in the same order give
     * the same mood.
     *
     * @param opinions in the language
     */
    public static Mood of(Language language, List<Opinion> opinions) {
        var training = new MoodTraining(language);
        starterOpinions(language).forEach(opinion -> training.add(opinion, true));
        opinions.forEach(opinion -> training.add(opinion, false));
        try {
            return training.calibrated();
        } catch (Exception e) {
            throw new IllegalStateException("the mood of texts cannot be learned", e);
        }
    }

    private void add(Opinion opinion, boolean own) {
        rows.add(new Row(Terms.of(Words.of(opinion.text()), language).keySet(), opinion.happy(), own));
    }

    private Mood calibrated() throws Exception {
        var order = new ArrayList<Integer>();
        for (int i = 0; i < rows.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(SEED));
        order.sort(Comparator.comparing(i -> rows.get(i).happy()));
        var attributes =
                new ArrayList<>(List.of(new Attribute("log-odds"), new Attribute("mood", List.of("happy", "unhappy"))));
        var said = new Instances("said", attributes, rows.size());
        said.setClassIndex(1);
        for (int fold = 0; fold < FOLDS; fold++) {
            var inside = new ArrayList<Row>();
            var outside = new ArrayList<Row>();
            for (int place = 0; place < order.size(); place++) {
                (place % FOLDS == fold ? outside : inside).add(rows.get(order.get(place)));
            }
            var mood = fit(inside);
            for (var row : outside) {
                said.add(new DenseInstance(1, new double[] {logOdds(mood, row), row.happy() ? 0 : 1}));
            }
        }
        var platt = new Logistic();
        platt.setRidge(RIDGE);
        platt.buildClassifier(said);
        return fit(rows).calibrated(platt.coefficients()[0][0], platt.coefficients()[1][0]);
    }

    private static double logOdds(Mood mood, Row row) {
        return mood.intercept() + row.terms().stream().mapToDouble(mood::weight).sum();
    }

    private Mood fit(List<Row> rows) throws Exception {
        var terms = terms(rows);
        var index = new HashMap<String, Integer>();
        var attributes = new ArrayList<Attribute>();
        for (var term : terms) {
            index.put(term, attributes.size());
            attributes.add(new Attribute(term));
        }
        // Weka's log-odds are those of the second class
        attributes.add(new Attribute("\tmood", List.of("unhappy", "happy")));
        var scale = ratios(rows, index);
        var instances = new Instances("opinions", attributes, rows.size());
        instances.setClassIndex(terms.size());
        for (var row : rows) {
            instances.add(instance(row, index, scale));
        }
        var regression = new SGD();
        regression.setLossFunction(new SelectedTag(SGD.LOGLOSS, SGD.TAGS_SELECTION));
        regression.setDontNormalize(true);
        regression.setDontReplaceMissing(true);
        regression.setEpochs(EPOCHS);
        regression.setLearningRate(LEARNING_RATE);
        regression.setSeed(SEED);
        regression.buildClassifier(instances);
        var learned = regression.getWeights();
        var weights = new HashMap<String, Double>();
        index.forEach((term, at) -> weights.put(term, learned[at] * scale[at]));
        return new Mood(language, learned[learned.length - 1], weights);
    }

    private static SparseInstance instance(Row row, Map<String, Integer> index, double[] scale) {
        var known = row.terms().stream()
                .map(index::get)
                .filter(at -> at != null)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        var at = Arrays.copyOf(known, known.length + 1);
        at[known.length] = index.size();
        var values = new double[at.length];
        for (int i = 0; i < known.length; i++) {
            values[i] = scale[known[i]];
        }
        values[known.length] = row.happy() ? 1 : 0;
        return new SparseInstance(1, values, at, index.size() + 1);
    }

    /** How much more often each term is in happy texts than in unhappy ones, as a logarithm. */
    private static double[] ratios(List<Row> rows, Map<String, Integer> index) {
        var happy = new double[index.size()];
        var unhappy = new double[index.size()];
        var happyRows = 0;
        for (var row : rows) {
            happyRows += row.happy() ? 1 : 0;
            for (var term : row.terms()) {
                var at = index.get(term);
                if (at != null) {
                    (row.happy() ? happy : unhappy)[at]++;
                }
            }
        }
        var ratios = new double[happy.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = Math.log((happy[i] + SMOOTHING) / (happyRows + 2 * SMOOTHING))
                    - Math.log((unhappy[i] + SMOOTHING) / (rows.size() - happyRows + 2 * SMOOTHING));
        }
        return ratios;
    }

    /**
     * What is in two texts at least: what only one person wrote may be a name, and teaches little. Of our own sentences,
     * which name nobody, single words count that are in one.
     */
    private static Set<String> terms(List<Row> rows) {
        var texts = new HashMap<String, Integer>();
        var own = new HashSet<String>();
        for (var row : rows) {
            for (var term : row.terms()) {
                texts.merge(term, 1, Integer::sum);
                if (row.own() && !Terms.isPair(term)) {
                    own.add(term);
                }
            }
        }
        var kept = new ArrayList<>(texts.keySet());
        kept.removeIf(term -> texts.get(term) < 2 && !own.contains(term));
        kept.sort(Comparator.<String>comparingInt(texts::get).reversed().thenComparing(Comparator.naturalOrder()));
        return new TreeSet<>(kept.subList(0, Math.min(MAX_TERMS, kept.size())));
    }

    static double sigmoid(double logOdds) {
        return 1 / (1 + Math.exp(-logOdds));
    }

    /** Lines that begin with {@code +} (happy), {@code -} (unhappy) or {@code #} (a comment). */
    private static List<Opinion> starterOpinions(Language language) {
        try (var in = MoodTraining.class.getResourceAsStream("/text/" + language.code() + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("+ ") || line.startsWith("- "))
                    .map(line -> new Opinion(line.substring(2), line.startsWith("+")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
