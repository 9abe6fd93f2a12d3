package io.wayfarer.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.Meeting;
import io.wayfarer.profile.Stated;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs the case tables of rules/cases: each line is a test, and each rule and each row must have one. */
class RuleCasesTest {

    private static final Path CASES = Path.of("rules", "cases");

    private final Rulebook rulebook = People.RULEBOOK;
    private final TreeSet<String> hit = new TreeSet<>();

    @TestFactory
    Stream<DynamicNode> everyCaseOfEveryTableHolds() {
        return Stream.of(
                table("stages", line -> judges(line, RuleCasesTest::isMove)),
                table("signals", line -> judges(line, decision -> !isMove(decision))),
                table("fraud", line -> {
                    hit.addAll(People.found(line.getFieldsAsMap()).spoke());
                    judges(line, decision -> !isMove(decision) && !isOfAnyOrder(decision));
                }),
                table("satisfaction", this::satisfies),
                table("next-best-action", line -> answers(line, rulebook.ask("next-best-action", facts(line)))),
                table("offers", line -> answers(line, rulebook.ask("offers", facts(line)))),
                table("personalise", line -> answers(line, rulebook.ask("personalise", facts(line)))),
                table("help", line -> answers(line, rulebook.ask("help", facts(line)))),
                table("guardrails", this::passes),
                table("identity", this::identifies),
                table("segments", this::segments),
                dynamicTest("every rule and every row has a case", () -> assertThat(hit)
                        .containsAll(rulebook.names())));
    }

    private static DynamicNode table(String name, Consumer<NamedCsvRecord> test) {
        var tests = new ArrayList<DynamicTest>();
        for (var line : lines(CASES.resolve(name + ".csv"))) {
            tests.add(dynamicTest(
                    line.getField("case"), CASES.resolve(name + ".csv").toUri(), () -> test.accept(line)));
        }
        return dynamicContainer(name, tests);
    }

    private static List<NamedCsvRecord> lines(Path file) {
        try (var csv = CsvReader.builder()
                .commentStrategy(CommentStrategy.SKIP)
                .ofNamedCsvRecord(Files.newBufferedReader(file))) {
            return csv.stream().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void judges(NamedCsvRecord line, Predicate<Decision> counts) {
        var evaluation = People.evaluate(line.getFieldsAsMap());
        var actions = new ArrayList<String>();
        for (var decision : evaluation.decisions()) {
            hit.add(decision.rule());
            if (decision.facts().containsKey("signalRule")) {
                hit.add((String) decision.facts().get("signalRule"));
            }
            if (counts.test(decision)) {
                actions.add(isMove(decision) ? decision.object() : decision.action());
            }
        }
        assertThat(actions.isEmpty() ? "nothing" : String.join("; ", actions)).isEqualTo(line.getField("expect"));
    }

    private static boolean isMove(Decision decision) {
        return decision.verb().equals("stage");
    }

    /** What any order leads to, whether it is suspicious or not: signals.csv has it. */
    private static boolean isOfAnyOrder(Decision decision) {
        return Set.of("first-order", "ordered")
                .contains(String.valueOf(decision.facts().get("signal")));
    }

    private void satisfies(NamedCsvRecord line) {
        var found = People.found(line.getFieldsAsMap());
        hit.addAll(found.spoke());
        var said = found.said();
        assertThat(
                        said.observations() == 0
                                ? "nothing"
                                : plain(said.points() / (double) said.weight()) + " x " + plain(said.weight() / 100.0))
                .isEqualTo(line.getField("expect"));
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private void segments(NamedCsvRecord line) {
        var customer = People.customer("use", Duration.ofDays(1), line.getField("history"), "", false);
        var found = rulebook.segmented(customer, People.NOW);
        if (found.by() != null) {
            hit.add(found.by());
        }
        assertThat(found.segment() == null ? "others" : found.segment()).isEqualTo(line.getField("expect"));
    }

    private void answers(NamedCsvRecord line, Row row) {
        hit.add(row.rule());
        expected(line).forEach((output, value) -> assertThat(row.cells()).containsEntry(output, value));
    }

    private void passes(NamedCsvRecord line) {
        var facts = facts(line);
        var gate = (String) facts.remove("gate");
        var verdict = rulebook.gate(gate, facts);
        hit.add(verdict.rule());
        assertThat(verdict.verdict()).isEqualTo(line.getField("expect verdict"));
        assertThat(verdict.hours()).isEqualTo(Integer.parseInt(line.getField("expect hours")));
    }

    private void identifies(NamedCsvRecord line) {
        var by = line.getField("by");
        var facts =
                Stream.of(line.getField("facts").split(";")).map(String::strip).toList();
        var answer =
                switch (line.getField("ask")) {
                    case "kind" -> {
                        var worth = rulebook.worth(new Identity.Kind(by));
                        hit.add(worth.rule());
                        yield worth.rank() + (worth.personal() ? " personal" : " shared");
                    }
                    case "value" -> {
                        var people = facts.size() == 1
                                ? 0
                                : Integer.parseInt(facts.get(1).substring("people ".length()));
                        var nobody = rulebook.nobody(new Stated(by, true, facts.get(0), people));
                        if (nobody != null) {
                            hit.add(nobody.rule());
                        }
                        yield nobody == null ? "somebody" : "nobody";
                    }
                    default -> {
                        var ruling = rulebook.judge(new Meeting(
                                by,
                                facts.contains("shared"),
                                facts.contains("subjectAnonymous"),
                                facts.contains("otherAnonymous"),
                                facts.contains("saidInSession"),
                                facts.contains("userIdsDiffer"),
                                facts.contains("crmIdsDiffer"),
                                facts.contains("emailsDiffer"),
                                facts.contains("apart"),
                                facts.contains("full")));
                        hit.add(ruling.rule());
                        yield ruling.outcome().name().toLowerCase(Locale.ROOT);
                    }
                };
        assertThat(answer).isEqualTo(line.getField("expect"));
    }

    private static Map<String, Object> facts(NamedCsvRecord line) {
        var facts = new HashMap<String, Object>();
        line.getFieldsAsMap().forEach((name, text) -> {
            if (!name.equals("case") && !name.startsWith("expect ") && !text.isEmpty()) {
                facts.put(name, value(text));
            }
        });
        return facts;
    }

    private static Map<String, Object> expected(NamedCsvRecord line) {
        var outputs = new HashMap<String, Object>();
        line.getFieldsAsMap().forEach((name, text) -> {
            if (name.startsWith("expect ")) {
                outputs.put(name.substring("expect ".length()), value(text));
            }
        });
        return outputs;
    }

    private static Object value(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        return text.matches("-?[0-9.]+") ? new BigDecimal(text) : text;
    }
}
