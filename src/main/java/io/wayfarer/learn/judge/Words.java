package io.wayfarer.learn.judge;

import java.util.Locale;

/**
 * What a card says, in both languages.
 *
 * @param zh simplified Chinese
 */
public record Words(String en, String zh) {

    /** Both as {@link String#format} fills them, with the same values, whatever the machine's language is. */
    public static Words of(String en, String zh, Object... values) {
        return new Words(String.format(Locale.ROOT, en, values), String.format(Locale.ROOT, zh, values));
    }

    /** A name, which is the same in both. */
    public static Words same(String text) {
        return new Words(text, text);
    }
}
