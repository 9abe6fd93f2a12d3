package io.wayfarer.learn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.learn.table.CsvFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void theExampleIsWrittenLearnedAndShown() throws Exception {
        var file = folder.resolve("customer_data.csv");
        assertThat(run("--example", file.toString())).isZero();
        assertThat(Files.readAllLines(file)).hasSize(2001).startsWith("age,income,education,purchase");
        assertThat(run("--example", file.toString())).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("is there already");

        assertThat(run("--data", file.toString(), "--label", "purchase", "--costs", "2:3"))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("customer_data.csv: 2,000 rows, 4 columns")
                .contains("ROC AUC")
                .contains("baseline 0.5000")
                .contains("At the threshold 0.400 (costs 2.0:3.0)");
        var card = folder.resolve("customer_data-purchase");
        try (var files = Files.list(card)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "card.html",
                            "card.json",
                            "roc.svg",
                            "precision-recall.svg",
                            "calibration.svg",
                            "lift.svg",
                            "confusion.svg",
                            "importance.svg",
                            "against.svg",
                            "network.svg",
                            "network.dot");
        }
        var json = new ObjectMapper().readTree(card.resolve("card.json").toFile());
        assertThat(json.at("/judgement/auc/value").asDouble()).isGreaterThan(0.7);
        assertThat(json.at("/trainedAt").asText()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(json.at("/tried").size()).isEqualTo(6);
    }

    @Test
    void whatAStrangerWritesIntoATableStaysText() throws Exception {
        var evil = "<script>alert(1)</script>";
        var file = CsvFile.of(
                folder,
                300,
                "\"" + evil + "\",\"a\"\"b\\\"",
                row -> (row.number() % 2 == 0 ? "\"<img src=x onerror=alert(1)>\"" : "\"\u202E]]>&\"") + ","
                        + row.number() % 7);
        assertThat(run(
                        "--data",
                        file.toString(),
                        "--label",
                        "bought",
                        "--out",
                        folder.resolve("out").toString()))
                .isZero();
        var html = Files.readString(folder.resolve("out/card.html"));
        assertThat(html)
                .doesNotContain("<script", "<img", "\u202E", "http://www.google", "https://", "src=", "url(")
                .contains("&lt;script&gt;")
                .contains("default-src 'none'");
        var parser = DocumentBuilderFactory.newInstance();
        parser.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        try (var files = Files.list(folder.resolve("out"))) {
            for (var svg :
                    files.filter(path -> path.toString().endsWith(".svg")).toList()) {
                var drawn = parser.newDocumentBuilder().parse(svg.toFile());
                assertThat(drawn.getElementsByTagName("script").getLength()).isZero();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--data x.csv|--label is missing",
                "--label x|--data is missing",
                "--data|--data needs a value",
                "--what now|unknown option --what",
                "--data none.csv --label x|there is no such file",
                "--data none.csv --label x --costs 1|--costs takes two numbers",
                "--data none.csv --label x --costs 0:1|costs must be two numbers above 0",
            })
    void whatCannotBeDoneEndsWithTwoAndAReason(String args, String reason) {
        assertThat(run(args.split(" "))).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains(reason).doesNotContain("Exception");
        assertThat(out.size()).isZero();
    }

    @Test
    void withoutAnythingItSaysHowItIsUsed() throws IOException {
        assertThat(run()).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("train --data customers.csv --label purchase");
    }

    private int run(String... args) {
        return new TrainCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(errors, true, StandardCharsets.UTF_8),
                        CLOCK)
                .execute(args);
    }
}
