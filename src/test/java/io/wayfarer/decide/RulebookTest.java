package io.wayfarer.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RulebookTest {

    @Test
    void otherRulesHaveAnotherIdAndTheSameRulesTheSame() {
        var changed = ShippedRules.files();
        changed.computeIfPresent("offers.dmn", (name, text) -> text.replace("&lt; 0.3", "&lt; 0.30"));

        assertThat(new Rulebook(ShippedRules.files()).id()).isEqualTo(People.RULEBOOK.id());
        assertThat(new Rulebook(changed).id()).isNotEqualTo(People.RULEBOOK.id());
    }

    @Test
    void aGateThatIsNotThereIsRefusedByName() {
        assertThatThrownBy(() -> People.RULEBOOK.gate("moon", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no table 'moon' in guardrails.dmn");
    }

    @Test
    void aFactThatIsNotAllowedIsRefusedAndNotGuessed() {
        assertThatThrownBy(() -> People.RULEBOOK.ask(
                        "offers", Map.of("step", "third", "bought", false, "cartSize", 1, "propensity", 0.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offers.dmn");
    }

    @Test
    void aFactThatIsMissingIsRefused() {
        assertThatThrownBy(() -> People.RULEBOOK.gate("quiet-hours", Map.of("transactional", false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("guardrails.dmn");
    }

    @Test
    void aVerdictGivesItsReasonAndItsRow() {
        var verdict = People.RULEBOOK.gate("suppression", Map.of("suppressed", true, "suppressionReason", "bounced"));

        assertThat(verdict)
                .isEqualTo(new Verdict(
                        "suppression",
                        "drop",
                        "the address is on the suppression list: bounced",
                        0,
                        "guardrails.dmn: suppression row 2"));
        assertThat(verdict.passes()).isFalse();
    }

    @Test
    void aRuleThatMovesToAStageThatIsNotThereSaysSo() {
        var rules = ShippedRules.files();
        rules.computeIfPresent(
                "stages.drl", (name, text) -> text.replace("\"evaluation\", \"Searched", "\"evalution\", \"Searched"));
        var release = new Release("test", new Rulebook(rules), People.models(0.4, null));
        var customer = People.customer("awareness", Duration.ofDays(1), "", "", false);

        assertThatThrownBy(() ->
                        Evaluator.evaluate(customer, People.event("Products Searched", Map.of()), release, People.NOW))
                .hasStackTraceContaining("no stage is called 'evalution'");
    }
}
