package io.wayfarer.ingest.webhook;

import io.wayfarer.Measuring;
import io.wayfarer.RunningProgram;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a signed webhook takes until it is committed and answered, at 500 a second whatever the answers do, while the
 * spine works them off. A delivery's time begins when it was due, so that a stall counts for all that it holds up. Nothing is
 * asserted; the figures go to target/bench.
 */
class WebhookBench {

    private static final int PER_SECOND = 500;
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 30 * PER_SECOND;
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path dir;

    private final HttpClient http = HttpClient.newHttpClient();
    private final LongAdder unanswered = new LongAdder();

    @Test
    void onPostgres() throws Exception {
        try (var postgres = Measuring.postgres()) {
            measure(
                    "postgresql",
                    Map.of(
                            "spring.datasource.url",
                            Measuring.urlOf(postgres),
                            "spring.datasource.username",
                            "postgres"));
        }
    }

    @Test
    void onH2() throws Exception {
        measure("h2", Map.of());
    }

    private void measure(String database, Map<String, String> settings) throws Exception {
        var all = new LinkedHashMap<>(settings);
        all.put("wayfarer.sources.crm.scheme", "standard-webhooks");
        all.put("wayfarer.sources.crm.secret", "whsec_" + Base64.getEncoder().encodeToString(KEY));
        try (var program = RunningProgram.start(dir, all, "-Xmx512m")) {
            // one after the other until the JVM has compiled what it will
            for (int i = 0; i < WARM_UP; i++) {
                http.send(signed(program, "warm-" + i, i), BodyHandlers.discarding());
            }
            var nanos = deliver(program, "run", MEASURED);
            var result = new LinkedHashMap<String, Object>();
            result.put("perSecond", PER_SECOND);
            result.put("unanswered", unanswered.sum());
            result.put("p50Ms", nanos[MEASURED / 2] / 1e6);
            result.put("p90Ms", nanos[MEASURED * 9 / 10] / 1e6);
            result.put("p99Ms", nanos[MEASURED * 99 / 100] / 1e6);
            Measuring.report("webhook-" + database, result);
        }
    }

    /** The time of each, in ascending order. */
    private long[] deliver(RunningProgram program, String run, int count) throws Exception {
        var taken = new AtomicLongArray(count);
        var done = new CountDownLatch(count);
        var start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            var due = start + i * 1_000_000_000L / PER_SECOND;
            LockSupport.parkNanos(due - System.nanoTime());
            var number = i;
            http.sendAsync(signed(program, run + "-" + i, i), BodyHandlers.ofString())
                    .whenComplete((answer, failure) -> {
                        taken.set(number, System.nanoTime() - due);
                        if (failure != null || answer.statusCode() != 202) {
                            unanswered.increment();
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
