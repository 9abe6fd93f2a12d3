package io.wayfarer.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {

    @Test
    void newModelsMakeANewReleaseWithTheSameRules() {
        var releases = new Releases(People.RULEBOOK, People.models(0.2, null), Clock.systemUTC());
        var before = releases.live();

        releases.use(() -> People.models(0.9, null));

        assertThat(before.id()).isEqualTo(People.RULEBOOK.id().substring(0, 12) + "-test");
        assertThat(releases.live().rulebook()).isSameAs(before.rulebook());
        assertThat(releases.live().models().score(null, null, null).value("buy", 0))
                .isEqualTo(0.9);
    }

    @Test
    void rulesInAFolderAreTheSameAsThoseInTheJar(@TempDir Path folder) throws Exception {
        for (var file : ShippedRules.files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        Files.writeString(folder.resolve("notes.txt"), "not a rule");

        assertThat(Releases.read(folder.toString()))
                .isEqualTo(Releases.read(" "))
                .isEqualTo(ShippedRules.files());
    }

    @Test
    void aFolderWithoutRulesIsRefused(@TempDir Path folder) {
        assertThatThrownBy(() -> Releases.read(folder.toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wayfarer.rules.dir");
        assertThatThrownBy(() -> Releases.read(folder.resolve("nowhere").toString()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }
}
