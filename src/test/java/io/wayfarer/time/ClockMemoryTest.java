package io.wayfarer.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

class ClockMemoryTest {

    private final ApplicationContextRunner program = new ApplicationContextRunner()
            .withUserConfiguration(TimeConfiguration.class)
            .withConfiguration(AutoConfigurations.of(
                    DataSourceAutoConfiguration.class,
                    JdbcTemplateAutoConfiguration.class,
                    FlywayAutoConfiguration.class))
            .withPropertyValues(
                    "spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1",
                    "wayfarer.clock.speed=4320");

    @Test
    void a_fast_clock_starts_at_the_real_time_when_it_never_ran() {
        program.run(context -> assertThat(context.getBean(ProductClock.class).instant())
                .isBetween(Instant.now().minusSeconds(1), Instant.now().plus(1, ChronoUnit.DAYS)));
    }

    @Test
    void a_fast_clock_goes_on_from_where_it_was_stopped() {
        var stopped = new Instant[1];
        program.run(context -> {
            context.getBean(ClockMemory.class).stop();
            stopped[0] = ClockMemory.stoodAt(context.getBean(JdbcTemplate.class));
        });
        assertThat(stopped[0]).isAfter(Instant.now());
        program.run(context -> assertThat(context.getBean(ProductClock.class).instant())
                .isBetween(stopped[0], stopped[0].plus(Duration.ofDays(3))));
    }

    @Test
    void a_fast_clock_that_was_killed_never_goes_back() {
        program.run(context -> {
            var written = ClockMemory.stoodAt(context.getBean(JdbcTemplate.class));
            var clock = context.getBean(ProductClock.class);
            assertThat(written).isAfter(clock.instant());
            // what a killed program leaves behind
            context.getBean(ClockMemory.class).stop();
            context.getBean(JdbcTemplate.class)
                    .update("update setting set setting = ? where name = 'clock'", "2099-01-01T00:00:00Z");
        });
        program.run(context -> assertThat(context.getBean(ProductClock.class).instant())
                .isAfter(Instant.parse("2099-01-01T00:00:00Z")));
    }

    @Test
    void real_time_is_not_written_down() {
        program.withPropertyValues("wayfarer.clock.speed=1").run(context -> {
            assertThat(context.getBean(ProductClock.class).instant())
                    .isBetween(Instant.now().minusSeconds(1), Instant.now().plusSeconds(1));
            assertThat(ClockMemory.stoodAt(context.getBean(JdbcTemplate.class))).isEqualTo(Instant.EPOCH);
        });
    }
}
