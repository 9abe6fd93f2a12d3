package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wayfarer.Databases;
import io.wayfarer.Events;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;

/** routes/out-email.camel.yaml as it runs. */
class OutEmailRouteTest {

    @Test
    void whatIsQueuedGoesOutByItself() throws Exception {
        try (var server = new ScriptedSmtp();
                var office = new Office(Databases.h2(), server.port(), Events.NOON);
                var camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("dispatcher", office.dispatcher());
            camel.getExecutorServiceManager()
                    .registerThreadPoolProfile(new ThreadPoolProfileBuilder("mail")
                            .poolSize(4)
                            .maxPoolSize(4)
                            .build());
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(PluginHelper.getResourceLoader(camel)
                            .resolveResource("classpath:routes/out-email.camel.yaml"));
            camel.start();

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
