package io.wayfarer.ingest.file;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.wayfarer.SpineBench;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How fast a CSV file is imported into the inbox, each row an event, beside a raw batched insert into the same database in
 * the same run: the ratio is the figure. Nothing is asserted; the figures go to target/bench.
 */
class ImportBench {

    private static final int ROWS = 100_000;
    private static final int ROUNDS = 3;
    private static final String MAPPING =
            """
            {"userId":"customer","event":"what","timestamp":{"column":"at","format":"yyyy-MM-dd HH:mm:ss"},
             "properties":{"product_id":"sku","name":"title","price":{"column":"price","type":"number"},"url":"link"}}""";

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
            measure("postgresql", postgres.getJdbcUrl("postgres", "postgres") + "&reWriteBatchedInserts=true");
        }
    }

    @Test
    void onH2() throws Exception {
        measure("h2", "jdbc:h2:file:" + dir.resolve("bench") + ";DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0");
    }

    private void measure(String name, String url) throws Exception {
        try (var database = new HikariDataSource()) {
            database.setJdbcUrl(url);
            database.setUsername("postgres");
            database.setPassword("");
            Flyway.configure().dataSource(database).load().migrate();
            var desk = new Desk(database, dir, Clock.systemUTC(), Integer.MAX_VALUE);
            desk.mapping("bench", MAPPING);
            imported(desk, 0);
            var raw = new ArrayList<Double>();
            var csv = new ArrayList<Double>();
            for (int round = 1; round <= ROUNDS; round++) {
                raw.add(SpineBench.rawInserts(url, ROWS));
                csv.add(imported(desk, round));
            }
            var result = new LinkedHashMap<String, Object>();
            result.put("database", name);
            result.put("rawRowsPerSecond", median(raw));
            result.put("csvRowsPerSecond", median(csv));
            result.put("ratio", median(csv) / median(raw));
            report(name, result);
        }
    }

    /** Rows a second. */
    private static double imported(Desk desk, int round) {
        desk.jdbc.update("delete from inbox");
        var file = new StringBuilder("customer,what,at,sku,title,price,link\n");
        for (int i = 0; i < ROWS; i++) {
            file.append("user-")
                    .append(i % 3_000)
                    .append(",Product Viewed,2026-01-01 12:00:00,sku-")
                    .append(round)
                    .append('-')
                    .append(i)
                    .append(",\"A good, warm tent\",119.50,https://shop.example/tent\n");
        }
        var id = desk.receive("bench.csv", "bench", file.toString().getBytes(StandardCharsets.UTF_8))
                .id();
        var start = System.nanoTime();
        var done = desk.work(id);
        var seconds = (System.nanoTime() - start) / 1e9;
        if (done.accepted() != ROWS) {
            throw new IllegalStateException(done.toString());
        }
        return ROWS / seconds;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void report(String database, Map<String, Object> result) throws IOException {
        var target = Files.createDirectories(Path.of("target", "bench"));
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(target.resolve("import-" + database + ".json").toFile(), result);
        result.forEach((name, value) -> System.out.printf(
                Locale.ROOT, "%-30s %s%n", name, value instanceof Double d ? "%.4g".formatted(d) : value));
    }
}
