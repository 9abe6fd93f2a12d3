package io.wayfarer.score;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import weka.classifiers.bayes.NaiveBayesMultinomial;
import weka.core.Attribute;
import weka.core.Instance;
import weka.core.Instances;
import weka.core.SparseInstance;

/**
 * The mood of a text in English or Chinese: Weka's multinomial naive Bayes over the words that occur in it (McCallum and
 * Nigam 1998; presence instead of counts after Pang, Lee and Vaithyanathan 2002), trained when the program starts on
 * sentences of our own in {@code sentiment/*.txt}. A negated word speaks for the other mood: it counts as -1.
 */
final class Sentiment {

    private static final int DRIVERS = 3;

    private final NaiveBayesMultinomial bayes;
    private final Instances header;
    private final String version;
    private final Map<String, Integer> index = new HashMap<>();
    /** Naive Bayes is linear in its log-odds: what each word adds to them. */
    private final double[] weights;

    private final double intercept;

    /** Trained on the sentences that come with the product. */
    static Sentiment fromOwnCorpus() {
        return new Sentiment(List.of(resource("/sentiment/en.txt"), resource("/sentiment/zh.txt")));
    }

    /** @param corpora lines that begin with {@code +} (happy), {@code -} (unhappy) or {@code #} (a comment) */
    private Sentiment(List<String> corpora) {
        var lines = corpora.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("+ ") || line.startsWith("- "))
                .toList();
        var read = lines.stream().map(line -> Words.of(line.substring(2))).toList();
        var vocabulary = new TreeSet<String>();
        read.forEach(words -> vocabulary.addAll(words.keySet()));
        var attributes = new ArrayList<Attribute>();
        for (var word : vocabulary) {
            index.put(word, attributes.size());
            attributes.add(new Attribute(word));
        }
        attributes.add(new Attribute(" mood", List.of("happy", "unhappy")));
        header = new Instances("sentiment", attributes, 0);
        header.setClassIndex(attributes.size() - 1);

        var rows = new Instances(header);
        for (int i = 0; i < lines.size(); i++) {
            var mood = lines.get(i).startsWith("+") ? 0 : 1;
            rows.add(row(only(read.get(i), 1), mood));
            rows.add(row(only(read.get(i), -1), 1 - mood));
        }
        bayes = new NaiveBayesMultinomial();
        try {
            bayes.buildClassifier(rows);
            intercept = logOdds(Map.of());
            weights = new double[index.size()];
            for (var word : index.entrySet()) {
                weights[word.getValue()] = logOdds(Map.of(word.getKey(), 1)) - intercept;
            }
        } catch (Exception e) {
            throw new IllegalStateException("the model of sentiment cannot be trained", e);
        }
        version = ModelFiles.hash(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    String version() {
        return version;
    }

    /** The probability that the text is in a good mood, and the words that say so most. Reads a bounded part of it. */
    Score score(String text) {
        var logOdds = intercept;
        var drivers = new ArrayList<Score.Driver>();
        for (var word : Words.of(text).entrySet()) {
            var at = index.get(word.getKey());
            if (at != null) {
                var contribution = weights[at] * word.getValue();
                logOdds += contribution;
                drivers.add(new Score.Driver("word:" + word.getKey(), word.getValue(), contribution));
            }
        }
        drivers.sort(Comparator.comparingDouble((Score.Driver driver) -> -Math.abs(driver.contribution()))
                .thenComparing(Score.Driver::feature));
        return new Score(
                1 / (1 + Math.exp(-logOdds)),
                "naive-bayes:sentiment:" + version,
                List.copyOf(drivers.subList(0, Math.min(DRIVERS, drivers.size()))));
    }

    /** What Weka itself answers; slower, and the same. */
    double probabilityByWeka(String text) throws Exception {
        return bayes.distributionForInstance(row(Words.of(text), 0))[0];
    }

    private double logOdds(Map<String, Integer> words) throws Exception {
        var probabilities = bayes.distributionForInstance(row(words, 0));
        return Math.log(probabilities[0] / probabilities[1]);
    }

    private Instance row(Map<String, Integer> words, int mood) {
        var known = new TreeMap<Integer, Integer>();
        words.forEach((word, sign) -> {
            if (index.containsKey(word)) {
                known.put(index.get(word), sign);
            }
        });
        known.put(header.classIndex(), mood);
        var row = new SparseInstance(
                1,
                known.values().stream().mapToDouble(Integer::doubleValue).toArray(),
                known.keySet().stream().mapToInt(Integer::intValue).toArray(),
                header.numAttributes());
        row.setDataset(header);
        return row;
    }

    private static Map<String, Integer> only(Map<String, Integer> words, int sign) {
        return words.entrySet().stream()
                .filter(word -> word.getValue() == sign)
                .collect(Collectors.toMap(Map.Entry::getKey, word -> 1, (a, b) -> a, LinkedHashMap::new));
    }

    private static String resource(String name) {
        try (var in = Sentiment.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
