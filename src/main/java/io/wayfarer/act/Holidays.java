package io.wayfarer.act;

import io.wayfarer.store.RuleText;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The public holidays of rules/holidays.txt, whose head says how a line is written. */
@Component
final class Holidays {

    private record Holiday(IntFunction<Optional<LocalDate>> inYear, String name) {}

    private static final Pattern LINE = Pattern.compile("([A-Z]{2})\\s+(\\S+)\\s+(\\S.{0,59})");
    private static final Pattern DAY = Pattern.compile("(\\d\\d)-(\\d\\d)");
    private static final Pattern NTH = Pattern.compile("(\\d\\d)-([1-4]|last)(mon|tue|wed|thu|fri|sat|sun)");
    private static final Pattern EASTER = Pattern.compile("easter([+-]\\d{1,3})?");
    private static final List<String> WEEKDAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    private final Map<String, List<Holiday>> byCountry = new HashMap<>();

    /** @param rulesDir the folder of the rules, or blank for those in the jar */
    @Autowired
    Holidays(@Value("${wayfarer.rules.dir}") String rulesDir) {
        this(RuleText.of(rulesDir, "holidays.txt").split("\\R"));
    }

    /** @throws IllegalArgumentException naming the line that cannot be read */
    Holidays(String[] lines) {
        for (int i = 0; i < lines.length; i++) {
            var line = lines[i].strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                add(line, "holidays.txt, line " + (i + 1) + ": " + line);
            }
        }
    }

    private void add(String line, String where) {
        var parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException(where + " is not country, day and name");
        }
        try {
            var holiday = new Holiday(day(parts.group(2)), parts.group(3).strip());
            byCountry
                    .computeIfAbsent(parts.group(1), country -> new ArrayList<>())
                    .add(holiday);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(where + " has no such day", e);
        }
    }

    /** @throws DateTimeException when it is no day */
    private static IntFunction<Optional<LocalDate>> day(String text) {
        var day = DAY.matcher(text);
        if (day.matches()) {
            var every = MonthDay.of(Integer.parseInt(day.group(1)), Integer.parseInt(day.group(2)));
            return year ->
                    Optional.of(every).filter(one -> one.isValidYear(year)).map(one -> one.atYear(year));
        }
        var nth = NTH.matcher(text);
        if (nth.matches()) {
            var month = MonthDay.of(Integer.parseInt(nth.group(1)), 1);
            var weekday = DayOfWeek.of(1 + WEEKDAYS.indexOf(nth.group(3)));
            var which = nth.group(2).equals("last")
                    ? TemporalAdjusters.lastInMonth(weekday)
                    : TemporalAdjusters.dayOfWeekInMonth(Integer.parseInt(nth.group(2)), weekday);
            return year -> Optional.of(month.atYear(year).with(which));
        }
        var easter = EASTER.matcher(text);
        if (easter.matches()) {
            var days = easter.group(1) == null ? 0 : Integer.parseInt(easter.group(1));
            return year -> Optional.of(easter(year).plusDays(days));
        }
        var once = LocalDate.parse(text);
        return year -> Optional.of(once).filter(one -> one.getYear() == year);
    }

    /** Easter Sunday of the western churches: the anonymous Gregorian algorithm, as in Meeus, Astronomical Algorithms, ch. 8. */
    static LocalDate easter(int year) {
        var golden = year % 19;
        var century = year / 100;
        var leaps = century / 4;
        var correction = (century - (century + 8) / 25 + 1) / 3;
        var epact = (19 * golden + century - leaps - correction + 15) % 30;
        var toSunday = (32 + 2 * (century % 4) + 2 * (year % 100 / 4) - epact - year % 100 % 4) % 7;
        var late = (golden + 11 * epact + 22 * toSunday) / 451;
        var days = epact + toSunday - 7 * late + 114;
        return LocalDate.of(year, days / 31, days % 31 + 1);
    }

    /** The name of the holiday that the day is in the country; empty on other days, and in countries of which none are kept. */
    Optional<String> on(String country, LocalDate day) {
        return byCountry.getOrDefault(country.strip().toUpperCase(Locale.ROOT), List.of()).stream()
                .filter(holiday -> holiday.inYear()
                        .apply(day.getYear())
                        .filter(day::equals)
                        .isPresent())
                .map(Holiday::name)
                .findFirst();
    }
}
