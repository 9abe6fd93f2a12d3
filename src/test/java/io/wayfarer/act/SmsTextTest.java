package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lengths by 3GPP TS 23.038: 160 septets or 70 units alone, 153 or 67 in each of several. */
class SmsTextTest {

    @ParameterizedTest(name = "{1} times {0} is {4} segments of {2}")
    @CsvSource({
        "a, 1, gsm-7, 1, 1",
        "a, 160, gsm-7, 160, 1",
        "a, 161, gsm-7, 161, 2",
        "a, 306, gsm-7, 306, 2",
        "a, 307, gsm-7, 307, 3",
        "@, 160, gsm-7, 160, 1",
        "à, 160, gsm-7, 160, 1",
        // two septets each
        "€, 80, gsm-7, 160, 1",
        "€, 81, gsm-7, 162, 2",
        // 153 is odd: an escape and its character are never parted, so that 76 of them fit
        "€, 152, gsm-7, 304, 2",
        "€, 153, gsm-7, 306, 3",
        "á, 70, ucs-2, 70, 1",
        "á, 71, ucs-2, 71, 2",
        "中, 134, ucs-2, 134, 2",
        "中, 135, ucs-2, 135, 3",
        "😀, 35, ucs-2, 70, 1",
        // 67 is odd too: 33 pairs of surrogates fit
        "😀, 66, ucs-2, 132, 2",
        "😀, 67, ucs-2, 134, 3"
    })
    void aTextTakesSoManySegments(String character, int times, String encoding, int length, int segments) {
        assertThat(SmsText.of(character.repeat(times))).isEqualTo(new SmsText(encoding, length, segments));
    }

    @ParameterizedTest
    @CsvSource({"ç, ucs-2", "Ç, gsm-7", "`, ucs-2", "~, gsm-7", "’, ucs-2", "ß, gsm-7", "'', gsm-7"})
    void theAlphabetIsTheDefaultOneOfTheStandard(String text, String encoding) {
        assertThat(SmsText.of(text).encoding()).isEqualTo(encoding);
    }
}
