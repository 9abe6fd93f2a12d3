package io.wayfarer.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The customers of a real shop; prints what groups they fall into. */
class OnlineRetailSegmentsTest {

    private static final Path FILE = Path.of("..", "shared", "data", "online-retail", "online_retail.csv.gz");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
    private static final LocalDateTime END = LocalDateTime.parse("2011-12-10T00:00:00");

    private static final class Shopper {
        private final Set<String> orders = new HashSet<>();
        private final Set<Object> days = new HashSet<>();
        private double revenue;
        private LocalDateTime last = LocalDateTime.MIN;
    }

    @Test
    void theCustomersOfARealShopFallIntoGroupsThatDifferInWhatTheirNamesSay() throws Exception {
        assumeThat(FILE).as("real data, not part of the project").exists();
        var rows = figures();
        assertThat(rows).hasSizeGreaterThan(4000);

        var begun = System.nanoTime();
        var learnt = new Segmentation.Learnt(Rfm.learn(rows), Clusters.learn(rows, () -> {}));
        System.out.printf("%d customers, learnt in %d ms%n", rows.size(), (System.nanoTime() - begun) / 1_000_000);
        var segmentation = new Segmentation("test", null, learnt);
        var members = new TreeMap<String, List<double[]>>();
        for (var row : rows) {
            segmentation.of(row).forEach((kind, segment) -> members.computeIfAbsent(
                            kind + ": " + segmentation.name(kind, segment), name -> new ArrayList<>())
                    .add(row));
        }
        members.forEach((name, in) -> System.out.printf(
                "%5d %4.1f %% %5.0f days %6.1f orders %8.0f money  %s%n",
                in.size(),
                100.0 * in.size() / rows.size(),
                mean(in, Figures.SINCE_ORDER),
                mean(in, Figures.ORDERS),
                mean(in, Figures.REVENUE),
                name));

        assertThat(members.keySet())
                .contains("rfm: champions", "rfm: loyal", "rfm: at risk", "rfm: lost")
                .anyMatch(name -> name.startsWith("kmeans: "));
        assertThat(mean(members.get("rfm: champions"), Figures.REVENUE))
                .isGreaterThan(5 * mean(members.get("rfm: lost"), Figures.REVENUE));
        assertThat(mean(members.get("rfm: lost"), Figures.SINCE_ORDER))
                .isGreaterThan(5 * mean(members.get("rfm: champions"), Figures.SINCE_ORDER));
        members.forEach((name, in) -> {
            if (name.contains("buy often")) {
                assertThat(mean(in, Figures.ORDERS)).as(name).isGreaterThan(mean(rows, Figures.ORDERS));
            }
            if (name.contains("little per order")) {
                assertThat(mean(in, Figures.ORDER_VALUE)).as(name).isLessThan(mean(rows, Figures.ORDER_VALUE));
            }
        });

        // what one assignment costs; no assertion, for machines differ
        var sum = 0;
        for (int round = 0; round < 50; round++) {
            begun = System.nanoTime();
            for (var row : rows) {
                sum += segmentation.of(row).size();
            }
        }
        System.out.printf("%.2f us for one customer%n", (System.nanoTime() - begun) / 1e3 / rows.size());
        assertThat(sum).isEqualTo(50 * 3 * rows.size());
    }

    private static double mean(List<double[]> rows, int figure) {
        return rows.stream().mapToDouble(row -> row[figure]).average().orElseThrow();
    }

    private static List<double[]> figures() throws IOException {
        var shoppers = new HashMap<String, Shopper>();
        try (var in = new InputStreamReader(new GZIPInputStream(Files.newInputStream(FILE)), StandardCharsets.UTF_8);
                var rows = CsvReader.builder().ofNamedCsvRecord(in)) {
            rows.forEach(row -> {
                var customer = row.getField("CustomerID");
                var quantity = Integer.parseInt(row.getField("Quantity"));
                if (customer.isEmpty()
                        || quantity <= 0
                        || !row.getField("InvoiceNo").matches("\\d+")) {
                    return;
                }
                var shopper = shoppers.computeIfAbsent(customer, id -> new Shopper());
                var at = LocalDateTime.parse(row.getField("InvoiceDate"), TIME);
                shopper.orders.add(row.getField("InvoiceNo"));
                shopper.revenue += quantity * Double.parseDouble(row.getField("UnitPrice"));
                shopper.last = at.isAfter(shopper.last) ? at : shopper.last;
                if (at.isAfter(END.minusDays(90))) {
                    shopper.days.add(at.toLocalDate());
                }
            });
        }
        return shoppers.values().stream()
                .map(shopper -> {
                    var since =
                            Math.min(365, Duration.between(shopper.last, END).toHours() / 24.0);
                    var orders = shopper.orders.size();
                    return new double[] {
                        since, orders, shopper.revenue, shopper.revenue / orders, shopper.days.size(), since
                    };
                })
                .toList();
    }
}
