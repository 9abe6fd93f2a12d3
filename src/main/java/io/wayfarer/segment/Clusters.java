package io.wayfarer.segment;

import io.wayfarer.text.WekaHome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import weka.clusterers.EM;
import weka.clusterers.SimpleKMeans;
import weka.core.Attribute;
import weka.core.DenseInstance;
import weka.core.EuclideanDistance;
import weka.core.Instances;
import weka.core.SelectedTag;

/**
 * Groups found by Weka's k-means and EM over ln(1 + figure), standardised. Weka finds them; to tell whose group is whose is
 * a few sums, and needs none of its objects.
 *
 * @param mean of each figure's logarithm
 * @param deviation of the same; 1 for a figure that is the same for all
 * @param kmeans their number chosen by the mean silhouette (Rousseeuw 1987) over at most {@value #SILHOUETTE} customers
 * @param em their number chosen by BIC (Schwarz 1978), the lowest
 */
record Clusters(double[] mean, double[] deviation, List<Cluster> kmeans, List<Cluster> em) {

    static {
        WekaHome.use();
    }

    static final Clusters NONE = new Clusters(new double[0], new double[0], List.of(), List.of());

    private static final int SILHOUETTE = 1000;
    private static final int EM_ROWS = 3000;
    private static final int LEAST_ROWS = 50;
    private static final int MOST = 7;
    private static final int SEED = 42;
    /** In standard deviations: what is the same for all of a group would else have an infinite density. */
    private static final double LEAST_SPREAD = 0.1;

    private static final double APART = 0.35;
    private static final String[][] WORDS = {
        {"bought lately", "bought long ago or never"},
        {"buy seldom or never", "buy often"},
        {"spent little", "spent much"},
        {"little per order", "much per order"},
        {"visit seldom", "visit often"},
        {"were here lately", "have been away"}
    };

    /** @param goOn asked between the steps; throws to end it */
    static Clusters learn(List<double[]> all, Runnable goOn) throws Exception {
        if (all.size() < LEAST_ROWS) {
            return NONE;
        }
        var width = Figures.NAMES.size();
        var mean = new double[width];
        var deviation = new double[width];
        for (int f = 0; f < width; f++) {
            var figure = f;
            mean[f] = all.stream()
                    .mapToDouble(row -> Math.log1p(row[figure]))
                    .average()
                    .orElse(0);
            var centre = mean[f];
            var variance = all.stream()
                    .mapToDouble(row -> Math.pow(Math.log1p(row[figure]) - centre, 2))
                    .average()
                    .orElse(0);
            deviation[f] = variance < 1e-12 ? 1 : Math.sqrt(variance);
        }
        var rows = all.stream().map(row -> standard(row, mean, deviation)).toList();
        var distinct = new HashSet<List<Double>>();
        for (var row : rows) {
            distinct.add(Arrays.stream(row).boxed().toList());
            if (distinct.size() > MOST) {
                break;
            }
        }
        if (distinct.size() < 2) {
            return NONE;
        }
        var most = Math.min(MOST, distinct.size());
        return new Clusters(mean, deviation, kmeans(rows, most, goOn), em(rows, most, goOn));
    }

    private static List<Cluster> kmeans(List<double[]> rows, int most, Runnable goOn) throws Exception {
        var data = instances(rows);
        var some = sample(rows, SILHOUETTE);
        List<Cluster> best = List.of();
        var bestSilhouette = Double.NEGATIVE_INFINITY;
        for (int k = 2; k <= most; k++) {
            goOn.run();
            var weka = new SimpleKMeans();
            var distance = new EuclideanDistance();
            distance.setDontNormalize(true);
            weka.setDistanceFunction(distance);
            weka.setInitializationMethod(new SelectedTag(SimpleKMeans.KMEANS_PLUS_PLUS, SimpleKMeans.TAGS_SELECTION));
            weka.setSeed(SEED);
            weka.setNumClusters(k);
            weka.buildClusterer(data);
            var centres = weka.getClusterCentroids();
            var sizes = weka.getClusterSizes();
            var found = new ArrayList<Cluster>();
            for (int c = 0; c < centres.numInstances(); c++) {
                found.add(new Cluster(null, null, centres.instance(c).toDoubleArray(), null, sizes[c] / rows.size()));
            }
            var silhouette = silhouette(some, found);
            if (silhouette > bestSilhouette) {
                bestSilhouette = silhouette;
                best = found;
            }
        }
        return named(best);
    }

    private static List<Cluster> em(List<double[]> rows, int most, Runnable goOn) throws Exception {
        var some = sample(rows, EM_ROWS);
        var data = instances(some);
        List<Cluster> best = List.of();
        var bestBic = Double.POSITIVE_INFINITY;
        for (int k = 1; k <= most; k++) {
            goOn.run();
            var weka = new EM();
            weka.setSeed(SEED);
            weka.setNumClusters(k);
            weka.setMaxIterations(50);
            weka.setMinStdDev(LEAST_SPREAD);
            weka.setNumKMeansRuns(2);
            weka.buildClusterer(data);
            var models = weka.getClusterModelsNumericAtts();
            var priors = weka.getClusterPriors();
            var found = new ArrayList<Cluster>();
            for (int c = 0; c < models.length; c++) {
                var centre = new double[models[c].length];
                var spread = new double[models[c].length];
                for (int f = 0; f < centre.length; f++) {
                    centre[f] = models[c][f][0];
                    spread[f] = Math.max(LEAST_SPREAD, models[c][f][1]);
                }
                found.add(new Cluster(null, null, centre, spread, priors[c]));
            }
            var likelihood =
                    some.stream().mapToDouble(row -> logDensity(found, row)).sum();
            var parameters = k * 2 * Figures.NAMES.size() + k - 1;
            var bic = -2 * likelihood + parameters * Math.log(some.size());
            if (bic < bestBic) {
                bestBic = bic;
                best = found;
            }
        }
        return named(best);
    }

