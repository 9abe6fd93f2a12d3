package io.wayfarer.journey;

import io.wayfarer.Databases;
import io.wayfarer.Measuring;
import io.wayfarer.WayfarerApplication;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Starts of the longest process a second, up to its first wait, as the spine makes them: a transaction for each batch of
 * decisions. Beside it batched inserts of a row for each start, in the same transactions: the ratio is the figure. Nothing
 * is asserted; the figures go to target/bench.
 */
class StartsBench {

    private static final int BATCH = 50, STARTS = 5_000, ROUNDS = 3;

    @TempDir
    Path dir;

    @Test
    void onH2() throws Exception {
        measure("h2", "jdbc:h2:file:" + dir.resolve("starts") + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0", "sa");
    }

    @Test
    void onPostgres() throws Exception {
        measure("postgresql", Databases.postgresUrl() + "&reWriteBatchedInserts=true", "postgres");
    }

    private void measure(String database, String url, String user) throws Exception {
        // as arguments: as properties they would give way to application.yaml
        try (var program = new SpringApplicationBuilder(WayfarerApplication.class)
                .run(
                        "--spring.datasource.url=" + url,
                        "--spring.datasource.username=" + user,
                        "--server.port=0",
                        "--wayfarer.data.dir=" + dir,
                        "--wayfarer.spine.workers=0",
                        "--camunda.bpm.job-execution.enabled=false")) {
            var jdbc = program.getBean(JdbcTemplate.class);
            var journeys = program.getBean(Journeys.class);
            var transactions = program.getBean(TransactionOperations.class);
            jdbc.execute("create table raw_start (id uuid primary key, customer_id uuid not null, body varchar)");
            var raw = new ArrayList<Double>();
            var starts = new ArrayList<Double>();
            for (int round = 0; round < ROUNDS; round++) {
                raw.add(perSecond(batch -> transactions.executeWithoutResult(status -> insert(jdbc, batch))));
                starts.add(perSecond(batch -> transactions.executeWithoutResult(
                        status -> journeys.follow(new Decided(null, Map.of(), batch)))));
            }
            report(database, raw, starts);
        }
    }

    private static double perSecond(Consumer<List<Decision>> work) {
        var start = System.nanoTime();
        for (int i = 0; i < STARTS; i += BATCH) {
            work.accept(Stream.generate(StartsBench::start).limit(BATCH).toList());
        }
        return STARTS / ((System.nanoTime() - start) / 1e9);
    }

    private static Decision start() {
        return new Decision(
                UUID.randomUUID(),
                UUID.randomUUID(),
                null,
                Instant.now(),
                "start:abandoned-cart",
                "bench",
                "because",
                "bench",
                Map.of(),
                Map.of());
    }

    private static void insert(JdbcTemplate jdbc, List<Decision> batch) {
        jdbc.batchUpdate(
                "insert into raw_start (id, customer_id, body) values (?, ?, ?)",
                batch.stream()
                        .map(decision -> new Object[] {decision.id(), decision.customer(), "x".repeat(250)})
                        .toList());
    }

    private static void report(String database, List<Double> raw, List<Double> starts) throws Exception {
        var result = new LinkedHashMap<String, Object>();
        result.put("rawRowsPerSecond", Measuring.median(raw));
        result.put("startsPerSecond", Measuring.median(starts));
        result.put("ratio", Measuring.median(starts) / Measuring.median(raw));
        Measuring.report("starts-" + database, result);
    }
}
