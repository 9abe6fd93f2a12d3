package io.wayfarer.ingest.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that may do whatever it likes. */
class DownloadTest {

    private final Download download = new Download(Duration.ofSeconds(3));
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    @Test
    void aDocumentComesWithItsValidatorsAndIsNotSentAgainWhileTheyHold() throws Exception {
        serve("/", exchange -> {
            exchange.getResponseHeaders().add("ETag", "\"1\"");
            exchange.getResponseHeaders().add("Last-Modified", "Mon, 02 Mar 2026 11:00:00 GMT");
            var isKnown = "\"1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))
                    && exchange.getRequestHeaders().containsKey("If-Modified-Since");
            exchange.sendResponseHeaders(isKnown ? 304 : 200, isKnown ? -1 : 5);
            exchange.getResponseBody().write(isKnown ? new byte[0] : "hello".getBytes());
            exchange.close();
        });
        var page = download.get(at("/"), null, null).orElseThrow();
        assertThat(page.body()).asString().isEqualTo("hello");
        assertThat(page.etag()).isEqualTo("\"1\"");
        assertThat(download.get(at("/"), page.etag(), page.lastModified())).isEmpty();
    }

    @Test
    void aDocumentThatNeverEndsIsCutOff() {
        var sent = new AtomicInteger();
        serve("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            var piece = new byte[64 * 1024];
            while (over.getCount() > 0) {
                exchange.getResponseBody().write(piece);
                sent.addAndGet(piece.length);
            }
        });
        assertThatThrownBy(() -> download.get(at("/"), null, null))
                .isInstanceOf(Unusable.class)
                .hasMessage("more than " + Download.MAX_BYTES + " bytes");
        assertThat(sent.get()).as("hung up on").isLessThan(50 * Download.MAX_BYTES);
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() {
        serve("/", exchange -> waitForTheEnd());
        assertThatThrownBy(() -> download.get(at("/"), null, null))
                .isInstanceOf(Unusable.class)
                .hasMessage("the server takes longer than 3 seconds");
    }

    @Test
    void aServerThatDripsIsGivenUp() {
        serve("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (over.getCount() > 0) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                try {
                    over.await(50, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
        });
        assertThatThrownBy(() -> download.get(at("/"), null, null))
                .isInstanceOf(Unusable.class)
                .hasMessageContaining("takes longer");
    }

    @Test
    void aServerThatIsNotThereIsSaidToBeSo() {
        var address = at("/");
        server.stop(0);
        assertThatThrownBy(() -> download.get(address, null, null))
                .isInstanceOf(Unusable.class)
                .hasMessage("the server cannot be read from: ConnectException");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 401, 403, 404, 410, 429, 500, 503})
    void anyOtherAnswerIsAFault(int status) {
        serve("/", exchange -> answer(exchange, status, null));
        assertThatThrownBy(() -> download.get(at("/"), null, null)).hasMessage("the server answers " + status);
    }

    @Test
    void redirectsAreFollowedAFewTimes() throws Exception {
        serve("/there", exchange -> answer(exchange, 302, "/here"));
        serve("/here", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes());
            exchange.close();
        });
        serve("/round", exchange -> answer(exchange, 301, "/round"));
        assertThat(download.get(at("/there"), null, null).orElseThrow().body())
                .asString()
                .isEqualTo("ok");
        assertThatThrownBy(() -> download.get(at("/round"), null, null)).hasMessage("more than 5 redirects");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://example.org/",
                "jar:file:///x!/y",
                "http://127.0.0.2/",
                "http://169.254.169.254/latest/meta-data",
                "http://10.0.0.1/",
                "http://[::1]:1/",
                "http://[fd00::1]/",
                "http://0.0.0.0/",
                "http:///",
                "not a url",
                ""
            })
    void aRedirectOutOfTheWebOrIntoThisNetworkIsNotFollowed(String location) {
        serve("/", exchange -> answer(exchange, 302, location));
        assertThatThrownBy(() -> download.get(at("/"), null, null))
                .isInstanceOf(Unusable.class)
                .hasMessageMatching("a redirect that is not followed|more than 5 redirects");
    }

    private void waitForTheEnd() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String location) throws IOException {
        if (location != null) {
            exchange.getResponseHeaders().add("Location", location);
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void serve(String path, HttpHandler handler) {
        server.createContext(path, handler);
    }

    private URI at(String path) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + path);
    }
}
