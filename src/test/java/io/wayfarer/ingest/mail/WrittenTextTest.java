package io.wayfarer.ingest.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.wayfarer.ingest.HtmlText;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sender wrote, and not what they quote or always write below. */
class WrittenTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "It leaks.\n\nOn Mon, 2 Mar 2026 at 12:00, A shop <shop@example.org> wrote:\n> We love it!\n> Buy more!\n",
                "It leaks.\n\nOn Mon, 2 Mar 2026 at 12:00, A shop with a long name\n<shop@example.org> wrote:\n\n> We love it!\n",
                "It leaks.\n\nOn 2 Mar 2026, A shop wrote:\n\nWe love it!\n",
                "It leaks.\n\n-----Original Message-----\nFrom: A shop\nWe love it!\n",
                "It leaks.\n\n________________________________\nFrom: A shop <shop@example.org>\nSent: Monday\nTo: Ada\n\nWe love it!",
                "It leaks.\n\nFrom: A shop\nDate: Monday\nWe love it!",
                "It leaks.\n-- \nAda\nHead of love\n",
                "It leaks.\n\nSent from my iPhone\n\n> We love it!",
                "It leaks.\n\nBegin forwarded message:\n\nWe love it!",
                "It leaks.\n\n在 2026年3月2日，商店 <shop@example.org> 写道：\n> 我们很喜欢\n",
                "It leaks.\n\n在2026年3月2日 星期一\n上午12:00，商店写道:\n\n我们很喜欢\n",
                "It leaks.\n\n于2026年3月2日 商店 写道：\n我们很喜欢",
                "It leaks.\n\n发自我的iPhone\n\n------------------ 原始邮件 ------------------\n发件人: \"商店\"\n我们很喜欢",
                "It leaks.\n\n发件人：商店\n发送时间：2026年3月2日\n我们很喜欢",
                "> We love it!\n\nIt leaks.",
                "On Mon, 2 Mar 2026, A shop wrote:\n> We love it!\n\nIt leaks.\n\n-- \nAda"
            })
    void onlyWhatTheyWroteIsLeft(String text) {
        assertThat(WrittenText.of(text)).isEqualTo("It leaks.");
    }

    @Test
    void whatStandsBetweenQuotedLinesStays() {
        assertThat(WrittenText.of("On 2 Mar 2026, A shop wrote:\n> Does it fit?\nNo.\n> Do you like it?\nNo.\n"))
                .isEqualTo("No.\nNo.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "On Monday your agent wrote:\nwe will call.\nNobody did.",
                "Dear shop\n--- important ---\nIt leaks",
                "From: me, with love",
                "--",
                "My model is 5 - 6, date: unknown"
            })
    void whatOnlyLooksLikeAMarkStays(String text) {
        assertThat(WrittenText.of(text)).isEqualTo(text);
    }

    @Test
    void quotationsOfHtmlAreQuotedLines() {
        assertThat(WrittenText.of(
                        HtmlText.of("<div>It leaks.</div><div class=gmail_quote><div>On Mon, 2 Mar 2026, A shop"
                                + " &lt;shop@example.org&gt; wrote:<br></div><blockquote><p>We love it!</p><blockquote>and"
                                + "</blockquote>more</blockquote></div><p>Ada</p>")))
                .isEqualTo("It leaks.\nAda");
    }

    @Test
    void aTextMadeToTakeLongDoesNot() {
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            WrittenText.of("\n".repeat(100_000));
            WrittenText.of("On 1 ".repeat(20_000));
            WrittenText.of("On 1 wrote\n".repeat(9_000));
            WrittenText.of(("x\n" + "\n".repeat(10)).repeat(9_000));
        });
        assertThatCode(() -> WrittenText.of("")).doesNotThrowAnyException();
    }
}
