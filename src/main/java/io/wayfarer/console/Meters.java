package io.wayfarer.console;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.wayfarer.decide.Decided;
import io.wayfarer.ingest.Inbox;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * What operators watch beside the inbox's own meters. The spine is measured from outside, as a policy on its route, so
 * that no stage knows of it. Times are real, also when the product's clock runs faster.
 */
@Configuration
@EnableScheduling
class Meters {

    private final Inbox inbox;

    Meters(Inbox inbox) {
        this.inbox = inbox;
    }

    /** So that the inbox's limit holds across nodes and restarts, whether anybody reads the meters or not. */
    @Scheduled(fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void recount() {
        inbox.recount();
    }

    @Bean
    RoutePolicyFactory spineMeter(MeterRegistry registry) {
        return (camel, routeId, route) -> routeId.equals("journey") ? new SpineMeter(registry) : null;
    }

    private static final class SpineMeter extends RoutePolicySupport {

        private final MeterRegistry registry;
        private final Timer batches;

        SpineMeter(MeterRegistry registry) {
            this.registry = registry;
            this.batches = Timer.builder("wayfarer.spine.batch")
                    .description("time of one batch through the spine, committed, in real time")
                    .register(registry);
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            if (exchange.isFailed() || !(exchange.getMessage().getBody() instanceof Decided decided)) {
                return;
            }
            batches.record(exchange.getClock().elapsed(), TimeUnit.MILLISECONDS);
            for (var decision : decided.decisions()) {
                registry.counter("wayfarer.decisions", "verb", decision.verb()).increment();
            }
        }
    }
}
