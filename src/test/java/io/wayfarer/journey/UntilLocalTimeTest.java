package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UntilLocalTimeTest {

    @ParameterizedTest
    @CsvSource({
        // later today, exactly now, and tomorrow
        "2026-03-02T06:00:00Z, 09:00, Europe/Berlin,    2026-03-02T08:00:00Z",
        "2026-03-02T08:00:00Z, 09:00, Europe/Berlin,    2026-03-02T08:00:00Z",
        "2026-03-02T08:00:01Z, 09:00, Europe/Berlin,    2026-03-03T08:00:00Z",
        // it is another day there
        "2026-03-02T20:00:00Z, 09:00, Asia/Shanghai,    2026-03-03T01:00:00Z",
        "2026-03-02T01:00:00Z, 18:00, America/New_York, 2026-03-02T23:00:00Z",
        // the day between two offsets: clocks go forward on 29 March and back on 25 October
        "2026-03-28T09:00:00Z, 09:00, Europe/Berlin,    2026-03-29T07:00:00Z",
        "2026-10-24T08:00:00Z, 09:00, Europe/Berlin,    2026-10-25T08:00:00Z",
        // half past two is not there in March, and there twice in October
        "2026-03-28T12:00:00Z, 02:30, Europe/Berlin,    2026-03-29T01:30:00Z",
        "2026-10-24T12:00:00Z, 02:30, Europe/Berlin,    2026-10-25T00:30:00Z",
        "2026-10-25T01:00:00Z, 02:30, Europe/Berlin,    2026-10-26T01:30:00Z",
        // half hours and quarters
        "2026-03-02T00:00:00Z, 09:00, Asia/Kathmandu,   2026-03-02T03:15:00Z",
    })
    void isTheNextMomentAtWhichTheirClocksShowIt(Instant now, LocalTime at, ZoneId zone, Instant expected) {
        assertThat(UntilLocalTime.next(now, at, zone)).isEqualTo(expected);
    }
}
