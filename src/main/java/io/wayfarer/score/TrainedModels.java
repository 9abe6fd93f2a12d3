package io.wayfarer.score;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Stage;
import io.wayfarer.text.Language;
import io.wayfarer.text.Texts;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The models of one moment: where one of them is missing, the chain of stages speaks. */
final class TrainedModels implements Models {

    private final String id;
    private final StageChain chain;
    private final TrainedModel[] nextStage = new TrainedModel[Stage.values().length];
    private final TrainedModel buy;
    /** By name, those that the chain of stages knows nothing of. */
    private final Map<String, TrainedModel> others;

    private final Texts texts;
    private final Map<Language, String> speakers = new EnumMap<>(Language.class);

    /**
     * @param models by the name on their card
     * @param versions of the moods that are not those that come with the product
     */
    TrainedModels(
            String id,
            StageChain chain,
            Map<String, TrainedModel> models,
            Texts texts,
            Map<Language, String> versions) {
        this.id = id;
        this.chain = chain;
        for (var stage : Stage.values()) {
            nextStage[stage.ordinal()] = models.get(ModelCard.nextStage(stage));
        }
        this.buy = models.get(ModelCard.BUY);
        this.others = new TreeMap<>(models);
        others.keySet().removeIf(ModelCard::chainAnswers);
        this.texts = texts;
        for (var language : Language.values()) {
            speakers.put(language, ModelCard.mood(language) + ":" + versions.getOrDefault(language, "starter"));
        }
        speakers.put(Language.OTHER, "none:other-language");
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Scores score(Customer customer, Event event, Instant now) {
        var stage = customer.stage();
        var next = nextStage[stage.ordinal()];
        var vector = next == null && buy == null && others.isEmpty() ? null : FeatureVector.of(customer, now);
        var scores = new LinkedHashMap<String, Score>(8);
        scores.put(Scores.NEXT_STAGE, next == null ? chain.movingOn(stage) : next.score(vector));
        scores.put(Scores.BUY, buy == null ? chain.buying(stage) : buy.score(vector));
        others.forEach((name, model) -> scores.put(name, model.score(vector)));
        var words = event == null ? null : event.words();
        if (words != null) {
            read(words, scores);
        }
        return new Scores(scores);
    }

    @Override
    public Map<String, Why> why(Customer customer, Instant now) {
        var stage = customer.stage();
        var next = nextStage[stage.ordinal()];
        var vector = FeatureVector.of(customer, now);
        var whys = new LinkedHashMap<String, Why>(8);
        whys.put(Scores.NEXT_STAGE, next == null ? byStage(chain.movingOn(stage)) : next.why(vector));
        whys.put(Scores.BUY, buy == null ? byStage(chain.buying(stage)) : buy.why(vector));
        others.forEach((name, model) -> whys.put(name, model.why(vector)));
        return whys;
    }

    private static Why byStage(Score score) {
        return Why.of(score.value(), score.value(), score.model(), Why.Method.NO_FEATURES, List.of());
    }

    private void read(String words, Map<String, Score> scores) {
        var reading = texts.read(words);
        var cues = reading.cues().stream()
                .map(cue -> new Score.Driver("word:" + cue.words(), 1, cue.contribution()))
                .toList();
        scores.put(Scores.SENTIMENT, new Score(reading.mood(), speakers.get(reading.language()), cues));
        reading.needs().forEach((name, need) -> {
            var said = need.words().entrySet().stream()
                    .map(word -> new Score.Driver("word:" + word.getKey(), 1, word.getValue()))
                    .sorted(Comparator.comparingDouble((Score.Driver driver) -> -driver.contribution())
                            .thenComparing(Score.Driver::feature))
                    .toList();
            scores.put(Scores.need(name), new Score(need.score(), "words:needs.txt", said));
        });
    }
}
