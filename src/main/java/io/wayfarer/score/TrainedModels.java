package io.wayfarer.score;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Stage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The models of one moment: where one of them is missing, the chain of stages speaks. */
final class TrainedModels implements Models {

    private final String id;
    private final StageChain chain;
    private final LinearModel[] nextStage = new LinearModel[Stage.values().length];
    private final LinearModel buy;
    private final Sentiment sentiment;

    /** @param models by the name on their card */
    TrainedModels(String id, StageChain chain, Map<String, LinearModel> models, Sentiment sentiment) {
        this.id = id;
        this.chain = chain;
        for (var stage : Stage.values()) {
            nextStage[stage.ordinal()] = models.get(ModelCard.nextStage(stage));
        }
        this.buy = models.get(ModelCard.BUY);
        this.sentiment = sentiment;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Scores score(Customer customer, Event event, Instant now) {
        var stage = customer.stage();
        var next = nextStage[stage.ordinal()];
        var vector = next == null && buy == null ? null : FeatureVector.of(customer, now);
        var scores = new LinkedHashMap<String, Score>(4);
        scores.put(Scores.NEXT_STAGE, next == null ? chain.movingOn(stage) : next.score(vector));
        scores.put(Scores.BUY, buy == null ? chain.buying(stage) : buy.score(vector));
        var words = event == null ? null : event.words();
        if (words != null) {
            scores.put(Scores.SENTIMENT, sentiment.score(words));
        }
        return new Scores(scores);
    }
}
