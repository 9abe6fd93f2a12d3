package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HolidaysTest {

    private final Holidays shipped = new Holidays("rules");

    @ParameterizedTest
    @CsvSource({
        "DE, 2026-12-25, Erster Weihnachtstag",
        "de, 2027-03-26, Karfreitag",
        "DE, 2026-05-14, Christi Himmelfahrt",
        "US, 2026-11-26, Thanksgiving",
        "US, 2024-11-28, Thanksgiving",
        "GB, 2026-05-25, Spring bank holiday",
        "GB, 2026-05-04, Early May bank holiday",
        "CN, 2026-02-17, 春节",
        "FR, 2026-07-14, Fête nationale"
    })
    void theShippedCalendarKnowsTheHolidaysOfACountry(String country, LocalDate day, String name) {
        assertThat(shipped.on(country, day)).contains(name);
    }

    @ParameterizedTest
    @CsvSource({
        "DE, 2026-12-24",
        "US, 2026-11-19",
        "GB, 2026-05-18",
        "CN, 2028-02-17",
        "XX, 2026-12-25",
        "'', 2026-12-25"
    })
    void otherDaysAreNone(String country, LocalDate day) {
        assertThat(shipped.on(country, day)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1961-04-02", "2008-03-23", "2019-04-21", "2026-04-05", "2038-04-25", "2285-03-22"})
    void easterIsWhereTheTablesHaveIt(LocalDate easter) {
        assertThat(Holidays.easter(easter.getYear())).isEqualTo(easter);
    }

    @Test
    void aDayThatSomeYearsDoNotHaveIsAHolidayInTheOthers() {
        var leap = new Holidays(new String[] {"XX 02-29 Leap day"});

        assertThat(leap.on("XX", LocalDate.of(2028, 2, 29))).contains("Leap day");
        assertThat(leap.on("XX", LocalDate.of(2027, 2, 28))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DE 13-01 Nothing",
                "DE 12-25",
                "Germany 12-25 Christmas",
                "DE 12-5thu Never",
                "DE soon Someday",
                "DE 2026-02-30 No"
            })
    void aLineThatCannotBeReadIsNamed(String line) {
        assertThatThrownBy(() -> new Holidays(new String[] {"# a comment", line}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining(line);
    }
}
