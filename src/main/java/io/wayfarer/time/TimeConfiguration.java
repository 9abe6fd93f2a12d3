package io.wayfarer.time;

import java.time.Clock;
import java.time.Instant;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;

@Configuration
class TimeConfiguration {

    /** Real time needs no memory, so that only a faster clock waits for the database. */
    @Bean
    ProductClock clock(@Value("${wayfarer.clock.speed}") double speed, ObjectProvider<JdbcTemplate> database) {
        var stoodAt = speed > 1 ? ClockMemory.stoodAt(database.getObject()) : Instant.EPOCH;
        return new ProductClock(Clock.systemUTC(), speed, stoodAt);
    }

    @Bean
    ClockMemory clockMemory(ProductClock clock, ObjectProvider<JdbcTemplate> database) {
        return new ClockMemory(clock, database);
    }
}
