package io.wayfarer.ingest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongBiFunction;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * How good the data of each source is, from what {@link Quality} counted. A window is so many UTC days up to today; what
 * has drifted is told by the window before it, of the same length.
 */
@Component
public class QualityReport {

    /** Longest window, in days. */
    public static final int MAX_DAYS = 90;

    private static final int MOST = 50;

    /**
     * A source in short.
     *
     * @param lastReceived when something last came, and {@code lastEvent} the time of the newest event; null when nothing
     *     came yet that could be used
     * @param silentSeconds product seconds since something last came; null when nothing has
     * @param came everything: stored, repeated and refused
     * @param stored new events, those kept out of effect among them
     * @param repeated events that had been delivered before, by their id
     * @param duplicates events that said what another had said just before
     * @param bots events that no person made, mail scanners' among them
     * @param refused what went to quarantine; {@code waiting} is how much of it nobody has settled, of any age
     * @param missing share of expected properties that were not there; null when none were expected
     * @param outlying share of numbers that were too large to be believed; null when there were none
     * @param drift the population stability index of the names of events; null when there is nothing to compare
     */
    public record Summary(
            String source,
            Instant lastReceived,
            Instant lastEvent,
            Long silentSeconds,
            long came,
            long stored,
            long repeated,
            long duplicates,
            long bots,
            long refused,
            long waiting,
            Double missing,
            Double outlying,
            Double drift) {}

    /** What came in a day. */
    public record Arrivals(
            LocalDate day, long came, long stored, long repeated, long duplicates, long bots, long refused) {}

    /** How often something was counted. */
    public record Count(String name, long n) {}

    /**
     * A share, and what it was in the window before.
     *
     * @param n how often, out of {@code of}
     * @param before the share in the window before; null when nothing came in it
     */
    public record Share(String name, long n, long of, double share, Double before) {}

    /**
     * A source in full.
     *
     * @param hours how many events came in each hour of today and yesterday
     * @param misfits events that did not fit their schema and were let in, by name
     * @param missing by event and property
     * @param outliers by property
     * @param names of events, with their share of all
     */
    public record Detail(
            Summary summary,
            List<Arrivals> days,
            List<Count> hours,
            List<Count> refusals,
            List<Count> misfits,
            List<Count> unknownCurrencies,
            List<Share> missing,
            List<Share> outliers,
            List<Share> names) {}

    /** Counts of one source by kind and name; a window's. */
    private static final class Window {

        private final Map<String, Map<String, Long>> kinds = new TreeMap<>();

        void add(String kind, String name, long n) {
            kinds.computeIfAbsent(kind, any -> new TreeMap<>()).merge(name, n, Long::sum);
        }

        Map<String, Long> of(String kind) {
            return kinds.getOrDefault(kind, Map.of());
        }

        long sum(String kind) {
            return of(kind).values().stream().mapToLong(Long::longValue).sum();
        }

        long of(String kind, String name) {
            return of(kind).getOrDefault(name, 0L);
        }

        long came() {
            return sum(Quality.STORED) + sum(Quality.REPEATED) + sum(Quality.REFUSED);
        }

        List<Count> counts(String kind) {
            return of(kind).entrySet().stream()
                    .map(entry -> new Count(entry.getKey(), entry.getValue()))
                    .sorted(Comparator.comparing(Count::n).reversed().thenComparing(Count::name))
                    .limit(MOST)
                    .toList();
        }
    }

    private record Row(String source, LocalDate day, String kind, String name, long n) {}

    private record Seen(Instant receivedAt, Instant eventAt) {}

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private final Quality quality;
    private final Quarantine quarantine;

