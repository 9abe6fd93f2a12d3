package io.wayfarer.score;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What a training gives, as it is kept beside its card: numbers and text, never objects of a class that the file names. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "learnt")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Fitted.class, name = "formula"),
    @JsonSubTypes.Type(value = Learnt.Days.class, name = "chain"),
    @JsonSubTypes.Type(value = Learnt.Words.class, name = "mood")
})
sealed interface Learnt permits Fitted, Learnt.Days, Learnt.Words {

    /** @param steps as a {@link StageChain} counts them */
    record Days(double[][] steps) implements Learnt {}

    /** @param text of a {@link io.wayfarer.text.Mood} */
    record Words(String text) implements Learnt {}
}
