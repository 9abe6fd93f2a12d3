package io.wayfarer.console;

import io.swagger.v3.oas.annotations.media.Schema;
import io.wayfarer.score.Why;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** Says in words why a score is what it is; the words are in messages.properties, under {@code feature.}. */
@Component
class FeatureWords {

    private static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.SIMPLIFIED_CHINESE);
    private static final Pattern WINDOWED = Pattern.compile("(.+)-(\\d+)d");

    /** Why a score is what it is. */
    record Explanation(
            @Schema(description = "The score: a probability, or of value money") double value,
            @Schema(description = "The score of the mean of all customers the model was trained on") double baseline,
            String model,
            @Schema(
                            description =
                                    "exact, shapley-sampling (errors say how sure each part is) or no-features (the model"
                                            + " looks at the stage alone)")
                    String method,
            @Schema(description = "The strongest first; their shares add up to value - baseline")
                    List<Reason> reasons) {}

    /** One feature's part. */
    record Reason(
            String feature,
            @Schema(description = "Of the customer: a number of events, days, money") double value,
            @Schema(description = "In probability, or in the unit of the score") double share,
            @Schema(description = "Before calibration: in log-odds, of a forest in probability") double contribution,
            @Schema(description = "Standard error of the contribution; 0 when it is exact") double error,
            @Schema(description = "By language", example = "{\"en\": \"4 visits in 7 days: +0.12\"}")
                    Map<String, String> words) {}

    private final MessageSource messages;

    FeatureWords(MessageSource messages) {
        this.messages = messages;
    }

    Explanation explain(Why why) {
        return new Explanation(
                why.value(),
                why.baseline(),
                why.model(),
                why.method().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                why.parts().stream()
                        .map(part -> new Reason(
                                part.feature(),
                                part.value(),
                                part.share(),
                                part.contribution(),
                                part.error(),
                                words(part.feature(), part.value(), part.share())))
                        .toList());
    }

    /** By language: {@code 4 visits in 7 days: +0.12}. */
    Map<String, String> words(String feature, double value, double share) {
        return words(feature, value, String.format(Locale.ROOT, "%+.2f", share));
    }

    /** Of a part that multiplies its score by 2 to the power of it, by language: {@code 4 orders today: × 1.20}. */
    Map<String, String> factor(String feature, double value, double part) {
        return words(feature, value, String.format(Locale.ROOT, "× %.2f", Math.pow(2, part)));
    }

    private Map<String, String> words(String feature, double value, String effect) {
        var words = new LinkedHashMap<String, String>();
        for (var language : LANGUAGES) {
            words.put(language.getLanguage(), said(feature, value, language) + ": " + effect);
        }
        return words;
    }

    private String said(String feature, double value, Locale language) {
        var windowed = WINDOWED.matcher(feature);
        if (!windowed.matches()) {
            return messages.getMessage("feature." + feature, new Object[] {value}, feature, language);
        }
        var window = messages.getMessage(
                "feature.window", new Object[] {Integer.parseInt(windowed.group(2))}, feature, language);
        return messages.getMessage("feature." + windowed.group(1), new Object[] {value, window}, feature, language);
    }
}
