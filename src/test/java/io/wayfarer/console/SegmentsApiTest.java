package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** The whole way: events come in through the inbox, and the segments are asked for as a marketer would. */
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:segments;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/segments-test"
        })
class SegmentsApiTest extends WholeProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Autowired
    Inbox inbox;

    @Test
    void segmentsAreKeptWithEachEventAndShownWithSizeProfileMovementAndMembers() throws IOException {
        var at = Instant.now().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MICROS);
        var events = new ArrayList<Event>();
        for (int n = 0; n < 60; n++) {
            events.add(Events.by("u" + n, "Page Viewed", at, Map.of()));
            if (n < 30) {
                events.add(Events.by(
                        "u" + n, "Order Completed", at.minusSeconds(n * 60), Map.of("order_id", "o" + n, "total", n)));
            }
        }
        inbox.accept(events);
        await().atMost(PATIENCE)
                .until(() -> ask("/api/customers?limit=100").get("items").size() == 60);
        await().atMost(PATIENCE)
                .until(() -> send(asAdmin("/api/segments/learn").POST(text(""))).statusCode() == 202);
        await().atMost(PATIENCE)
                .until(() -> ask("/api/segments").at("/learning/state").asText().equals("DONE"));

        var all = ask("/api/segments");
        assertThat(all.at("/version/passedAt").asText()).isNotEmpty();
        assertThat(all.get("items")).anySatisfy(segment -> {
            assertThat(segment.get("kind").asText()).isEqualTo("rfm");
            assertThat(segment.get("id").asText()).isEqualTo("prospects");
            assertThat(segment.get("size").asInt()).isEqualTo(30);
            assertThat(segment.get("share").asDouble()).isEqualTo(0.5);
            assertThat(segment.at("/profile/orders/mean").asDouble()).isZero();
            assertThat(segment.at("/profile/orders/ofAll").asDouble()).isEqualTo(0.5);
        });
        assertThat(all.get("items").findValuesAsText("kind")).contains("kmeans", "em");

        var first = ask("/api/segments/rfm/prospects/members?limit=20");
        assertThat(first.get("items")).hasSize(20);
        var second = ask("/api/segments/rfm/prospects/members?limit=20&after="
                + first.get("next").asText());
        assertThat(second.get("items")).hasSize(10);
        assertThat(second.get("next").isNull()).isTrue();

        // an event alone moves a customer on
        var someone =
                ask("/api/customers?identity=userId:u40").at("/items/0/id").asText();
        assertThat(ask("/api/customers/" + someone).get("segments").toString()).contains("\"prospects\"");
        inbox.accept(List.of(
                Events.by("u40", "Order Completed", at.plusSeconds(60), Map.of("order_id", "o40", "total", 500))));
        await().atMost(PATIENCE).until(() -> !ask("/api/customers/" + someone)
                .get("segments")
                .toString()
                .contains("\"prospects\""));
        assertThat(ask("/api/customers/" + someone + "/timeline").get("items")).anySatisfy(item -> {
            assertThat(item.get("kind").asText()).isEqualTo("segment");
            assertThat(item.get("source").asText()).isEqualTo("rfm");
        });
        assertThat(ask("/api/segments/movement?days=2").get("items")).anySatisfy(moved -> {
            assertThat(moved.get("segment").asText()).isEqualTo("prospects");
            assertThat(moved.get("in").asInt()).isEqualTo(30);
            assertThat(moved.path("out").isNull() || moved.path("out").isMissingNode())
                    .isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/segments/movement?days=0",
                "/api/segments/movement?days=91",
                "/api/segments/nonsense/lost/members",
                "/api/segments/rfm/lost/members?limit=1001"
            })
    void whatIsOutOfBoundsIsRefused(String path) {
        assertThat(send(asAdmin(path)).statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/segments", "/api/segments/movement", "/api/segments/rfm/lost/members"})
    void strangersSeeNothing(String path) {
        assertThat(send(to(path)).statusCode()).isEqualTo(401);
    }

    @Test
    void aNameThatIsNoSegmentHasNoMembers() throws IOException {
        assertThat(ask("/api/segments/rfm/%27%20or%201=1/members").get("items")).isEmpty();
        assertThat(ask("/api/segments/rfm/no-such/members").get("items")).isEmpty();
    }
}
