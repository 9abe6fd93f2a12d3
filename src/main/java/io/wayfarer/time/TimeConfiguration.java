package io.wayfarer.time;

import java.time.Clock;
import java.time.Instant;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
class TimeConfiguration {

    @Bean
    ProductClock clock(@Value("${wayfarer.clock.speed}") double speed) {
        return new ProductClock(Clock.systemUTC(), speed, Instant.EPOCH);
    }
}
