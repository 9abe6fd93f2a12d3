package io.wayfarer.ingest.webhook;

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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a signed webhook takes until it is committed and answered, at a steady rate whatever the answers do, while the
 * spine works them off. A delivery's time begins when it was due, so that a stall counts for all that it holds up. Nothing is
 * asserted; the figures go to target/bench.
 */
class WebhookBench {

    private static final int[] RATES = {100, 250, 500};
    private static final int SENDERS = 4;
    private static final int WINDOW = 8_000;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final int NO_FASTER = 3;
    private static final int MOST_WINDOWS = 20;
    private static final Duration MEASURED = Duration.ofSeconds(20);
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path dir;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void onPostgres() throws Exception {
        try (var postgres = Measuring.postgres()) {
            var alone = Measuring.rawCommits(Measuring.urlOf(postgres), 500, 5_000);
            measure("postgresql", Measuring.settings(postgres), alone);
        }
    }

    @Test
    void onH2() throws Exception {
        measure("h2", Map.of(), null);
    }

    /** @param alone what the database alone needs for a commit at 500 a second, in ascending order; null if not measured */
    private void measure(String database, Map<String, String> settings, long[] alone) throws Exception {
        var all = new LinkedHashMap<>(settings);
        all.put("wayfarer.sources.crm.scheme", "standard-webhooks");
        all.put("wayfarer.sources.crm.secret", "whsec_" + Base64.getEncoder().encodeToString(KEY));
        try (var program = RunningProgram.start(dir, all, "-Xmx512m")) {
            var warmUp = warmUp(program);
            var result = new LinkedHashMap<String, Object>();
            if (alone != null) {
                result.put("databaseAloneP50Ms", alone[alone.length / 2] / 1e6);
                result.put("databaseAloneP99Ms", alone[alone.length * 99 / 100] / 1e6);
            }
            result.put("perSecondWhileWarmingUp", warmUp);
            for (var perSecond : RATES) {
                var refused = new LongAdder();
                var nanos = deliver(program, perSecond, refused);
                result.put("at" + perSecond + "NotAccepted", refused.sum());
                result.put("at" + perSecond + "P50Ms", nanos[nanos.length / 2] / 1e6);
                result.put("at" + perSecond + "P99Ms", nanos[nanos.length * 99 / 100] / 1e6);
            }
            Measuring.report("webhook-" + database, result);
        }
    }

    /**
     * A few senders, each one delivery after the other, until that gets no faster: the JVM has compiled by then what it
     * will. Deliveries a second, of each so many.
     */
    private List<Long> warmUp(RunningProgram program) throws Exception {
        var senders = Executors.newFixedThreadPool(SENDERS);
        var sent = new AtomicInteger();
        var warm = new AtomicBoolean();
        try {
            for (int sender = 0; sender < SENDERS; sender++) {
                senders.submit(() -> {
                    while (!warm.get()) {
                        var number = sent.getAndIncrement();
                        http.send(signed(program, "warm-" + number, number), BodyHandlers.discarding());
                    }
                    return null;
                });
            }
            var rates = new ArrayList<Long>();
            for (int best = 0; rates.size() - best <= NO_FASTER && rates.size() < MOST_WINDOWS; ) {
                var until = sent.get() + WINDOW;
                var from = System.nanoTime();
                await().atMost(PATIENCE).until(() -> sent.get() >= until);
                rates.add(Math.round(WINDOW * 1e9 / (System.nanoTime() - from)));
                if (rates.get(rates.size() - 1) > 1.05 * rates.get(best)) {
                    best = rates.size() - 1;
                }
            }
            return rates;
        } finally {
            warm.set(true);
            senders.shutdown();
            senders.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    /** The time of each, in ascending order. */
    private long[] deliver(RunningProgram program, int perSecond, LongAdder refused) throws Exception {
        var count = (int) MEASURED.toSeconds() * perSecond;
        var taken = new AtomicLongArray(count);
        var done = new CountDownLatch(count);
        var start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            var due = start + i * 1_000_000_000L / perSecond;
            LockSupport.parkNanos(due - System.nanoTime());
            var number = i;
            http.sendAsync(signed(program, perSecond + "-" + i, i), BodyHandlers.ofString())
                    .whenComplete((answer, failure) -> {
                        taken.set(number, System.nanoTime() - due);
                        if (failure != null || answer.statusCode() != 202) {
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

    private static HttpRequest signed(RunningProgram program, String id, int number) throws Exception {
        var body =
                """
                {"type":"product.viewed","timestamp":"%s","data":{"userId":"user-%d","properties":{"product_id":"tent",\
                "name":"A good tent","price":119.5}}}"""
                        .formatted(Instant.now(), number % 3_000);
        var seconds = Long.toString(Instant.now().getEpochSecond());
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        var signature = Base64.getEncoder()
                .encodeToString(mac.doFinal((id + "." + seconds + "." + body).getBytes(StandardCharsets.UTF_8)));
        return HttpRequest.newBuilder(program.uri("/webhooks/crm"))
                .header("Content-Type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", seconds)
                .header("webhook-signature", "v1," + signature)
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}
