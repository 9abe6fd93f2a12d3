package io.wayfarer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** What the measurements share: a PostgreSQL that keeps its promises, the peer that figures are ratios of, and the report. */
public final class Measuring {

    private static final int ROWS_A_TRANSACTION = 100;

    private static final String INSERT =
            "insert into raw_event (id, customer_id, at, name, body) values (?, ?, ?, ?, ?)";

    private Measuring() {}

    /** As in production: the defaults of an embedded one would lose data, and be faster for it. */
    public static EmbeddedPostgres postgres() throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_wal_size", "4GB")
                .start();
    }

    public static String urlOf(EmbeddedPostgres postgres) {
        return postgres.getJdbcUrl("postgres", "postgres") + "&reWriteBatchedInserts=true";
    }

    /** What the program is told, so that it uses it. */
    public static Map<String, String> settings(EmbeddedPostgres postgres) {
        return Map.of("spring.datasource.url", urlOf(postgres), "spring.datasource.username", "postgres");
    }

    /** Inserts rows as large as the event log's over two connections, a transaction for each 100; rows a second. */
    public static double rawInserts(String url, int rows) throws Exception {
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute("drop table if exists raw_event");
            statement.execute("create table raw_event (id uuid primary key, customer_id uuid not null,"
                    + " at timestamp with time zone not null, name varchar(200) not null, body varchar not null)");
        }
        var body = new Crowd(5, 1, "raw").batch(1, Instant.now());
        Callable<Void> writer = () -> {
            try (var connection = DriverManager.getConnection(url, "postgres", "");
                    var insert = connection.prepareStatement(INSERT)) {
                connection.setAutoCommit(false);
                for (int row = 0; row < rows / 2; row++) {
                    fill(insert, body);
                    insert.addBatch();
                    if (row % ROWS_A_TRANSACTION == ROWS_A_TRANSACTION - 1) {
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

    /**
     * How long it takes to insert and commit one such row over one connection, at a steady rate: what the database alone
     * needs on this machine.
     *
     * @return nanoseconds of each, in ascending order
     */
    public static long[] rawCommits(String url, int perSecond, int rows) throws Exception {
        rawInserts(url, ROWS_A_TRANSACTION);
        var body = new Crowd(5, 1, "raw").batch(1, Instant.now());
        var nanos = new long[rows];
        try (var connection = DriverManager.getConnection(url, "postgres", "");
                var insert = connection.prepareStatement(INSERT)) {
            var start = System.nanoTime();
            for (int row = 0; row < rows; row++) {
                var due = start + row * 1_000_000_000L / perSecond;
                LockSupport.parkNanos(due - System.nanoTime());
                fill(insert, body);
                insert.executeUpdate();
                nanos[row] = System.nanoTime() - due;
            }
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private static void fill(PreparedStatement insert, String body) throws SQLException {
        insert.setObject(1, UUID.randomUUID());
        insert.setObject(2, UUID.randomUUID());
        insert.setObject(3, OffsetDateTime.now(ZoneOffset.UTC));
        insert.setString(4, "Product Viewed");
        insert.setString(5, body);
    }

    public static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** Writes the figures to {@code target/bench/<name>.json} and prints them. */
    public static void report(String name, Map<String, Object> result) throws IOException {
        var target = Files.createDirectories(Path.of("target", "bench"));
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(target.resolve(name + ".json").toFile(), result);
        System.out.println(name);
        result.forEach((figure, value) -> System.out.printf(
                Locale.ROOT, "  %-30s %s%n", figure, value instanceof Double d ? "%.4g".formatted(d) : value));
    }
}
