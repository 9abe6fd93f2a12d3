package io.wayfarer.learn;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.wayfarer.learn.judge.Measures;
import io.wayfarer.learn.model.Folds;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.ModelStore;
import io.wayfarer.text.Language;
import io.wayfarer.text.Mood;
import io.wayfarer.text.MoodTraining;
import io.wayfarer.text.MoodTraining.Opinion;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** The command {@code learn-text}: from one's own reviews in a CSV file to a mood that the program reads texts with. */
public final class LearnTextCommand {

    private static final String USAGE =
            """
            learn-text --data reviews.csv --text text --label rating   learn the mood of texts from your own reviews

              --lang en|zh|auto    their language; auto, when not given, tells it of each text
              --charset name       of the file; UTF-8 when not given, GB18030 for many Chinese ones
              --data-dir folder    of the program (wayfarer.data.dir); WAYFARER_DATA_DIR or ./data when not given

            A label is 1 to 5 stars (3 is left out), 1 and 0, + and -, positive and negative, or true and false.
            """;

    private static final List<String> NEEDED = List.of("--data", "--text", "--label");
    private static final List<String> OPTIONS =
            List.of("--data", "--text", "--label", "--lang", "--charset", "--data-dir");

    static final int MIN_TEXTS = 50;
    static final int MIN_OF_EACH = 10;

    private final PrintStream out;
    private final PrintStream errors;
    private final Clock clock;

    LearnTextCommand(PrintStream out, PrintStream errors, Clock clock) {
        this.out = out;
        this.errors = errors;
        this.clock = clock;
    }

    /**
     * Runs it, and says on the standard output how it went.
     *
     * @param args without the name of the command
     * @return what the program exits with: 0 when a mood was learned and is kept, 2 when none was, with the reason on the
     *     error output
     */
    public static int run(String... args) {
        return new LearnTextCommand(System.out, System.err, Clock.systemUTC()).execute(args);
    }

    int execute(String... args) {
        try {
            if (Arguments.askForHelp(args)) {
                out.print(USAGE);
                return 0;
            }
            return learn(Arguments.of(USAGE, OPTIONS, args).requiring(USAGE, NEEDED));
        } catch (IllegalArgumentException e) {
            errors.println(e.getMessage());
        } catch (IOException e) {
            errors.println("cannot read or write " + e.getMessage());
        }
        return 2;
    }

    private int learn(Arguments options) throws IOException {
        var reviews = Reviews.read(
                Arguments.path(options.get("--data")),
                options.get("--text"),
                options.get("--label"),
                charset(options.get("--charset", "UTF-8")));
        say(
                "%,d rows; left out: %,d without a text, %,d without a label, %,d in the middle, %,d told twice",
                reviews.rows(),
                reviews.withoutText(),
                reviews.withoutLabel(),
                reviews.inTheMiddle(),
                reviews.repeated());
        var byLanguage = byLanguage(reviews.opinions(), options.get("--lang", "auto"));
        ModelStore store = null;
        var kept = 0;
        for (var language : List.of(Language.ENGLISH, Language.CHINESE)) {
            var opinions = byLanguage.getOrDefault(language, List.of());
            if (!opinions.isEmpty()) {
                say("");
                var fault = tooFew(opinions);
                if (fault != null) {
                    errors.println(language.code() + ": " + fault);
                    continue;
                }
                store = store == null ? store(options) : store;
                kept += learn(language, opinions, store) ? 1 : 0;
            }
        }
        var other = byLanguage.getOrDefault(Language.OTHER, List.of());
        if (!other.isEmpty()) {
            errors.println(String.format(
                    Locale.ROOT,
                    "%,d texts are in another language than English or Chinese, and were left out",
                    other.size()));
        }
        if (kept == 0) {
            errors.println("Nothing was learned: texts are read as before");
            return 2;
        }
        say("");
        say("The program reads texts with it from its next start on.");
        return 0;
    }

    private static Map<Language, List<Opinion>> byLanguage(List<Opinion> opinions, String wish) {
        var languages = new HashMap<Language, List<Opinion>>();
        for (var opinion : opinions) {
            var language =
                    switch (wish) {
                        case "auto" -> Language.of(opinion.text());
                        case "en" -> Language.ENGLISH;
                        case "zh" -> Language.CHINESE;
                        default -> throw new IllegalArgumentException("--lang is en, zh or auto, and not " + wish);
                    };
            languages.computeIfAbsent(language, l -> new ArrayList<>()).add(opinion);
        }
        return languages;
    }

    private static String tooFew(List<Opinion> opinions) {
        var happy = opinions.stream().filter(Opinion::happy).count();
        var unhappy = opinions.size() - happy;
        if (Math.min(happy, unhappy) == 0) {
            return "all %,d texts are %s: a mood is learned from both kinds"
                    .formatted(opinions.size(), happy == 0 ? "unhappy" : "happy");
        }
        return opinions.size() < MIN_TEXTS || Math.min(happy, unhappy) < MIN_OF_EACH
                ? "%,d happy and %,d unhappy texts are too few: %d texts and %d of each kind are needed"
                        .formatted(happy, unhappy, MIN_TEXTS, MIN_OF_EACH)
                : null;
    }

