package io.wayfarer.monitor;

import io.wayfarer.decide.Decided;
import java.time.Clock;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Shows each batch of the spine to the shadow once it is committed: from outside, as a policy on its route, so that
 * no stage can read what is scored here, and a batch that is rolled back is not seen.
 */
@Configuration
class Watching {

    private static final Logger log = LoggerFactory.getLogger(Watching.class);

    @Bean
    RoutePolicyFactory shadowing(Shadow shadow, Clock clock) {
        return (camel, routeId, route) -> !routeId.equals("journey")
                ? null
                : new RoutePolicySupport() {
                    @Override
                    public void onExchangeDone(Route journey, Exchange exchange) {
                        if (!exchange.isFailed() && exchange.getMessage().getBody() instanceof Decided decided) {
                            try {
                                shadow.see(decided.after().values(), clock.instant());
                            } catch (RuntimeException e) {
                                log.error("Customers were not looked at; the batch is committed", e);
                            }
                        }
                    }
                };
    }
}
