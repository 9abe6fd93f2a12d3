package io.wayfarer.score;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.score.Standing.Change;
import io.wayfarer.score.Standing.What;
import io.wayfarer.store.Version;
import io.wayfarer.text.Language;
import io.wayfarer.text.Mood;
import io.wayfarer.text.Needs;
import io.wayfarer.text.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * The store of trained models, in {@code models} under the data folder, and who of them serves: of the models that say what
 * will happen the champion of each name, of the others the newest. Only those are read that this installation signed and
 * that answer for the horizon now set; a file that is forged, foreign or cut short is refused with its reason, and the
 * former champion serves, or the newest that is left, or in the end the chain of stages.
 */
@Component
public class ModelStore {

    /** Kept of each name, for going back; what is older and has no role is removed. */
    static final int KEPT = 20;

    /** A challenger is tried for so many times of what it foresees before a newer one may take its place. */
    static final int TRIAL = 3;

    /** A change of roles that is not done; the message is for the person who asked. */
    public static final class Refused extends RuntimeException {

        Refused(String reason) {
            super(reason, null, false, false);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(ModelStore.class);
    private static final Comparator<Kept> NEWEST_FIRST = Comparator.<Kept, Instant>comparing(
                    one -> one.card().trainedAt())
            .thenComparing(one -> one.card().version())
            .reversed();

    /** What a version is; two are null. */
    private record Known(TrainedModel model, StageChain chain, Mood mood) {}

    /** A version that is kept. What it is, is only in memory while it is needed: a forest has some hundred thousand nodes. */
    private static final class Kept {
        private final ModelCard card;
        private Known known;

        Kept(ModelCard card, Known known) {
            this.card = card;
            this.known = known;
        }

        ModelCard card() {
            return card;
        }
    }

    private final ModelFiles files;
    private final Duration horizon;
    private final Needs needs;
    private final Models untrained;
    /** By name, the newest first. */
    private final Map<String, List<Kept>> kept = new TreeMap<>();
    /** By name; of those that say what will happen, and of which a version is kept. */
    private final Map<String, Standing> roles = new TreeMap<>();

    private volatile List<ModelCard> cards;
    private volatile List<ModelCard> serving;
    private volatile List<Standing> standings;
    private volatile Map<String, Contest> contests;
    private volatile Models current;

    @Autowired
    ModelStore(
            @Value("${wayfarer.data.dir}") Path data,
            @Value("${wayfarer.learn.horizon}") Duration horizon,
            ObjectMapper json,
            @Value("${wayfarer.rules.dir}") String rulesDir) {
        this(data, horizon, json, needs(rulesDir));
    }

    /** With the needs that come with the product. */
    public ModelStore(Path data, Duration horizon, ObjectMapper json) {
        this(data, horizon, json, Needs.ofProduct());
    }

    private ModelStore(Path data, Duration horizon, ObjectMapper json, Needs needs) {
        this.horizon = horizon;
        this.needs = needs;
        try {
            this.files = new ModelFiles(data, json);
            for (var file : files.list()) {
                load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("models cannot be kept: " + e.getMessage(), e);
        }
        this.untrained = new TrainedModels("untrained", prior(), Map.of(), new Texts(List.of(), needs), Map.of());
        kept.values().forEach(versions -> versions.sort(NEWEST_FIRST));
        recallRoles();
        serve();
    }

    /** The models that serve now. Never null: at first it is a chain of stages that has seen nothing. */
    public Models current() {
        return current;
    }

    /** A chain of stages that has seen nothing, and no model. */
    public Models untrained() {
        return untrained;
    }

    /** The cards of all models that are kept, by name and the newest first. */
    public List<ModelCard> cards() {
        return cards;
    }

    /** The cards of those that serve now; a name that is missing is answered by the chain of stages. */
    public List<ModelCard> serving() {
        return serving;
    }

    /** Who has which role, of the models that say what will happen; by name. */
    public List<Standing> standings() {
        return standings;
    }

    /** What is to be watched of those models, by name. */
    public Map<String, Contest> contests() {
        return contests;
    }

    /**
     * Keeps a model of what will happen. The first of its name serves from now on; a later one is tried beside it, unless
     * another one is being tried.
     *
     * @param card names its features in the order of the formula's inputs; its version is given here
     * @param vectors of moments right after an event that it was trained on, to tell later whether customers are still such
     * @return the card with its version
     * @throws IOException when it cannot be written, and what served goes on serving
     * @throws IllegalArgumentException when the model does not fit its card, and what served goes on serving
     */
    public ModelCard keep(ModelCard card, Fitted model, List<double[]> vectors) throws IOException {
        var reference = Reference.of(card, vectors, understand(card, model).model()::answer);
        return write(card.withReference(reference), model);
    }

    /** The same, of which nobody can tell later whether customers are still such. */
    public ModelCard keep(ModelCard card, Fitted model) throws IOException {
        return write(card, model);
    }

    /**
     * Makes a version that is kept the champion.
     *
     * @param at product time
     * @param by the user who wants it
     * @throws Refused when there is no such version, its file cannot be read any more, or it serves already
     * @throws IOException when it cannot be written, and what served goes on serving
     */
    public synchronized void promote(String name, String version, Instant at, String by, String why)
            throws IOException {
        var now = standing(name);
        mustBeUsable(name, version);
        if (version.equals(now.champion())) {
            throw new Refused(version + " is the champion already");
        }
        change(now.promoted(version, new Change(at, by, What.PROMOTED, version, why)));
    }

    /**
     * Makes the former champion the champion again, and gives its version.
     *
     * @throws Refused when there is none, or its file cannot be read any more
     * @throws IOException when it cannot be written, and what served goes on serving
     */
    public synchronized String rollBack(String name, Instant at, String by, String why) throws IOException {
        var now = standing(name);
        if (now.former() == null) {
            throw new Refused("there is no former champion of " + name);
        }
        mustBeUsable(name, now.former());
        change(now.rolledBack(new Change(at, by, What.ROLLED_BACK, now.former(), why)));
        return now.former();
    }

    /**
     * Ends a trial by the rule: a better challenger becomes the champion, another one is kept without a role. Where champion
     * or challenger are no longer those that were compared, nothing changes.
     *
     * @throws IOException when it cannot be written, and the trial goes on
     */
    public synchronized void end(Contest trial, boolean isBetter, Instant at, String why) throws IOException {
        var now = roles.get(trial.name());
        var challenger = trial.challenger();
        if (now == null || !now.champion().equals(trial.champion()) || !challenger.equals(now.challenger())) {
            return;
        }
        change(
                isBetter
                        ? now.promoted(challenger, new Change(at, "rule:better", What.PROMOTED, challenger, why))
                        : now.retired(new Change(at, "rule:worse", What.RETIRED, challenger, why)));
    }

    /**
     * Keeps the counts of a chain of stages, which serves from now on.
     *
     * @param steps days of customers, {@link StageChain#ROWS} x {@link StageChain#COLUMNS}
     * @throws IOException when it cannot be written, and what served goes on serving
     */
    public ModelCard keep(ModelCard card, double[][] steps) throws IOException {
        return write(card, new Learnt.Days(steps));
    }

    /**
     * Keeps what is known of moods in one language, which serves from now on.
     *
     * @param card named {@link ModelCard#mood}
     * @throws IOException when it cannot be written, and what served goes on serving
     */
    public ModelCard keep(ModelCard card, Mood mood) throws IOException {
        return write(card, new Learnt.Words(mood.toText()));
    }

    private synchronized ModelCard write(ModelCard card, Learnt model) throws IOException {
        understand(card, model);
        var written = files.write(card, model);
        var versions = kept.computeIfAbsent(card.name(), name -> new ArrayList<>());
        versions.removeIf(same -> same.card().equals(written));
        versions.add(0, new Kept(written, understand(written, model)));
        if (ModelCard.foresees(card.name())) {
            change(trained(written));
        }
        for (int i = versions.size() - 1; versions.size() > KEPT; i--) {
            var old = versions.get(i).card();
            if (!roles.containsKey(old.name()) || !roles.get(old.name()).holds(old.version())) {
                files.remove(old);
                versions.remove(i);
            }
        }
        serve();
        return written;
    }

    private Standing trained(ModelCard card) {
        var now = roles.get(card.name());
        if (now == null) {
            return Standing.first(
                    card.name(), card.version(), byTraining(card, What.FIRST, "there was no champion: it serves"));
        }
        if (now.holds(card.version())) {
            return now;
        }
        var champion = find(now.name(), now.champion()).card();
        if (!champion.horizon().equals(card.horizon())) {
            var why = "it foresees what happens within " + card.horizon() + ", and the champion within "
                    + champion.horizon() + ": they cannot be compared";
            return now.replacedBy(card.version(), byTraining(card, What.REPLACED, why));
        }
        if (now.challenger() == null) {
            return now.challengedBy(card.version(), byTraining(card, What.CHALLENGES, "nothing else was being tried"));
        }
        if (now.since().plus(card.horizon().multipliedBy(TRIAL)).isAfter(card.trainedAt())) {
            log.info("{}: {} is kept without a role, {} is being tried", now.name(), card.version(), now.challenger());
            return now;
        }
        var why = now.challenger() + " had been tried for " + TRIAL + " x " + card.horizon()
                + " and was not surely better";
        return now.challengedBy(card.version(), byTraining(card, What.CHALLENGES, why));
    }

    private static Change byTraining(ModelCard card, What what, String why) {
        return new Change(card.trainedAt(), Standing.TRAINING, what, card.version(), why);
    }

    private Standing standing(String name) {
        var standing = roles.get(name);
        if (standing == null) {
            throw new Refused("no model " + name + " has roles");
        }
        return standing;
    }

    /** Asked before a role is written: what has a role and cannot be read would keep all others from serving. */
    private void mustBeUsable(String name, String version) {
        var wanted = find(name, version);
        if (wanted == null) {
            throw new Refused("no version " + version + " of " + name + " is kept");
        }
        try {
            known(wanted);
        } catch (UncheckedIOException e) {
            throw new Refused(e.getMessage());
        }
    }

    private Kept find(String name, String version) {
        return kept.getOrDefault(name, List.of()).stream()
                .filter(one -> one.card().version().equals(version))
                .findFirst()
                .orElse(null);
    }

    /** Written first: what is not on disk does not count. */
    private void change(Standing next) throws IOException {
        if (next.equals(roles.get(next.name()))) {
            return;
        }
        var all = new TreeMap<>(roles);
        all.put(next.name(), next);
        files.writeRoles(all.values());
        roles.put(next.name(), next);
        var change = next.changes().get(0);
        log.info("{}: {} {}, by {}: {}", next.name(), change.version(), change.what(), change.by(), change.why());
        serve();
    }

    /**
     * The roles as they were kept, of the versions that could be read. What is filled in here is not written: when the
     * file of a champion is back at the next start, so is the champion.
     */
    private void recallRoles() {
        var written = new TreeMap<String, Standing>();
        try {
            files.readRoles().forEach(standing -> written.put(standing.name(), standing));
        } catch (IOException e) {
            log.warn("{} is not used, and the newest models serve: {}", ModelFiles.ROLES_FILE, e.getMessage());
        }
        kept.forEach((name, versions) -> {
            if (ModelCard.foresees(name)) {
                roles.put(name, recalled(name, versions, written.get(name)));
            }
        });
    }

    private Standing recalled(String name, List<Kept> versions, Standing was) {
        var newest = versions.get(0).card();
        if (was == null) {
            return Standing.first(
                    name, newest.version(), byTraining(newest, What.FIRST, "no roles were kept: the newest serves"));
        }
        var former = find(name, was.former()) == null ? null : was.former();
        var challenger = find(name, was.challenger()) == null ? null : was.challenger();
        if (find(name, was.champion()) != null) {
            var since = challenger == null ? null : was.since();
            return new Standing(name, was.champion(), former, challenger, since, was.changes());
        }
        var instead = former != null
                ? former
                : versions.stream()
                        .map(one -> one.card().version())
                        .filter(version -> !version.equals(challenger))
                        .findFirst()
                        .orElse(newest.version());
        log.warn("{}: the champion {} cannot be used, {} serves in its place", name, was.champion(), instead);
        var goesOn = challenger != null && !challenger.equals(instead);
        return new Standing(
                name, instead, null, goesOn ? challenger : null, goesOn ? was.since() : null, was.changes());
    }

    private void load(Path file) {
        try {
            var read = files.read(file);
            understand(read.card(), read.model());
            kept.computeIfAbsent(read.card().name(), name -> new ArrayList<>()).add(new Kept(read.card(), null));
        } catch (IOException | IllegalArgumentException e) {
            log.warn("{} is not used: {}", file, e.getMessage());
        }
    }

    private Known understand(ModelCard card, Learnt learnt) {
        var ofChain = card.name().equals(ModelCard.CHAIN);
        if ((ofChain || ModelCard.chainAnswers(card.name())) && !horizon.equals(card.horizon())) {
            throw new IllegalArgumentException(
                    "it answers for " + card.horizon() + ", and wayfarer.learn.horizon is " + horizon);
        }
        if (learnt instanceof Fitted fitted && !ofChain) {
            return new Known(new TrainedModel(card, fitted), null, null);
        }
        if (learnt instanceof Learnt.Days days && ofChain) {
            return new Known(null, new StageChain(card.name() + ":" + card.version(), days.steps(), horizon), null);
        }
        for (var language : Language.values()) {
            if (learnt instanceof Learnt.Words words && card.name().equals(ModelCard.mood(language))) {
                return new Known(null, null, Mood.fromText(language, words.text()));
            }
        }
        throw new IllegalArgumentException(
                "it is neither a formula, nor the counts of a chain of stages, nor a mood of texts");
    }

    /** @throws UncheckedIOException when its file cannot be read any more */
    private Known known(Kept version) {
        if (version.known == null) {
            try {
                version.known = understand(
                        version.card, files.read(files.file(version.card)).model());
            } catch (IOException e) {
                throw new UncheckedIOException(
                        version.card.name() + " " + version.card.version() + " cannot be used: " + e.getMessage(), e);
            }
        }
        return version.known;
    }

    private void serve() {
        var serves = kept.entrySet().stream()
                .map(one -> roles.containsKey(one.getKey())
                        ? find(one.getKey(), roles.get(one.getKey()).champion())
                        : one.getValue().get(0))
                .toList();
        var models = new HashMap<String, TrainedModel>();
        var chain = prior();
        var moods = new ArrayList<Mood>();
        var speakers = new EnumMap<Language, String>(Language.class);
        for (var one : serves) {
            var known = known(one);
            if (known.model() != null) {
                models.put(one.card().name(), known.model());
            } else if (known.chain() != null) {
                chain = known.chain();
            } else {
                moods.add(known.mood());
                speakers.put(known.mood().language(), one.card().version());
            }
        }
        var texts = new Texts(moods, needs);
        serving = serves.stream().map(Kept::card).toList();
        standings = List.copyOf(roles.values());
        contests = roles.values().stream().collect(Collectors.toUnmodifiableMap(Standing::name, this::contest));
        cards = kept.values().stream().flatMap(List::stream).map(Kept::card).toList();
        var versions = serving.stream().map(ModelCard::version).collect(Collectors.joining("+"));
        var id = Version.of(horizon + texts.content() + versions);
        current = new TrainedModels(id, chain, models, texts, speakers);
        kept.forEach((name, all) -> all.forEach(version -> {
            var role = roles.get(name);
            var isTried = role != null && version.card().version().equals(role.challenger());
            if (!isTried && !serves.contains(version)) {
                version.known = null;
            }
        }));
    }

    private Contest contest(Standing standing) {
        var champion = find(standing.name(), standing.champion());
        var challenger = standing.challenger() == null ? null : find(standing.name(), standing.challenger());
        return new Contest(
                standing.name(),
                standing.champion(),
                known(champion).model()::answer,
                champion.card().reference(),
                standing.challenger(),
                challenger == null ? null : known(challenger).model()::answer);
    }

    private StageChain prior() {
        return new StageChain(ModelCard.CHAIN + ":prior", new double[StageChain.ROWS][StageChain.COLUMNS], horizon);
    }

    /** Those of the folder of the rules, or where it has none, those in the jar. */
    private static Needs needs(String rulesDir) {
        var file = Path.of(rulesDir, "needs.txt");
        if (rulesDir.isBlank() || !Files.exists(file)) {
            return Needs.ofProduct();
        }
        try {
            return new Needs(file.toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: it must be a file in UTF-8", e);
        }
    }
}
