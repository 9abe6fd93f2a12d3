package io.wayfarer.learn.table;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A made-up table of customers to try a training on: age, income, education, and whether they purchased. Drawn by a seed, so
 * that all who try it see the same figures. Who purchases hangs on all three, and on chance; a few incomes are not known.
 */
public final class Example {

    private static final int ROWS = 2000;
    private static final List<String> EDUCATION = List.of("school", "vocational", "bachelor", "master", "doctorate");
    private static final double[] SHARES = {0.3, 0.25, 0.27, 0.14, 0.04};
    private static final double[] PULL = {-0.5, -0.2, 0.2, 0.5, 0.6};

    private Example() {}

    /**
     * Writes it; a file that is there is not overwritten.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is one
     */
    public static void write(Path file) throws IOException {
        var random = new Random(42);
        try (var csv = CsvWriter.builder().build(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
            csv.writeRecord("age", "income", "education", "purchase");
            for (int row = 0; row < ROWS; row++) {
                var age = (int) Math.min(85, Math.max(18, Math.round(42 + 15 * random.nextGaussian())));
                var education = draw(random.nextDouble());
                // incomes rise with education and to the middle of life
                var middle = 10.2 + 0.12 * education - 0.0004 * (age - 50) * (age - 50);
                var income = Math.round(Math.exp(middle + 0.4 * random.nextGaussian()) / 100) * 100;
                var pull = -0.15 + PULL[education] + 1.1 * (Math.log(income) - 10.2) - 0.0025 * (age - 38) * (age - 38);
                var purchase = random.nextDouble() < 1 / (1 + Math.exp(-1.6 * pull));
                var told = random.nextDouble() > 0.02;
                csv.writeRecord(
                        String.valueOf(age),
                        told ? String.format(Locale.ROOT, "%d", income) : "",
                        EDUCATION.get(education),
                        purchase ? "1" : "0");
            }
        }
    }

    private static int draw(double chance) {
        var sum = 0.0;
        for (int i = 0; i < SHARES.length; i++) {
            sum += SHARES[i];
            if (chance < sum) {
                return i;
            }
        }
        return SHARES.length - 1;
    }
}
