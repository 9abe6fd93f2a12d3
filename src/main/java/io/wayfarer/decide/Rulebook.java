package io.wayfarer.decide;

import io.wayfarer.decide.Findings.Suspicion;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.IdentityRules;
import io.wayfarer.profile.Meeting;
import io.wayfarer.profile.Satisfaction;
import io.wayfarer.profile.Stage;
import io.wayfarer.profile.Stated;
import io.wayfarer.score.Scores;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The rules of a release, compiled. Immutable, and safe for use by several threads. */
public final class Rulebook implements IdentityRules {

    private static final String NEXT_BEST_ACTION = "next-best-action";
    private static final String GUARDRAILS = "guardrails";
    private static final String NOTHING = "none";
    private static final String IDENTITY = "identity.drl";
    private static final String SEGMENTS = "segments.drl";
    /** By kind the name of the input of next-best-action.dmn; what it does not ask for is not computed. */
    private static final Map<String, String> SEGMENT_INPUTS =
            Map.of(Release.WRITTEN, "segment", "rfm", "rfm", "kmeans", "kmeans", "em", "em");

    private static final String CRM = "crm";
    private static final List<String> KINDS = List.of("userId", CRM, "email", "phone", "anonymousId", "device");

    private static final int MAX_VERDICTS = 20_000;

    private final String id;
    private final PatternRules patterns;
    private final Tables tables;
    private final boolean hasSegments;
    /** Kinds that next-best-action.dmn has an input of. */
    private final List<String> segmentsAsked;
    /** By word; all ids of CRMs are worth the same. */
    private final Map<String, Worth> worths = new HashMap<>();

    /** Few: a meeting is a handful of yes and no. */
    private final Map<Meeting, Ruling> rulings = new ConcurrentHashMap<>();

    private record Question(String gate, Map<String, Object> facts) {}

    /** What a gate said of the same facts: they are hours, counts and yes or no, so that most were asked before. */
    private final Map<Question, Verdict> verdicts = new ConcurrentHashMap<>();

