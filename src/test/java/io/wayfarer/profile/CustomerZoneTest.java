package io.wayfarer.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomerZoneTest {

    @ParameterizedTest
    @CsvSource({
        "Asia/Tokyo, DE, Asia/Tokyo",
        "nonsense,   DE, Europe/Berlin",
        ",           de, Europe/Berlin",
        ",           ' US ', America/New_York",
        ",           Germany, UTC",
        ",           '', UTC",
        ",           , UTC",
    })
    void isTheirOwnElseTheCountrysElseTheDefault(String timezone, String country, ZoneId expected) {
        var customer = Customer.unknown(UUID.randomUUID(), Set.of(), Instant.EPOCH);
        if (timezone != null) {
            customer = customer.withTrait("timezone", timezone, Instant.EPOCH);
        }
        if (country != null) {
            customer = customer.withTrait("country", country, Instant.EPOCH);
        }

        assertThat(customer.zone(ZoneId.of("UTC"))).isEqualTo(expected);
    }

    @Test
    void nearlyEveryCountryHasOne() {
        assertThat(CountryZones.BY_CODE).hasSizeGreaterThan(230);
    }
}
