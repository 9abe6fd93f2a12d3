package io.wayfarer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
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
        try (var postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_wal_size", "4GB")
                .start()) {
            var url = postgres.getJdbcUrl("postgres", "postgres") + "&reWriteBatchedInserts=true";
            measure("postgresql", url, Map.of("spring.datasource.url", url, "spring.datasource.username", "postgres"));
        }
    }

    @Test
    void onH2() throws Exception {
        measure("h2", "jdbc:h2:file:" + dir.resolve("raw"), Map.of());
    }

    private void measure(String database, String rawUrl, Map<String, String> settings) throws Exception {
        var result = new LinkedHashMap<String, Object>();
        result.put("database", database);
        try (var program = RunningProgram.start(dir, settings, "-Xmx512m")) {
            result.put("readySeconds", seconds(program.untilReady()));
            introduce(program, 0, PEOPLE);
            // until the JVM has compiled what it will: the first minutes would measure its compiler
            send(program, new Crowd(1, PEOPLE, "warm"), WARM_UP);
            var raw = new ArrayList<Double>();
            var spine = new ArrayList<Double>();
            for (int round = 0; round < 3; round++) {
                raw.add(rawInserts(rawUrl, EVENTS));
                spine.add(send(program, new Crowd(2 + round, PEOPLE, "run" + round), EVENTS));
            }
            result.put("rawRowsPerSecond", median(raw));
            result.put("spineEventsPerSecond", median(spine));
            result.put("ratio", median(spine) / median(raw));
            latency(program, median(spine) / 2, result);
            introduce(program, PEOPLE, 100_000);
            result.put("heapMiBWith100000Customers", heapAfterCollection(program));
        }
        report(database, result);
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

    /** Inserts rows as large as the event log's over two connections, a transaction for each 100; rows a second. */
    public static double rawInserts(String url, int rows) throws Exception {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute("drop table if exists raw_event");
            statement.execute("create table raw_event (id uuid primary key, customer_id uuid not null,"
                    + " at timestamp with time zone not null, name varchar(200) not null, body varchar not null)");
        }
        var body = new Crowd(5, PEOPLE, "raw").batch(1, Instant.now());
        Callable<Void> writer = () -> {
            try (var connection = DriverManager.getConnection(url, "postgres", "");
                    var insert = connection.prepareStatement(
                            "insert into raw_event (id, customer_id, at, name, body) values (?, ?, ?, ?, ?)")) {
                connection.setAutoCommit(false);
                for (int row = 0; row < rows / 2; row++) {
                    insert.setObject(1, UUID.randomUUID());
                    insert.setObject(2, UUID.randomUUID());
                    insert.setObject(3, OffsetDateTime.now(ZoneOffset.UTC));
                    insert.setString(4, "Product Viewed");
                    insert.setString(5, body);
                    insert.addBatch();
                    if (row % BATCH == BATCH - 1) {
                        insert.executeBatch();
                        connection.commit();
                    }
                }
                insert.executeBatch();
                connection.commit();
            }
            return null;
        };
        var writers = Executors.newFixedThreadPool(2);
        try {
            var start = System.nanoTime();
            for (var done : writers.invokeAll(List.of(writer, writer))) {
                done.get();
            }
            return rows / ((System.nanoTime() - start) / 1e9);
        } finally {
            writers.shutdownNow();
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static void report(String database, Map<String, Object> result) throws IOException {
        var target = Files.createDirectories(Path.of("target", "bench"));
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(target.resolve("spine-" + database + ".json").toFile(), result);
        result.forEach((name, value) -> System.out.printf(
                Locale.ROOT, "%-30s %s%n", name, value instanceof Double d ? "%.4g".formatted(d) : value));
    }
}
