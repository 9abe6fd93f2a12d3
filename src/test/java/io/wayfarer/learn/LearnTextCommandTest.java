package io.wayfarer.learn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.score.ModelStore;
import io.wayfarer.score.Score;
import io.wayfarer.score.Scores;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearnTextCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    /** Words of a trade that the product's own sentences do not know. */
    private static final List<String> HAPPY = List.of("zingy", "plush", "crackling", "velvety", "peppery");

    private static final List<String> UNHAPPY = List.of("corked", "musty", "flabby", "skunky", "vinegary");

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void learnsFromOnesOwnReviewsAndServesFromTheNextStartOn() throws IOException {
        assertThat(sentiment("a corked, musty wine").model()).isEqualTo("mood.en:starter");
        write(reviews(200), UTF_8);

        assertThat(learn()).isZero();

        assertThat(text(out))
                .contains("200 rows; left out: 0 without a text")
                .contains("en: learned from 160 texts, judged on 40 that were held out")
                .containsPattern("learned from yours +\\d\\.\\d{3} +\\d\\.\\d{4} +\\d\\.\\d{3}")
                .containsPattern("the starter's +\\d\\.\\d{3}")
                .contains("Kept as mood.en ")
                .contains("from its next start on");
        var learned = sentiment("a corked, musty wine");
        assertThat(learned.model()).startsWith("mood.en:").isNotEqualTo("mood.en:starter");
        assertThat(learned.value()).isLessThan(0.2);
        assertThat(learned.drivers()).extracting(Score.Driver::feature).contains("word:corked");
        assertThat(sentiment("a plush, velvety wine").value()).isGreaterThan(0.8);
        assertThat(sentiment("很失望").model()).isEqualTo("mood.zh:starter");
    }

    @Test
    void theSameReviewsGiveTheSameModel() throws IOException {
        write(reviews(200), UTF_8);
        learn();
        var once = sentiment("a corked wine");
        learn();
        assertThat(sentiment("a corked wine")).isEqualTo(once);
    }

    @Test
    void aForgedOrTruncatedMoodIsRefusedAndTheStarterServes() throws IOException {
        write(reviews(200), UTF_8);
        learn();
        Path file;
        try (var files = Files.list(folder.resolve("data/models"))) {
            file = files.filter(one -> one.toString().endsWith(".model"))
                    .findFirst()
                    .orElseThrow();
        }
        var whole = Files.readAllBytes(file);
        var forged = whole.clone();
        forged[whole.length / 2] ^= 1;
        for (var bytes : List.of(forged, Arrays.copyOf(whole, whole.length / 2), new byte[0])) {
            Files.write(file, bytes);
            assertThat(sentiment("a corked wine").model()).isEqualTo("mood.en:starter");
        }
        Files.write(file, whole);
        assertThat(sentiment("a corked wine").model()).isNotEqualTo("mood.en:starter");
    }

    @Test
    void eachLanguageIsLearnedFromItsOwnTexts() throws IOException {
        var rows = new StringBuilder(reviews(100));
        for (int i = 0; i < 100; i++) {
            rows.append(i % 2 == 0 ? "回甘悠长" : "涩口寡淡")
                    .append(i)
                    .append("号茶,")
                    .append(i % 2 * -4 + 5)
                    .append('\n');
        }
        rows.append("Die Lieferung war leider nicht gut,1\n");
        write(rows.toString(), Charset.forName("GB18030"));

        assertThat(learn("--charset", "GB18030")).isZero();

        assertThat(text(out)).contains("en: learned from 80", "zh: learned from 80");
        assertThat(text(errors)).contains("1 texts are in another language");
        assertThat(sentiment("这茶涩口寡淡").value()).isLessThan(0.3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 and 0|1|0",
                "+ and -|+|-",
                "positive and negative|Positive|negative",
                "true and false|TRUE|false",
                "stars|5|1",
                "stars with a point|4.0|2.0"
            })
    void labelsComeInManyForms(String name, String happy, String unhappy) throws IOException {
        write(reviews(100).replace(",1\n", "," + unhappy + "\n").replace(",5\n", "," + happy + "\n"), UTF_8);
        assertThat(learn()).as(name + text(errors)).isZero();
        assertThat(sentiment("plush velvety wine").value()).isGreaterThan(0.6);
    }

    @Test
    void whatCannotBeUsedIsCounted() throws IOException {
        write(reviews(100) + " ,5\n\"\",1\nso so,3\nno label,\nonly a text\n" + "again,5\n".repeat(3), UTF_8);
        assertThat(learn()).isZero();
        assertThat(text(out))
                .contains("108 rows; left out: 2 without a text, 2 without a label, 1 in the middle, 2 told twice");
    }

    @Test
    void badInputIsSaidInWordsAndNothingIsLearned() throws IOException {
        refused("text,rating\n" + ",5\n".repeat(100), "of 100 rows none has both a text and a label");
        refused("", "is empty");
        refused("text,rating\n", "none has both a text and a label");
        refused("words,rating\ngood,5\n", "has no column 'text'; it has [words, rating]");
        refused(reviews(10), "5 happy and 5 unhappy texts are too few: 50 texts and 10 of each kind are needed");
        refused(reviews(100).replace(",1\n", ",5\n"), "all 100 texts are happy: a mood is learned from both kinds");
        refused(reviews(100).replace(",1\n", ",bad\n"), "the column 'rating' is no label: it holds [5, bad]");
        refused("text,rating\n" + "Die Lieferung war leider nicht gut,1\n", "are in another language");
        refused("text,rating\n\"never closed,5\n" + "x".repeat(20_000_000), "is no CSV after row 0");

        var random = new Random(3);
        var noise = new StringBuilder("text,rating\n");
        for (int i = 0; i < 200; i++) {
            noise.append("thing number ").append(i).append(random.nextBoolean() ? ",5\n" : ",1\n");
        }
        refused(noise.toString(), "it is not surely better than what is there already, and is not kept");
    }

    @Test
    void aWrongEncodingIsSaid() throws IOException {
        write("text,rating\n" + "很好吃,5\n".repeat(100), Charset.forName("GBK"));
        assertThat(learn()).isEqualTo(2);
        assertThat(text(errors)).contains("is not in UTF-8").contains("--charset");
        write("text,rating\ncaf\u00E9,5\n", StandardCharsets.ISO_8859_1);
        assertThat(learn()).isEqualTo(2);
        assertThat(learn("--charset", "klingon")).isEqualTo(2);
        assertThat(text(errors)).contains("klingon is not known");
    }

    @Test
    void optionsAreChecked() throws IOException {
        assertThat(execute("--help")).isZero();
        assertThat(text(out)).startsWith("learn-text --data");
        assertThat(execute("--data", "x.csv")).isEqualTo(2);
        assertThat(execute("--quickly")).isEqualTo(2);
        assertThat(execute("--data")).isEqualTo(2);
        assertThat(execute("--data", "nowhere.csv", "--text", "t", "--label", "l"))
                .isEqualTo(2);
        write(reviews(100), UTF_8);
        assertThat(learn("--lang", "fr")).isEqualTo(2);
        assertThat(text(errors))
                .contains("--text is missing", "unknown option --quickly", "--data needs a value")
                .contains("there is no file nowhere.csv", "--lang is en, zh or auto, and not fr");
    }

    private void refused(String csv, String reason) throws IOException {
        errors.reset();
        write(csv, UTF_8);
        assertThat(learn()).isEqualTo(2);
        assertThat(text(errors)).contains(reason).doesNotContain("Exception");
        assertThat(folder.resolve("data/models"))
                .satisfiesAnyOf(models -> assertThat(models).doesNotExist(), models -> assertThat(models)
                        .isEmptyDirectory());
    }

    /** Half of them happy, with a header; a trade's words among words of no mood. */
    private static String reviews(int rows) {
        var random = new Random(42);
        var csv = new StringBuilder("text,rating\n");
        for (int i = 0; i < rows; i++) {
            var words = i % 2 == 0 ? HAPPY : UNHAPPY;
            csv.append("bottle ")
                    .append(i)
                    .append(" of this wine was ")
                    .append(words.get(random.nextInt(5)))
                    .append(" and ")
                    .append(words.get(random.nextInt(5)))
                    .append(i % 2 == 0 ? ",5\n" : ",1\n");
        }
        return csv.toString();
    }

    private void write(String csv, Charset charset) throws IOException {
        Files.write(folder.resolve("reviews.csv"), csv.getBytes(charset));
    }

    private int learn(String... more) {
        var args = new ArrayList<>(List.of(
                "--data",
                folder.resolve("reviews.csv").toString(),
                "--text",
                "text",
                "--label",
                "rating",
                "--data-dir",
                folder.resolve("data").toString()));
        args.addAll(List.of(more));
        return execute(args.toArray(String[]::new));
    }

    private int execute(String... args) {
        return new LearnTextCommand(
                        new PrintStream(out, true, UTF_8),
                        new PrintStream(errors, true, UTF_8),
                        Clock.fixed(NOW, ZoneOffset.UTC))
                .execute(args);
    }

    /** As the program would say it after its next start. */
    private Score sentiment(String text) {
        var event = new Event(
                UUID.randomUUID(),
                "test",
                "m",
                "Mail Received",
                "email",
                NOW,
                NOW,
                null,
                null,
                null,
                Map.of(),
                Map.of(),
                Map.of("text", text),
                Map.of());
        return new ModelStore(folder.resolve("data"), Duration.ofDays(7), new ObjectMapper().findAndRegisterModules())
                .current()
                .score(Customer.unknown(UUID.randomUUID(), Set.of(), NOW), event, NOW)
                .byName()
                .get(Scores.SENTIMENT);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(UTF_8);
    }
}
