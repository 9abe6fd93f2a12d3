package io.wayfarer.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of plain text that stand beside the rules. */
public final class RuleText {

    private RuleText() {}

    /**
     * The text of the folder's file, or where it has none, of the one that comes with the product.
     *
     * @param folder blank for the rules in the jar
     */
    public static String of(String folder, String file) {
        var path = Path.of(folder, file);
        try (var in = folder.isBlank() || !Files.exists(path)
                ? RuleText.class.getResourceAsStream("/rules/" + file)
                : Files.newInputStream(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }
}
