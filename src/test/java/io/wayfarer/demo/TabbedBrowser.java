package io.wayfarer.demo;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Chromium with tabs of which one is in sight, driven by its DevTools endpoint. Playwright tells every page that it is
 * always in sight.
 */
final class TabbedBrowser implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final String endpoint;

    TabbedBrowser(Path profile) throws IOException {
        process = new ProcessBuilder(
                        InBrowser.CHROMIUM.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        var port = profile.resolve("DevToolsActivePort");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Files.exists(port) && Files.readString(port).contains("\n"));
        endpoint = "http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/";
    }

    /** Opens a tab in front of the others and gives its id. */
    String open(String url) throws Exception {
        return new ObjectMapper().readTree(call("new?" + url)).path("id").asText();
    }

    void show(String tab) throws Exception {
        call("activate/" + tab);
    }

    void close(String tab) throws Exception {
        call("close/" + tab);
    }

    private String call(String what) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(endpoint + what))
                .PUT(HttpRequest.BodyPublishers.noBody())
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    @Override
    public void close() {
        var children = process.descendants().toList();
        process.destroy();
        process.onExit().join();
        // they may still write into the profile, which is about to be deleted
        await().atMost(Duration.ofSeconds(30)).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }
}
