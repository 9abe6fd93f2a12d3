package io.wayfarer.text;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.lucene.analysis.WordlistLoader;
import org.apache.lucene.analysis.en.EnglishAnalyzer;

/** A language that texts are read in, or {@link #OTHER}: one that is not read. */
public enum Language {
    ENGLISH("en"),
    CHINESE("zh"),
    OTHER("other");

    private static final Set<String> ENGLISH_WORDS = stopWords("english");
    private static final List<Set<String>> OTHER_WORDS = Stream.of(
                    "danish",
                    "dutch",
                    "finnish",
                    "french",
                    "german",
                    "hungarian",
                    "indonesian",
                    "italian",
                    "norwegian",
                    "portuguese",
                    "spanish",
                    "swedish")
            .map(Language::stopWords)
            .toList();

    private final String code;

    Language(String code) {
        this.code = code;
    }

    /** {@code en} or {@code zh}, as ISO 639-1 has them, or {@code other}. */
    public String code() {
        return code;
    }

    /** The language that most of the text is in. What has no letters, as a smiley alone, passes for English. */
    public static Language of(String text) {
        return of(Words.of(text));
    }

    static Language of(List<Words.Word> words) {
        var chinese = count(words, Words.Kind.CHINESE);
        var latin = count(words, Words.Kind.LATIN);
        var other = count(words, Words.Kind.FOREIGN);
        if (other > 0 && other >= Math.max(chinese, latin)) {
            return OTHER;
        }
        if (chinese > latin) {
            return CHINESE;
        }
        return isEnglish(words) ? ENGLISH : OTHER;
    }

    /**
     * Among the languages of Latin letters, the one with the most of its stop words in the text (Lucene has Snowball's
     * lists); letters with accents speak against English, and without any hint it is English.
     */
    static boolean isEnglish(List<Words.Word> words) {
        var distinct = words.stream()
                .filter(word -> word.kind() == Words.Kind.LATIN)
                .map(Words.Word::said)
                .collect(Collectors.toSet());
        var accented = distinct.stream()
                .filter(word -> word.chars().anyMatch(c -> c > 0x7F))
                .count();
        var english = hits(ENGLISH_WORDS, distinct);
        var most = OTHER_WORDS.stream()
                .mapToLong(list -> hits(list, distinct))
                .max()
                .orElseThrow();
        return english >= most + accented;
    }

    private static long hits(Set<String> list, Set<String> words) {
        return words.stream().filter(list::contains).count();
    }

    private static long count(List<Words.Word> words, Words.Kind kind) {
        return words.stream().filter(word -> word.kind() == kind).count();
    }

    private static Set<String> stopWords(String language) {
        var name = "/org/apache/lucene/analysis/snowball/" + language + "_stop.txt";
        try (var in = EnglishAnalyzer.class.getResourceAsStream(name)) {
            var words = new ArrayList<String>();
            WordlistLoader.getSnowballWordSet(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .forEach(word -> words.add(new String((char[]) word)));
            return Set.copyOf(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
