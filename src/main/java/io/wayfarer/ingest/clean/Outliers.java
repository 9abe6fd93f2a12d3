package io.wayfarer.ingest.clean;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Tells numbers too large to be believed, by source and property. The limit is z robust standard deviations above the
 * median, on a logarithmic scale, since prices, amounts and times differ by factors; the deviation is 1.4826 times the
 * median absolute deviation, which is the standard deviation where numbers are normal (Rousseeuw and Croux, Alternatives
 * to the Median Absolute Deviation, 1993). Where nearly all numbers are the same, as quantities are, that would be zero:
 * what is less than ten times the median is never too large. The size of a number counts, and not its sign.
 *
 * <p>It is learned from a sample of a bounded number of those that came, in which newer ones take the place of older ones
 * (Vitter's algorithm R, with the count held at ten times the size). Outliers are sampled too: the median and its
 * deviation bear up to half of them. The sample is kept in the database; each node learns from what it sees, and a node
 * that starts begins with what was written last.
 */
final class Outliers {

    static final int SAMPLE = 256;
    private static final int MAX_SAMPLES = 1_000;
    private static final int REFIT = 32;
    private static final double SIGMA = 1.4826;

    private record Of(String source, String field) {}

    private static final class Sample {
        private final double[] logs = new double[SAMPLE];
        private int size;
        private long seen;
        private double limit = Double.POSITIVE_INFINITY;
        private int untilRefit = 1;
        private boolean changed;
    }

    private final JdbcTemplate jdbc;
    private final double z;
    private final int atLeast;
    private final SplittableRandom random = new SplittableRandom(42);
    private final Map<Of, Sample> samples = new HashMap<>();

    Outliers(JdbcTemplate jdbc, CleanSettings.OutlierSettings settings) {
        this.jdbc = jdbc;
        this.z = settings.z();
        this.atLeast = settings.atLeast();
    }

    /** What is counted with in place of the value, or null when the value itself may be. */
    synchronized Double bound(String source, String field, double value) {
        var sample = samples.get(new Of(source, field));
        return sample != null && Math.abs(value) > sample.limit ? (Double) Math.copySign(sample.limit, value) : null;
    }

    synchronized void learn(String source, String field, double value) {
        var of = new Of(source, field);
        var sample = samples.get(of);
        if (sample == null) {
            if (samples.size() == MAX_SAMPLES) {
                return;
            }
            sample = new Sample();
            samples.put(of, sample);
        }
        sample.seen++;
        sample.changed = true;
        var log = Math.log1p(Math.abs(value));
        if (sample.size < SAMPLE) {
            sample.logs[sample.size++] = log;
        } else {
            var place = random.nextLong(Math.min(sample.seen, 10L * SAMPLE));
            if (place < SAMPLE) {
                sample.logs[(int) place] = log;
            }
        }
        if (--sample.untilRefit <= 0) {
            sample.untilRefit = REFIT;
            sample.limit = limit(sample);
        }
    }

    private double limit(Sample sample) {
        if (sample.seen < atLeast) {
            return Double.POSITIVE_INFINITY;
        }
        var values = Arrays.copyOf(sample.logs, sample.size);
        var median = median(values);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i] - median);
        }
        var spread = Math.max(z * SIGMA * median(values), Math.log(10));
        // rounded: the limit stands in the log of events, to be read
        return Math.rint(Math.expm1(median + spread) * 100) / 100;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        var middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** Begins with what was written last. */
    synchronized void load() {
        jdbc.query("select source, field, seen, sample from outlier_sample", row -> {
            var sample = new Sample();
            sample.seen = row.getLong(3);
            for (var number : row.getString(4).split(",")) {
                if (!number.isEmpty() && sample.size < SAMPLE) {
                    sample.logs[sample.size++] = Double.parseDouble(number);
                }
            }
            sample.limit = limit(sample);
            samples.put(new Of(row.getString(1), row.getString(2)), sample);
        });
    }

    /** Writes what has changed since the last time. */
    void flush() {
        var written = new HashMap<Of, Object[]>();
        synchronized (this) {
            samples.forEach((of, sample) -> {
                if (sample.changed) {
                    sample.changed = false;
                    written.put(of, new Object[] {sample.seen, text(sample), of.source(), of.field()});
                }
            });
        }
        written.values().forEach(row -> {
            var update = "update outlier_sample set seen = ?, sample = ? where source = ? and field = ?";
            if (jdbc.update(update, row) == 0) {
                try {
                    jdbc.update("insert into outlier_sample (seen, sample, source, field) values (?, ?, ?, ?)", row);
                } catch (DuplicateKeyException e) {
                    jdbc.update(update, row);
                }
            }
        });
    }

    private static String text(Sample sample) {
        var text = new StringJoiner(",");
        for (int i = 0; i < sample.size; i++) {
            text.add(Float.toString((float) sample.logs[i]));
        }
        return text.toString();
    }
}
