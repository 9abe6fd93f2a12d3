package io.wayfarer.ingest.clean;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Cleaning;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.EventTime;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Marks;
import io.wayfarer.ingest.Quality;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Understood.Refused;
import io.wayfarer.ingest.clean.CleanSettings.Mode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Cleans events: what they say is left as it is, and what is found is put beside it as {@link Marks}. All is judged once,
 * on arrival, and stored with the event.
 */
@Component
@EnableConfigurationProperties(CleanSettings.class)
final class Cleaner implements Cleaning {

    private static final List<String> NUMBERS = List.of("total", "revenue", "price", "value", "quantity", "dwell");
    private static final int MAX_CURRENCY = 10;

    private final CleanSettings settings;
    private final ObjectMapper json;
    private final Quarantine quarantine;
    private final Quality quality;
    private final Schemas schemas;
    private final Rates rates;
    private final Bots bots;
    private final Duplicates duplicates;
    private final Outliers outliers;
    private final Instant since;

    Cleaner(
            CleanSettings settings,
            ObjectMapper json,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactions,
            Quarantine quarantine,
            Quality quality,
            @Value("${wayfarer.schemas.dir}") String schemasDir,
            @Value("${wayfarer.rates}") String ratesFile,
            @Value("${wayfarer.shop.currency}") String currency,
            @Value("${wayfarer.business.since}") String since) {
        this.settings = settings;
        this.json = json;
        this.quarantine = quarantine;
        this.quality = quality;
        this.schemas = named("wayfarer.schemas.dir", () -> new Schemas(json, schemasDir));
        this.rates = named("wayfarer.rates", () -> new Rates(ratesFile, currency));
        this.since = named("wayfarer.business.since", () -> EventTime.parse(since.isBlank() ? null : since, "since"));
        this.bots = new Bots(settings);
        this.duplicates = new Duplicates(jdbc, new TransactionTemplate(transactions), settings);
        this.outliers = new Outliers(jdbc, settings.outliers());
    }

