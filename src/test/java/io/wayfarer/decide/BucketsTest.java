package io.wayfarer.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is remembered of a table is what the table says. */
class BucketsTest {

    private static final String TABLE =
            """
            <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="t" namespace="urn:t">
              <inputData id="in_word" name="word"><variable id="v_word" name="word" typeRef="string"/></inputData>
              <inputData id="in_n" name="n"><variable id="v_n" name="n" typeRef="number"/></inputData>
              <inputData id="in_yes" name="yes"><variable id="v_yes" name="yes" typeRef="boolean"/></inputData>
              <decision id="t" name="t"><variable id="v_t" name="t" typeRef="Any"/>
                <informationRequirement id="r1"><requiredInput href="#in_word"/></informationRequirement>
                <informationRequirement id="r2"><requiredInput href="#in_n"/></informationRequirement>
                <informationRequirement id="r3"><requiredInput href="#in_yes"/></informationRequirement>
                <decisionTable id="table" hitPolicy="FIRST">
                  <input id="i1"><inputExpression id="e1" typeRef="string"><text>word</text></inputExpression></input>
                  <input id="i2"><inputExpression id="e2" typeRef="number"><text>n</text></inputExpression></input>
                  <input id="i3"><inputExpression id="e3" typeRef="boolean"><text>yes</text></inputExpression></input>
                  <output id="o1" name="answer" typeRef="string"/>
                  <output id="o2" name="days" typeRef="number"/>
                  %s
                </decisionTable>
              </decision>
            </definitions>
            """;

    private static String row(int number, String word, String n, String yes, String answer) {
        return ("<rule id=\"r%1$d\"><inputEntry id=\"a%1$d\"><text>%2$s</text></inputEntry>"
                        + "<inputEntry id=\"b%1$d\"><text>%3$s</text></inputEntry>"
                        + "<inputEntry id=\"c%1$d\"><text>%4$s</text></inputEntry>"
                        + "<outputEntry id=\"d%1$d\"><text>%5$s</text></outputEntry>"
                        + "<outputEntry id=\"e%1$d\"><text>7</text></outputEntry></rule>")
                .formatted(number, word, n.replace("<", "&lt;"), yes, answer);
    }

    private static Tables table(String... rows) {
        return new Tables(Map.of("t.dmn", TABLE.formatted(String.join("", rows))));
    }

    @Test
    void onAndBetweenTheNumbersOfATableTheAnswerIsItsOwn() {
        var tables = table(
                row(1, "\"a\"", "< 0.3", "-", "\"low\""),
                row(2, "\"a\",\"b\"", "[0.3..0.7)", "true", "\"middle\""),
                row(3, "-", "0.7", "-", "\"edge\""),
                row(4, "-", "> 5, 2", "false", "\"much\""),
                row(5, "-", "-", "-", "\"else, 9\""));
        var random = new Random(42);
        var numbers = List.of(-1, 0, 0.29, 0.3, 0.31, 0.69, 0.7, 0.71, 1, 2, 2.5, 5, 5.01, 9);
        var seen = new HashMap<Object, Integer>();
        for (int i = 0; i < 2_000; i++) {
            var facts = Map.<String, Object>of(
                    "word", List.of("a", "b", "c").get(random.nextInt(3)),
                    "n", numbers.get(random.nextInt(numbers.size())),
                    "yes", random.nextBoolean());
            var answer = tables.ask("t", "t", facts);
            assertThat(answer).as("%s", facts).isEqualTo(tables.evaluate("t", "t", facts));
            seen.merge(answer.rule(), 1, Integer::sum);
        }
        assertThat(seen).hasSize(5);
    }

    @Test
    void whatIsComputedIsComputedEachTime() {
        var tables = table(row(1, "-", "-", "-", "\"you said \" + word"));
        for (var word : List.of("a", "b")) {
            assertThat(tables.ask("t", "t", Map.of("word", word, "n", 1, "yes", true))
                            .text("answer"))
                    .isEqualTo("you said " + word);
        }
        var tested = table(row(1, "-", "< string length(word)", "-", "\"short\""), row(2, "-", "-", "-", "\"long\""));
        for (var word : List.of("a", "abcdef")) {
            assertThat(tested.ask("t", "t", Map.of("word", word, "n", 3, "yes", true))
                            .text("answer"))
                    .isEqualTo(word.length() > 3 ? "short" : "long");
        }
    }

    @Test
    void whatTheTableDoesNotNameIsNotRemembered() {
        var tables = table(row(1, "\"a\"", "-", "-", "\"it\""), row(2, "-", "-", "-", "\"other\""));
        for (int i = 0; i < 3; i++) {
            assertThat(tables.ask("t", "t", Map.of("word", "stranger" + i, "n", 1, "yes", true))
                            .text("answer"))
                    .isEqualTo("other");
        }
    }
}
