package io.wayfarer.act;

import static io.wayfarer.Events.NOON;

import com.zaxxer.hikari.HikariDataSource;
import io.wayfarer.Databases;
import io.wayfarer.Measuring;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/**
 * How many messages a second are judged by all gates, written and recorded, on a database that waits for its disk, to a
 * receiver that takes each at once. Nothing is asserted; the figures go to target/bench.
 */
class OutboxBench {

    private static final int PEOPLE = 3_000;
    private static final int CONNECTIONS = 4;
    private static final int ROUNDS = 5;

    /** Takes everything at once. */
    private static final String SINK =
            """
            - routeTemplate:
                id: out-sink
                parameters:
                  - name: channel
                  - { name: to, defaultValue: email }
                from:
                  uri: direct:out-{{channel}}
                  steps:
                    - setBody:
                        language:
                          language: json-transform
                          expression: '{"answer": "accepted", "reason": "taken"}'
            """;

    @Test
    void onPostgres() throws Exception {
        try (var postgres = Measuring.postgres();
                var pool = new HikariDataSource()) {
            pool.setJdbcUrl(Measuring.urlOf(postgres));
            pool.setMaximumPoolSize(CONNECTIONS + 2);
            Flyway.configure().dataSource(pool).load().migrate();
            measure("postgresql", pool);
        }
    }

    @Test
    void onH2() throws Exception {
        measure("h2-in-memory", Databases.h2());
    }

    private static void measure(String name, javax.sql.DataSource database) throws Exception {
        try (var office =
                new Office(database, 1, NOON, Map.of("sink", Map.of()), false, Map.of("out-sink.camel.yaml", SINK))) {
            var people = IntStream.range(0, PEOPLE)
                    .mapToObj(i -> office.reader("p" + i + "@example.org", Map.of("name", "P")))
                    .toList();
            var rates = new ArrayList<Double>();
            for (int round = 0; round < ROUNDS; round++) {
                office.setTime(NOON.plusSeconds(round * 10L * 86_400));
                want(office, people);
                rates.add(PEOPLE / seconds(office));
            }
            var result = new LinkedHashMap<String, Object>();
            result.put(
                    "sent",
                    office.jdbc.queryForObject("select count(*) from message where status = 'sent'", Long.class));
            // the first round measures the compiler
            result.put("messagesPerSecond", Measuring.median(rates.subList(1, ROUNDS)));
            Measuring.report("outbox-" + name, result);
        }
    }

    private static void want(Office office, List<UUID> people) {
        people.forEach(office::wantTent);
        office.jdbc.update("update message set channel = 'sink' where channel = 'email'");
    }

    private static double seconds(Office office) throws Exception {
        var start = System.nanoTime();
        var threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            var dispatcher = office.dispatcher();
            for (var claimed = dispatcher.claim("sink"); !claimed.isEmpty(); claimed = dispatcher.claim("sink")) {
                var work = dispatcher.judge(claimed).stream()
                        .<Callable<Void>>map(ready -> () -> {
                            dispatcher.deliver(ready);
                            return null;
                        })
                        .toList();
                for (var one : threads.invokeAll(work)) {
                    one.get();
                }
            }
        } finally {
            threads.shutdown();
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
