package io.wayfarer.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentimentTest {

    private static final Path DATA = Path.of("../shared/data");
    private static final Sentiment SENTIMENT = Sentiment.fromOwnCorpus();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The shoes are great and the delivery was fast, thank you!",
                "No problems at all, very happy.",
                "质量很好,我很喜欢,谢谢",
                "送货快,服务态度好"
            })
    void aHappyTextIsHappy(String text) {
        assertThat(SENTIMENT.score(text).value()).isGreaterThan(0.7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "My parcel is late again and it arrived broken. I want my money back.",
                "This is not good and I am not satisfied.",
                "太差了,包裹坏了,要求退款",
                "等了两个星期还没收到,很失望"
            })
    void anUnhappyTextIsUnhappy(String text) {
        assertThat(SENTIMENT.score(text).value()).isLessThan(0.3);
    }

    @Test
    void aNegationTurnsTheWordsAfterIt() {
        assertThat(SENTIMENT.score("it isn\u2019t comfortable").value())
                .isLessThan(SENTIMENT.score("it is comfortable").value());
        assertThat(Words.of("not good. Great")).containsEntry("good", -1).containsEntry("great", 1);
        assertThat(Words.of("不好")).containsEntry("不好", 1).containsEntry("好", 1);
    }

    @Test
    void namesTheWordsThatSayItMost() {
        var drivers = SENTIMENT.score("terrible").drivers();
        assertThat(drivers).singleElement().satisfies(driver -> {
            assertThat(driver.feature()).isEqualTo("word:terrible");
            assertThat(driver.contribution()).isNegative();
        });
    }

    @Test
    void aTextWithoutAKnownWordIsInTheMiddle() {
        for (var text : List.of("", "\u0000\uD800 \uFFFF", "xyzzy 123 \uD83D\uDE00")) {
            assertThat(SENTIMENT.score(text).value()).isBetween(0.3, 0.7);
        }
    }

    @Test
    void onlyABoundedPartOfATextIsRead() {
        var tail = " terrible awful horrible worst broken";
        assertThat(SENTIMENT.score(" ".repeat(Words.MAX_TEXT) + tail)).isEqualTo(SENTIMENT.score(""));
        assertThat(Words.of("a".repeat(9_000))).hasSize(1);
    }

    @Test
    void saysWhatWekaSays() throws Exception {
        for (var text : List.of(
                "I am not happy with the terrible delivery, but the shoes are beautiful.",
                "nothing arrived",
                "",
                "味道不好,但是送货很快")) {
            assertThat(SENTIMENT.score(text).value()).isCloseTo(SENTIMENT.probabilityByWeka(text), within(1e-9));
        }
    }

    /** UCI dataset 331, Kotzias et al. 2015: 1,000 sentences each, half of them happy. */
    @ParameterizedTest
    @ValueSource(strings = {"amazon_cells", "yelp", "imdb"})
    void judgesEnglishReviewsThatItHasNeverSeen(String name) throws IOException {
        var file = DATA.resolve("sentiment-labelled-sentences/" + name + "_labelled.txt");
        assumeTrue(Files.exists(file), () -> file + " is not here");
        var lines =
                Files.readAllLines(file).stream().map(line -> line.split("\t")).toList();
        var right = lines.stream()
                .filter(line -> isHappy(line[0]) == line[1].strip().equals("1"))
                .count();
        System.out.printf("sentiment of %s: %.3f right of %d%n", name, right / (double) lines.size(), lines.size());
        assertThat(right / (double) lines.size()).isGreaterThan(0.6);
    }

    /** Reviews of food delivery, a third of them happy. */
    @Test
    void judgesChineseReviewsThatItHasNeverSeen() throws IOException {
        var file = DATA.resolve("chinese-sentiment/waimai_10k.csv");
        assumeTrue(Files.exists(file), () -> file + " is not here");
        var lines = Files.readAllLines(file).stream().skip(1).toList();
        var right = new double[2];
        var all = new double[2];
        for (var line : lines) {
            var label = line.charAt(0) - '0';
            all[label]++;
            right[label] += isHappy(line.substring(2)) == (label == 1) ? 1 : 0;
        }
        var balanced = (right[0] / all[0] + right[1] / all[1]) / 2;
        System.out.printf("sentiment of waimai: %.3f balanced accuracy, %d reviews%n", balanced, lines.size());
        assertThat(balanced).isGreaterThan(0.7);
    }

    private static boolean isHappy(String text) {
        return SENTIMENT.score(text).value() > 0.5;
    }
}
