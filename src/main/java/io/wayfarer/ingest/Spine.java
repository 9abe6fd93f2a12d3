package io.wayfarer.ingest;

import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;

/** As many workers as are set, each an instance of the route template in routes/journey.camel.yaml. */
@Configuration
public class Spine {

    @Bean("batch")
    SpringTransactionPolicy batch(PlatformTransactionManager transactions) {
        return new SpringTransactionPolicy(transactions);
    }

    @Bean
    CamelContextConfiguration workers(@Value("${wayfarer.spine.workers}") int workers) {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext camel) {}

            @Override
            public void afterApplicationStart(CamelContext camel) {
                for (int worker = 1; worker <= workers; worker++) {
                    TemplatedRouteBuilder.builder(camel, "worker")
                            .routeId("worker-" + worker)
                            .parameter("number", worker)
                            .add();
                }
            }
        };
    }
}
