package io.wayfarer.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wayfarer.profile.Metric;
import io.wayfarer.score.Label.What;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final String NEEDED =
            "next-stage: a later stage, within the horizon\nbuy: event Order Completed, within the horizon\n";

    @Test
    void theProductsOwnAreThoseThatTheScoresName() {
        assertThat(Label.all("", WEEK))
                .containsExactly(
                        new Label("next-stage", What.LATER_STAGE, null, null, WEEK),
                        new Label("buy", What.EVENT, "Order Completed", null, WEEK),
                        new Label("churn", What.SILENCE, null, null, Duration.ofDays(30)),
                        new Label("value", What.SUM, null, Metric.REVENUE, Duration.ofDays(30)));
        assertThat(Label.all("", WEEK))
                .flatMap(Label::models)
                .containsExactly(
                        "next-stage.awareness",
                        "next-stage.evaluation",
                        "next-stage.purchase",
                        "next-stage.use",
                        "buy",
                        "churn",
                        "value");
    }

    @Test
    void theFileInTheFolderOfTheRulesIsRead(@TempDir Path rules) throws IOException {
        Files.writeString(rules.resolve("labels.txt"), NEEDED + "returns:  event Order Refunded ,  within 60d \n");
        assertThat(Label.all(rules.toString(), WEEK))
                .contains(new Label("returns", What.EVENT, "Order Refunded", null, Duration.ofDays(60)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            churn silence within 30d              | line 3: it is not of the form
            Churn!: silence, within 30d           | line 3: "Churn!" is no name
            markov: silence, within 30d           | is no name
            sentiment: silence, within 30d        | is no name
            buy: silence, within 30d              | there is a buy already
            churn: silence, within a while        | "a while" is no time
            churn: silence, within 0d             | is no time
            churn: silence, within 366d           | is no time
            value: sum of happiness, within 30d   | no metric "happiness"
            more: a later stage, within 30d       | cannot be foreseen as more
            more: whatever, within 30d            | "whatever" cannot be foreseen
            """)
    void aFaultIsToldWithItsLine(String line, String fault) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Label.parse(NEEDED + line, WEEK))
                .withMessageStartingWith("labels.txt, line 3: ")
                .withMessageContaining(fault);
    }

    @Test
    void whatTheChainAnswersTooMustBeThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Label.parse("buy: event Order Completed, within the horizon", WEEK))
                .withMessageContaining("next-stage, within the horizon, is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Label.parse(NEEDED.replace("Completed, within the horizon", "Completed, within 9d"), WEEK))
                .withMessageContaining("buy, within the horizon, is missing");
    }
}
