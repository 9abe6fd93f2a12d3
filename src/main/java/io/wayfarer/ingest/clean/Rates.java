package io.wayfarer.ingest.clean;

import de.siegmar.fastcsv.reader.CommentStrategy;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a currency is worth, from a file of lines {@code date,currency,rate}: how much of the currency one euro is, as the
 * European Central Bank publishes it. The file is read again when it has changed.
 */
final class Rates {

    /** How much of a currency one of the shop's is, and the older of the dates that this was worked out from. */
    record Rate(double rate, LocalDate date) {}

    private static final Logger log = LoggerFactory.getLogger(Rates.class);
    private static final String SHIPPED = "/rates.csv";
    private static final String EURO = "EUR";
    private static final int MAX_LINES = 1_000_000;

    private final String file;
    private final String base;
    private volatile Map<String, NavigableMap<LocalDate, Double>> byCurrency;
    private FileTime read;

    /**
     * @param file the file's path, or blank for the shipped one
     * @param base the shop's currency
     * @throws IllegalArgumentException naming the line, when the file cannot be used
     */
    Rates(String file, String base) {
        this.file = file;
        this.base = base.toUpperCase(Locale.ROOT);
        this.read = changed();
        this.byCurrency = read();
    }

    /** The shop's currency. */
    String base() {
        return base;
    }

    /** Reads the file again when it has changed; what cannot be used is logged, and nothing changes. */
    void refresh() {
        var now = changed();
        if (now != null && !now.equals(read)) {
            read = now;
            try {
                byCurrency = read();
                log.info("Rates are read again, of {} currencies", byCurrency.size());
            } catch (IllegalArgumentException e) {
                log.error("Rates are left as they were: {}", e.getMessage());
            }
        }
    }

    /** By the newest rates that are not after the day; null when there is none for one of the two currencies. */
    Rate of(String currency, LocalDate day) {
        var of = newest(currency, day);
        var ofBase = newest(base, day);
        return of == null || ofBase == null
                ? null
                : new Rate(of.rate() / ofBase.rate(), of.date().isBefore(ofBase.date()) ? of.date() : ofBase.date());
    }

    private Rate newest(String currency, LocalDate day) {
        if (currency.equals(EURO)) {
            return new Rate(1, day);
        }
        var rates = byCurrency.get(currency);
        var entry = rates == null ? null : rates.floorEntry(day);
        return entry == null ? null : new Rate(entry.getValue(), entry.getKey());
    }

    private FileTime changed() {
        try {
            return file.isBlank() ? null : Files.getLastModifiedTime(Path.of(file));
        } catch (IOException e) {
            return null;
        }
    }

    private Map<String, NavigableMap<LocalDate, Double>> read() {
        var rates = new HashMap<String, NavigableMap<LocalDate, Double>>();
        var name = file.isBlank() ? SHIPPED : file;
        try (var reader = open();
                var lines = CsvReader.builder()
                        .commentStrategy(CommentStrategy.SKIP)
                        .ofCsvRecord(reader)) {
            for (var line : lines) {
                if (line.getStartingLineNumber() > MAX_LINES) {
                    throw new IllegalArgumentException(name + " has more than " + MAX_LINES + " lines");
                }
                if (line.getFields().equals(List.of("date", "currency", "rate"))) {
                    continue;
                }
                try {
                    var rate = Double.parseDouble(line.getField(2));
                    var currency = line.getField(1).strip().toUpperCase(Locale.ROOT);
                    if (!(rate > 0) || Double.isInfinite(rate) || !currency.matches("[A-Z]{3}")) {
                        throw new IllegalArgumentException();
                    }
                    rates.computeIfAbsent(currency, any -> new TreeMap<>())
                            .put(LocalDate.parse(line.getField(0).strip()), rate);
                } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
                    throw new IllegalArgumentException(name + ", line " + line.getStartingLineNumber()
                            + ": a line is date,currency,rate such as 2026-03-02,USD,1.08");
                }
            }
        } catch (CsvParseException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(name + " cannot be read", e);
        }
        return rates;
    }

    private Reader open() throws IOException {
        return file.isBlank()
                ? new InputStreamReader(Rates.class.getResourceAsStream(SHIPPED), StandardCharsets.UTF_8)
                : Files.newBufferedReader(Path.of(file));
    }
}
