package io.wayfarer.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NeedsTest {

    private static final Needs NEEDS = Needs.ofProduct();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "The parcel never arrived|delivery",
                "快递太慢了|delivery",
                "骑手送到的时候都超时了|delivery",
                "Far too expensive|price",
                "太贵了,不值|price",
                "The seam broke, poor quality|quality",
                "质量很差,用了一天就坏了|quality",
                "Your staff were rude|service",
                "客服态度很差|service",
                "I want my money back|returns",
                "我要退货|returns",
                "The jacket is too small|fit",
                "尺码偏小,穿不上|fit",
                "Great quality but the courier was late|delivery quality",
                "质量很好,就是物流慢|delivery quality",
                "质量 good, but I want a refund|quality returns",
                "Hello there|''",
                "你好|''",
                "''|''"
            })
    void aTextIsAboutSeveralNeedsOrNone(String text, String expected) {
        var sure = NEEDS.of(Words.of(text));
        sure.values().removeIf(need -> need.score() < 0.5);
        assertThat(sure.keySet()).isEqualTo(expected.isEmpty() ? Set.of() : Set.of(expected.split(" ")));
    }

    @Test
    void termsOfOneNeedAddUpAndAreNamed() {
        var needs = new Needs("mine.txt", "delivery: parcel, late = 0.4\ngift: wrapped up nicely, 礼品 = 0.5");
        var delivery =
                needs.of(Words.of("The PARCEL is late, so late. Parcel!")).get("delivery");
        assertThat(delivery.score()).isCloseTo(0.82, within(1e-9));
        assertThat(delivery.words()).containsOnlyKeys("parcel", "late");
        assertThat(needs.of(Words.of("wrapped up, nicely"))).isEmpty();
        assertThat(needs.of(Words.of("It was wrapped up nicely")).get("gift").score())
                .isEqualTo(0.7, within(1e-9));
        assertThat(needs.of(Words.of("这是礼品包装")).get("gift").words()).containsOnlyKeys("礼品");
    }

    @Test
    void aTermThatIsAPartOfAnotherOneCountsOnce() {
        var needs = new Needs("mine.txt", "returns: return, return label, 退, 退货");
        assertThat(needs.of(Words.of("no return label")).get("returns").words()).containsOnlyKeys("return label");
        assertThat(needs.of(Words.of("要退货")).get("returns").words()).containsOnlyKeys("退货");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delivery parcel",
                "Delivery: parcel",
                ": parcel",
                "delivery:",
                "delivery: a,,b",
                "delivery: one two three four five",
                "delivery: parcel = 1.5",
                "delivery: parcel = 0",
                "delivery: parcel = x",
                "delivery: parcel = NaN",
                "delivery: 快递 parcel",
                "delivery: <b>",
                "delivery: посылка"
            })
    void aLineThatCannotBeUsedIsNamed(String line) {
        assertThatThrownBy(() -> new Needs("mine.txt", "# mine\n\n" + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("mine.txt, line 3: ");
    }

    @Test
    void thereAreOnlySoManyNeeds() {
        var many = new StringBuilder();
        for (int i = 0; i < 101; i++) {
            many.append("need-").append(i).append(": term\n");
        }
        assertThatThrownBy(() -> new Needs("mine.txt", many.toString()))
                .hasMessageContaining("line 101: more than 100");
    }
}
