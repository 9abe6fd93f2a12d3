package io.wayfarer.ingest.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes as text, labelled rightly, wrongly or not at all. */
class CharsetsTest {

    @ParameterizedTest
    @CsvSource({
        "GB18030, GB18030, 帐篷漏水𠮷",
        "GBK, gb2312, 帐篷漏水，朱镕基",
        "GB18030, '', 帐篷漏水",
        "GB18030, us-ascii, 帐篷漏水",
        "ISO-2022-JP, iso-2022-jp, テントが漏れる",
        "ISO-2022-JP, '', テントが漏れる",
        "Big5, big5, 帳篷漏水",
        "Shift_JIS, Shift_JIS, テント",
        "EUC-KR, ks_c_5601-1987, 텐트",
        "KOI8-R, koi8-r, палатка",
        "UTF-8, '', grüße 帐篷",
        "windows-1252, '', größer als „groß“ – ÄÖÜ",
        "UTF-8, no such charset, grüße"
    })
    void aTextIsReadByItsCharset(String written, String label, String text) {
        assertThat(Charsets.decode(text.getBytes(Charset.forName(written)), label))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "=?GB2312?B?1cq37w==?=, 帐凤",
        "=?iso-2022-jp?B?GyRCJUYlcyVIGyhC?=, テント",
        "=?UTF-8?Q?Gr=C3=BC=C3=9Fe_an_alle?=, Grüße an alle",
        "=?utf-8*en?q?a?=, a",
        "a =?utf-8?q?b?= c =?utf-8?q?d?= =?utf-8?q?e?= f, a b c de f",
        "=?utf-8?b?broken!?, =?utf-8?b?broken!?",
        "=?utf-8?b?%%%?=, ''",
        "=?utf-8?q?=C3=?=, \uFFFD=",
        "=?nonsense?q?abc?=, abc",
        "=?utf-8?x?abc?=, =?utf-8?x?abc?="
    })
    void aHeaderIsRead(String raw, String text) {
        assertThat(Charsets.header(raw)).isEqualTo(text);
    }

    @Test
    void aCharacterThatIsCutBetweenTwoWordsIsWhole() {
        var bytes = "帐篷".getBytes(StandardCharsets.UTF_8);
        var base64 = Base64.getEncoder();
        assertThat(Charsets.header("=?utf-8?B?" + base64.encodeToString(java.util.Arrays.copyOf(bytes, 4))
                        + "?=\r\n =?UTF-8?b?"
                        + base64.encodeToString(java.util.Arrays.copyOfRange(bytes, 4, 6)) + "?="))
                .isEqualTo("帐篷");
    }

    @Test
    void aHeaderWithoutAnyEncodingIsGuessed() {
        assertThat(Charsets.header(
                        new String("帐篷漏水".getBytes(Charset.forName("GB18030")), StandardCharsets.ISO_8859_1)))
                .isEqualTo("帐篷漏水");
        assertThat(Charsets.header(new String("帐篷漏水".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)))
                .isEqualTo("帐篷漏水");
        assertThat(Charsets.header("帐篷")).as("decoded before").isEqualTo("帐篷");
    }
}
