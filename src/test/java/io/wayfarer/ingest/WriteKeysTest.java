package io.wayfarer.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wayfarer.Databases;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Who may send to the collector. */
class WriteKeysTest {

    private final JdbcTemplate jdbc = new JdbcTemplate(Databases.h2());

    @Test
    void aKeyIsMadeOnceAndKeptWhenNoneIsSet() {
        var made = new WriteKeys(List.of(), jdbc).first();
        assertThat(made).hasSize(32);
        assertThat(new WriteKeys(List.of(""), jdbc).first()).isEqualTo(made);
        assertThat(new WriteKeys(List.of(), jdbc).labelOf(made)).isEqualTo("default");
    }

    @Test
    void eachKeyHasItsSourceAndNoneShowsTheKey() {
        var keys = new WriteKeys(List.of("web:secret-of-web", " secret-of-app "), jdbc);
        assertThat(keys.labelOf("secret-of-web")).isEqualTo("web");
        assertThat(keys.labelOf("secret-of-app")).matches("[0-9a-f]{8}");
        for (var wrong : new String[] {null, "", "web", "web:secret-of-web", "secret-of-we", "secret-of-webb"}) {
            assertThat(catchThrowableOfType(Refusal.class, () -> keys.labelOf(wrong)))
                    .as(wrong)
                    .returns(401, Refusal::status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"web:", ":key", ":", "a label that is much longer than anybody would ever want:key"})
    void aSettingThatIsNoKeyIsFoundAtTheStart(String configured) {
        assertThatThrownBy(() -> new WriteKeys(List.of(configured), jdbc))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("wayfarer.collector.write-keys");
    }
}