    /** The k-means group of a customer, or null when none were found. */
    Cluster nearest(double[] figures) {
        return kmeans.isEmpty() ? null : kmeans.get(nearest(kmeans, standard(figures, mean, deviation)));
    }

    /** The EM group that most likely has the customer, or null when none were found. */
    Cluster likeliest(double[] figures) {
        Cluster best = null;
        var most = Double.NEGATIVE_INFINITY;
        var row = em.isEmpty() ? null : standard(figures, mean, deviation);
        for (var cluster : em) {
            var density = logDensity(cluster, row);
            if (best == null || density > most) {
                most = density;
                best = cluster;
            }
        }
        return best;
    }

    private static int nearest(List<Cluster> clusters, double[] row) {
        var best = 0;
        for (int c = 1; c < clusters.size(); c++) {
            if (squares(clusters.get(c).centre(), row)
                    < squares(clusters.get(best).centre(), row)) {
                best = c;
            }
        }
        return best;
    }

    private static double squares(double[] a, double[] b) {
        var sum = 0.0;
        for (int f = 0; f < a.length; f++) {
            sum += (a[f] - b[f]) * (a[f] - b[f]);
        }
        return sum;
    }

    private static double logDensity(Cluster cluster, double[] row) {
        var sum = Math.log(cluster.weight() + 1e-300);
        for (int f = 0; f < row.length; f++) {
            var z = (row[f] - cluster.centre()[f]) / cluster.spread()[f];
            sum -= 0.5 * z * z + Math.log(cluster.spread()[f]) + 0.5 * Math.log(2 * Math.PI);
        }
        return sum;
    }

    private static double logDensity(List<Cluster> clusters, double[] row) {
        var each = clusters.stream()
                .mapToDouble(cluster -> logDensity(cluster, row))
                .toArray();
        var most = Arrays.stream(each).max().orElse(0);
        return most
                + Math.log(Arrays.stream(each).map(one -> Math.exp(one - most)).sum());
    }

    private static double silhouette(List<double[]> rows, List<Cluster> clusters) {
        var owner = rows.stream().mapToInt(row -> nearest(clusters, row)).toArray();
        var sizes = new int[clusters.size()];
        for (var c : owner) {
            sizes[c]++;
        }
        var total = 0.0;
        for (int i = 0; i < owner.length; i++) {
            var distances = new double[clusters.size()];
            for (int j = 0; j < owner.length; j++) {
                distances[owner[j]] += Math.sqrt(squares(rows.get(i), rows.get(j)));
            }
            if (sizes[owner[i]] > 1) {
                var own = distances[owner[i]] / (sizes[owner[i]] - 1);
                var other = Double.POSITIVE_INFINITY;
                for (int c = 0; c < sizes.length; c++) {
                    if (c != owner[i] && sizes[c] > 0) {
                        other = Math.min(other, distances[c] / sizes[c]);
                    }
                }
                var most = Math.max(own, other);
                total += Double.isInfinite(other) || most == 0 ? 0 : (other - own) / most;
            }
        }
        return total / owner.length;
    }

    private static List<double[]> sample(List<double[]> rows, int limit) {
        if (rows.size() <= limit) {
            return rows;
        }
        var random = new Random(SEED);
        return random.ints(0, rows.size())
                .distinct()
                .limit(limit)
                .mapToObj(rows::get)
                .toList();
    }

    private static double[] standard(double[] figures, double[] mean, double[] deviation) {
        var row = new double[mean.length];
        for (int f = 0; f < row.length; f++) {
            row[f] = (Math.log1p(figures[f]) - mean[f]) / deviation[f];
        }
        return row;
    }

    private static Instances instances(List<double[]> rows) {
        var attributes = new ArrayList<Attribute>();
        Figures.NAMES.forEach(name -> attributes.add(new Attribute(name)));
        var data = new Instances("customers", attributes, rows.size());
        rows.forEach(row -> data.add(new DenseInstance(1, row)));
        return data;
    }

    /** In the order of the figures, so that the same words are the same name. */
    private static String words(double[] centre, List<Integer> furthest, int most) {
        return furthest.isEmpty()
                ? "like most"
                : furthest.stream()
                        .limit(most)
                        .sorted()
                        .map(f -> WORDS[f][centre[f] < 0 ? 0 : 1])
                        .collect(Collectors.joining(", "));
    }

    /** Each by its two figures that are furthest from the mean of all; by more of them where two would be called alike. */
    private static List<Cluster> named(List<Cluster> clusters) {
        var taken = new HashSet<String>();
        var named = new ArrayList<Cluster>();
        for (var cluster : clusters) {
            var centre = cluster.centre();
            var furthest = IntStream.range(0, WORDS.length)
                    .filter(f -> Math.abs(centre[f]) >= APART)
                    .boxed()
                    .sorted(Comparator.comparingDouble(f -> -Math.abs(centre[f])))
                    .toList();
            var name = words(centre, furthest, 2);
            for (int more = 3; more <= furthest.size() && taken.contains(name); more++) {
                name = words(centre, furthest, more);
            }
            var alone = name;
            for (int n = 2; taken.contains(name); n++) {
                name = alone + " (" + n + ")";
            }
            taken.add(name);
            var id = name.replaceAll("[^a-z0-9]+", "-").replaceAll("-$", "");
            named.add(new Cluster(id, name, cluster.centre(), cluster.spread(), cluster.weight()));
        }
        return List.copyOf(named);
    }
}
