package io.wayfarer.learn;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.Events;
import io.wayfarer.decide.Release;
import io.wayfarer.decide.ShippedRules;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Profiler;
import io.wayfarer.segment.LearntGroups;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReplayedTest {

    private static final Customer ADA = Customer.unknown(new UUID(1, 1), Set.of(), NOON);

    @Test
    void aCustomerIsToldApartByCountryAndSegment() throws Exception {
        var release = new Release("test", ShippedRules.rulebook(), null);
        assertThat(new Replayed(release).groups(ADA, NOON)).isEqualTo(Map.of("segment", "others"));

        var learnt = new Release("test", ShippedRules.rulebook(), null, null, LearntGroups.of(1));
        var looking = ADA;
        for (int i = 0; i < 5; i++) {
            looking = Profiler.after(
                    looking, Events.by("ada", "Product Viewed", NOON.plusSeconds(i), Map.of("product_id", "p" + i)));
        }
        looking = Profiler.after(
                looking, Events.identify("ada", null, null, NOON.plusSeconds(9), Map.of("country", " de ")));
        assertThat(new Replayed(learnt).groups(looking, NOON.plusSeconds(10)))
                .isEqualTo(Map.of("country", "DE", "segment", "only-looking", "rfm", "prospects"));
    }
}