    private static <T> T named(String setting, java.util.function.Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException | Refusal e) {
            throw new IllegalStateException(setting + ": " + e.getMessage(), e);
        }
    }

    Outliers outliers() {
        return outliers;
    }

    /** Reads again what an operator has changed, and writes down what was counted and learned. */
    void tick() {
        schemas.refresh();
        rates.refresh();
        quality.flush();
        outliers.flush();
    }

    @Override
    public Optional<Refusal> refusal(Event event) {
        try {
            checkTime(event);
            misfits(event);
            return Optional.empty();
        } catch (Refusal refusal) {
            return Optional.of(refusal);
        }
    }

    @Override
    public Inbox.Accepted accept(List<Event> events, Function<List<Event>, Inbox.Accepted> store) {
        var refused = new ArrayList<Refused>();
        var let = new ArrayList<Event>(events.size());
        for (var event : events) {
            try {
                let.add(marked(event, events.size() > 1));
            } catch (Refusal refusal) {
                refused.add(new Refused(event.messageId(), refusal, write(event)));
            }
        }
        var held = new HashMap<UUID, UUID>();
        Inbox.Accepted accepted;
        List<Event> clean;
        try {
            clean = finished(let, duplicates.find(let, held));
            accepted = clean.isEmpty() ? new Inbox.Accepted(0, 0) : store.apply(clean);
        } catch (RuntimeException e) {
            duplicates.forget(held);
            throw e;
        }
        if (!events.isEmpty()) {
            quarantine.keep(events.get(0).source(), Quarantine.EVENT, refused);
            count(clean, accepted);
        }
        return new Inbox.Accepted(accepted.stored(), accepted.repeated(), refused.size());
    }

    /** With the marks that the event alone gives rise to. */
    private Event marked(Event event, boolean oneOfMany) {
        checkTime(event);
        var marks = new LinkedHashMap<>(event.marks());
        var at = event.at();
        if (at.isAfter(event.receivedAt().plus(settings.ahead()))) {
            marks.put(Marks.TIME, Map.of("said", at.toString()));
            at = event.receivedAt();
        }
        var misfits = misfits(event);
        if (!misfits.isEmpty()) {
            marks.put(Marks.SCHEMA, misfits);
        }
        var rate = rate(event, at);
        if (rate != null) {
            marks.put(Marks.RATE, rate);
        }
        var agent = marks.remove(Marks.AGENT) instanceof String text ? text : agentOf(event);
        var verdict = bots.judge(event, agent, !(oneOfMany && at.equals(event.receivedAt())));
        if (verdict != null) {
            marks.put(verdict.machine() ? Marks.MACHINE : Marks.BOT, true);
            marks.put(Marks.WHY, verdict.why());
        }
        return marks.isEmpty() && event.marks().isEmpty() ? event : event.with(at, event.receivedAt(), marks);
    }

    /** Nobody can tell when it happened: as of its arrival it would begin journeys for what is long past. */
    private void checkTime(Event event) {
        if (since != null && event.at().isBefore(since)) {
            throw Refusal.bad("timestamp", "timestamp is before the business existed, " + since);
        }
    }

    private List<String> misfits(Event event) {
        var mode = settings.schemaOf(event.source());
        var misfits = mode == Mode.OFF ? List.<String>of() : schemas.misfits(event);
        if (mode == Mode.STRICT && !misfits.isEmpty()) {
            throw Refusal.bad(null, "does not fit the schema of " + event.name() + ": " + String.join("; ", misfits));
        }
        return misfits;
    }

    private Map<String, Object> rate(Event event, Instant at) {
        if (!(event.properties().get("currency") instanceof String text) || text.isBlank()) {
            return null;
        }
        var currency = text.strip().toUpperCase(Locale.ROOT);
        if (currency.equals(rates.base())) {
            return null;
        }
        var rate = rates.of(currency, at.atOffset(ZoneOffset.UTC).toLocalDate());
        return rate == null
                ? Map.of("currency", cut(currency, MAX_CURRENCY))
                : Map.of(
                        "currency",
                        currency,
                        "rate",
                        rate.rate(),
                        "date",
                        rate.date().toString());
    }

    private static String agentOf(Event event) {
        var agent = event.properties().get("user_agent");
        return agent instanceof String text ? text : null;
    }

    /** With what the other events, and the numbers that came before, give rise to. */
    private List<Event> finished(List<Event> events, Map<UUID, UUID> repeats) {
        var finished = new ArrayList<Event>(events.size());
        for (var event : events) {
            var first = repeats.get(event.id());
            var bounds = first != null || !event.counts() ? Map.<String, Object>of() : bounds(event);
            if (first == null && bounds.isEmpty()) {
                finished.add(event);
                continue;
            }
            var marks = new LinkedHashMap<>(event.marks());
            if (first != null) {
                marks.put(Marks.DUPLICATE_OF, first.toString());
            } else {
                marks.put(Marks.OUTLIERS, bounds);
            }
            finished.add(event.with(event.at(), event.receivedAt(), marks));
        }
        return finished;
    }

    private Map<String, Object> bounds(Event event) {
        Map<String, Object> bounds = Map.of();
        for (var property : NUMBERS) {
            if (event.properties().containsKey(property)) {
                var bound = outliers.bound(event.source(), property, event.number(property));
                if (bound != null) {
                    bounds = bounds.isEmpty() ? new LinkedHashMap<>() : bounds;
                    bounds.put(property, bound);
                }
            }
        }
        return bounds;
    }

    private void count(List<Event> events, Inbox.Accepted accepted) {
        if (events.isEmpty()) {
            return;
        }
        var source = events.get(0).source();
        var now = events.get(0).receivedAt();
        var tally = new Tally(source, now);
        tally.add(Quality.STORED, "", accepted.stored());
        tally.add(Quality.REPEATED, "", accepted.repeated());
        tally.add(Quality.HOUR, hour(now), events.size());
        for (var event : events) {
            count(event, tally);
        }
        tally.addTo(quality);
        quality.heard(source, now, events.get(events.size() - 1).at());
        if (accepted.repeated() == 0) {
            learn(events);
        }
    }

    private void count(Event event, Tally tally) {
        tally.add(Quality.EVENT, event.name(), 1);
        for (var property : schemas.expected(event.name())) {
            if (!Schemas.said(event).containsKey(property)) {
                tally.add(Quality.MISSING, event.name() + ": " + property, 1);
            }
        }
        for (var property : NUMBERS) {
            if (event.properties().containsKey(property)) {
                tally.add(Quality.NUMBER, property, 1);
            }
        }
        var marks = event.marks();
        if (marks.isEmpty()) {
            return;
        }
        count(marks, Marks.DUPLICATE_OF, Quality.DUPLICATE, event.name(), tally);
        count(marks, Marks.BOT, Quality.BOT, event.name(), tally);
        count(marks, Marks.MACHINE, Quality.MACHINE, event.name(), tally);
        count(marks, Marks.SCHEMA, Quality.MISFIT, event.name(), tally);
        count(marks, Marks.TIME, Quality.RETIMED, event.name(), tally);
        if (marks.get(Marks.OUTLIERS) instanceof Map<?, ?> bounds) {
            bounds.keySet().forEach(property -> tally.add(Quality.OUTLIER, (String) property, 1));
        }
        if (marks.get(Marks.RATE) instanceof Map<?, ?> rate && !rate.containsKey("rate")) {
            tally.add(Quality.UNKNOWN_CURRENCY, (String) rate.get("currency"), 1);
        }
    }

    private static void count(Map<String, Object> marks, String mark, String kind, String name, Tally tally) {
        if (marks.containsKey(mark)) {
            tally.add(kind, name, 1);
        }
    }

    /** From what counts, and from the amounts themselves: a bound must not be learned from bounds. */
    private void learn(List<Event> events) {
        for (var event : events) {
            if (!event.counts()) {
                continue;
            }
            for (var property : NUMBERS) {
                var said = event.properties().get(property);
                if (said != null) {
                    var number = Event.toNumber(said);
                    var value = Event.AMOUNTS.contains(property) ? event.inBase(number) : number;
                    if (!Double.isNaN(value)) {
                        outliers.learn(event.source(), property, value);
                    }
                }
            }
        }
    }

    private static String hour(Instant at) {
        var hour = at.atOffset(ZoneOffset.UTC).getHour();
        return hour < 10 ? "0" + hour : String.valueOf(hour);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    private String write(Event event) {
        try {
            var marks = new LinkedHashMap<>(event.marks());
            marks.remove(Marks.AGENT);
            return json.writeValueAsString(event.with(event.at(), event.receivedAt(), marks));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written as JSON", e);
        }
    }

    /** What one call comes to, so that the shared counts are touched once for each kind and name. */
    private static final class Tally {

        private final String source;
        private final Instant at;
        private final Map<String, Map<String, Integer>> counts = new HashMap<>();

        Tally(String source, Instant at) {
            this.source = source;
            this.at = at;
        }

        void add(String kind, String name, int n) {
            counts.computeIfAbsent(kind, any -> new HashMap<>()).merge(name, n, Integer::sum);
        }

        void addTo(Quality quality) {
            counts.forEach((kind, names) -> names.forEach((name, n) -> quality.count(source, at, kind, name, n)));
        }
    }
}
