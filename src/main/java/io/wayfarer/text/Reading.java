package io.wayfarer.text;

import java.util.List;
import java.util.Map;

/**
 * What was read in a text.
 *
 * @param language of most of it
 * @param mood the probability that it is a happy one; 0.5 when it is in a language that is not read
 * @param cues the words that moved the mood most, the strongest first
 * @param needs what it is about, by name; empty when no word says so
 */
public record Reading(Language language, double mood, List<Cue> cues, Map<String, Need> needs) {

    /**
     * A word's part in the mood.
     *
     * @param words as they stood in the text
     * @param contribution what they added to the log-odds
     */
    public record Cue(String words, double contribution) {}

    /**
     * Something that the text is about.
     *
     * @param score how surely, from 0 to 1
     * @param words that said so, each with its own score
     */
    public record Need(double score, Map<String, Double> words) {}
}
