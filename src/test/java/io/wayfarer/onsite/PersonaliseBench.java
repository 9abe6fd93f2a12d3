package io.wayfarer.onsite;

import static org.awaitility.Awaitility.await;

import io.wayfarer.Measuring;
import io.wayfarer.RunningProgram;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a page waits for what it is to show, at a steady rate whatever the answers do, for people who looked at products and
 * ordered some. A call's time begins when it was due, so that a stall counts for all that it holds up. Nothing is asserted;
 * the figures go to target/bench.
 */
class PersonaliseBench {

    private static final int[] RATES = {100, 250, 500};
    private static final int PEOPLE = 3_000;
    private static final int PRODUCTS = 200;
    private static final int EVENTS_EACH = 10;
    private static final int A_BATCH = 100;
    private static final int WINDOW = 10_000;
    private static final int MOST_WINDOWS = 12;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration MEASURED = Duration.ofSeconds(20);

    @TempDir
    Path dir;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void onPostgres() throws Exception {
        try (var postgres = Measuring.postgres()) {
            measure("postgresql", Measuring.settings(postgres));
        }
    }

    @Test
    void onH2() throws Exception {
        measure("h2", Map.of());
    }

    private void measure(String database, Map<String, String> settings) throws Exception {
        try (var program = RunningProgram.start(dir, settings, "-Xmx512m")) {
            fill(program);
            var result = new LinkedHashMap<String, Object>();
            result.put("perSecondWhileWarmingUp", warmUp(program));
            for (var perSecond : RATES) {
                var refused = new LongAdder();
                var nanos = ask(program, perSecond, (int) MEASURED.toSeconds() * perSecond, refused);
                result.put("at" + perSecond + "NotAnswered", refused.sum());
                result.put("at" + perSecond + "P50Ms", nanos[nanos.length / 2] / 1e6);
                result.put("at" + perSecond + "P99Ms", nanos[nanos.length * 99 / 100] / 1e6);
            }
            Measuring.report("personalise-" + database, result);
        }
    }

    /** Products, people who looked at and ordered them, and a model of what goes together. */
    private void fill(RunningProgram program) throws Exception {
        var products = IntStream.range(0, PRODUCTS)
                .mapToObj(n -> "{\"id\":\"p%d\",\"name\":\"Product %d\",\"price\":%d,\"stock\":9}".formatted(n, n, 5 + n))
                .collect(Collectors.joining(",", "[", "]"));
        var pair = ("admin:" + RunningProgram.PASSWORD).getBytes(StandardCharsets.UTF_8);
        http.send(
                HttpRequest.newBuilder(program.uri("/api/products"))
                        .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair))
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(products))
                        .build(),
                BodyHandlers.discarding());
        var batch = new ArrayList<String>();
        for (int n = 0; n < PEOPLE * EVENTS_EACH; n++) {
            var person = n % PEOPLE;
            // neighbours want neighbouring products
            var product = (person / 15 + n / PEOPLE * 7) % PRODUCTS;
            var bought = n / PEOPLE % 3 == 0;
            batch.add(
                    """
                    {"type":"track","anonymousId":"browser-%d","messageId":"m%d","event":"%s","properties":{"order_id":"o%d",\
                    "product_id":"p%d","name":"Product %d","price":%d,"products":[{"product_id":"p%d"}]}}"""
                            .formatted(
                                    person,
                                    n,
                                    bought ? "Order Completed" : "Product Viewed",
                                    n,
                                    product,
                                    product,
                                    5 + product,
                                    product));
            if (batch.size() == A_BATCH) {
                program.collect("/v1/batch", "{\"batch\":" + batch + "}");
                batch.clear();
            }
        }
        await().atMost(PATIENCE)
                .until(() -> program.askText("/actuator/prometheus")
                        .lines()
                        .filter(line -> line.startsWith("wayfarer_inbox_backlog"))
                        .anyMatch(line -> line.endsWith(" 0.0")));
        await().atMost(PATIENCE)
                .until(() -> program.post("/api/recommendations/learn", "").statusCode() == 202);
        await().atMost(PATIENCE)
                .until(() -> program.ask("/api/recommendations").path("products").asInt() >= PRODUCTS / 2);
    }

    /** At the highest rate until the JVM has compiled what it will. Calls a second that were answered, of each window. */
    private List<Long> warmUp(RunningProgram program) throws Exception {
        var rates = new ArrayList<Long>();
        while (rates.size() < MOST_WINDOWS) {
            var from = System.nanoTime();
            ask(program, 1_000, WINDOW, new LongAdder());
            rates.add(Math.round(WINDOW * 1e9 / (System.nanoTime() - from)));
        }
        return rates;
    }

    /** The time of each, in ascending order. */
    private long[] ask(RunningProgram program, int perSecond, int count, LongAdder refused) throws Exception {
        var taken = new AtomicLongArray(count);
        var done = new CountDownLatch(count);
        var start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            var due = start + i * 1_000_000_000L / perSecond;
            LockSupport.parkNanos(due - System.nanoTime());
            var number = i;
            var call = HttpRequest.newBuilder(program.uri("/v1/personalise?writeKey=" + RunningProgram.WRITE_KEY
                            + "&slots=for-you,top&anonymousId=browser-" + i * 7 % PEOPLE))
                    .build();
            http.sendAsync(call, BodyHandlers.ofString()).whenComplete((answer, failure) -> {
                taken.set(number, System.nanoTime() - due);
                if (failure != null || answer.statusCode() != 200) {
                    refused.increment();
                }
                done.countDown();
            });
        }
        done.await();
        var nanos = new long[count];
        Arrays.setAll(nanos, taken::get);
        Arrays.sort(nanos);
        return nanos;
    }
}
