package io.wayfarer.decide;

import java.util.Map;

/**
 * The row of a decision table that holds.
 *
 * @param rule the row's name: {@code next-best-action.dmn: row 3}, or, where a file has several tables, {@code
 *     guardrails.dmn: consent row 2}
 * @param cells its outputs by name: text, booleans, numbers as BigDecimal
 */
public record Row(String rule, Map<String, Object> cells) {

    /** The output as text. */
    public String text(String output) {
        return (String) cells.get(output);
    }

    /** The output as a number. */
    public double number(String output) {
        return ((Number) cells.get(output)).doubleValue();
    }
}
