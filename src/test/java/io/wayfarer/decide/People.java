package io.wayfarer.decide;

import io.wayfarer.anomaly.Forest;
import io.wayfarer.anomaly.LearntForest;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.Profiler;
import io.wayfarer.profile.Stage;
import io.wayfarer.score.Models;
import io.wayfarer.score.Score;
import io.wayfarer.score.Scores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Customers, events and models in the words of the case tables: {@code 2d ago Product Viewed: kettle}. */
final class People {

    static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    static final UUID ADA = UUID.fromString("01890000-0000-7000-8000-0000000000ad");
    static final Rulebook RULEBOOK = ShippedRules.rulebook();

    private static final Pattern HAPPENING = Pattern.compile("(?:(\\d+)([mhd]) ago )?([^:]+?)(?:: *(.+))?");

    /** Learnt from orders of some 45 by people who are known for weeks, look first and seldom fail to pay. */
    private static final Forest USUAL = usual();

    private People() {}

    private static Forest usual() {
        var random = new Random(42);
        var rows = new ArrayList<double[]>();
        for (int i = 0; i < 1_000; i++) {
            var inHour = 1 + fewOf(random, 15);
            var before = random.nextInt(8);
            var refunds = fewOf(random, 10);
            double[] row = {
                fewOf(random, 6),
                inHour,
                inHour + fewOf(random, 8),
                20 + 25 * Math.exp(random.nextGaussian() * 0.6),
                Math.exp(random.nextGaussian() * 0.4),
                before,
                24 + 24 * random.nextInt(60),
                refunds,
                refunds / (before + 1.0),
                1 + random.nextInt(3),
                random.nextInt(6)
            };
            rows.add(Arrays.stream(row).map(Math::log1p).toArray());
        }
        return LearntForest.of(rows);
    }

    /** Mostly none; one more for one in so many. */
    private static int fewOf(Random random, int oneIn) {
        var count = 0;
        while (random.nextInt(oneIn) == 0) {
            count++;
        }
        return count;
    }

    /** Somebody in a stage, with what happened to them before, oldest first. */
    static Customer customer(String stage, Duration since, String history, String decided, boolean reachable) {
        var identities = reachable ? Set.of(new Identity(Identity.Kind.email, "ada@example.org")) : Set.<Identity>of();
        var customer = Customer.unknown(ADA, identities, NOW.minus(since));
        for (var happening : parts(history)) {
            customer = Profiler.after(customer, event(happening, Map.of()));
        }
        for (var decision : parts(decided)) {
            var match = match(decision);
            var action = decision.substring(decision.indexOf(" ago ") + " ago ".length());
            customer = customer.withFeatures(customer.features().withDecided(action, NOW.minus(ago(match))));
        }
        return customer.withStage(Stage.of(stage), NOW.minus(since));
    }

    /** What happened: {@code 2d ago Product Viewed: kettle}. The same words are the same event. */
    static Event event(String happening, Map<String, Object> properties) {
        var match = match(happening);
        var all = new HashMap<>(properties);
        if (match.group(4) != null) {
            all.put("product_id", match.group(4));
            all.put("name", "The " + match.group(4));
            all.put("url", "https://shop.example/" + match.group(4));
            all.put("price", 29.5);
            all.putIfAbsent("total", 29.5);
        }
        var source = match.group(3).equals("Occasion Due") ? Event.OCCASIONS : "test";
        return new Event(
                Event.idOf(source, happening),
                source,
                happening,
                match.group(3),
                "web",
                NOW.minus(ago(match)),
                NOW,
                null,
                "browser-1",
                null,
                Map.of(),
                Map.of(),
                all,
                Map.of());
    }

    /** Models that say what they are told to say. */
    static Models models(Double propensity, Double mood) {
        var scores = new HashMap<String, Score>();
        if (propensity != null) {
            scores.put(Scores.BUY, new Score(propensity, "test", List.of()));
        }
        if (mood != null) {
            scores.put(Scores.SENTIMENT, new Score(mood, "test", List.of()));
        }
        return new Models() {
            @Override
            public String id() {
                return "test";
            }

            @Override
            public Scores score(Customer customer, Event event, Instant now) {
                return new Scores(scores);
            }
        };
    }

    static Release release(Double propensity, Double mood) {
        return new Release("test", RULEBOOK, models(propensity, mood));
    }

    /** One line of a case table; columns that it does not have are as if empty. */
    private record Case(Customer before, Event event, Release release) {}

    static Evaluation evaluate(Map<String, String> line) {
        var told = told(line);
        return Evaluator.evaluate(told.before(), told.event(), told.release(), NOW);
    }

    /** What the pattern rules find in the line's event. */
    static Findings found(Map<String, String> line) {
        var told = told(line);
        var customer = Profiler.after(told.before(), told.event());
        return RULEBOOK.found(told.before(), customer, told.event(), told.release());
    }

    private static Case told(Map<String, String> line) {
        var since = line.getOrDefault("since", "");
        var before = customer(
                line.get("stage"),
                since.isEmpty() ? Duration.ofDays(100) : ago(match(since + " ago Moved")),
                line.getOrDefault("history", ""),
                line.getOrDefault("decided", ""),
                line.getOrDefault("known", "no").equals("yes"));
        var addresses = line.getOrDefault("addresses", "");
        if (!addresses.isEmpty()) {
            var known = new HashSet<>(before.identities());
            for (int i = 0; i < Integer.parseInt(addresses); i++) {
                known.add(new Identity(Identity.Kind.email, "ada" + i + "@example.org"));
            }
            before = before.withIdentities(known);
        }
        var properties = new HashMap<String, Object>();
        for (var property : parts(line.getOrDefault("with", ""))) {
            var text = property.substring(property.indexOf('=') + 1);
            var isBoolean = text.equals("true") || text.equals("false");
            properties.put(property.substring(0, property.indexOf('=')), isBoolean ? Boolean.valueOf(text) : text);
        }
        return new Case(
                before,
                event(line.get("event"), properties),
                new Release(
                        "test",
                        RULEBOOK,
                        models(number(line.get("propensity")), number(line.get("mood"))),
                        line.getOrDefault("compared", "").equals("yes") ? USUAL : null));
    }

    private static Double number(String text) {
        return text == null || text.isEmpty() ? null : Double.valueOf(text);
    }

    private static List<String> parts(String list) {
        return Stream.of(list.split(";"))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static Matcher match(String happening) {
        var match = HAPPENING.matcher(happening.strip());
        if (!match.matches()) {
            throw new IllegalArgumentException("not in the words of the case tables: " + happening);
        }
        return match;
    }

    private static Duration ago(Matcher match) {
        if (match.group(1) == null) {
            return Duration.ZERO;
        }
        var count = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
