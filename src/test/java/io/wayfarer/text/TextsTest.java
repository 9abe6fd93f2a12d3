package io.wayfarer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {

    private static final Texts TEXTS = new Texts(List.of(), Needs.ofProduct());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The shoes are great and the delivery was fast, thank you!",
                "No problems at all, very happy.",
                "质量很好,我很喜欢,谢谢",
                "送货快,服务态度好",
                "👍👍 😊",
                "Thanks :-)"
            })
    void aHappyTextIsHappy(String text) {
        assertThat(mood(text)).isGreaterThan(0.7);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "My parcel is late again and it arrived broken. I want my money back.",
                "This is not good and I am not satisfied.",
                "太差了,包裹坏了,要求退款",
                "等了两个星期还没收到,很失望",
                "你好,包裹坏了",
                "Hello, my parcel arrived broken",
                "😡😡",
                "So sad :("
            })
    void anUnhappyTextIsUnhappyAsTheRulesHaveIt(String text) {
        assertThat(mood(text)).isLessThan(0.35);
    }

    @ParameterizedTest
    @CsvSource({
        "it is comfortable, it isn't comfortable",
        "it is comfortable, it isn\u2019t comfortable",
        "it is comfortable, it isn&#39;t comfortable",
        "I am satisfied, I am not at all satisfied",
        "I recommend it, I would never recommend it",
        "很好吃, 不好吃",
        "我很满意, 我不满意"
    })
    void aNegationTurnsTheWordsAfterIt(String happy, String negated) {
        assertThat(mood(negated)).isLessThan(mood(happy) - 0.1);
    }

    @Test
    void aNegationReachesThreeWordsFarAndNotIntoTheNextPhrase() {
        assertThat(Terms.of(Words.of("not a very nice shop, good"), Language.ENGLISH))
                .containsKeys("not_veri", "not_nice", "shop", "good")
                .doesNotContainKeys("not_good", "not_shop", "nice");
    }

    @Test
    void namesTheWordsThatMovedItMostAsTheyStoodInTheText() {
        var reading = TEXTS.read("The delivery was TERRIBLE");
        assertThat(reading.cues()).hasSizeLessThanOrEqualTo(3);
        assertThat(reading.cues().get(0).words()).isEqualTo("terrible");
        assertThat(reading.cues().get(0).contribution()).isNegative();
        assertThat(TEXTS.read("not good").cues()).anySatisfy(cue -> {
            assertThat(cue.words()).isEqualTo("not good");
            assertThat(cue.contribution()).isNegative();
        });
    }

    /** With few words all cues are shown: then with the intercept they are the whole of the log-odds. */
    @Test
    void theCuesAndTheInterceptAreTheWholeMood() {
        for (var text : List.of("excellent", "not good", "太差")) {
            var reading = TEXTS.read(text);
            var language = reading.language();
            var sum = reading.cues().stream()
                    .mapToDouble(Reading.Cue::contribution)
                    .sum();
            var intercept = MoodTraining.starter(language).intercept();
            assertThat(reading.mood()).as(text).isCloseTo(MoodTraining.sigmoid(intercept + sum), within(1e-9));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The parcel is late|ENGLISH",
                "terrible|ENGLISH",
                "包裹还没到|CHINESE",
                "我买的 iPhone 很好用|CHINESE",
                "My 手机 is broken and nobody helps me|ENGLISH",
                "Die Lieferung war leider nicht gut und das Paket ist kaputt|OTHER",
                "Le colis est arrivé en retard et je ne suis pas content|OTHER",
                "El paquete no ha llegado y estoy muy enfadado|OTHER",
                "この商品はとても良いです|OTHER",
                "Посылка пришла поздно|OTHER",
                "배송이 너무 늦어요|OTHER",
                "😀|ENGLISH",
                "''|ENGLISH"
            })
    void tellsTheLanguageOfATextAndSaysWhenItIsAnother(String text, Language language) {
        assertThat(TEXTS.read(text).language()).isEqualTo(language);
    }

    @Test
    void aTextInAnotherLanguageIsNotJudged() {
        var reading = TEXTS.read("Die Lieferung war leider nicht gut, terrible terrible");
        assertThat(reading.mood()).isEqualTo(0.5);
        assertThat(reading.cues()).isEmpty();
    }

    @Test
    void inAMixedTextBothLanguagesSpeakByTheirShareOfTheWords() {
        assertThat(mood("质量很好 but terrible awful broken rude horrible service")).isLessThan(0.4);
        assertThat(mood("质量很好,我很喜欢,非常满意,送货也很快 but terrible")).isGreaterThan(0.5);
        assertThat(TEXTS.read("失望 terrible").cues().stream().map(Reading.Cue::words))
                .contains("terrible", "失望");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Hello", "Hi there, kind regards", "你好", "您好", "Where can I see my order?", "请问几点开门?"})
    void aGreetingOrAQuestionIsInNoMood(String text) {
        assertThat(mood(text)).isBetween(0.3, 0.7);
    }

    @Test
    void whatIsLeftOfHtmlAndAddressesAreNoWords() {
        assertThat(said("<p class=\"x\">Bad&nbsp;shoes<br/>I don&#39;t like them</p>"))
                .containsExactly("bad", "shoes", "i", "don't", "like", "them");
        assertThat(said("see https://shop.example/terrible?a=1 or ada@example.org or call 5551234567"))
                .containsExactly("see", "or", "or", "call");
        assertThat(said("cost < 5 <3 a<b")).containsExactly("cost", "5", "3", "a", "b");
    }

    @Test
    void aLetterSaidThreeTimesIsSaidTwice() {
        assertThat(said("soooo goooood")).containsExactly("soo", "good");
    }

    @Test
    void aTextWithoutAKnownWordIsInTheMiddle() {
        for (var text :
                List.of("", "\u0000\uD800 \uFFFF\uFE0F\u200D", "xyzzy 123 \uD83D\uDE83", "'''''", "\u0301\u0301")) {
            assertThat(mood(text)).isBetween(0.3, 0.7);
        }
    }

    @Test
    void onlyABoundedPartOfATextIsRead() {
        var tail = " terrible awful horrible worst broken";
        assertThat(TEXTS.read(" ".repeat(Words.MAX_TEXT) + tail)).isEqualTo(TEXTS.read(""));
        assertThat(said("a".repeat(9_000))).containsExactly("aa");
        for (var hostile :
                List.of("<a", "&", "@", "好", "不", "\uD840", "<b>", "a@", "http://", "n't ", "😀", "\u0301")) {
            var reading = TEXTS.read(hostile.repeat(200_000 / hostile.length()));
            assertThat(reading.mood()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void severalThreadsReadTheSame() {
        var texts = List.of("质量不好, not good", "包裹很快到了", "It does not fit", "很失望 terrible");
        var expected = texts.stream().map(TEXTS::read).toList();
        assertThat(IntStream.range(0, 400)
                        .parallel()
                        .mapToObj(i -> TEXTS.read(texts.get(i % 4)))
                        .toList())
                .isEqualTo(IntStream.range(0, 400)
                        .mapToObj(i -> expected.get(i % 4))
                        .toList());
    }

    @Test
    void aMoodWrittenDownSaysTheSame() {
        var mood = MoodTraining.starter(Language.CHINESE);
        var again = Mood.fromText(Language.CHINESE, mood.toText());
        assertThat(again.toText()).isEqualTo(mood.toText());
        assertThat(again.probability("味道不好,但是送货很快")).isEqualTo(mood.probability("味道不好,但是送货很快"));
        for (var broken : List.of("", "1.0\tgood", "x\tgood", "good", "NaN\t", "1e999\t")) {
            assertThatThrownBy(() -> Mood.fromText(Language.ENGLISH, broken))
                    .as(broken)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aWordThatOnlyOnePersonWroteIsNotLearned() {
        var opinions = List.of(
                new MoodTraining.Opinion("Wonderful, says Zebulon Quackenbush", true),
                new MoodTraining.Opinion("Wunderbar was the chair", true),
                new MoodTraining.Opinion("Wunderbar was the table too", true),
                new MoodTraining.Opinion("Terrible chair", false));
        assertThat(MoodTraining.of(Language.ENGLISH, opinions).toText())
                .contains("\twunderbar")
                .doesNotContain("zebulon", "quackenbush");
    }

    private static double mood(String text) {
        return TEXTS.read(text).mood();
    }

    private static List<String> said(String text) {
        return Words.of(text).stream()
                .map(Words.Word::said)
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
