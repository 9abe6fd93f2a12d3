package io.wayfarer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program in a process of its own, as an operator runs it: started, asked over HTTP, stopped or killed. */
public final class RunningProgram implements AutoCloseable {

    public static final String WRITE_KEY = "test-write-key";
    public static final String PASSWORD = "test-admin-password";

    private static final Duration PATIENCE = Duration.ofSeconds(300);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final Process process;
    private final int port;
    private final Path log;
    private final Duration untilReady;

    private RunningProgram(Process process, int port, Path log, long startedNanos) {
        this.process = process;
        this.port = port;
        this.log = log;
        awaitReady();
        this.untilReady = Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /**
     * Starts the jar that the build made, extracted as in the image, and waits until it is ready.
     *
     * @param dir where its data and its log go
     * @param settings Spring properties beside a free port, the write key and the password
     * @param jvmOptions such as {@code -Xmx512m}
     */
    public static RunningProgram start(Path dir, Map<String, String> settings, String... jvmOptions) {
        try {
            var jar = extracted();
            var port = freePort();
            var command = new ArrayList<String>();
            command.add(JAVA);
            command.addAll(List.of(jvmOptions));
            command.addAll(List.of("-jar", jar.toString()));
            command.add("--server.port=" + port);
            command.add("--wayfarer.data.dir=" + dir.resolve("data"));
            command.add("--wayfarer.collector.write-keys=" + WRITE_KEY);
            command.add("--wayfarer.admin.password=" + PASSWORD);
            settings.forEach((name, value) -> command.add("--" + name + "=" + value));
            var log = dir.resolve("program.log");
            var started = System.nanoTime();
            var process = new ProcessBuilder(command)
                    .directory(dir.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new RunningProgram(process, port, log, started);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static synchronized Path extracted() throws IOException {
        var jar = Path.of("target", "wayfarer.jar").toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException("target/wayfarer.jar is missing: run ./mvnw package first");
        }
        var app =
                jar.resolveSibling("extracted-" + Files.getLastModifiedTime(jar).toMillis());
        if (!Files.exists(app)) {
            var extracting = new ProcessBuilder(
                            JAVA, "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", app.toString())
                    .inheritIO()
                    .start();
            if (extracting.onExit().join().exitValue() != 0) {
                throw new IllegalStateException("cannot extract " + jar);
            }
        }
        return app.resolve(jar.getFileName());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the program ended while starting:\n" + tail());
            }
            try {
                var health =
                        send(HttpRequest.newBuilder(uri("/actuator/health")).GET());
                if (health.statusCode() == 200) {
                    return;
                }
            } catch (UncheckedIOException e) {
                // not listening yet
            }
            try {
                if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("the program ended while starting:\n" + tail());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalStateException("the program was not ready in time:\n" + tail());
    }

    private String tail() {
        try {
            var text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - 6000));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    public URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    /** From the start of the process until it answered that it is ready. */
    public Duration untilReady() {
        return untilReady;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public Path log() {
        return log;
    }

    /** Posts JSON to the collector with the write key. */
    public HttpResponse<String> collect(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .header("Authorization", basic(WRITE_KEY, ""))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Asks the API as admin. */
    public JsonNode ask(String path) {
        var answer = send(HttpRequest.newBuilder(uri(path)).header("Authorization", basic("admin", PASSWORD)));
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks as admin for something that is not JSON. */
    public String askText(String path) {
        return send(HttpRequest.newBuilder(uri(path)).header("Authorization", basic("admin", PASSWORD)))
                .body();
    }

    /** Posts JSON to the API as admin. */
    public HttpResponse<String> post(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .header("Authorization", basic("admin", PASSWORD))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Ends it as a power cut would, by SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** Asks it to end, by SIGTERM, and waits. */
    @Override
    public void close() {
        process.destroy();
        await();
    }

    private void await() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the program did not end in time:\n" + tail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
