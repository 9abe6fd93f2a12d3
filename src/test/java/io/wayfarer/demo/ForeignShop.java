package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.wayfarer.ingest.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/**
 * The collector's script in the pages of a shop that is not ours, on a site of its own; a proxy, which writes down what
 * goes through; and behind it the whole program.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:collector;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/collector-test",
            "wayfarer.admin.password=a-long-Passw0rd",
            "wayfarer.collector.write-keys=web:the-key"
        })
abstract class ForeignShop extends InBrowser {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> PASSED_ON =
            List.of("content-type", "content-encoding", "etag", "cache-control", "retry-after", "vary");

    record Received(String method, String contentType, String cookie, String text) {
        JsonNode body() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(text, e);
            }
        }
    }

    @LocalServerPort
    int port;

    @Autowired
    JdbcTemplate jdbc;

    /** What came to the collector, whatever it answered. */
    final List<Received> received = new CopyOnWriteArrayList<>();

    /** What is answered instead of by the program, when it is not 0; with these headers. */
    volatile int answer;

    final Map<String, String> answerHeaders = new ConcurrentHashMap<>();

    /** Of the script's element, and what is in the head before it and in the body. */
    volatile String attributes = "";

    volatile String head = "";
    volatile String content = "";

    final Map<String, String> pageHeaders = new ConcurrentHashMap<>();
    final Map<String, String> files = new ConcurrentHashMap<>();
    Page page;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer shop;
    private HttpServer proxy;

    @BeforeEach
    void openShop() throws IOException {
        proxy = server("127.0.0.1", this::proxy);
        shop = server("localhost", this::serve);
        page = visitor.newPage();
    }

    @AfterEach
    void closeShop() {
        shop.stop(0);
        proxy.stop(0);
        threads.shutdownNow();
    }

    private HttpServer server(String host, com.sun.net.httpserver.HttpHandler handler) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(host, 0), 0);
        server.setExecutor(threads);
        server.createContext("/", handler);
        server.start();
        return server;
    }

    String collector() {
        return "http://127.0.0.1:" + proxy.getAddress().getPort();
    }

    String shop(String path) {
        return "http://localhost:" + shop.getAddress().getPort() + path;
    }

    private void serve(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        pageHeaders.forEach(exchange.getResponseHeaders()::set);
        if (files.containsKey(path)) {
            reply(exchange, 200, path.endsWith(".js") ? "text/javascript" : "text/html", files.get(path));
        } else {
            reply(exchange, 200, "text/html", html(path));
        }
    }

    String html(String title) {
        return "<!doctype html><html lang=en><meta charset=utf-8><title>" + title + "</title>" + head + "<script src="
                + collector() + "/collector.js data-write-key=the-key " + attributes + " defer></script><body>"
                + content;
    }

    private void proxy(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var body = exchange.getRequestBody().readAllBytes();
        if (path.startsWith("/v1/")) {
            received.add(new Received(
                    exchange.getRequestMethod(),
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("Cookie"),
                    new String(body, StandardCharsets.UTF_8)));
            if (answer != 0) {
                exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
                exchange.getResponseHeaders().set("Access-Control-Expose-Headers", "Retry-After");
                answerHeaders.forEach(exchange.getResponseHeaders()::set);
                reply(exchange, answer, "application/json", "{}");
                return;
            }
        }
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        for (var header : List.of("Origin", "Content-Type", "Accept-Encoding", "If-None-Match")) {
            if (exchange.getRequestHeaders().containsKey(header)) {
                request.header(header, exchange.getRequestHeaders().getFirst(header));
            }
        }
        try {
            var response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            response.headers().map().forEach((name, values) -> {
                if (PASSED_ON.contains(name) || name.startsWith("access-control-")) {
                    exchange.getResponseHeaders().set(name, values.get(0));
                }
            });
            reply(exchange, response.statusCode(), null, response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void reply(HttpExchange exchange, int status, String type, String body) throws IOException {
        reply(exchange, status, type, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void reply(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        if (type != null) {
            exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    void visit(String path) {
        visit(page, path);
    }

    void visit(Page page, String path) {
        page.navigate(shop(path));
    }

    /** The messages that came, in order, each as often as it came. */
    List<JsonNode> messages() {
        return received.stream()
                .flatMap(one -> StreamSupport.stream(one.body().path("batch").spliterator(), false))
                .toList();
    }

    static String nameOf(JsonNode message) {
        return message.path("event").asText(message.path("type").asText());
    }

    List<String> names() {
        return messages().stream().map(ForeignShop::nameOf).distinct().toList();
    }

    void awaitNames(String... names) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(names()).contains(names));
    }

    /** The messages of a name, each once. */
    List<JsonNode> all(String name) {
        var ids = new ArrayList<String>();
        return messages().stream()
                .filter(message -> nameOf(message).equals(name))
                .filter(message -> !ids.contains(message.path("messageId").asText())
                        && ids.add(message.path("messageId").asText()))
                .toList();
    }

    JsonNode the(String name) {
        awaitNames(name);
        return all(name).get(0);
    }

    /** What the program made of a message, once it is worked off. */
    JsonNode kept(JsonNode message) {
        var id = Event.idOf("segment:web", message.path("messageId").asText());
        await().atMost(PATIENCE)
                .until(() -> jdbc.queryForObject("select count(*) from event where id = ?", Long.class, id) == 1);
        try {
            return JSON.readTree(jdbc.queryForObject("select body from event where id = ?", String.class, id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many events of this name a browser has. */
    long count(JsonNode message, String name) {
        return jdbc.queryForObject(
                "select count(*) from event where name = ? and body like ?",
                Long.class,
                name,
                "%" + message.path("anonymousId").asText() + "%");
    }

    /** Cookies, keys of localStorage and how much is in sessionStorage. */
    Object stored() {
        return page.evaluate(
                "JSON.stringify([document.cookie, Object.keys(localStorage).sort(), sessionStorage.length])");
    }

    /** What waits on this device. */
    int waiting() {
        return (Integer) page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('wayfarer.queue.')).length");
    }

    void awaitNothingWaits() {
        await().atMost(PATIENCE).until(() -> waiting() == 0);
    }
}
