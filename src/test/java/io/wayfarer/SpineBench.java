package io.wayfarer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast the whole spine is, over HTTP and in a process of its own, beside a raw batched insert of as many rows into
 * the same database in the same run: the ratio is the figure. Also latency at half of the reached rate, the time until
 * ready and the heap with 100,000 customers. Nothing is asserted; the figures go to target/bench.
 */
public class SpineBench {

    private static final int BATCH = 100;
    private static final int SENDERS = 4;
    private static final int WARM_UP = 240_000;
    private static final int EVENTS = 60_000;
    private static final int PEOPLE = 3_000;

    @TempDir
    Path dir;

    @Test
    void onPostgres() throws Exception {
        try (var postgres = Measuring.postgres()) {
            measure("postgresql", Measuring.urlOf(postgres), Measuring.settings(postgres));
        }
    }

    @Test
    void onH2() throws Exception {
        measure("h2", "jdbc:h2:file:" + dir.resolve("raw"), Map.of());
    }

    /** The same work when there are ten times as many customers: time for an event, and heap. */
    @Test
    void manyCustomersOnPostgres() throws Exception {
        var result = new LinkedHashMap<String, Object>();
        try (var postgres = Measuring.postgres();
                var program = RunningProgram.start(dir, Measuring.settings(postgres), "-Xmx512m")) {
            var known = 0;
            for (var customers : List.of(100_000, 1_000_000)) {
                introduce(program, known, customers);
                known = customers;
                send(program, new Crowd(7, customers, "warm" + customers), WARM_UP / 2);
                var rates = new ArrayList<Double>();
                for (int round = 0; round < 3; round++) {
                    rates.add(send(program, new Crowd(round, customers, "run" + customers + round), EVENTS));
                }
                result.put("eventsPerSecondWith" + customers, Measuring.median(rates));
                result.put("heapMiBWith" + customers, heapAfterCollection(program));
            }
        }
        Measuring.report("customers-postgresql", result);
    }

    private void measure(String database, String rawUrl, Map<String, String> settings) throws Exception {
        var result = new LinkedHashMap<String, Object>();
        try (var program = RunningProgram.start(dir, settings, "-Xmx512m")) {
            result.put("readySeconds", seconds(program.untilReady()));
            introduce(program, 0, PEOPLE);
            // until the JVM has compiled what it will: the first minutes would measure its compiler
            send(program, new Crowd(1, PEOPLE, "warm"), WARM_UP);
            var raw = new ArrayList<Double>();
            var spine = new ArrayList<Double>();
            for (int round = 0; round < 3; round++) {
                raw.add(Measuring.rawInserts(rawUrl, EVENTS));
                spine.add(send(program, new Crowd(2 + round, PEOPLE, "run" + round), EVENTS));
            }
            result.put("rawRowsPerSecond", Measuring.median(raw));
            result.put("spineEventsPerSecond", Measuring.median(spine));
            result.put("ratio", Measuring.median(spine) / Measuring.median(raw));
            latency(program, Measuring.median(spine) / 2, result);
            introduce(program, PEOPLE, 100_000);
            result.put("heapMiBWith100000Customers", heapAfterCollection(program));
        }
        Measuring.report("spine-" + database, result);
    }

    private static void introduce(RunningProgram program, int from, int to) throws InterruptedException {
        var crowd = new Crowd(0, to, "intro" + from);
        for (int i = from; i < to; i += BATCH) {
            post(program, crowd.identify(i, Math.min(to, i + BATCH), Instant.now()));
        }
        awaitEmpty(program);
    }

    /** Sends the events from several senders and waits until all have had their effect; events a second. */
    private static double send(RunningProgram program, Crowd crowd, int events) throws Exception {
        var bodies = new ArrayList<String>();
        for (int i = 0; i < events; i += BATCH) {
            bodies.add(crowd.batch(BATCH, Instant.now()));
        }
        var start = System.nanoTime();
        var senders = Executors.newFixedThreadPool(SENDERS);
        try {
            var calls = bodies.stream()
                    .<Callable<Void>>map(body -> () -> {
                        post(program, body);
                        return null;
                    })
                    .toList();
            for (var call : senders.invokeAll(calls)) {
                call.get();
            }
        } finally {
            senders.shutdownNow();
        }
        awaitEmpty(program);
        return events / ((System.nanoTime() - start) / 1e9);
    }

    private static void latency(RunningProgram program, double rate, Map<String, Object> result) throws Exception {
        var before = latencyBuckets(program);
        var crowd = new Crowd(99, PEOPLE, "latency");
        var pause = (long) (BATCH / rate * 1e9);
        var scheduler = Executors.newScheduledThreadPool(2);
        try {
            var sending = scheduler.scheduleAtFixedRate(
                    () -> post(program, crowd.batch(BATCH, Instant.now())), 0, pause, TimeUnit.NANOSECONDS);
            TimeUnit.SECONDS.sleep(15);
            sending.cancel(false);
        } finally {
            scheduler.shutdown();
        }
        awaitEmpty(program);
        var after = latencyBuckets(program);
        result.put("latencyRate", rate);
        result.put("latencyP50Ms", quantile(before, after, 0.5));
        result.put("latencyP99Ms", quantile(before, after, 0.99));
    }

    /** Upper bounds in seconds and cumulative counts of the program's own histogram of accepted-to-committed times. */
    private static Map<Double, Double> latencyBuckets(RunningProgram program) {
        var buckets = new LinkedHashMap<Double, Double>();
        program.askText("/actuator/prometheus")
                .lines()
                .filter(line -> line.startsWith("wayfarer_event_latency_seconds_bucket"))
                .forEach(line -> {
                    var bound = line.replaceAll(".*le=\"([^\"]+)\".*", "$1");
                    buckets.put(
                            bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound),
                            Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)));
                });
        return buckets;
    }

    private static double quantile(Map<Double, Double> before, Map<Double, Double> after, double q) {
        var total =
                after.getOrDefault(Double.POSITIVE_INFINITY, 0.0) - before.getOrDefault(Double.POSITIVE_INFINITY, 0.0);
        for (var bucket : after.entrySet()) {
            if (bucket.getValue() - before.getOrDefault(bucket.getKey(), 0.0) >= q * total) {
                return bucket.getKey() * 1000;
            }
        }
        return Double.NaN;
    }

    private static long heapAfterCollection(RunningProgram program) throws Exception {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        run(jcmd, Long.toString(program.pid()), "GC.run");
        return Math.round(program.askText("/actuator/prometheus")
                        .lines()
                        .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum()
                / 1048576);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        new ProcessBuilder(command).redirectErrorStream(true).start().waitFor(60, TimeUnit.SECONDS);
    }

    private static void post(RunningProgram program, String body) {
        for (int attempt = 0; attempt < 600; attempt++) {
            var answer = program.collect("/v1/batch", body);
            if (answer.statusCode() == 200) {
                return;
            }
            if (answer.statusCode() != 429) {
                throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        throw new IllegalStateException("the program was overloaded for a minute");
    }

    private static void awaitEmpty(RunningProgram program) throws InterruptedException {
        while (program.askText("/actuator/prometheus")
                .lines()
                .noneMatch(line -> line.matches("wayfarer_inbox_backlog(\\{.*})? 0\\.0"))) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
