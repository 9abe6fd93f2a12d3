package io.wayfarer.learn.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.model.Costs;
import io.wayfarer.learn.table.TableTraining.Wish;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTrainingTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void theExampleIsLearnedAndItsCardIsComplete() throws IOException {
        var file = folder.resolve("customer_data.csv");
        Example.write(file);
        var card =
                TableTraining.train(file, new Wish("Purchase", null, null, null, new Costs(1, 1)), NOW, (s, d) -> {});

        assertThat(card.label()).isEqualTo("purchase");
        assertThat(card.positive()).isEqualTo("1");
        assertThat(card.inputs()).extracting(Card.Input::name).containsExactly("age", "income", "education");
        assertThat(card.inputs().get(1).missing()).isCloseTo(0.02, within(0.01));
        assertThat(card.leftOut()).isEmpty();
        assertThat(card.tried()).hasSize(6).allMatch(tried -> tried.failure() == null);
        assertThat(card.judgement().rows() + card.source().trainingRows()).isEqualTo(2000);
        assertThat(card.judgement().auc().value()).isGreaterThan(0.7);
        assertThat(card.judgement().logLoss().value())
                .isLessThan(card.judgement().baseline().logLoss());
        assertThat(card.costs().threshold()).isEqualTo(0.5);
        assertThat(card.fairness()).singleElement().matches(fairness -> fairness.column()
                .equals("education"));
        assertThat(card.against().column()).isEqualTo("age");
        assertThat(card.network().nodes()).hasSize(4);
        assertThat(card.network().dot()).contains("n0 -> n1").contains("education");
        assertThat(card.importance()).hasSize(3);
    }

    @Test
    void nothingThatSaysWhoSomebodyIsEntersWhateverItIsCalled() throws IOException {
        var header = "full_name,email,col7,mobile,customer_id,c1,kunde,card,ip,region,uuid_of_visit";
        var card = train(CsvFile.of(folder, 400, header, row -> {
            var n = row.number();
            // all of them know who buys, as numbers given out afterwards would
            var odd = row.buys() ? 1 : 2;
            return "Ada %d,a%d@example.org,b%d@shop.example,+49 170 %07d,%d,%d,K-%d-%d,4111 1111 1111 1111,10.0.0.%d,%s,%08x-0000-4000-8000-000000000000"
                    .formatted(n, n, n % 3, n, n, 5000 + n, odd, n, odd, n % 2 == 0 ? "north" : "south", n);
        }));
        assertThat(card.inputs()).extracting(Card.Input::name).containsExactly("keen", "region");
        assertThat(card.leftOut())
                .extracting(Card.LeftOut::column)
                .containsExactlyInAnyOrder(
                        "full_name",
                        "email",
                        "col7",
                        "mobile",
                        "customer_id",
                        "c1",
                        "kunde",
                        "card",
                        "ip",
                        "uuid_of_visit");
        assertThat(reason(card, "col7")).contains("an email address");
        assertThat(reason(card, "c1")).contains("counts its rows");
        assertThat(reason(card, "kunde")).contains("a value of its own");
        assertThat(card.fairness()).noneMatch(fairness -> fairness.column().equals("col7"));
    }

    @ParameterizedTest
    @CsvSource({"same", "coded", "after", "missing", "middle"})
    void aColumnThatKnowsTheLabelIsLeftOutWithAWarning(String leak) throws IOException {
        var card = train(CsvFile.of(folder, 600, "leak,region", row -> {
            var noise = row.random().nextDouble();
            var cell =
                    switch (leak) {
                        case "same" -> row.buys() ? "ja" : "nein";
                        // of twenty codes half are given to those who buy
                        case "coded" -> "" + (2 * (int) (10 * noise) + (row.buys() ? 1 : 0));
                        case "after" -> String.format(Locale.ROOT, "%.2f", row.buys() ? 20 + 50 * noise : 10 * noise);
                        case "missing" -> row.buys() ? String.format(Locale.ROOT, "%.2f", 50 * noise) : "";
                        default ->
                            String.format(
                                    Locale.ROOT, "%.3f", row.buys() ? noise : noise < 0.5 ? -1 - noise : 1.5 + noise);
                    };
            return cell + "," + (row.number() % 2 == 0 ? "north" : "south");
        }));
        assertThat(card.inputs()).extracting(Card.Input::name).containsExactly("keen", "region");
        assertThat(reason(card, "leak")).contains("it knows the label");
        assertThat(card.warnings()).singleElement().matches(warning -> warning.en()
                .contains("'leak'"));
        assertThat(card.judgement().auc().value()).isLessThan(0.95);
    }

    @Test
    void bySplitInTimeTheLatestFifthIsHeldOut() throws IOException {
        var file = CsvFile.of(
                folder, 500, "day", row -> "2026-%02d-%02d".formatted(1 + row.number() % 12, 1 + row.number() % 28));
        var card = TableTraining.train(file, new Wish("bought", null, "day", null, null), NOW, (s, d) -> {});
        assertThat(card.split()).contains("latest fifth by 'day'");
        assertThat(card.source().from()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(card.judgement().rows()).isBetween(80, 100);
        assertThat(reason(card, "day")).isEqualTo("rows are split by it");
        assertThat(card.costs().stated()).isFalse();
    }

    @Test
    void aNumberIsPredictedByRegression() throws IOException {
        var file = CsvFile.of(folder, 600, "age,spent,log_spent", row -> {
            var age = 20 + row.random().nextInt(50);
            var spent = 30 + 2 * age + 40 * row.keen() + 10 * row.random().nextGaussian();
            return String.format(Locale.ROOT, "%d,%.2f,%.6f", age, spent, Math.log(spent + 500));
        });
        var card = TableTraining.train(file, new Wish("spent", null, null, null, null), NOW, (s, d) -> {});
        assertThat(card.binary()).isFalse();
        assertThat(card.chosen().name()).isEqualTo("LinearRegression");
        assertThat(card.errors().rmse().value())
                .isBetween(8.0, 13.0)
                .isLessThan(card.errors().baselineRmse() / 3);
        assertThat(card.errors().r2().low()).isGreaterThan(0.9);
        assertThat(card.descent().difference()).isLessThan(1e-4);
        // the logarithm of the label is the label
        assertThat(reason(card, "log_spent")).contains("it knows the label");
        assertThat(card.against().column()).isEqualTo("age");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "one|has one value only",
                "gone|missing in all rows",
                "rare|is yes in 5 of 300 rows: at least 10 of each kind are needed",
                "three|has 3 different values, and is no number",
                "key|has 300 different values",
                "nowhere|there is no column 'nowhere' in table.csv; it has keen, bought, one, gone",
            })
    void aLabelThatCannotBeLearnedIsRefusedWithTheReason(String label, String reason) {
        var file = CsvFile.of(folder, 300, "one,gone,rare,three,key", row -> "same,,%s,%s,%s"
                .formatted(
                        row.number() % 60 == 0 ? "yes" : "no",
                        new String[] {"a", "b", "c"}[row.number() % 3],
                        "k" + row.number() + "z"));
        refused(file, new Wish(label, null, null, null, null), reason);
    }

    @Test
    void aTableWithNothingToLearnFromIsRefusedWithTheReasons() {
        var file = CsvFile.write(
                folder, "email,always,gone,bought\n" + "a@b.example,1,NaN,yes\nc@d.example,1,Infinity,no\n".repeat(60));
        refused(
                file,
                new Wish("bought", null, null, null, null),
                "no column is left to learn from: email: it may say who somebody is");
        var known = CsvFile.write(folder, "answer,bought\n" + "1,yes\n0,no\n".repeat(60));
        refused(known, new Wish("bought", null, null, null, null), "each knows the label: [answer]");
    }

    @Test
    void tenRowsAreTooFew() {
        refused(
                CsvFile.of(folder, 10, "x", row -> "1"),
                new Wish("bought", null, null, null, null),
                "10 rows with a label are too few");
    }

    @Test
    void aColumnThatIsNamedMustBeThereAndFit() {
        var file = CsvFile.of(folder, 100, "region", row -> row.number() % 2 == 0 ? "north" : "south");
        refused(file, new Wish("bought", null, "when", null, null), "there is no column 'when'");
        refused(file, new Wish("bought", null, "region", null, null), "is no time");
        refused(file, new Wish("bought", null, null, "region", null), "numbers only");
        refused(file, new Wish("bought", "maybe", null, null, null), "has no value 'maybe'");
    }

    @Test
    void aNamedValueIsTheYesAndOtherwiseTheRarerOneWhichIsSaid() throws IOException {
        var file = CsvFile.of(folder, 300, "kind", row -> row.buys() ? "buyer" : "looker");
        var found = TableTraining.train(file, new Wish("kind", null, null, null, null), NOW, (s, d) -> {});
        assertThat(found.positive()).isEqualTo("buyer");
        assertThat(found.warnings()).anyMatch(warning -> warning.en().contains("'buyer' is taken for the yes"));
        var named = TableTraining.train(file, new Wish("kind", "looker", null, null, null), NOW, (s, d) -> {});
        assertThat(named.positive()).isEqualTo("looker");
        assertThat(named.source().share()).isCloseTo(1 - found.source().share(), within(0.02));
    }

    @Test
    void manyRareValuesAreOneAndAMillionAreLeftOut() throws IOException {
        var card = train(CsvFile.of(folder, 2000, "city,key", row -> {
            var city = row.number() % 4 > 0 ? "big" + row.number() % 3 : "small" + row.number() % 500;
            return city + ",x" + row.number() % 1500 + "y";
        }));
        assertThat(card.inputs())
                .filteredOn(input -> input.name().equals("city"))
                .singleElement()
                .matches(input -> input.note().contains("values in few rows are one"));
        assertThat(reason(card, "key")).contains("nearly every row has a value of its own");
    }

    private Card train(Path file) throws IOException {
        return TableTraining.train(file, new Wish("bought", null, null, null, null), NOW, (step, done) -> {});
    }

    private static String reason(Card card, String column) {
        return card.leftOut().stream()
                .filter(left -> left.column().equals(column))
                .findFirst()
                .orElseThrow(() -> new AssertionError(column + " is not left out"))
                .reason();
    }

    private static void refused(Path file, Wish wish, String reason) {
        assertThatExceptionOfType(TableRefused.class)
                .isThrownBy(() -> TableTraining.train(file, wish, NOW, (step, done) -> {}))
                .withMessageContaining(reason);
    }
}
