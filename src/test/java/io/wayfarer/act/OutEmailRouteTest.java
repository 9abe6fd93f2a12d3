package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wayfarer.Databases;
import io.wayfarer.Events;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** routes/outbox.camel.yaml and routes/out-email.camel.yaml as they run. */
class OutEmailRouteTest {

    @Test
    void whatIsQueuedGoesOutByItself() throws Exception {
        try (var server = new ScriptedSmtp();
                var office = new Office(Databases.h2(), server.port(), Events.NOON, Map.of(), true, Map.of())) {
            var people = IntStream.range(0, 120)
                    .mapToObj(i -> office.reader("p" + i + "@example.org", Map.of()))
                    .toList();
            people.forEach(office::wantTent);

            await().atMost(Duration.ofSeconds(60)).until(() -> office.outbox().list(null, 1000, null).stream()
                    .allMatch(message -> message.status().equals("sent")));
            assertThat(server.taken()).hasSize(120);
        }
    }
}
