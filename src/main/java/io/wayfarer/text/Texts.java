package io.wayfarer.text;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads texts. Immutable, safe for use by several threads, and pure: the same text gives the same reading. */
public final class Texts {

    private static final int CUES = 3;
    private static final List<Language> READ = List.of(Language.ENGLISH, Language.CHINESE);

    private final Map<Language, Mood> moods = new EnumMap<>(Language.class);
    private final Needs needs;

    /**
     * Reads with these moods, and where one is missing with that which comes with the product.
     *
     * @param moods at most one of each language
     */
    public Texts(List<Mood> moods, Needs needs) {
        READ.forEach(language -> this.moods.put(language, Starter.MOODS.get(language)));
        moods.forEach(mood -> this.moods.put(mood.language(), mood));
        this.needs = needs;
    }

    /** Trained once, which takes part of a second. */
    private static final class Starter {
        private static final Map<Language, Mood> MOODS = Map.of(
                Language.ENGLISH, MoodTraining.starter(Language.ENGLISH),
                Language.CHINESE, MoodTraining.starter(Language.CHINESE));
    }

    /** All that readings depend on: other ones come of another content. */
    public String content() {
        var content = new StringBuilder(needs.text());
        moods.values().forEach(mood -> content.append(mood.toText()));
        return content.toString();
    }

    /** The text's language, mood and needs. Reads the first {@value Words#MAX_TEXT} characters. */
    public Reading read(String text) {
        var words = Words.of(text);
        var language = Language.of(words);
        if (language == Language.OTHER) {
            return new Reading(language, 0.5, List.of(), needs.of(words));
        }
        var logOdds = 0.0;
        var cues = new HashMap<String, Double>();
        var shares = shares(words, language);
        for (var share : shares.entrySet()) {
            var mood = moods.get(share.getKey());
            logOdds += share.getValue() * mood.intercept();
            for (var term : Terms.of(words, share.getKey()).entrySet()) {
                var contribution = share.getValue() * mood.weight(term.getKey());
                if (contribution != 0) {
                    logOdds += contribution;
                    cues.merge(term.getValue(), contribution, Double::sum);
                }
            }
        }
        return new Reading(language, MoodTraining.sigmoid(logOdds), strongest(cues), needs.of(words));
    }

    /**
     * How much each language has to say: its share of the words. The log-odds of a text in two languages are the mean of
     * both, so weighted (a logarithmic opinion pool, Genest and Zidek 1986).
     */
    private static Map<Language, Double> shares(List<Words.Word> words, Language language) {
        var chinese = 0;
        var latin = 0;
        for (var word : words) {
            chinese += word.kind() == Words.Kind.CHINESE ? 1 : 0;
            latin += word.kind() == Words.Kind.LATIN ? 1 : 0;
        }
        if (chinese == 0 || latin == 0 || language == Language.CHINESE && !Language.isEnglish(words)) {
            return Map.of(language, 1.0);
        }
        var share = chinese / (double) (chinese + latin);
        var shares = new EnumMap<Language, Double>(Language.class);
        shares.put(Language.ENGLISH, 1 - share);
        shares.put(Language.CHINESE, share);
        return shares;
    }

    private static List<Reading.Cue> strongest(Map<String, Double> cues) {
        return cues.entrySet().stream()
                .map(cue -> new Reading.Cue(cue.getKey(), cue.getValue()))
                .sorted(Comparator.comparingDouble((Reading.Cue cue) -> -Math.abs(cue.contribution()))
                        .thenComparing(Reading.Cue::words))
                .limit(CUES)
                .toList();
    }
}