    /**
     * Compiles the rules.
     *
     * @param files text by file name, for example {@code stages.drl}; what is neither DRL nor DMN is left out
     * @throws IllegalArgumentException naming the file, when one does not compile
     */
    public Rulebook(Map<String, String> files) {
        var rules = new TreeMap<>(files);
        rules.keySet().removeIf(name -> !name.endsWith(".drl") && !name.endsWith(".dmn"));
        this.id = hash(rules);
        this.tables = new Tables(rules);
        this.patterns = new PatternRules(id, rules);
        this.segmentsAsked = SEGMENT_INPUTS.entrySet().stream()
                .filter(input -> tables.takes(NEXT_BEST_ACTION, input.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        this.hasSegments = rules.containsKey(SEGMENTS);
        if (rules.containsKey(IDENTITY)) {
            KINDS.forEach(kind -> worths.put(
                    kind, said(patterns.identify(new Stated(kind, false, "", 0)).worth(), kind)));
        }
    }

    private static <T> T said(T answer, Object question) {
        if (answer == null) {
            throw new IllegalArgumentException(IDENTITY + ": no rule answers " + question);
        }
        return answer;
    }

    @Override
    public Worth worth(Identity.Kind kind) {
        return worths.get(kind.isCrm() ? CRM : kind.name());
    }

    @Override
    public Ruling nobody(Stated stated) {
        return patterns.identify(stated).nobody();
    }

    @Override
    public Ruling judge(Meeting meeting) {
        return rulings.computeIfAbsent(
                meeting, question -> said(patterns.identify(question).ruling(), question));
    }

    /** SHA-256 of the files' names and texts, in hexadecimal: other rules have another id. */
    public String id() {
        return id;
    }

    /** The name of every rule and of every row, as {@link Decision#rule()} gives it. */
    public Set<String> names() {
        var names = new TreeSet<>(patterns.names());
        names.addAll(tables.names());
        return names;
    }

    /**
     * Asks the only table of a DMN file, or the one that has the file's name.
     *
     * @param file the file's name without its ending: {@code offers}
     * @param facts by input name
     * @throws IllegalArgumentException when there is no such file, when no row holds, or when a fact that has allowed
     *     values is missing or not among them
     */
    public Row ask(String file, Map<String, Object> facts) {
        return tables.ask(file, file, facts);
    }

    /** The texts that an input of the file's table may have; empty when it may have any, or when there is no such file. */
    public Set<String> values(String file, String input) {
        return tables.values(file, input);
    }

    /**
     * Asks one gate of guardrails.dmn whether a message may be sent.
     *
     * @param gate name of its table
     * @param facts what the gate's table names
     * @throws IllegalArgumentException as {@link #ask}
     */
    public Verdict gate(String gate, Map<String, Object> facts) {
        if (verdicts.size() > MAX_VERDICTS) {
            verdicts.clear();
        }
        return verdicts.computeIfAbsent(new Question(gate, Map.copyOf(facts)), question -> {
            var row = tables.ask(GUARDRAILS, gate, facts);
            return new Verdict(gate, row.text("verdict"), row.text("reason"), (int) row.number("hours"), row.rule());
        });
    }

    /**
     * The segment that segments.drl puts the customer in, or null when no rule does.
     *
     * @param now product time
     */
    public String segment(Customer customer, Instant now) {
        return hasSegments ? segmented(customer, now).segment() : null;
    }

    SegmentFindings segmented(Customer customer, Instant now) {
        return patterns.segment(new Standing(customer, now));
    }

    /**
     * What the event leads to: a move between stages first, then what is told to running journeys, then what is started
     * or sent. The scores of the decisions are those of the customer in the stage where the event leaves them.
     *
     * @param before the customer before the event
     * @param customer the customer with the event counted, still in the stage they were in
     */
    Evaluation judge(Customer before, Customer customer, Event event, Release release, Instant now) {
        var models = release.models();
        var scores = models.score(customer, event, now);
        var moment = new Moment(before, customer, event, scores, release, now);
        var findings = patterns.judge(moment);
        var after = customer.withFeatures(customer.features().saying(event.at(), findings.said()));
        var made = new ArrayList<Decision>(2);
        var move = findings.stage();
        if (move != null) {
            after = after.withStage(Stage.of(move.object()), event.at());
            // each stage has models of its own: what the old one's said is no propensity of somebody in the new one
            scores = models.score(after, event, now);
            moment = moment.moved(after, scores);
            var facts = moment.facts();
            facts.put("from", customer.stage().label());
            made.add(moment.decision(0, "stage:" + move.object(), move.rule(), move.reason(), release.id(), facts));
        }
        for (var told : findings.told()) {
            var facts = moment.facts();
            if (moment.showsItsProduct()) {
                facts.put("items", moment.items());
            }
            made.add(moment.decision(
                    made.size(), "tell:" + told.object(), told.rule(), told.reason(), release.id(), facts));
        }
        for (var signal : findings.signals()) {
            var asked = new HashMap<String, Object>();
            asked.put("signal", signal.object());
            asked.put("stage", after.stage().label());
            asked.put("propensity", propensity(scores));
            for (var kind : segmentsAsked) {
                asked.put(SEGMENT_INPUTS.get(kind), moment.segment(kind));
            }
            var row = tables.ask(NEXT_BEST_ACTION, NEXT_BEST_ACTION, asked);
            var action = row.text("action");
            var again = Duration.ofDays((long) row.number("days"));
            if (!action.equals(NOTHING)
                    && !decidedWithin(again, after.features().lastDecided(action), event.at())) {
                after = after.withFeatures(after.features().withDecided(action, event.at()));
                var facts = moment.facts();
                facts.put("signal", signal.object());
                facts.put("signalRule", signal.rule());
                facts.put("stage", after.stage().label());
                facts.put("propensity", propensity(scores));
                facts.put("items", moment.items());
                if (findings.risk() > 0) {
                    facts.put("risk", findings.risk());
                    facts.put(
                            "suspicions",
                            findings.suspicions().stream().map(Suspicion::facts).toList());
                    moment.oddity().ifPresent(oddity -> facts.put("anomaly", oddity));
                }
                var reason = signal.reason() + ": " + row.text("reason");
                made.add(moment.decision(made.size(), action, row.rule(), reason, release.id(), facts));
            }
        }
        return new Evaluation(after, List.copyOf(made), findings.said());
    }

    /** What satisfaction.drl says of the event, as {@link #judge} finds it. */
    Satisfaction.Said said(Customer before, Customer customer, Event event, Release release) {
        if (!event.counts()) {
            return Satisfaction.Said.NOTHING;
        }
        return found(before, customer, event, release).said();
    }

    /** What the pattern rules find in the event at its own time. */
    Findings found(Customer before, Customer customer, Event event, Release release) {
        var scores = release.models().score(customer, event, event.at());
        return patterns.judge(new Moment(before, customer, event, scores, release, event.at()));
    }

    /** The propensity to buy, or even odds when no model gave it. */
    public static double propensity(Scores scores) {
        return scores.value(Scores.BUY, 0.5);
    }

    /** True also when it was decided on for a later event than this one. */
    private static boolean decidedWithin(Duration span, Instant last, Instant at) {
        return last != null && Duration.between(last, at).compareTo(span) < 0;
    }

    private static String hash(SortedMap<String, String> files) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, text) -> {
                for (var part : List.of(name, text)) {
                    digest.update(part.getBytes(StandardCharsets.UTF_8));
                    digest.update((byte) 0);
                }
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
