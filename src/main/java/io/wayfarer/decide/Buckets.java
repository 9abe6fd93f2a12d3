package io.wayfarer.decide;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.kie.dmn.model.api.DecisionTable;
import org.kie.dmn.model.api.LiteralExpression;

/**
 * The answers that a decision table has given. Where its cells are words, numbers, comparisons and ranges, and nothing that
 * is computed, two facts between the same two numbers of the table are answered alike: such an answer is given again
 * without the table being evaluated, which costs a hundred times as much.
 */
final class Buckets {

    private static final String NUMBER = "-?\\d+(?:\\.\\d+)?";
    private static final String WORD = "\"[^\"\\\\]*\"";
    private static final String ONE = "(?:" + WORD + "|true|false|(?:[<>]=? *)?" + NUMBER + "|[\\[(\\]] *" + NUMBER
            + " *\\.\\. *" + NUMBER + " *[\\])\\[])";
    private static final Pattern TEST = Pattern.compile("-|" + ONE + "(?: *, *" + ONE + ")*");
    private static final Pattern LITERAL = Pattern.compile(WORD + "|true|false|" + NUMBER);
    private static final Pattern NUMBERS = Pattern.compile(NUMBER);
    private static final Pattern WORDS = Pattern.compile("\"([^\"]*)\"");

    /** What an input is asked for: the numbers and words that its cells name, and those alone. */
    private record Column(String input, double[] numbers, List<String> words) {

        /** The same for facts that no cell tells apart; null for one that is not in order. */
        Object bucket(Object fact) {
            if (fact instanceof Boolean || fact instanceof String word && words.contains(word)) {
                return fact;
            }
            if (!(fact instanceof Number number) || Double.isNaN(number.doubleValue())) {
                return null;
            }
            var at = Arrays.binarySearch(numbers, number.doubleValue());
            return at >= 0 ? 2 * at + 1 : 2 * (-at - 1);
        }
    }

    private final List<Column> columns;
    private final Map<List<Object>, Row> answers = new ConcurrentHashMap<>();

    private Buckets(List<Column> columns) {
        this.columns = columns;
    }

    /** Empty for a table in which something is computed. */
    static Optional<Buckets> of(DecisionTable table) {
        var columns = new ArrayList<Column>();
        for (int i = 0; i < table.getInput().size(); i++) {
            var column = i;
            var input = table.getInput().get(i);
            var cells = Stream.concat(
                            table.getRule().stream()
                                    .map(row -> row.getInputEntry().get(column).getText()),
                            Stream.ofNullable(input.getInputValues()).map(values -> values.getText()))
                    .map(String::strip)
                    .toList();
            if (!cells.stream().allMatch(cell -> TEST.matcher(cell).matches())) {
                return Optional.empty();
            }
            columns.add(new Column(
                    input.getInputExpression().getText().strip(),
                    cells.stream()
                            .map(cell -> WORDS.matcher(cell).replaceAll(""))
                            .flatMap(cell -> NUMBERS.matcher(cell).results().map(found -> found.group()))
                            .mapToDouble(Double::parseDouble)
                            .sorted()
                            .distinct()
                            .toArray(),
                    cells.stream()
                            .flatMap(cell -> WORDS.matcher(cell).results().map(found -> found.group(1)))
                            .distinct()
                            .toList()));
        }
        var isComputed = table.getRule().stream()
                .flatMap(row -> row.getOutputEntry().stream())
                .map(LiteralExpression::getText)
                .anyMatch(text -> !LITERAL.matcher(text.strip()).matches());
        return isComputed ? Optional.empty() : Optional.of(new Buckets(columns));
    }

    /** The answer to facts like these, or the one that is found now. */
    Row answer(Map<String, Object> facts, Supplier<Row> evaluated) {
        var key = new ArrayList<Object>(columns.size());
        for (var column : columns) {
            var bucket = column.bucket(facts.get(column.input()));
            if (bucket == null) {
                return evaluated.get();
            }
            key.add(bucket);
        }
        // what cannot be answered throws, and is asked again
        return answers.computeIfAbsent(key, unknown -> evaluated.get());
    }
}
