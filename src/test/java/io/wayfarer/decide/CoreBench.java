package io.wayfarer.decide;

import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.Profiler;
import io.wayfarer.score.TrainedOnce;
import io.wayfarer.segment.LearntGroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The functional core alone, on one core: features, scores by trained models, stage, signals, actions. Stated limit: 30
 * microseconds an event.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CoreBench {

    private static final int EVENTS = 1000;
    private static final Map<String, Object> LETTER =
            Map.of("text", "The stove broke on the first day, and nobody answers. I am very disappointed. ".repeat(4));

    private Release release;
    private Customer customer;
    private final Event[] events = new Event[EVENTS];
    private int next;

    @Setup
    public void aCustomerOfSixtyDays() throws Exception {
        release = new Release(
                "bench",
                ShippedRules.rulebook(),
                TrainedOnce.forEveryQuestion(Files.createTempDirectory("models")),
                null,
                LearntGroups.of(42));
        var random = new Random(42);
        var identities = Set.of(new Identity(Identity.Kind.email, "ada@example.org"));
        customer = Customer.unknown(new UUID(1, 1), identities, Events.NOON.minus(Duration.ofDays(60)));
        for (int i = 0; i < 300; i++) {
            customer = Profiler.after(customer, event(random, Events.NOON.minus(Duration.ofMinutes(i * 288L))));
        }
        for (int i = 0; i < EVENTS; i++) {
            events[i] = event(random, Events.NOON.plusSeconds(i));
        }
    }

    /** One in a hundred is an order, one a refund, two begin or fill a cart, and one is a letter, whose words are read. */
    private static Event event(Random random, Instant at) {
        var dice = random.nextInt(100);
        var name = dice < 1
                ? "Order Completed"
                : dice < 3
                        ? "Product Added"
                        : dice < 4
                                ? "Mail Received"
                                : dice < 5 ? "Order Refunded" : dice < 60 ? "Product Viewed" : "Page Left";
        return Events.by("user", name, at, name.equals("Mail Received") ? LETTER : properties(random));
    }

    private static Map<String, Object> properties(Random random) {
        return Map.of("product_id", "product-" + random.nextInt(40), "dwell", 12, "price", 30);
    }

    /** One event for a customer of sixty days with 300 events behind them. */
    @Benchmark
    public Evaluation event() {
        next = (next + 1) % EVENTS;
        return Evaluator.evaluate(customer, events[next], release, Events.NOON);
    }

    @Test
    void run() throws RunnerException, IOException {
        var target = Files.createDirectories(Path.of("target", "bench"));
        new Runner(new OptionsBuilder()
                        .include(CoreBench.class.getName())
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(3))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(2))
                        .forks(1)
                        .resultFormat(ResultFormatType.JSON)
                        .result(target.resolve("core.json").toString())
                        .build())
                .run();
    }
}
