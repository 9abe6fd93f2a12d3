package io.wayfarer.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.Databases;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as an identity that an event states. */
class StatementsTest {

    private static final Statements STATEMENTS = Profiles.on(Databases.h2()).statements();

    @Test
    void theStrongestComesFirst() {
        var event = Profiles.says(
                "Identified",
                0,
                "device:d1",
                "anonymousId:b1",
                "phone:+49 30 901820",
                "email:ada@example.org",
                "hubspot:7",
                "shopify:8",
                "userId:ada");

        assertThat(STATEMENTS.in(event))
                .extracting(Identity::toString)
                .containsExactly(
                        "userId:ada",
                        "hubspot:7",
                        "shopify:8",
                        "email:ada@example.org",
                        "phone:+4930901820",
                        "anonymousId:b1",
                        "device:d1");
    }

    @ParameterizedTest
    @CsvSource({"030 901820, +4930901820", "+86 138 1234 5678, +8613812345678", "+49 (0)30 901820, +4930901820"})
    void aNumberIsOneNumberHoweverItIsWritten(String written, String number) {
        var event = Profiles.says("Identified", 0, Map.of("phone", written), Map.of(), "userId:ada");

        assertThat(STATEMENTS.in(event)).contains(new Identity(Identity.Kind.phone, number));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ask my wife", "12", "+", "000", "+49", "999999999999999999999999"})
    void whatIsNoNumberIsATraitOnly(String written) {
        var event = Profiles.says("Identified", 0, Map.of("phone", written), Map.of(), "userId:ada");

        assertThat(STATEMENTS.in(event)).extracting(Identity::toString).containsExactly("userId:ada");
        var ada = Customer.unknown(UUID.randomUUID(), Set.of(), event.at());
        assertThat(Profiler.after(ada, event).trait("phone")).isEqualTo(written);
    }

    @Test
    void whatIsTooLongIsLeftOutAndNotCut() {
        var long1 = "x".repeat(Identity.MAX_NAME) + "1";

        assertThat(STATEMENTS.in(Profiles.says("Page Viewed", 0, "userId:" + long1, "anonymousId:" + long1)))
                .isEmpty();
        assertThat(STATEMENTS.in(Profiles.says("Page Viewed", 0, "userId:" + long1.substring(1))))
                .hasSize(1);
    }

    @Test
    void aKindThatNoCrmCanBeCalledIsLeftOut() {
        assertThat(STATEMENTS.in(Profiles.says(
                        "Page Viewed", 0, "userId:ada", "Robert'; drop table:1", "x".repeat(41) + ":1", "hub\0spot:1")))
                .hasSize(1);
    }

    @Test
    void ofAThousandIdsInOneEventFewCount() {
        var ids = new String[1000];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = "crm" + i + ":1";
        }
        assertThat(STATEMENTS.in(Profiles.says("Page Viewed", 0, ids))).hasSizeLessThanOrEqualTo(20);
    }

    @Test
    void aCountryThatDoesNotExistIsRefusedByName() {
        assertThatThrownBy(() -> new Statements(STATEMENTS.rules(), "Germany"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wayfarer.phone.region");
    }
}