    QualityReport(JdbcTemplate jdbc, Clock clock, Quality quality, Quarantine quarantine) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.quality = quality;
        this.quarantine = quarantine;
    }

    /** Every source that was ever heard of, by name. */
    public List<Summary> summaries(int days) {
        return read(null, days).entrySet().stream()
                .map(source -> source.getValue().summary(source.getKey()))
                .toList();
    }

    /** The source in full; empty when nothing is known of it. */
    public Optional<Detail> detail(String source, int days) {
        return Optional.ofNullable(read(source, days).get(source)).map(data -> data.detail(source));
    }

    /** @param only a source, or null for all */
    private Map<String, Data> read(String only, int days) {
        quality.flush();
        var now = clock.instant();
        var today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        var sources = new TreeMap<String, Data>();
        rows(today.minusDays(2L * days - 1), only)
                .forEach(row -> data(sources, row.source(), now, days).rows.add(row));
        jdbc.query("select source, received_at, event_at from source_seen", row -> {
            data(sources, row.getString(1), now, days).seen = new Seen(
                    row.getObject(2, OffsetDateTime.class).toInstant(),
                    row.getObject(3, OffsetDateTime.class).toInstant());
        });
        quarantine.waiting().forEach((source, waiting) -> data(sources, source, now, days).waiting = waiting);
        return sources;
    }

    private static Data data(Map<String, Data> sources, String source, Instant now, int days) {
        return sources.computeIfAbsent(source, any -> new Data(now, days));
    }

    private List<Row> rows(LocalDate from, String only) {
        var sql = "select source, on_day, kind, name, n from data_quality where on_day >= ?";
        return jdbc.query(
                only == null ? sql : sql + " and source = ?",
                (row, number) -> new Row(
                        row.getString(1),
                        row.getObject(2, LocalDate.class),
                        row.getString(3),
                        row.getString(4),
                        row.getLong(5)),
                only == null ? new Object[] {from} : new Object[] {from, only});
    }

    /** What is known of one source. */
    private static final class Data {

        private final Instant now;
        private final LocalDate today;
        private final int days;
        private final List<Row> rows = new ArrayList<>();
        private Seen seen;
        private long waiting;

        Data(Instant now, int days) {
            this.now = now;
            this.today = now.atOffset(ZoneOffset.UTC).toLocalDate();
            this.days = days;
        }

        private Window window(LocalDate from, LocalDate to) {
            var window = new Window();
            for (var row : rows) {
                if (!row.day().isBefore(from) && !row.day().isAfter(to)) {
                    window.add(row.kind(), row.name(), row.n());
                }
            }
            return window;
        }

        private Window current() {
            return window(today.minusDays(days - 1L), today);
        }

        private Window before() {
            return window(today.minusDays(2L * days - 1), today.minusDays(days));
        }

        Summary summary(String source) {
            var window = current();
            var expected = window.of(Quality.MISSING).keySet().stream()
                    .mapToLong(name -> window.of(Quality.EVENT, eventOf(name)))
                    .sum();
            var numbers = window.sum(Quality.NUMBER);
            return new Summary(
                    source,
                    seen == null ? null : seen.receivedAt(),
                    seen == null ? null : seen.eventAt(),
                    seen == null
                            ? null
                            : Duration.between(seen.receivedAt(), now).toSeconds(),
                    window.came(),
                    window.sum(Quality.STORED),
                    window.sum(Quality.REPEATED),
                    window.sum(Quality.DUPLICATE),
                    window.sum(Quality.BOT) + window.sum(Quality.MACHINE),
                    window.sum(Quality.REFUSED),
                    waiting,
                    expected == 0 ? null : (double) window.sum(Quality.MISSING) / expected,
                    numbers == 0 ? null : (double) window.sum(Quality.OUTLIER) / numbers,
                    drift(window.of(Quality.EVENT), before().of(Quality.EVENT)));
        }

        Detail detail(String source) {
            var window = current();
            var before = before();
            return new Detail(
                    summary(source),
                    byDay(),
                    byHour(),
                    window.counts(Quality.REFUSED),
                    window.counts(Quality.MISFIT),
                    window.counts(Quality.UNKNOWN_CURRENCY),
                    shares(window, before, Quality.MISSING, (in, name) -> in.of(Quality.EVENT, eventOf(name))),
                    shares(window, before, Quality.OUTLIER, (in, name) -> in.of(Quality.NUMBER, name)),
                    shares(window, before, Quality.EVENT, (in, name) -> in.sum(Quality.EVENT)));
        }

        private List<Arrivals> byDay() {
            var list = new ArrayList<Arrivals>(days);
            for (var day = today.minusDays(days - 1L); !day.isAfter(today); day = day.plusDays(1)) {
                var window = window(day, day);
                list.add(new Arrivals(
                        day,
                        window.came(),
                        window.sum(Quality.STORED),
                        window.sum(Quality.REPEATED),
                        window.sum(Quality.DUPLICATE),
                        window.sum(Quality.BOT) + window.sum(Quality.MACHINE),
                        window.sum(Quality.REFUSED)));
            }
            return list;
        }

        private List<Count> byHour() {
            var list = new ArrayList<Count>();
            for (var day = today.minusDays(1); !day.isAfter(today); day = day.plusDays(1)) {
                for (var hour : window(day, day).of(Quality.HOUR).entrySet()) {
                    list.add(new Count(day + "T" + hour.getKey() + ":00:00Z", hour.getValue()));
                }
            }
            return list;
        }

        private static List<Share> shares(
                Window window, Window before, String kind, ToLongBiFunction<Window, String> whole) {
            var names = new TreeSet<>(window.of(kind).keySet());
            names.addAll(before.of(kind).keySet());
            return names.stream()
                    .map(name -> {
                        var n = window.of(kind, name);
                        var of = whole.applyAsLong(window, name);
                        var ofBefore = whole.applyAsLong(before, name);
                        return new Share(
                                name,
                                n,
                                of,
                                of == 0 ? 0 : (double) n / of,
                                ofBefore == 0 ? null : (double) before.of(kind, name) / ofBefore);
                    })
                    .sorted(Comparator.comparing(Share::share).reversed().thenComparing(Share::name))
                    .limit(MOST)
                    .toList();
        }
    }

    private static String eventOf(String missing) {
        return missing.substring(0, missing.lastIndexOf(": "));
    }

    /**
     * The population stability index of the names of events, the sum of (p - q) ln(p / q) over all names, p and q being
     * their shares now and before; half an event is added to each name, so that one which is new has a share. Below 0.1
     * nothing has changed, above 0.25 much has (Siddiqi, Credit Risk Scorecards, 2006). Null when there is nothing to
     * compare.
     */
    static Double drift(Map<String, Long> now, Map<String, Long> before) {
        if (now.isEmpty() || before.isEmpty()) {
            return null;
        }
        var names = new TreeSet<>(now.keySet());
        names.addAll(before.keySet());
        var allNow = now.values().stream().mapToLong(Long::longValue).sum() + 0.5 * names.size();
        var allBefore = before.values().stream().mapToLong(Long::longValue).sum() + 0.5 * names.size();
        var index = 0.0;
        for (var name : names) {
            var p = (now.getOrDefault(name, 0L) + 0.5) / allNow;
            var q = (before.getOrDefault(name, 0L) + 0.5) / allBefore;
            index += (p - q) * Math.log(p / q);
        }
        return index;
    }
}
