package io.wayfarer.score;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.text.Language;
import io.wayfarer.text.Mood;
import io.wayfarer.text.Needs;
import io.wayfarer.text.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import weka.classifiers.functions.Logistic;

/**
 * The store of trained models, in {@code models} under the data folder. For each name the newest one that this
 * installation signed, and that answers for the horizon now set, serves; a file that is forged, foreign or cut short is
 * refused with its reason, and the one before it serves, or in the end the chain of stages.
 */
@Component
public class ModelStore {

    /** Kept of each name, for going back; what is older is removed. */
    static final int KEPT = 20;

    private static final Logger log = LoggerFactory.getLogger(ModelStore.class);
    private static final Comparator<Kept> NEWEST_FIRST = Comparator.<Kept, Instant>comparing(
                    one -> one.card().trainedAt())
            .thenComparing(one -> one.card().version())
            .reversed();

    /** A model that serves or has served; of model, chain and mood two are null. */
    private record Kept(ModelCard card, LinearModel model, StageChain chain, Mood mood) {}

    private final ModelFiles files;
    private final Duration horizon;
    private final Needs needs;
    private final Models untrained;
    /** By name, the newest first. */
    private final Map<String, List<Kept>> kept = new TreeMap<>();

    private volatile List<ModelCard> cards;
    private volatile List<ModelCard> serving;
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
        keepWekaAtHome(data);
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

    /**
     * Keeps a model, which serves from now on.
     *
     * @param card names its features in the order of its attributes; its version is given here
     * @return the card with its version
     * @throws IOException when it cannot be written, and what served goes on serving
     * @throws IllegalArgumentException when the model does not fit its card, and what served goes on serving
     */
    public ModelCard keep(ModelCard card, Logistic model) throws IOException {
        return write(card, model);
    }

    /**
     * Keeps the counts of a chain of stages, which serves from now on.
     *
     * @param steps days of customers, {@link StageChain#ROWS} x {@link StageChain#COLUMNS}
     * @throws IOException when it cannot be written, and what served goes on serving
     */
    public ModelCard keep(ModelCard card, double[][] steps) throws IOException {
        return write(card, steps);
    }

    /**
     * Keeps what is known of moods in one language, which serves from now on.
     *
     * @param card named {@link ModelCard#mood}
     * @throws IOException when it cannot be written, and what served goes on serving
     */
    public ModelCard keep(ModelCard card, Mood mood) throws IOException {
        return write(card, mood.toText());
    }

    private synchronized ModelCard write(ModelCard card, Object model) throws IOException {
        understand(card, model);
        var written = files.write(card, model);
        var versions = kept.computeIfAbsent(card.name(), name -> new ArrayList<>());
        versions.removeIf(same -> same.card().equals(written));
        versions.add(0, understand(written, model));
        while (versions.size() > KEPT) {
            files.remove(versions.remove(versions.size() - 1).card());
        }
        serve();
        return written;
    }

    private void load(Path file) {
        try {
            var read = files.read(file);
            var understood = understand(read.card(), read.model());
            kept.computeIfAbsent(read.card().name(), name -> new ArrayList<>()).add(understood);
        } catch (IOException | IllegalArgumentException e) {
            log.warn("{} is not used: {}", file, e.getMessage());
        }
    }

    private Kept understand(ModelCard card, Object model) {
        for (var language : Language.values()) {
            if (model instanceof String text && card.name().equals(ModelCard.mood(language))) {
                return new Kept(card, null, null, Mood.fromText(language, text));
            }
        }
        if (!horizon.equals(card.horizon())) {
            throw new IllegalArgumentException(
                    "it answers for " + card.horizon() + ", and wayfarer.learn.horizon is " + horizon);
        }
        if (model instanceof Logistic logistic) {
            return new Kept(card, new LinearModel(card, logistic), null, null);
        }
        if (model instanceof double[][] steps && card.name().equals(ModelCard.CHAIN)) {
            return new Kept(card, null, new StageChain(card.name() + ":" + card.version(), steps, horizon), null);
        }
        throw new IllegalArgumentException(
                "it is neither a Weka Logistic, nor the counts of a chain of stages, nor a mood of texts");
    }

    private void serve() {
        var newest = kept.values().stream().map(versions -> versions.get(0)).toList();
        var models = newest.stream()
                .filter(one -> one.model() != null)
                .collect(Collectors.toMap(one -> one.card().name(), Kept::model));
        var chain = newest.stream()
                .map(Kept::chain)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(this::prior);
        var moods = newest.stream().filter(one -> one.mood() != null).toList();
        var texts = new Texts(moods.stream().map(Kept::mood).toList(), needs);
        var speakers = moods.stream().collect(Collectors.toMap(one -> one.mood().language(), one -> one.card()
                .version()));
        serving = newest.stream().map(Kept::card).toList();
        cards = kept.values().stream().flatMap(List::stream).map(Kept::card).toList();
        var versions = serving.stream().map(ModelCard::version).collect(Collectors.joining("+"));
        var id = ModelFiles.hash((horizon + texts.content() + versions).getBytes(StandardCharsets.UTF_8));
        current = new TrainedModels(id, chain, models, texts, speakers);
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

    /** Weka would make a folder in the user's home, ask the network for packages, and unpack and load native code. */
    private static void keepWekaAtHome(Path data) {
        System.setProperty("WEKA_HOME", data.resolve("weka").toAbsolutePath().toString());
        System.setProperty("weka.packageManager.offline", "true");
        System.setProperty("weka.packageManager.loadPackages", "false");
        System.setProperty("com.github.fommil.netlib.ARPACK", "com.github.fommil.netlib.F2jARPACK");
    }
}
