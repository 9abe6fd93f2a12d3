package io.wayfarer.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What texts are about (delivery, price, ...), told by the terms of a file that can be extended: {@code rules/needs.txt}
 * says its form. Each term has a score, and the scores of different terms of one need add up as a noisy-or: 1 - (1 - a)
 * (1 - b) (Pearl 1988). Immutable.
 */
public final class Needs {

    private static final int MAX_NEEDS = 100;
    private static final int MAX_TERMS = 20_000;
    private static final int MAX_WORDS = 4;
    private static final int MAX_CHARACTERS = 12;
    private static final double USUAL = 0.7;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,30}");
    private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}{1," + MAX_CHARACTERS + "}");
    private static final Pattern LATIN =
            Pattern.compile("[\\p{IsLatin}0-9']{1,40}(?: [\\p{IsLatin}0-9']{1,40}){0," + (MAX_WORDS - 1) + "}");

    /** By term, of each need it speaks for the score. */
    private final Map<String, Map<String, Double>> terms = new HashMap<>();

    private final String text;

    /**
     * @param file its name, for messages
     * @param text its lines
     * @throws IllegalArgumentException naming the file and the line that cannot be used
     */
    public Needs(String file, String text) {
        this.text = text;
        var number = 0;
        for (var line : text.lines().toList()) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                var fault = add(line);
                if (fault != null) {
                    throw new IllegalArgumentException(file + ", line " + number + ": " + fault);
                }
            }
        }
    }

    /** Those that come with the product. */
    public static Needs ofProduct() {
        try (var in = Needs.class.getResourceAsStream("/rules/needs.txt")) {
            return new Needs("needs.txt", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it was made of. */
    public String text() {
        return text;
    }

    /** @return what is wrong, or null */
    private String add(String line) {
        var colon = line.indexOf(':');
        var name = colon < 0 ? "" : line.substring(0, colon).strip();
        if (!NAME.matcher(name).matches()) {
            return "it does not begin with the name of a need and a colon, as in \"delivery: parcel, courier\"";
        }
        for (var entry : line.substring(colon + 1).split("[,，]")) {
            var sides = entry.split("=", 2);
            var term = sides[0].strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
            if (!CHINESE.matcher(term).matches() && !LATIN.matcher(term).matches()) {
                return "\"" + term + "\" is no term: up to " + MAX_WORDS + " words in Latin letters, or up to "
                        + MAX_CHARACTERS + " Chinese characters";
            }
            var score = sides.length == 1 ? USUAL : number(sides[1]);
            if (!(score > 0 && score < 1)) {
                return "the score of \"" + term + "\" is no number between 0 and 1";
            }
            terms.computeIfAbsent(term, t -> new TreeMap<>()).put(name, score);
        }
        var names = terms.values().stream()
                .flatMap(needs -> needs.keySet().stream())
                .distinct()
                .count();
        return names > MAX_NEEDS || terms.size() > MAX_TERMS
                ? "more than " + MAX_NEEDS + " needs or " + MAX_TERMS + " terms"
                : null;
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    Map<String, Reading.Need> of(List<Words.Word> words) {
        var found = new TreeMap<String, Map<String, Double>>();
        for (int at = 0; at < words.size(); at++) {
            var kind = words.get(at).kind();
            if (kind == Words.Kind.CHINESE) {
                at = chinese(words, at, found) - 1;
            } else if (kind == Words.Kind.LATIN) {
                latin(words, at, found);
            }
        }
        var needs = new LinkedHashMap<String, Reading.Need>();
        found.forEach((name, said) -> {
            // "return" says no more than the "return label" that it is a part of
            said.keySet().removeIf(term -> said.keySet().stream().anyMatch(other -> isPart(term, other)));
            var not = said.values().stream().mapToDouble(score -> 1 - score).reduce(1, (a, b) -> a * b);
            needs.put(name, new Reading.Need(1 - not, Map.copyOf(said)));
        });
        return needs;
    }

    private void latin(List<Words.Word> words, int from, Map<String, Map<String, Double>> found) {
        var phrase = new StringBuilder();
        for (int at = from; at < Math.min(words.size(), from + MAX_WORDS); at++) {
            if (words.get(at).kind() != Words.Kind.LATIN) {
                return;
            }
            phrase.append(phrase.isEmpty() ? "" : " ").append(words.get(at).said());
            note(phrase.toString(), found);
        }
    }

    /** Reads characters and not words: how the text was cut does not matter. Gives where the Chinese ends. */
    private int chinese(List<Words.Word> words, int from, Map<String, Map<String, Double>> found) {
        var run = new StringBuilder();
        var at = from;
        while (at < words.size() && words.get(at).kind() == Words.Kind.CHINESE) {
            run.append(words.get(at++).said());
        }
        for (int start = 0; start < run.length(); start++) {
            for (int end = start + 1; end <= Math.min(run.length(), start + MAX_CHARACTERS); end++) {
                note(run.substring(start, end), found);
            }
        }
        return at;
    }

    private static boolean isPart(String term, String other) {
        return term.length() < other.length() && other.contains(term);
    }

    private void note(String term, Map<String, Map<String, Double>> found) {
        terms.getOrDefault(term, Map.of()).forEach((name, score) -> found.computeIfAbsent(name, n -> new TreeMap<>())
                .put(term, score));
    }
}
