package io.wayfarer.score;

import io.wayfarer.Events;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Profiler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * All models for one customer, and why, on one core. Stated limits: 5 microseconds when all are linear and 100 when all are
 * forests; 1,000 for a why of linear models.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ScoreBench {

    /** As many as a forest for a journey has: 100 trees of about 2,000 leaves. */
    private static final int TREES = 100;

    private static final int DEPTH = 11;

    @Param({"linear", "forest"})
    String kind;

    private Models models;
    private Customer customer;

    @Setup
    public void modelsForEveryLabel() throws Exception {
        var folder = Files.createTempDirectory("models");
        models = kind.equals("linear")
                ? TrainedOnce.forEveryQuestion(folder)
                : TrainedOnce.forEveryQuestion(folder, new Fitted("randomforest", forest(), new Calibration.None()));
        var random = new Random(42);
        customer = Customer.unknown(new UUID(1, 1), Set.of(), Events.NOON.minus(Duration.ofDays(60)));
        for (int i = 0; i < 300; i++) {
            var event = Events.by(
                    "user",
                    i % 40 == 0 ? "Order Completed" : "Product Viewed",
                    Events.NOON.minus(Duration.ofMinutes((300 - i) * 288L)),
                    Map.of("product_id", "product-" + random.nextInt(40), "price", 30, "total", 60));
            customer = Profiler.after(customer, event);
        }
    }

    private static Formula forest() {
        var random = new Random(7);
        var width = FeatureVector.NAMES.size();
        var roots = new int[TREES];
        var input = new ArrayList<Integer>();
        var border = new ArrayList<Double>();
        var left = new ArrayList<Integer>();
        for (int tree = 0; tree < TREES; tree++) {
            var first = input.size();
            roots[tree] = first;
            var nodes = (2 << DEPTH) - 1;
            for (int node = 0; node < nodes; node++) {
                var isLeaf = node >= (1 << DEPTH) - 1;
                input.add(isLeaf ? -1 : random.nextInt(width));
                border.add(isLeaf ? 0 : 4 * random.nextDouble());
                left.add(isLeaf ? -1 : first + 2 * node + 1);
            }
        }
        return new Formula.Trees(
                Formula.Link.IDENTITY,
                width,
                roots,
                input.stream().mapToInt(Integer::intValue).toArray(),
                border.stream().mapToDouble(Double::doubleValue).toArray(),
                left.stream().mapToInt(Integer::intValue).toArray(),
                random.doubles(input.size(), 0, 1.0 / TREES).toArray());
    }

    @Benchmark
    public Scores score() {
        return models.score(customer, null, Events.NOON);
    }

    @Benchmark
    public Map<String, Why> why() {
        return models.why(customer, Events.NOON);
    }

    /** Writes target/bench/score.json. */
    @Test
    void measure() throws RunnerException {
        Path.of("target", "bench").toFile().mkdirs();
        new Runner(new OptionsBuilder()
                        .include(ScoreBench.class.getName())
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(2))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(2))
                        .resultFormat(ResultFormatType.JSON)
                        .result("target/bench/score.json")
                        .build())
                .run();
    }
}
