package io.wayfarer.act;

import io.wayfarer.decide.Releases;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The arbiter asks the rules of the release that is live. */
@Configuration
class Rules {

    @Bean
    Guardrails guardrails(Releases releases) {
        return (gate, facts) -> {
            var verdict = releases.live().rulebook().gate(gate, facts);
            return new Guardrails.Answer(verdict.verdict(), verdict.reason(), verdict.hours());
        };
    }
}
