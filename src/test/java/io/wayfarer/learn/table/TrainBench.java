package io.wayfarer.learn.table;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.learn.model.Candidate;
import io.wayfarer.learn.model.Candidates;
import io.wayfarer.learn.model.Rows;
import io.wayfarer.learn.table.TableTraining.Wish;
import io.wayfarer.score.Calibration;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a training takes on 100,000 rows of 30 numbers: logistic alone, and all from the CSV file to the card. Nothing is
 * asserted; the figures go to target/bench. The heap is what all pools together had at their fullest, garbage included.
 */
public class TrainBench {

    private static final int ROWS = 100_000;
    private static final int INPUTS = 30;

    @TempDir
    Path dir;

    @Test
    void ofAHundredThousandRows() throws IOException {
        var values = new double[ROWS][];
        var happened = new boolean[ROWS];
        var random = new Random(42);
        for (int row = 0; row < ROWS; row++) {
            values[row] = random.doubles(INPUTS, -2, 2).toArray();
            var x = values[row];
            var pull = -1.5 + x[0] - 0.7 * x[1] + 0.5 * x[2] * x[3] + (x[4] > 1 ? 1.5 : 0) + 0.2 * x[5];
            happened[row] = random.nextDouble() < 1 / (1 + Math.exp(-pull));
        }
        var result = new LinkedHashMap<String, Object>();
        var names = IntStream.range(0, INPUTS).mapToObj(i -> "x" + i).toList();
        var rows = Rows.of(names, values, happened);
        var from = System.nanoTime();
        Candidates.fit(Candidate.LOGISTIC, rows, new Calibration.None());
        result.put("logisticSeconds", seconds(from));

        var csv = new StringBuilder(String.join(",", names) + ",bought\n");
        for (int row = 0; row < ROWS; row++) {
            for (var value : values[row]) {
                csv.append(String.format(Locale.ROOT, "%.4f,", value));
            }
            csv.append(happened[row] ? "yes\n" : "no\n");
        }
        var file = Files.writeString(dir.resolve("rows.csv"), csv);
        from = System.nanoTime();
        var card = TableTraining.train(
                file,
                new Wish("bought", null, null, null, null),
                Instant.EPOCH,
                (step, done) -> System.out.println(step));
        result.put("allCandidatesSeconds", seconds(from));
        result.put("cores", Runtime.getRuntime().availableProcessors());
        result.put("maxHeapMiB", Runtime.getRuntime().maxMemory() >> 20);
        result.put("fullestHeapMiB", fullestHeap());
        result.put("chosen", card.chosen().name());
        result.put("auc", card.judgement().auc().value());
        var each = new LinkedHashMap<String, Double>();
        card.tried().forEach(tried -> each.put(tried.name(), tried.seconds()));
        result.put("fiveFoldsSeconds", each);
        write(result);
    }

    private static double seconds(long from) {
        return (System.nanoTime() - from) / 1e9;
    }

    private static long fullestHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .mapToLong(pool -> pool.getPeakUsage().getUsed())
                        .sum()
                >> 20;
    }

    private static void write(Map<String, Object> result) throws IOException {
        var folder = Files.createDirectories(Path.of("target/bench"));
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("train.json").toFile(), result);
        System.out.println(result);
    }
}
