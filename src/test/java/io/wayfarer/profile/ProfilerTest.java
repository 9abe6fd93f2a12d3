package io.wayfarer.profile;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static io.wayfarer.Events.identify;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.ingest.Event;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProfilerTest {

    @Test
    void theTraitSaidLastInEventTimeWins() {
        var customer = after(
                identify("u", null, null, NOON.plusSeconds(60), Map.of("city", "York")),
                identify("u", null, null, NOON, Map.of("city", "Leeds")));

        assertThat(customer.trait("city")).isEqualTo("York");
    }

    @Test
    void aRefusalOfEverythingOutweighsAnEarlierYes() {
        var customer = after(
                identify("u", null, null, NOON, Map.of("consent", Map.of("marketing", true))),
                by("u", "Unsubscribed", NOON.plusSeconds(5), Map.of()));

        assertThat(customer.consentsTo("marketing")).isFalse();
        assertThat(customer.refuses("marketing")).isTrue();
    }

    @Test
    void aYesAfterTheRefusalCountsAgain() {
        var customer = after(
                by("u", "Unsubscribed", NOON, Map.of()),
                by("u", "Consent Changed", NOON.plusSeconds(5), Map.of("topic", "marketing", "granted", true)));

        assertThat(customer.consentsTo("marketing")).isTrue();
    }

    @Test
    void aLateYesDoesNotUndoALaterRefusal() {
        var customer = after(
                by("u", "Unsubscribed", NOON, Map.of()),
                by("u", "Consent Changed", NOON.minusSeconds(5), Map.of("topic", "marketing", "granted", true)));

        assertThat(customer.consentsTo("marketing")).isFalse();
    }

    @Test
    void atTheSameMomentTheStricterAnswerWins() {
        var yes = by("u", "Consent Changed", NOON, Map.of("topic", "marketing", "granted", true));
        var no = by("u", "Consent Changed", NOON, Map.of("topic", "marketing", "granted", false));

        assertThat(after(yes, no).consentsTo("marketing")).isFalse();
        assertThat(after(no, yes).consentsTo("marketing")).isFalse();
    }

    @Test
    void whoWasNeverAskedNeitherAgreesNorRefuses() {
        var customer = after(by("u", "Page Viewed", NOON, Map.of()));

        assertThat(customer.consentsTo("marketing")).isFalse();
        assertThat(customer.refuses("marketing")).isFalse();
    }

    @Test
    void traitsAreBoundedInNumberAndLength() {
        var many =
                IntStream.range(0, 500).boxed().collect(Collectors.toMap(i -> "t" + i, i -> (Object) "x".repeat(9999)));
        var customer = after(identify("u", null, null, NOON, many));

        assertThat(customer.traits()).hasSize(Customer.MAX_TRAITS);
        assertThat(customer.traits().values())
                .allMatch(t -> ((String) t.value()).length() == Customer.MAX_TRAIT_LENGTH);
    }

    @Test
    void nestedTraitsAndEmptyOnesAreNotKept() {
        var customer =
                after(identify("u", null, null, NOON, Map.of("address", Map.of("city", "York"), "tags", List.of(1))));

        assertThat(customer.traits()).isEmpty();
    }

    @Test
    void anUnknownTimeZoneFallsBack() {
        var customer = after(identify("u", null, null, NOON, Map.of("timezone", "Mars/Olympus")));

        assertThat(customer.zone(ZoneOffset.UTC)).isEqualTo(ZoneOffset.UTC);
        assertThat(after(identify("u", null, null, NOON, Map.of("timezone", "Asia/Shanghai")))
                        .zone(ZoneOffset.UTC))
                .isEqualTo(ZoneId.of("Asia/Shanghai"));
    }

    private static Customer after(Event... events) {
        var customer = Customer.unknown(new UUID(0, 1), Set.of(), NOON);
        for (var event : events) {
            customer = Profiler.after(customer, event);
        }
        return customer;
    }
}
