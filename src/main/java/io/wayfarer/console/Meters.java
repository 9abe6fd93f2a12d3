package io.wayfarer.console;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.wayfarer.decide.Decided;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.time.ProductClock;
import java.time.Duration;
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
 * What operators watch. The spine is measured from outside, as a policy on its route, so that no stage knows of it. Times
 * are real, also when the product's clock runs faster.
 */
@Configuration
@EnableScheduling
class Meters {

    private final Inbox inbox;

    Meters(Inbox inbox, MeterRegistry registry) {
        this.inbox = inbox;
        Gauge.builder("wayfarer.inbox.backlog", inbox, Inbox::recount)
                .description("Events accepted and not yet worked off")
                .register(registry);
    }

    @Scheduled(fixedDelay = 5, timeUnit = TimeUnit.SECONDS)
    void recount() {
        inbox.recount();
    }

    @Bean
    RoutePolicyFactory spineMeter(MeterRegistry registry, ProductClock clock) {
        return (camel, routeId, route) -> routeId.equals("journey") ? new SpineMeter(registry, clock) : null;
    }

    private static final class SpineMeter extends RoutePolicySupport {

        private final MeterRegistry registry;
        private final ProductClock clock;
        private final Timer batches;
        private final Timer latency;

        SpineMeter(MeterRegistry registry, ProductClock clock) {
            this.registry = registry;
            this.clock = clock;
            this.batches = Timer.builder("wayfarer.spine.batch")
                    .description("Time of one batch through the spine, committed")
                    .register(registry);
            this.latency = Timer.builder("wayfarer.event.latency")
                    .description("From an event's arrival until all that it led to is committed; counts the events")
                    .publishPercentileHistogram()
                    .minimumExpectedValue(Duration.ofMillis(1))
                    .maximumExpectedValue(Duration.ofMinutes(1))
                    .register(registry);
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            if (exchange.isFailed()
                    || !(exchange.getVariable("batch") instanceof Batch batch)
                    || batch.isEmpty()
                    || !(exchange.getMessage().getBody() instanceof Decided decided)) {
                return;
            }
            batches.record(exchange.getClock().elapsed(), TimeUnit.MILLISECONDS);
            var now = clock.instant();
            for (var event : batch.events()) {
                latency.record(clock.inRealTime(Duration.between(event.receivedAt(), now)));
            }
            for (var decision : decided.decisions()) {
                registry.counter("wayfarer.decisions", "verb", decision.verb()).increment();
            }
        }
    }
}
