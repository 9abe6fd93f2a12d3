package io.wayfarer.ingest.clean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatesTest {

    private static final LocalDate DAY = LocalDate.parse("2020-05-05");

    @TempDir
    Path dir;

    private Path file(String lines) throws IOException {
        return Files.writeString(dir.resolve("rates.csv"), lines);
    }

    @Test
    void aShopOutsideTheEuroZoneGetsTheCrossRateWithTheOlderDate() throws IOException {
        var rates = new Rates(
                file("# source\ndate,currency,rate\n2020-05-01,USD,1.1\n2020-05-04,GBP,0.88\n")
                        .toString(),
                "GBP");

        assertThat(rates.of("USD", DAY).rate()).isEqualTo(1.25, within(1e-9));
        assertThat(rates.of("USD", DAY).date()).isEqualTo(LocalDate.parse("2020-05-01"));
        assertThat(rates.of("EUR", DAY).rate()).isEqualTo(1 / 0.88, within(1e-9));
        assertThat(rates.of("USD", LocalDate.parse("2020-05-02")))
                .as("no rate of the pound yet")
                .isNull();
    }

    @Test
    void theNewestRateNotAfterTheDayCounts() throws IOException {
        var rates = new Rates(file("2020-05-01,USD,1.1\n2020-05-06,USD,2.2\n").toString(), "EUR");

        assertThat(rates.of("USD", DAY)).isEqualTo(new Rates.Rate(1.1, LocalDate.parse("2020-05-01")));
        assertThat(rates.of("USD", LocalDate.parse("2020-04-30"))).isNull();
        assertThat(rates.of("XYZ", DAY)).isNull();
    }

    @Test
    void aChangedFileIsReadAgainAndABrokenOneChangesNothing() throws IOException {
        var file = file("2020-05-01,USD,1.1\n");
        var rates = new Rates(file.toString(), "EUR");
        file("2020-05-01,USD,1.2\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
        rates.refresh();
        assertThat(rates.of("USD", DAY).rate()).isEqualTo(1.2);

        file("2020-05-01,USD,many\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2031-01-01T00:00:00Z")));
        rates.refresh();
        assertThat(rates.of("USD", DAY).rate()).isEqualTo(1.2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2020-05-01,USD",
                "2020-05-01,USD,0",
                "2020-05-01,USD,-1",
                "2020-05-01,USD,NaN",
                "2020-05-01,USD,Infinity",
                "yesterday,USD,1",
                "2020-05-01,dollars,1"
            })
    void aLineThatCannotBeUsedIsNamed(String line) throws IOException {
        var file = file("2020-01-01,USD,1\n" + line + "\n").toString();

        assertThatThrownBy(() -> new Rates(file, "EUR"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2");
    }

    @Test
    void theShippedRatesAreTheEuropeanCentralBanks() {
        var rates = new Rates("", "eur");

        assertThat(rates.base()).isEqualTo("EUR");
        assertThat(rates.of("USD", DAY)).isEqualTo(new Rates.Rate(1.0898, LocalDate.parse("2019-10-01")));
        assertThat(rates.of("GBP", LocalDate.parse("2010-12-01")))
                .isEqualTo(new Rates.Rate(0.84715, LocalDate.parse("2009-06-19")));
    }
}
