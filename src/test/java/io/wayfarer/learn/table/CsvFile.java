package io.wayfarer.learn.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;

/** A made-up CSV file, row by row by a seed. */
public final class CsvFile {

    /** A row that is being made up: how keen on buying it is, and whether it buys. */
    public record Row(int number, Random random, double keen, boolean buys) {}

    private CsvFile() {}

    /**
     * @param header names beside "keen" and "bought", which all have
     * @param cells of these columns, divided by commas
     */
    public static Path of(Path folder, int rows, String header, Function<Row, String> cells) {
        var random = new Random(42);
        var text = new StringBuilder("keen,bought," + header + "\n");
        for (int number = 0; number < rows; number++) {
            var keen = random.nextGaussian();
            var buys = random.nextDouble() < 1 / (1 + Math.exp(1 - 1.5 * keen));
            text.append(String.format(Locale.ROOT, "%.3f,%s,", keen, buys ? "yes" : "no"))
                    .append(cells.apply(new Row(number, random, keen, buys)))
                    .append('\n');
        }
        return write(folder, text.toString());
    }

    public static Path write(Path folder, String text) {
        try {
            return Files.writeString(folder.resolve("table.csv"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
