package io.wayfarer.ingest.file;

import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.file.Mapping.Cell;
import io.wayfarer.ingest.file.Mapping.Type;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads cells as a mapping says. What cannot be read so is refused, by the name of its column. */
final class Cells {

    /** Characters of a text in an event, as of any other way in. */
    private static final int MAX_TEXT = 10_000;

    private static final int MAX_NUMBER = 40;
    private static final Pattern GROUPED = Pattern.compile("[-+]?\\d{1,3}(,\\d{3})+(\\.\\d*)?");
    private static final Pattern GROUPED_BY_POINTS = Pattern.compile("[-+]?\\d{1,3}(\\.\\d{3})+(,\\d*)?");
    private static final Pattern PLAIN = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d{1,3})?");
    private static final Pattern MONEY = Pattern.compile(
            "(?<before>[A-Z]{3})?\\s*\\p{Sc}?\\s*(?<amount>[-+]?[\\d.,' ]+?)\\s*\\p{Sc}?\\s*(?<after>[A-Z]{3})?");
    private static final Map<String, Boolean> TRUTH = Map.ofEntries(
            Map.entry("true", true),
            Map.entry("yes", true),
            Map.entry("y", true),
            Map.entry("1", true),
            Map.entry("是", true),
            Map.entry("false", false),
            Map.entry("no", false),
            Map.entry("n", false),
            Map.entry("0", false),
            Map.entry("否", false));
    /** Days are counted from here in a sheet. */
    private static final LocalDateTime SHEET_EPOCH = LocalDateTime.of(1899, 12, 30, 0, 0);

    private static final double LAST_SHEET_DAY = 2_958_466;

    /** An amount, and the currency that stood beside it or null. */
    record Money(BigDecimal amount, String currency) {}

    private final boolean comma;
    private final ZoneId zone;
    private final Map<String, DateTimeFormatter> formats = new HashMap<>();

    /** @throws Refusal when a format of a date is none */
    Cells(Mapping mapping) {
        this.comma = mapping.decimal().equals(",");
        this.zone = mapping.zoneId();
    }

    /** The value as events have it: text, Long or Double, Boolean, or a time as text; null when the cell is empty. */
    Object value(Row row, Cell cell) {
        if (cell.column() == null) {
            return cell.value();
        }
        var raw = row.cell(cell.column());
        var text = Row.text(raw);
        if (text == null) {
            return null;
        }
        return switch (cell.type() == null ? Type.text : cell.type()) {
            case text -> raw instanceof List || raw instanceof Map ? raw : bounded(cell.column(), text);
            case number -> plain(number(cell.column(), text));
            case money -> plain(money(cell.column(), text).amount());
            case truth -> truth(cell.column(), text);
            case date -> time(row, cell).toString();
        };
    }

    /** The cell as text, or null. */
    String text(Row row, Cell cell, int maxLength) {
        if (cell == null) {
            return null;
        }
        var text = cell.column() == null ? Row.text(cell.value()) : row.textOf(cell.column());
        if (text != null && text.length() > maxLength) {
            throw Refusal.bad(cell.column(), cell.column() + " has more than " + maxLength + " characters");
        }
        return text;
    }

    BigDecimal number(Row row, Cell cell) {
        if (cell == null) {
            return null;
        }
        if (cell.type() == Type.money) {
            var money = money(row, cell);
            return money == null ? null : money.amount();
        }
        var text = cell.column() == null ? Row.text(cell.value()) : row.textOf(cell.column());
        return text == null ? null : number(cell.column(), text);
    }

    /** The amount in the cell, and its currency; null when it is empty. */
    Money money(Row row, Cell cell) {
        var text = cell.column() == null ? Row.text(cell.value()) : row.textOf(cell.column());
        return text == null ? null : money(cell.column(), text);
    }

    private Money money(String column, String text) {
        var match = text.length() > MAX_NUMBER ? null : MONEY.matcher(text);
        if (match == null || !match.matches()) {
            throw Refusal.bad(column, column + " is no amount: " + shown(text));
        }
        var currency = match.group("before") != null ? match.group("before") : match.group("after");
        return new Money(number(column, match.group("amount")), currency);
    }

    private BigDecimal number(String column, String text) {
        var plain = text;
        if (plain.length() <= MAX_NUMBER) {
            if (plain.indexOf(' ') >= 0
                    || plain.indexOf('\u00A0') >= 0
                    || plain.indexOf('\u202F') >= 0
                    || plain.indexOf('\'') >= 0) {
                plain = plain.replaceAll("(?<=\\d)[ \u00A0\u202F'](?=\\d{3})", "");
            }
            if (comma) {
                if (GROUPED_BY_POINTS.matcher(plain).matches()) {
                    plain = plain.replace(".", "");
                } else if (plain.indexOf('.') >= 0 && plain.indexOf(',') >= 0) {
                    plain = "";
                }
                plain = plain.replace(',', '.');
            } else if (GROUPED.matcher(plain).matches()) {
                plain = plain.replace(",", "");
            }
            if (PLAIN.matcher(plain).matches()) {
                return new BigDecimal(plain);
            }
        }
        throw Refusal.bad(column, column + " is no number: " + shown(text));
    }

    private static Object plain(BigDecimal number) {
        if (number.scale() <= 0 || number.stripTrailingZeros().scale() <= 0) {
            if (number.precision() - number.scale() <= 18) {
                return number.longValue();
            }
        }
        return number.doubleValue();
    }

    private static Boolean truth(String column, String text) {
        var truth = TRUTH.get(text.toLowerCase(Locale.ROOT));
        if (truth == null) {
            throw Refusal.bad(column, column + " is neither true nor false: " + shown(text));
        }
        return truth;
    }

    /** The time in the cell, or null when it is empty. */
    Instant time(Row row, Cell cell) {
        var raw = cell.column() == null ? cell.value() : row.cell(cell.column());
        var text = Row.text(raw);
        if (text == null) {
            return null;
        }
        try {
            if (cell.format() != null) {
                return switch (cell.format()) {
                    case "epoch-seconds" -> Instant.ofEpochSecond(new BigDecimal(text).longValueExact());
                    case "epoch-milliseconds" -> Instant.ofEpochMilli(new BigDecimal(text).longValueExact());
                    default -> raw instanceof BigDecimal days ? sheetTime(days) : formatted(text, cell.format());
                };
            }
            if (raw instanceof BigDecimal days) {
                return sheetTime(days);
            }
            return iso(text);
        } catch (DateTimeException | ArithmeticException | NumberFormatException | Refusal e) {
            throw Refusal.bad(
                    cell.column(),
                    cell.column() + " is no time"
                            + (cell.format() == null ? " such as 2026-03-01 12:00:00" : " of the form " + cell.format())
                            + ": " + shown(text));
        }
    }

    private Instant sheetTime(BigDecimal days) {
        if (days.signum() < 0 || days.doubleValue() > LAST_SHEET_DAY) {
            throw new DateTimeException("no day of a sheet");
        }
        return SHEET_EPOCH
                .plusSeconds(Math.round(days.doubleValue() * 86_400))
                .atZone(zone)
                .toInstant();
    }

    private Instant formatted(String text, String pattern) {
        var format = formats.computeIfAbsent(pattern, Cells::format);
        var parsed =
                format.parseBest(text, ZonedDateTime::from, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        if (parsed instanceof ZonedDateTime zoned) {
            return zoned.toInstant();
        }
        if (parsed instanceof OffsetDateTime offset) {
            return offset.toInstant();
        }
        return parsed instanceof LocalDateTime local
                ? local.atZone(zone).toInstant()
                : ((LocalDate) parsed).atStartOfDay(zone).toInstant();
    }

    private static DateTimeFormatter format(String pattern) {
        try {
            return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
        } catch (IllegalArgumentException e) {
            throw Refusal.bad("format", "format is no pattern of a date");
        }
    }

    /** ISO 8601; without an offset it is in the mapping's zone. */
    private Instant iso(String text) {
        var offset = text.length() > 10
                && text.length() <= MAX_NUMBER
                && (text.endsWith("Z") || text.endsWith("z") || text.indexOf('+', 10) > 0 || text.indexOf('-', 10) > 0);
        if (offset) {
            return EventTime.parse(text, "time");
        }
        if (text.length() == 10) {
            return LocalDate.parse(text).atStartOfDay(zone).toInstant();
        }
        return LocalDateTime.parse(
                        text.length() > 10 && text.charAt(10) == ' '
                                ? text.substring(0, 10) + 'T' + text.substring(11)
                                : text)
                .atZone(zone)
                .toInstant();
    }

    private static String bounded(String column, String text) {
        if (text.length() > MAX_TEXT) {
            throw Refusal.bad(column, column + " has more than " + MAX_TEXT + " characters");
        }
        return text;
    }

    private static String shown(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "...";
    }

    /** @throws Refusal naming it, when a format of a date is none */
    static void check(Cell cell) {
        if (cell != null && cell.format() != null && !cell.format().startsWith("epoch-")) {
            format(cell.format());
        }
    }
}
