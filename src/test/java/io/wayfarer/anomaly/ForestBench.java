package io.wayfarer.anomaly;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** One order judged, with rank and reasons, on one core. Stated limit: 100 microseconds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ForestBench {

    private static final int ROWS = 20_000;

    private final double[][] rows = new double[ROWS][Behaviour.NAMES.size()];
    private IsolationForest forest;
    private int next;

    @Setup
    public void learnt() {
        var random = new Random(42);
        for (var row : rows) {
            for (int f = 0; f < row.length; f++) {
                row[f] = Math.abs(random.nextGaussian());
            }
        }
        forest = IsolationForest.learn(Behaviour.NAMES, new ArrayList<>(Arrays.asList(rows)), 42, () -> {});
    }

    @Benchmark
    public Anomaly order() {
        next = (next + 1) % ROWS;
        return forest.judge(rows[next], "bench");
    }

    @Test
    void run() throws RunnerException, IOException {
        var target = Files.createDirectories(Path.of("target", "bench"));
        new Runner(new OptionsBuilder()
                        .include(ForestBench.class.getName())
                        .warmupIterations(2)
                        .warmupTime(TimeValue.seconds(2))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.seconds(2))
                        .forks(1)
                        .resultFormat(ResultFormatType.JSON)
                        .result(target.resolve("forest.json").toString())
                        .build())
                .run();
    }
}
