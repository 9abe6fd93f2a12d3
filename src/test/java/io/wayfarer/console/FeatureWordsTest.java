package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.anomaly.Behaviour;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.score.Why;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.support.ResourceBundleMessageSource;

class FeatureWordsTest {

    private final FeatureWords words = new FeatureWords(messages());

    private static ResourceBundleMessageSource messages() {
        var messages = new ResourceBundleMessageSource();
        messages.setBasename("messages");
        messages.setDefaultEncoding("UTF-8");
        messages.setFallbackToSystemLocale(false);
        return messages;
    }

    static Stream<String> names() {
        return Stream.concat(FeatureVector.NAMES.stream(), Behaviour.NAMES.stream())
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyFeatureHasWordsInBothLanguages(String feature) {
        for (var value : List.of(0.0, 0.4, 1.0, 4.0, 365.0)) {
            var said = said(feature, value, 0.1);
            assertThat(said.words().get("en"))
                    .doesNotContain(feature)
                    .doesNotContain("{")
                    .endsWith(": +0.10");
            assertThat(said.words().get("zh"))
                    .containsPattern("\\p{IsHan}")
                    .doesNotContain("{")
                    .endsWith(": +0.10");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    web-7d                    | 4      | 0.12  | 4 times on the web site in 7 days: +0.12
                    product-views-1d          | 1      | -0.03 | 1 product view today: -0.03
                    orders-30d                | 0      | -0.20 | no order in 30 days: -0.20
                    revenue-90d               | 1234.5 | 0.01  | ordered for 1234.5 in 90 days: +0.01
                    days-since-order          | 365    | 0.00  | no order for a year: +0.00
                    days-since-order          | 2.26   | 0.05  | last order 2.3 days ago: +0.05
                    days-since-seen           | 0.04   | 0.05  | last seen 0.0 days ago: +0.05
                    has-ordered               | 1      | 0.05  | has ordered: +0.05
                    events-ever               | 1200   | 0.05  | 1,200 events ever: +0.05
                    """)
    void aReasonReadsAsAPersonWouldSayIt(String feature, double value, double share, String expected) {
        assertThat(said(feature, value, share).words().get("en")).isEqualTo(expected);
    }

    @Test
    void chineseSaysItInItsOwnOrder() {
        assertThat(said("web-7d", 4, 0.12).words().get("zh")).isEqualTo("7 天内网站互动 4 次: +0.12");
    }

    @Test
    void theServersOwnLanguageHasNoSayInIt() {
        var before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertThat(said("web-7d", 4, 0.12).words().get("en")).endsWith(": +0.12");
        } finally {
            Locale.setDefault(before);
        }
    }

    private FeatureWords.Reason said(String feature, double value, double share) {
        var part = new Why.Part(feature, value, 1, 0, share);
        return words.explain(new Why(0.5, 0.4, "logistic:buy:v1", Why.Method.EXACT, List.of(part)))
                .reasons()
                .get(0);
    }
}
