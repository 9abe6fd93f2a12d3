package io.wayfarer.score;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Turns what a model says into what happens, so that of those with 0.3 it happens to 30 %. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Calibration.None.class, name = "none"),
    @JsonSubTypes.Type(value = Calibration.Isotonic.class, name = "isotonic"),
    @JsonSubTypes.Type(value = Calibration.Platt.class, name = "platt")
})
public sealed interface Calibration {

    /** From so many rows on the curve is free; a smaller number of rows would be learned by heart. */
    int MIN_ROWS = 1000;

    int MIN_OF_EACH = 100;

    /** @param probability as the model says it */
    double of(double probability);

    /** How it was found, in words. */
    String words();

    /**
     * Isotonic from 1,000 rows and 100 of each kind on, otherwise Platt's.
     *
     * @param probabilities by models that have not seen these rows
     */
    static Calibration of(double[] probabilities, boolean[] happened) {
        var positives =
                IntStream.range(0, happened.length).filter(i -> happened[i]).count();
        return happened.length >= MIN_ROWS && Math.min(positives, happened.length - positives) >= MIN_OF_EACH
                ? Isotonic.of(probabilities, happened)
                : Platt.of(probabilities, happened);
    }

    /** For numbers, and for a model that needs none. */
    record None() implements Calibration {
        @Override
        public double of(double probability) {
            return probability;
        }

        @Override
        public String words() {
            return "none";
        }
    }

    /**
     * The rising curve nearest to what happened, by pooling adjacent violators (Ayer et al. 1955), straight between the
     * centres of its steps (Oron and Flournoy 2017). The ends stay as far from 0 and 1 as Laplace's rule says.
     *
     * @param from rising
     * @param to of each, rising
     */
    record Isotonic(double[] from, double[] to) implements Calibration {

        public Isotonic {
            if (from.length == 0 || from.length != to.length) {
                throw new IllegalArgumentException("a curve has as many heights as steps, and at least one");
            }
        }

        static Isotonic of(double[] probabilities, boolean[] happened) {
            var order = IntStream.range(0, happened.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> probabilities[i]))
                    .toList();
            // rows, sum of what the model says, sum of what happened
            var blocks = new ArrayList<double[]>();
            for (int start = 0, end; start < order.size(); start = end) {
                var block = new double[3];
                var first = probabilities[order.get(start)];
                for (end = start; end < order.size() && probabilities[order.get(end)] == first; end++) {
                    block[0]++;
                    block[1] += first;
                    block[2] += happened[order.get(end)] ? 1 : 0;
                }
                while (!blocks.isEmpty() && share(blocks.get(blocks.size() - 1)) >= share(block)) {
                    var before = blocks.remove(blocks.size() - 1);
                    Arrays.setAll(block, i -> block[i] + before[i]);
                }
                blocks.add(block);
            }
            var lowest = 1 / (blocks.get(0)[0] + 2);
            var highest = 1 - 1 / (blocks.get(blocks.size() - 1)[0] + 2);
            return new Isotonic(
                    blocks.stream().mapToDouble(block -> block[1] / block[0]).toArray(),
                    blocks.stream()
                            .mapToDouble(block -> Math.min(highest, Math.max(lowest, share(block))))
                            .toArray());
        }

        private static double share(double[] block) {
            return block[2] / block[0];
        }

        @Override
        public double of(double probability) {
            var place = Arrays.binarySearch(from, probability);
            if (place >= 0) {
                return to[place];
            }
            var next = -place - 1;
            if (next == 0 || next == from.length) {
                return to[Math.min(next, from.length - 1)];
            }
            var way = (probability - from[next - 1]) / (from[next] - from[next - 1]);
            return to[next - 1] + way * (to[next] - to[next - 1]);
        }

        @Override
        public String words() {
            return "isotonic, with " + from.length + " steps";
        }
    }

    /**
     * A logistic curve of the model's log-odds, with Platt's targets (Platt 1999), by Newton's method with a line search
     * (Lin, Lin and Weng 2007).
     *
     * @param slope above 0 when the model ranks rightly
     */
    record Platt(double slope, double intercept) implements Calibration {

        private static final double CERTAIN = 1e-6;

        static Platt of(double[] probabilities, boolean[] happened) {
            var positives =
                    IntStream.range(0, happened.length).filter(i -> happened[i]).count();
            var yes = (positives + 1.0) / (positives + 2.0);
            var no = 1.0 / (happened.length - positives + 2.0);
            var x = Arrays.stream(probabilities).map(Platt::logOdds).toArray();
            var target = IntStream.range(0, x.length)
                    .mapToDouble(i -> happened[i] ? yes : no)
                    .toArray();
            var a = 0.0;
            var b = logOdds((positives + 1.0) / (happened.length + 2.0));
            var loss = loss(x, target, a, b);
            for (int step = 0; step < 100; step++) {
                double ga = 0, gb = 0, haa = 1e-9, hab = 0, hbb = 1e-9;
                for (int i = 0; i < x.length; i++) {
                    var p = sigmoid(a * x[i] + b);
                    var off = p - target[i];
                    var weight = p * (1 - p);
                    ga += off * x[i];
                    gb += off;
                    haa += weight * x[i] * x[i];
                    hab += weight * x[i];
                    hbb += weight;
                }
                if (Math.abs(ga) < 1e-7 && Math.abs(gb) < 1e-7) {
                    break;
                }
                var determinant = haa * hbb - hab * hab;
                var da = -(hbb * ga - hab * gb) / determinant;
                var db = -(haa * gb - hab * ga) / determinant;
                var stride = 1.0;
                var next = loss(x, target, a + da, b + db);
                while (next > loss && stride > 1e-10) {
                    stride /= 2;
                    next = loss(x, target, a + stride * da, b + stride * db);
                }
                if (next >= loss) {
                    break;
                }
                a += stride * da;
                b += stride * db;
                loss = next;
            }
            return new Platt(a, b);
        }

        @Override
        public double of(double probability) {
            return sigmoid(slope * logOdds(probability) + intercept);
        }

        @Override
        public String words() {
            return "Platt's, a logistic curve";
        }

        private static double loss(double[] x, double[] target, double a, double b) {
            var sum = 0.0;
            for (int i = 0; i < x.length; i++) {
                var z = a * x[i] + b;
                // ln(1 + e^z) - t z, without overflow
                sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - target[i] * z;
            }
            return sum;
        }

        private static double logOdds(double probability) {
            var p = Math.min(1 - CERTAIN, Math.max(CERTAIN, probability));
            return Math.log(p / (1 - p));
        }

        private static double sigmoid(double z) {
            return 1 / (1 + Math.exp(-z));
        }
    }
}
