package io.wayfarer.ingest.file;

import com.zaxxer.hikari.HikariDataSource;
import io.wayfarer.Measuring;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
        try (var postgres = Measuring.postgres()) {
            measure("postgresql", Measuring.urlOf(postgres));
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
                raw.add(Measuring.rawInserts(url, ROWS));
                csv.add(imported(desk, round));
            }
            var result = new LinkedHashMap<String, Object>();
            result.put("rawRowsPerSecond", Measuring.median(raw));
            result.put("csvRowsPerSecond", Measuring.median(csv));
            result.put("ratio", Measuring.median(csv) / Measuring.median(raw));
            Measuring.report("import-" + name, result);
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
}
