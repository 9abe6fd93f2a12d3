package io.wayfarer.ingest.feed;

import static org.assertj.core.api.Assertions.assertThat;

import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What every database must remember of a feed. */
abstract class FeedMemoryContract {

    private static final String URL = "https://r.example/feed";

    private FeedMemory memory;

    abstract DataSource database();

    @BeforeEach
    void open() {
        memory = new FeedMemory(new JdbcTemplate(database()));
    }

    @Test
    void whatWasKeptLastIsRemembered() {
        assertThat(memory.of("a", URL)).isEqualTo(FeedMemory.State.NONE);
        memory.keep("a", URL, new FeedMemory.State("\"1\"", "Mon", null));
        memory.keep("b", URL, new FeedMemory.State(null, null, "x".repeat(FeedMemory.MAX_FAILURE)));
        memory.keep("a", URL, new FeedMemory.State("\"2\"", null, "gone"));
        assertThat(memory.of("a", URL)).isEqualTo(new FeedMemory.State("\"2\"", null, "gone"));
    }

    @Test
    void aFeedAtAnotherAddressIsAnother() {
        memory.keep("a", URL, new FeedMemory.State("\"1\"", null, null));
        assertThat(memory.of("a", URL + "/new")).isEqualTo(FeedMemory.State.NONE);
        memory.keep("a", URL + "/new", new FeedMemory.State("\"2\"", null, null));
        assertThat(memory.of("a", URL + "/new").etag()).isEqualTo("\"2\"");
    }

    @Test
    void validatorsThatDoNotFitAreNotKept() {
        memory.keep("a", URL, new FeedMemory.State("x".repeat(10_000), "y".repeat(10_000), null));
        memory.keep("a", URL, new FeedMemory.State("a\u0000\r\nb", "\u00fc", null));
        assertThat(memory.of("a", URL)).isEqualTo(FeedMemory.State.NONE);
    }
}
