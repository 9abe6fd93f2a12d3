package io.wayfarer.profile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Map;
import java.util.stream.Collectors;

/** Where people live who have told their country alone: zones.csv. */
final class CountryZones {

    static final Map<String, ZoneId> BY_CODE = read();

    private CountryZones() {}

    private static Map<String, ZoneId> read() {
        try (var lines = new BufferedReader(
                new InputStreamReader(CountryZones.class.getResourceAsStream("/zones.csv"), StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(","))
                    // a zone that an older Java does not know yet is left out
                    .filter(line -> ZoneId.getAvailableZoneIds().contains(line[1]))
                    .collect(Collectors.toUnmodifiableMap(line -> line[0], line -> ZoneId.of(line[1])));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
