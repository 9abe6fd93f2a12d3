package io.wayfarer.ingest;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** What counting by kind promises, on both databases. */
abstract class UnusedContract {

    private Unused unused;

    abstract DataSource database();

    @BeforeEach
    void emptied() {
        var jdbc = new JdbcTemplate(database());
        jdbc.update("delete from unused");
        unused = new Unused(jdbc, Clock.fixed(NOON, ZoneOffset.UTC));
    }

    @Test
    void kindsAreCountedBySourceAndListedInOrder() {
        unused.count("webhook:b", List.of("themes/publish", "shop/update", "themes/publish"));
        unused.count("webhook:a", List.of("themes/publish"));
        unused.count("webhook:b", List.of("themes/publish"));
        unused.count("webhook:b", List.of());
        var all = unused.list(10, null);
        assertThat(all)
                .containsExactly(
                        new Unused.Kind("webhook:a", "themes/publish", 1, NOON),
                        new Unused.Kind("webhook:b", "shop/update", 1, NOON),
                        new Unused.Kind("webhook:b", "themes/publish", 3, NOON));
        assertThat(unused.list(1, Map.entry("webhook:a", "themes/publish"))).isEqualTo(all.subList(1, 2));
    }

    @Test
    void whatNoDatabaseHoldsIsReplaced() {
        unused.count("webhook:a", List.of("a\u0000b\uD800c", "x".repeat(300)));
        assertThat(unused.list(10, null))
                .extracting(Unused.Kind::kind)
                .containsExactly("a\uFFFDb\uFFFDc", "x".repeat(200));
    }

    @Test
    void deliveriesAtTheSameMomentAreAllCounted() throws Exception {
        var threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Void> delivery = () -> {
                unused.count("webhook:a", List.of("one", "two"));
                return null;
            };
            for (var result : threads.invokeAll(Collections.nCopies(40, delivery))) {
                result.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(unused.list(10, null)).extracting(Unused.Kind::messages).containsExactly(40L, 40L);
    }
}
