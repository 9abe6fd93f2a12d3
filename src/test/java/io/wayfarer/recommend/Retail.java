package io.wayfarer.recommend;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Features;
import io.wayfarer.profile.Profiler;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.GZIPInputStream;

/**
 * The orders of a real shop as events, cut at a moment: what came before is learnt from, and what the known customers ordered
 * in the four weeks from then on is to be foretold. Cancellations, and lines that are no products (postage, fees, manual
 * corrections), are left out; an order of nobody known is an order of somebody seen once.
 */
record Retail(Instant cut, Map<UUID, List<Event>> before, Map<UUID, Set<String>> after) {

    static final Path FILE = Path.of("..", "shared", "data", "online-retail", "online_retail.csv.gz");
    static final Duration WINDOW = Duration.ofDays(28);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private record Order(UUID customer, boolean isKnown, Instant at, List<Map<String, Object>> products) {}

    static Retail cutAt(String day) throws IOException {
        var cut = Instant.parse(day + "T00:00:00Z");
        var orders = new LinkedHashMap<String, Order>();
        try (var in = new InputStreamReader(new GZIPInputStream(Files.newInputStream(FILE)), StandardCharsets.UTF_8);
                var rows = CsvReader.builder().ofNamedCsvRecord(in)) {
            rows.forEach(row -> take(row, orders));
        }
        var before = new TreeMap<UUID, List<Event>>();
        var after = new TreeMap<UUID, Set<String>>();
        orders.values().stream().sorted(Comparator.comparing(Order::at)).forEach(order -> {
            if (order.at().isBefore(cut)) {
                before.computeIfAbsent(order.customer(), id -> new ArrayList<>())
                        .add(Events.by("u", "Order Completed", order.at(), Map.of("products", order.products())));
            } else if (order.isKnown()
                    && before.containsKey(order.customer())
                    && order.at().isBefore(cut.plus(WINDOW))) {
                var bought = after.computeIfAbsent(order.customer(), id -> new HashSet<>());
                order.products().forEach(line -> bought.add(Features.productOf(line)));
            }
        });
        return new Retail(cut, before, after);
    }

    private static void take(NamedCsvRecord row, Map<String, Order> orders) {
        var invoice = row.getField("InvoiceNo");
        var code = row.getField("StockCode").toUpperCase(java.util.Locale.ROOT);
        var customer = row.getField("CustomerID");
        if (!invoice.matches("\\d+")
                || !code.matches("\\d{5}[A-Z]*")
                || Integer.parseInt(row.getField("Quantity")) <= 0) {
            return;
        }
        var isKnown = !customer.isEmpty();
        var id = UUID.nameUUIDFromBytes((isKnown ? customer : "order " + invoice).getBytes(StandardCharsets.UTF_8));
        var at = LocalDateTime.parse(row.getField("InvoiceDate"), TIME).toInstant(ZoneOffset.UTC);
        orders.computeIfAbsent(invoice, i -> new Order(id, isKnown, at, new ArrayList<>()))
                .products()
                .add(Map.of("product_id", code));
    }

    /** What the product learns from the orders before the cut, by the code that reads the event log. */
    Model learn(Model.Tuning tuning) {
        var read = new Interactions(Interactions.Limits.DEFAULT, cut);
        before.forEach((person, events) -> events.forEach(event -> read.add(person, event)));
        return read.model(tuning, () -> {});
    }

    /** The customers who ordered on both sides of the cut, as the product knew them at the cut. */
    Map<UUID, Features> known() {
        var known = new HashMap<UUID, Features>();
        for (var id : after.keySet()) {
            var customer = Customer.unknown(id, Set.of(), cut);
            for (var event : before.get(id)) {
                customer = Profiler.after(customer, event);
            }
            known.put(id, customer.features());
        }
        return known;
    }
}
