package io.wayfarer;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Empty databases with our schema, for the contract tests that every store passes on both. */
public final class Databases {

    private static final String TEMPLATE = "migrated";

    /** Databases that a test may still use; older ones are dropped. */
    private static final int OPEN = 4;

    private static final Queue<HikariDataSource> POOLS = new ArrayDeque<>();

    private static EmbeddedPostgres postgres;

    private Databases() {}

    /** A new in-memory H2 database. */
    public static DataSource h2() {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return migrated(source);
    }

    /** A new database in the one PostgreSQL server of this test run. */
    public static DataSource postgres() {
        var pool = new HikariDataSource();
        pool.setJdbcUrl(create("template " + TEMPLATE));
        pool.setMinimumIdle(0);
        synchronized (POOLS) {
            POOLS.add(pool);
            if (POOLS.size() > OPEN) {
                forget(POOLS.remove());
            }
        }
        return pool;
    }

    /** The JDBC URL of a new, empty database in the one PostgreSQL server of this test run; user postgres. */
    public static String postgresUrl() {
        return create("");
    }

    private static String create(String options) {
        var name = "t" + UUID.randomUUID().toString().replace("-", "");
        execute(server(), "create database " + name + " " + options);
        return server().getJdbcUrl("postgres", name);
    }

    private static void forget(HikariDataSource pool) {
        pool.close();
        execute(server(), "drop database " + pool.getJdbcUrl().replaceAll(".*/(\\w+).*", "$1") + " with (force)");
    }

    private static void execute(EmbeddedPostgres server, String sql) {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static synchronized EmbeddedPostgres server() {
        if (postgres == null) {
            try {
                // the server itself is never killed: it need not wait for the disk
                var started = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .start();
                execute(started, "create database " + TEMPLATE);
                migrated(new DriverManagerDataSource(started.getJdbcUrl("postgres", TEMPLATE)));
                postgres = started;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return postgres;
    }

    private static DataSource migrated(DataSource source) {
        Flyway.configure().dataSource(source).load().migrate();
        return source;
    }
}
