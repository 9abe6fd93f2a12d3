package io.wayfarer.ingest.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.wayfarer.ingest.RunningWays;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A feed, read by its route from a server. */
class FeedsTest extends RunningWays {

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger sent = new AtomicInteger();

    @BeforeEach
    @AfterEach
    void nothingIsServed() {
        FEED.set(exchange -> {
            noEntries(exchange);
            asked.incrementAndGet();
        });
        // the second begins when nothing of what was served before is still being read
        awaitReadings(2);
        jdbc.update("delete from feed");
        emptied();
    }

    @Test
    void anEntryCountsOnceHoweverOftenTheFeedIsRead() {
        serve(feed("1", "2"), null);
        await().untilAsserted(() -> assertThat(events()).hasSize(2));
        awaitReadings(2);
        assertThat(events()).hasSize(2);
        serve(feed("2", "3"), null);
        await().untilAsserted(() -> assertThat(events()).hasSize(3));
        assertThat(events().get(2).get("name").asText()).isEqualTo("Review Posted");
        assertThat(events().get(2).get("source").asText()).isEqualTo("feed:reviews");
        assertThat(HEADERS_SEEN_OF_FEEDS.get("in-feed-reviews")).isEmpty();
        assertThat(quarantine.list(10, null)).isEmpty();
    }

    @Test
    void aFeedThatHasNotChangedIsNotSentAgain() {
        serve(feed("4"), "\"v1\"");
        await().untilAsserted(() -> assertThat(events()).hasSize(1));
        awaitReadings(3);
        assertThat(sent).hasValue(1);
    }

    @Test
    void whatWasNotCommittedIsReadAgainThoughTheFeedHasNotChanged() {
        jdbc.execute("alter table inbox rename to inbox_away");
        try {
            serve(feed("5"), "\"v1\"");
            awaitReadings(2);
        } finally {
            jdbc.execute("alter table inbox_away rename to inbox");
        }
        await().untilAsserted(() -> assertThat(events()).hasSize(1));
    }

    @Test
    void aFaultIsToldOnceUntilThereIsAnother() {
        serve("<html>Sign in</html>", null);
        await().untilAsserted(() -> assertThat(quarantine.list(10, null)).hasSize(1));
        awaitReadings(2);
        assertThat(quarantine.list(10, null)).singleElement().satisfies(item -> {
            assertThat(item.source()).isEqualTo("feed:reviews");
            assertThat(item.reason()).isEqualTo("an HTML page and no feed");
            assertThat(item.body()).isEqualTo("<html>Sign in</html>");
        });
        FEED.set(exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        await().untilAsserted(() -> assertThat(quarantine.list(10, null))
                .extracting(item -> item.reason())
                .containsExactly("the server answers 503", "an HTML page and no feed"));
        serve(feed("6"), null);
        await().untilAsserted(() -> assertThat(events()).hasSize(1));
        serve("<html>Sign in again</html>", null);
        await().untilAsserted(() -> assertThat(quarantine.list(10, null)).hasSize(3));
    }

    private void awaitReadings(int times) {
        var from = asked.get();
        await().until(() -> asked.get() >= from + times);
    }

    private void serve(String body, String etag) {
        FEED.set(exchange -> answer(exchange, body, etag));
    }

    private void answer(HttpExchange exchange, String body, String etag) throws IOException {
        var isKnown = etag != null && etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
        if (etag != null) {
            exchange.getResponseHeaders().add("ETag", etag);
        }
        exchange.sendResponseHeaders(isKnown ? 304 : 200, isKnown ? -1 : 0);
        if (!isKnown) {
            exchange.getResponseBody().write(body.getBytes(UTF_8));
            sent.incrementAndGet();
        }
        exchange.close();
        asked.incrementAndGet();
    }

    private static String feed(String... ids) {
        var entries = new StringBuilder("<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>f</id><title>f</title>");
        for (var id : ids) {
            entries.append("<entry><id>" + id + "</id><title>a</title><author><name>Ada</name></author></entry>");
        }
        return entries.append("</feed>").toString();
    }
}