    private boolean learn(Language language, List<Opinion> opinions, ModelStore store) throws IOException {
        var training = new ArrayList<Opinion>();
        var heldOut = new ArrayList<Opinion>();
        split(opinions, 5, training, heldOut);
        var mood = MoodTraining.of(language, training);
        var learned = Figures.of(mood, heldOut);
        var starter = Figures.of(MoodTraining.starter(language), heldOut);
        var share = training.stream().filter(Opinion::happy).count() / (double) training.size();
        var guess = Figures.of(heldOut, opinion -> share);
        say(
                "%s: learned from %,d texts, judged on %,d that were held out (stratified fifth, seed %d)",
                language.code(), training.size(), heldOut.size(), Folds.SEED);
        say("%-22s %9s %9s %7s", "", "accuracy", "log loss", "AUC");
        say("%-22s %9.3f %9.4f %7.3f", "learned from yours", learned.accuracy(), learned.logLoss(), learned.auc());
        say("%-22s %9.3f %9.4f %7.3f", "the starter's", starter.accuracy(), starter.logLoss(), starter.auc());
        say("%-22s %9.3f %9.4f %7.3f", "the bare share", guess.accuracy(), guess.logLoss(), guess.auc());
        if (!learned.isSurelyBetterThan(starter) || !learned.isSurelyBetterThan(guess)) {
            errors.println(language.code() + ": it is not surely better than what is there already, and is not kept");
            return false;
        }
        var card = store.keep(
                new ModelCard(
                        ModelCard.mood(language),
                        null,
                        clock.instant(),
                        null,
                        null,
                        null,
                        opinions.size(),
                        opinions.stream().filter(Opinion::happy).count(),
                        List.of(),
                        learned.auc(),
                        learned.logLoss(),
                        guess.logLoss(),
                        Folds.SEED,
                        String.format(
                                Locale.ROOT, "80/20, stratified by mood; accuracy %.3f held out", learned.accuracy())),
                mood);
        say("Kept as %s %s", card.name(), card.version());
        return true;
    }

    /** One in so many of each kind is held out. */
    static void split(List<Opinion> opinions, int oneIn, List<Opinion> training, List<Opinion> heldOut) {
        for (var happy : List.of(true, false)) {
            var kind = new ArrayList<>(opinions.stream()
                    .filter(opinion -> opinion.happy() == happy)
                    .toList());
            Collections.shuffle(kind, new Random(Folds.SEED));
            var cut = Math.round(kind.size() / (float) oneIn);
            heldOut.addAll(kind.subList(0, cut));
            training.addAll(kind.subList(cut, kind.size()));
        }
    }

    /** How well moods were told. */
    record Figures(double accuracy, double logLoss, double auc, double[] losses) {

        /** One-sided, 95 % of a normal distribution. */
        private static final double SURE = 1.645;

        /** On the same texts, by more than chance: the mean difference of their log losses against its standard error. */
        boolean isSurelyBetterThan(Figures other) {
            var n = losses.length;
            var sum = 0.0;
            var squares = 0.0;
            for (int i = 0; i < n; i++) {
                var gain = other.losses[i] - losses[i];
                sum += gain;
                squares += gain * gain;
            }
            var mean = sum / n;
            var variance = Math.max(0, squares / n - mean * mean) * n / Math.max(1, n - 1);
            return mean > SURE * Math.sqrt(variance / n) && mean > 0;
        }

        static Figures of(Mood mood, List<Opinion> opinions) {
            return of(opinions, opinion -> mood.probability(opinion.text()));
        }

        static Figures of(List<Opinion> opinions, ToDoubleFunction<Opinion> model) {
            var said = opinions.stream().mapToDouble(model).toArray();
            var happy = new boolean[said.length];
            var losses = new double[said.length];
            var right = 0;
            for (int i = 0; i < said.length; i++) {
                happy[i] = opinions.get(i).happy();
                right += said[i] > 0.5 == happy[i] ? 1 : 0;
                losses[i] = Measures.surprise(said[i], happy[i]);
            }
            return new Figures(
                    right / (double) said.length,
                    Arrays.stream(losses).average().orElse(Double.NaN),
                    Measures.auc(said, happy),
                    losses);
        }
    }

    private ModelStore store(Arguments options) {
        var set = System.getenv("WAYFARER_DATA_DIR");
        var folder = options.get("--data-dir", set == null || set.isBlank() ? "./data" : set);
        var json = JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .build();
        // a mood answers for no horizon, so that any will do
        return new ModelStore(Arguments.path(folder), Duration.ofDays(7), json);
    }

    private static Charset charset(String name) {
        try {
            return name.isBlank() ? StandardCharsets.UTF_8 : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--charset: " + name + " is not known");
        }
    }

    private void say(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }
}
