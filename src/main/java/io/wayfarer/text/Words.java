package io.wayfarer.text;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.cn.smart.HMMChineseTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.springframework.web.util.HtmlUtils;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * A text cut into words: at blanks and signs, and Chinese, which writes none between, by the hidden Markov model of
 * Lucene's smartcn. What is left of HTML, addresses of pages and mails, and long numbers are no words.
 */
final class Words {

    /** Characters of a text that are read. */
    static final int MAX_TEXT = 10_000;

    private static final int MAX_WORD = 40;
    private static final Pattern TAG = Pattern.compile("<[/!?]?[a-zA-Z][^<>]{0,300}>");
    private static final Pattern ADDRESS =
            Pattern.compile("(?i)\\bhttps?://\\S{1,2000}|\\bwww\\.\\S{1,2000}|\\S{1,64}@\\S{1,255}");
    private static final Map<String, String> FACES = Map.of(
            ":)",
            "\uD83D\uDE42",
            ":-)",
            "\uD83D\uDE42",
            ":D",
            "\uD83D\uDE42",
            ":-D",
            "\uD83D\uDE42",
            ":(",
            "\uD83D\uDE41",
            ":-(",
            "\uD83D\uDE41");

    private static final Set<String> GREETED = Set.of("你", "您", "你们", "大家");

    enum Kind {
        LATIN,
        CHINESE,
        /** Letters of any other script. */
        FOREIGN,
        /** A picture, as a smiley. */
        SIGN,
        /** What parts one phrase from the next. */
        STOP
    }

    /**
     * A word.
     *
     * @param said as it stood in the text, in lower case
     * @param term its stem in English (Porter 2), otherwise the same
     */
    record Word(Kind kind, String said, String term) {}

    private static final Word STOP = new Word(Kind.STOP, "", "");

    private final List<Word> words = new ArrayList<>();
    private final StringBuilder run = new StringBuilder();
    private final EnglishStemmer stemmer = new EnglishStemmer();
    private Kind kind;

    private Words() {}

    /** The words of the text's first {@link #MAX_TEXT} characters, in order. */
    static List<Word> of(String text) {
        var plain = text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
        if (plain.indexOf('<') >= 0) {
            plain = TAG.matcher(plain).replaceAll(" . ");
        }
        if (plain.indexOf('&') >= 0) {
            plain = HtmlUtils.htmlUnescape(plain);
        }
        if (plain.indexOf('@') >= 0 || plain.contains("://") || plain.contains("www.")) {
            plain = ADDRESS.matcher(plain).replaceAll(" . ");
        }
        var reader = new Words();
        reader.read(plain);
        return reader.words;
    }

    private void read(String text) {
        for (int at = 0; at < text.length(); ) {
            var codePoint = text.codePointAt(at);
            var width = Character.charCount(codePoint);
            var found = kindOf(codePoint);
            if (found != kind) {
                end();
                kind = found;
            }
            switch (found) {
                case STOP -> width = stop(text, at, codePoint, width);
                case SIGN ->
                    words.add(new Word(Kind.SIGN, Character.toString(codePoint), Character.toString(codePoint)));
                default -> run.appendCodePoint(codePoint == '\u2019' ? '\'' : codePoint);
            }
            at += width;
        }
        end();
    }

    private static Kind kindOf(int codePoint) {
        if (codePoint < 0x80) {
            return codePoint >= 'a' && codePoint <= 'z'
                            || codePoint >= 'A' && codePoint <= 'Z'
                            || codePoint >= '0' && codePoint <= '9'
                            || codePoint == '\''
                    ? Kind.LATIN
                    : Kind.STOP;
        }
        if (Character.isLetterOrDigit(codePoint) || isAccent(codePoint)) {
            return switch (UnicodeScript.of(codePoint)) {
                case HAN -> Kind.CHINESE;
                case LATIN, COMMON, INHERITED -> Kind.LATIN;
                default -> Kind.FOREIGN;
            };
        }
        return codePoint == '\u2019'
                ? Kind.LATIN
                : Character.getType(codePoint) == Character.OTHER_SYMBOL ? Kind.SIGN : Kind.STOP;
    }

    private static boolean isAccent(int codePoint) {
        return Character.getType(codePoint) == Character.NON_SPACING_MARK
                && (codePoint <= 0x36F || UnicodeScript.of(codePoint) != UnicodeScript.INHERITED);
    }

    /** Blanks and hyphens go on with the phrase; a face made of signs is a picture. */
    private int stop(String text, int at, int codePoint, int width) {
        if (codePoint == ':') {
            for (var face : FACES.entrySet()) {
                if (text.startsWith(face.getKey(), at)) {
                    words.add(new Word(Kind.SIGN, face.getKey(), face.getValue()));
                    return face.getKey().length();
                }
            }
        }
        var goesOn = Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint) || codePoint == '-';
        if (!goesOn && !words.isEmpty() && words.get(words.size() - 1) != STOP) {
            words.add(STOP);
        }
        return width;
    }

    private void end() {
        if (run.isEmpty()) {
            return;
        }
        var text = run.toString();
        run.setLength(0);
        switch (kind) {
            case CHINESE -> segment(text);
            case LATIN -> latin(text.toLowerCase(Locale.ROOT));
            default -> words.add(new Word(kind, bounded(text), bounded(text)));
        }
    }

    private void latin(String text) {
        var from = 0;
        var to = text.length();
        while (from < to && text.charAt(from) == '\'') {
            from++;
        }
        while (to > from && text.charAt(to - 1) == '\'') {
            to--;
        }
        var word = text.substring(from, to);
        if (word.endsWith("'s")) {
            word = word.substring(0, word.length() - 2);
        }
        word = bounded(calm(word));
        // a number that long is an order's or somebody's telephone
        if (word.isEmpty() || word.chars().filter(Character::isDigit).count() > 3) {
            return;
        }
        stemmer.setCurrent(word);
        stemmer.stem();
        words.add(new Word(Kind.LATIN, word, stemmer.getCurrent()));
    }

    /** "soooo" is "soo": no English word has a letter three times. */
    private static String calm(String word) {
        var calm = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            var c = word.charAt(i);
            if (i < 2 || Character.isDigit(c) || c != word.charAt(i - 1) || c != word.charAt(i - 2)) {
                calm.append(c);
            }
        }
        return calm.toString();
    }

    private void segment(String text) {
        // a tokenizer has a state and serves one thread; a new one costs little, the dictionary is shared
        try (var tokenizer = new HMMChineseTokenizer()) {
            var token = tokenizer.addAttribute(CharTermAttribute.class);
            tokenizer.setReader(new StringReader(text));
            tokenizer.reset();
            while (tokenizer.incrementToken()) {
                chinese(token.toString());
            }
            tokenizer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void chinese(String word) {
        // hello is no praise, although smartcn cuts it into "you" and "good"
        var last = words.isEmpty() ? STOP : words.get(words.size() - 1);
        if (word.equals("好") && last.kind() == Kind.CHINESE && GREETED.contains(last.said())) {
            words.remove(words.size() - 1);
            word = last.said() + word;
        }
        words.add(new Word(Kind.CHINESE, word, word));
    }

    private static String bounded(String word) {
        return word.length() <= MAX_WORD ? word : word.substring(0, MAX_WORD);
    }
}
