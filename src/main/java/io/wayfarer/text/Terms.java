package io.wayfarer.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a mood is told from: each word and each pair of neighbours, once. A word that a negation stands before, at most
 * three words before it in the same phrase, is a term of its own (Das and Chen 2001; Pang, Lee and Vaithyanathan 2002).
 */
final class Terms {

    private static final int REACH = 3;
    private static final Set<String> NEGATIONS = Set.of(
            "not", "no", "never", "neither", "nor", "cannot", "without", "nothing", "nobody", "none", "hardly",
            "barely", "不", "没", "没有", "未", "别", "无", "不是", "不太", "不会", "不够");

    private Terms() {}

    /**
     * The terms of the words in this language, with signs, which belong to every one.
     *
     * @return each term, and how it stood in the text; a term is {@code good}, {@code not_good} or {@code very good}
     */
    static Map<String, String> of(List<Words.Word> words, Language language) {
        var own = language == Language.CHINESE ? Words.Kind.CHINESE : Words.Kind.LATIN;
        var terms = new LinkedHashMap<String, String>();
        Words.Word previous = null;
        String negation = null;
        var negated = 0;
        for (var word : words) {
            if (word.kind() != own && word.kind() != Words.Kind.SIGN) {
                previous = null;
                negated = word.kind() == Words.Kind.STOP ? 0 : negated;
                continue;
            }
            if (negated > 0) {
                terms.putIfAbsent("not_" + word.term(), negation + " " + word.said());
            } else {
                terms.putIfAbsent(word.term(), word.said());
            }
            if (previous != null) {
                terms.putIfAbsent(previous.term() + " " + word.term(), previous.said() + " " + word.said());
            }
            if (NEGATIONS.contains(word.said()) || word.said().endsWith("n't")) {
                negation = word.said();
                negated = REACH;
            } else {
                negated = Math.max(0, negated - 1);
            }
            previous = word;
        }
        return terms;
    }

    /** A pair of neighbours, and not one word. */
    static boolean isPair(String term) {
        return term.indexOf(' ') >= 0;
    }
}
