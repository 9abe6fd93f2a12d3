package io.wayfarer.score;

import java.lang.Character.UnicodeScript;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The words of a text: what is between blanks and signs, in lower case; of Chinese, which writes none between, every
 * character and every pair of neighbours. What a negation stands before is negated, three words far and not past a sign.
 */
final class Words {

    /** Characters of a text that are read. */
    static final int MAX_TEXT = 10_000;

    private static final int REACH = 3;
    private static final int MAX_WORD = 40;
    private static final Set<String> NEGATIONS = Set.of(
            "not", "no", "never", "neither", "nor", "cannot", "without", "nothing", "nobody", "hardly", "barely");

    private final Map<String, Integer> found = new LinkedHashMap<>();
    private final StringBuilder word = new StringBuilder();
    private int negated;
    private int previousHan = -1;

    private Words() {}

    /** Each word once, with 1, or -1 where it was negated more often than not; even counts cancel out. */
    static Map<String, Integer> of(String text) {
        var words = new Words();
        text.codePoints().limit(MAX_TEXT).forEach(words::next);
        words.endWord();
        words.found.replaceAll((word, count) -> Integer.signum(count));
        words.found.values().removeIf(sign -> sign == 0);
        return words.found;
    }

    private void next(int codePoint) {
        var isHan = UnicodeScript.of(codePoint) == UnicodeScript.HAN;
        if (isHan) {
            endWord();
            var character = Character.toString(codePoint);
            add(character, 1);
            if (previousHan >= 0) {
                add(Character.toString(previousHan) + character, 1);
            }
        } else if (Character.isLetterOrDigit(codePoint)) {
            word.appendCodePoint(codePoint);
        } else if (codePoint == '\'' || codePoint == '\u2019') {
            word.append('\'');
        } else {
            endWord();
            negated = Character.isWhitespace(codePoint) || codePoint == '-' ? negated : 0;
        }
        previousHan = isHan ? codePoint : -1;
    }

    private void endWord() {
        if (word.isEmpty()) {
            return;
        }
        var text = word.toString().toLowerCase(Locale.ROOT);
        word.setLength(0);
        add(text.length() > MAX_WORD ? text.substring(0, MAX_WORD) : text, negated > 0 ? -1 : 1);
        negated = NEGATIONS.contains(text) || text.endsWith("n't") ? REACH : Math.max(0, negated - 1);
    }

    private void add(String text, int sign) {
        found.merge(text, sign, Integer::sum);
    }
}
