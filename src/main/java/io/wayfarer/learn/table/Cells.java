package io.wayfarer.learn.table;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What the text of a cell says. */
final class Cells {

    private static final Set<String> MISSING = Set.of(
            "",
            "na",
            "n/a",
            "#n/a",
            "nan",
            "null",
            "nil",
            "?",
            "-",
            "--",
            "inf",
            "+inf",
            "-inf",
            "infinity",
            "+infinity",
            "-infinity",
            "#div/0!",
            "#value!",
            "#ref!");

    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(\\d{1,40}\\.?\\d{0,40}|\\.\\d{1,40})([eE][-+]?\\d{1,3})?");
    private static final Pattern COMMA = Pattern.compile("[-+]?\\d{1,40},\\d{1,40}");
    private static final List<DateTimeFormatter> DAYS = List.of(
            DateTimeFormatter.ISO_LOCAL_DATE,
            DateTimeFormatter.ofPattern("yyyy/M/d", Locale.ROOT),
            DateTimeFormatter.ofPattern("d.M.yyyy", Locale.ROOT),
            DateTimeFormatter.ofPattern("M/d/yyyy", Locale.ROOT));

    private static final List<Set<String>> YES_NO = List.of(
            Set.of("true", "false"),
            Set.of("yes", "no"),
            Set.of("y", "n"),
            Set.of("t", "f"),
            Set.of("1", "0"),
            Set.of("是", "否"));

    private static final Set<String> YES = Set.of("true", "yes", "y", "t", "1", "是");

    private Cells() {}

    static boolean isMissing(String text) {
        return text.length() <= 10 && MISSING.contains(text.toLowerCase(Locale.ROOT));
    }

    /** NaN when it is no finite number. A comma is a decimal point in files whose columns it does not divide. */
    static double number(String text, boolean commas) {
        if (text.isEmpty() || text.length() > 60 || text.charAt(0) > '9') {
            return Double.NaN;
        }
        if (NUMBER.matcher(text).matches()) {
            var number = Double.parseDouble(text);
            return Double.isInfinite(number) ? Double.NaN : number;
        }
        return commas && COMMA.matcher(text).matches() ? Double.parseDouble(text.replace(',', '.')) : Double.NaN;
    }

    /** Seconds since 1970, UTC where no offset is given; NaN when it is no date. */
    static double date(String text) {
        if (text.length() < 8 || text.length() > 35 || !Character.isDigit(text.charAt(0))) {
            return Double.NaN;
        }
        var iso =
                text.length() > 10 && text.charAt(10) == ' ' ? text.substring(0, 10) + "T" + text.substring(11) : text;
        if (iso.length() > 10 && iso.charAt(10) == 'T') {
            try {
                var parsed = DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
                return parsed instanceof OffsetDateTime at
                        ? at.toEpochSecond()
                        : ((LocalDateTime) parsed).toEpochSecond(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                return Double.NaN;
            }
        }
        for (var format : DAYS) {
            try {
                return LocalDate.parse(text, format).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
            } catch (DateTimeException e) {
                // the next format
            }
        }
        return Double.NaN;
    }

    /** True when the two values are a yes and a no, in any writing. */
    static boolean isYesNo(String one, String other) {
        var both = Set.of(plain(one), plain(other) + (plain(one).equals(plain(other)) ? " " : ""));
        return YES_NO.contains(both);
    }

    static boolean isYes(String text) {
        return YES.contains(plain(text));
    }

    private static String plain(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        return lower.equals("1.0") ? "1" : lower.equals("0.0") ? "0" : lower;
    }
}
