package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CrowdTest {

    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = BEGINNING.plus(Duration.ofDays(60));

    private static Crowd crowd() {
        return new Crowd(Catalogue.load("http://localhost:8080/shop"), CrowdRun.SEED, 300, BEGINNING);
    }

    @Test
    void sixty_days_are_some_hundreds_of_people_and_some_ten_thousands_of_events() {
        var crowd = crowd();
        var start = System.nanoTime();
        var deeds = crowd.until(END);
        System.out.println(
                (System.nanoTime() - start) / 1e6 + " ms, people " + crowd.people() + " deeds " + deeds.size());
        var names = new HashMap<Object, Integer>();
        for (var d : deeds) {
            names.merge(
                    d instanceof Deed.Message m
                            ? m.body().getOrDefault("event", m.body().get("type"))
                            : d instanceof Deed.Delivery v ? v.type() : "letter",
                    1,
                    Integer::sum);
        }
        System.out.println(names);
        var perWeek = deeds.stream()
                .collect(Collectors.groupingBy(
                        d -> Duration.between(BEGINNING, d.at()).toDays() / 7,
                        java.util.TreeMap::new,
                        Collectors.counting()));
        System.out.println(perWeek);
        start = System.nanoTime();
        var more = crowd.until(BEGINNING.plus(Duration.ofDays(1000)));
        System.out.println((System.nanoTime() - start) / 1e6 + " ms " + more.size());
        assertThat(deeds).hasSizeBetween(20_000, 40_000);
    }
}
