package io.wayfarer.ingest.file;

import io.wayfarer.ingest.EmailAddress;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.file.Mapping.Cell;
import io.wayfarer.ingest.file.Mapping.Kind;
import io.wayfarer.ingest.file.Mapping.Order;
import io.wayfarer.ingest.file.Mapping.Type;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A mapping made up from a header and the first rows, for a file that nobody has said anything about. */
final class Guess {

    private static final Map<String, List<String>> WORDS = Map.ofEntries(
            Map.entry(
                    "userId",
                    List.of(
                            "userid",
                            "customerid",
                            "customerno",
                            "customernumber",
                            "clientid",
                            "memberid",
                            "user",
                            "customer")),
            Map.entry("anonymousId", List.of("anonymousid", "deviceid", "visitorid")),
            Map.entry("email", List.of("email", "emailaddress", "mail", "customeremail", "useremail")),
            Map.entry(
                    "timestamp",
                    List.of(
                            "timestamp",
                            "time",
                            "date",
                            "datetime",
                            "invoicedate",
                            "orderdate",
                            "createdat",
                            "eventtime",
                            "at")),
            Map.entry("event", List.of("event", "eventname", "eventtype", "action")),
            Map.entry("order", List.of("invoiceno", "invoice", "invoicenumber", "orderid", "orderno", "ordernumber")),
            Map.entry("product_id", List.of("productid", "stockcode", "sku", "itemid", "articleno", "id")),
            Map.entry("name", List.of("name", "title", "description", "productname", "itemname")),
            Map.entry("quantity", List.of("quantity", "qty", "amountordered")),
            Map.entry("price", List.of("price", "unitprice", "itemprice")),
            Map.entry("url", List.of("url", "link")),
            Map.entry("image_url", List.of("imagelink", "imageurl", "image")),
            Map.entry("availability", List.of("availability")),
            Map.entry("stock", List.of("stock", "inventory", "instock", "stocklevel", "inventoryquantity")),
            Map.entry("brand", List.of("brand")),
            Map.entry("category", List.of("category", "producttype", "googleproductcategory")));

    private static final List<String> PRODUCT =
            List.of("product_id", "name", "url", "image_url", "price", "availability", "stock", "brand", "category");

    private static final List<String> DATES = List.of(
            "yyyy-MM-dd HH:mm",
            "yyyy/M/d HH:mm:ss",
            "yyyy/M/d HH:mm",
            "yyyy/M/d",
            "d.M.yyyy HH:mm:ss",
            "d.M.yyyy HH:mm",
            "d.M.yyyy",
            "d/M/yyyy HH:mm:ss",
            "d/M/yyyy HH:mm",
            "d/M/yyyy",
            "M/d/yyyy HH:mm:ss",
            "M/d/yyyy HH:mm",
            "M/d/yyyy",
            "yyyyMMdd");

    private final Map<String, String> found = new LinkedHashMap<>();
    private final List<Row> sample;

    private Guess(List<String> header, List<Row> sample) {
        this.sample = sample;
        for (var word : WORDS.entrySet()) {
            for (var known : word.getValue()) {
                header.stream()
                        .filter(column -> plain(column).equals(known))
                        .findFirst()
                        .ifPresent(column -> found.putIfAbsent(word.getKey(), column));
            }
        }
    }

    private static String plain(String column) {
        return column.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
    }

    /**
     * @param header of JSON lines the fields of the first rows
     * @throws Refusal when the columns say neither who somebody is nor what a product is
     */
    static Mapping of(List<String> header, List<Row> sample) {
        return new Guess(header, sample).mapping();
    }

    private Mapping mapping() {
        var somebody = found.containsKey("userId") || found.containsKey("email") || found.containsKey("anonymousId");
        var isCatalogue = !somebody
                && found.containsKey("product_id")
                && (found.containsKey("price") || found.containsKey("availability") || found.containsKey("stock"));
        if (!somebody && !isCatalogue) {
            throw Refusal.bad(
                    null,
                    "the columns do not say who somebody is: save a mapping with PUT /api/mappings/{name} and name it");
        }
        var isOrder = somebody && found.containsKey("order") && found.containsKey("price");
        return new Mapping(
                isCatalogue ? Kind.products : Kind.events,
                null,
                null,
                null,
                null,
                null,
                comma() ? "," : ".",
                null,
                null,
                null,
                isOrder ? null : cell("event"),
                cell("userId"),
                cell("anonymousId"),
                email(),
                null,
                isCatalogue ? null : timestamp(),
                List.of(),
                Map.of(),
                isCatalogue ? products() : Map.of(),
                !isCatalogue && !isOrder,
                isOrder ? new Order(found.get("order"), "C", lines()) : null);
    }

    private Cell cell(String field) {
        return found.containsKey(field) ? Cell.of(found.get(field)) : null;
    }

    /** A column that is called so and holds no address is not it. */
    private Cell email() {
        var column = found.get("email");
        return column == null || values(column).stream().anyMatch(value -> EmailAddress.of(value) == null)
                ? null
                : Cell.of(column);
    }

    private Map<String, Cell> products() {
        var cells = new LinkedHashMap<String, Cell>();
        for (var field : PRODUCT) {
            if (found.containsKey(field)) {
                cells.put(
                        field,
                        Cell.of(
                                found.get(field),
                                field.equals("price") ? Type.money : field.equals("stock") ? Type.number : null));
            }
        }
        return cells;
    }

    private Map<String, Cell> lines() {
        var cells = new LinkedHashMap<String, Cell>();
        for (var field : List.of("product_id", "name", "quantity", "price")) {
            if (found.containsKey(field)) {
                cells.put(
                        field,
                        Cell.of(
                                found.get(field),
                                field.equals("price") || field.equals("quantity") ? Type.number : null));
            }
        }
        return cells;
    }

    private boolean comma() {
        var prices = found.containsKey("price") ? values(found.get("price")) : List.<String>of();
        return prices.stream().anyMatch(price -> price.matches("-?[\\d.]*\\d,\\d{1,2}"));
    }

    /** @throws Refusal when day and month cannot be told apart */
    private Cell timestamp() {
        var column = found.get("timestamp");
        if (column == null) {
            return null;
        }
        var values = values(column);
        if (values.isEmpty()
                || values.stream().allMatch(value -> value.matches("\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d:\\d\\d.*)?"))
                || sample.stream().allMatch(row -> row.cell(column) instanceof java.math.BigDecimal)) {
            return new Cell(column, null, Type.date, null);
        }
        if (values.stream().allMatch(value -> value.matches("\\d{10}|\\d{13}"))) {
            return new Cell(
                    column, null, Type.date, values.get(0).length() == 10 ? "epoch-seconds" : "epoch-milliseconds");
        }
        var fitting = DATES.stream()
                .filter(format -> values.stream().allMatch(value -> fits(value, format)))
                .toList();
        if (fitting.size() != 1) {
            throw Refusal.bad(
                    column,
                    column + (fitting.isEmpty() ? " is no time of a known form" : " may have day or month first")
                            + ": say its format in a mapping, with PUT /api/mappings/{name}");
        }
        return new Cell(column, null, Type.date, fitting.get(0));
    }

    private static boolean fits(String value, String format) {
        try {
            LocalDate.parse(value, DateTimeFormatter.ofPattern(format, Locale.ENGLISH));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private List<String> values(String column) {
        return sample.stream()
                .map(row -> row.textOf(column))
                .filter(Objects::nonNull)
                .toList();
    }
}
