package io.wayfarer.ingest.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import io.wayfarer.ingest.Refusal;
import jakarta.annotation.PreDestroy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * What deliveries say, as JSLT files beside the routes (https://github.com/schibsted/jslt). All are compiled at the start,
 * so that a typo in one is found then.
 */
@Component("jslt")
public class Mappings {

    /** A mapping is code, and what it reads is a stranger's: it has this long. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final int THREADS = 4;
    private static final int WAITING = 16;

    /** Each has threads of its own, so that one that never ends is its own harm only. */
    private record Mapping(Expression expression, ExecutorService threads) {}

    private final Map<String, Mapping> mappings = new HashMap<>();
    private final Duration limit;

    /** @param routes where the routes are; in the same folders are the mappings */
    @Autowired
    Mappings(@Value("${wayfarer.routes}") List<String> routes) {
        this(routes, LIMIT);
    }

    Mappings(List<String> routes, Duration limit) {
        this.limit = limit;
        var files = new PathMatchingResourcePatternResolver();
        routes.stream()
                .map(pattern -> pattern.trim().substring(0, pattern.trim().lastIndexOf('/') + 1))
                .distinct()
                .forEach(folder -> {
                    try {
                        for (var file : files.getResources(folder + "*.jslt")) {
                            mappings.put(file.getFilename(), new Mapping(compiled(file), threads(file.getFilename())));
                        }
                    } catch (FileNotFoundException e) {
                        // a folder that is not there has no routes either
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
    }

    private static Expression compiled(Resource file) throws IOException {
        try (var reader = new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8)) {
            return new Parser(reader).withSource(file.getFilename()).compile();
        } catch (JsltException e) {
            throw new IllegalStateException(file.getFilename() + ": " + e.getMessage(), e);
        }
    }

    private static ExecutorService threads(String file) {
        var threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), work -> {
                    var thread = new Thread(work, file);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    @PreDestroy
    void stop() {
        mappings.values().forEach(mapping -> mapping.threads().shutdownNow());
    }

    /**
     * What the mapping in {@code file} makes of a delivery.
     *
     * @throws Refusal when the mapping fails on it or does not come to an end; with status 429 when too many wait for it
     */
    public JsonNode apply(String file, JsonNode delivery) {
        var mapping = mappings.get(file);
        if (mapping == null) {
            throw new IllegalStateException("no " + file + " is beside the routes");
        }
        var begun = new AtomicBoolean();
        try {
            var result = mapping.threads().submit(() -> {
                begun.set(true);
                return mapping.expression().apply(delivery);
            });
            try {
                return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                result.cancel(true);
                throw begun.get()
                        ? Refusal.bad(null, file + " takes longer than " + limit.toMillis() + " ms")
                        : Refusal.busy(file + " is busy: come again later");
            }
        } catch (RejectedExecutionException e) {
            throw Refusal.busy(file + " is busy: come again later");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.busy(file + " was stopped: come again later");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StackOverflowError) {
                throw Refusal.bad(null, file + " goes too deep");
            }
            throw Refusal.bad(null, file + ": " + e.getCause().getMessage());
        }
    }
}
