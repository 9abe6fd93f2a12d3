package io.wayfarer.decide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.score.ModelStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeedRuleTest {

    private static final String RULE =
            """

            rule "unhappy about delivery"
            when
                Moment( event == "Mail Received", fresh, mood < 0.35, need("delivery") > 0.5 )
            then
                findings.tell("late-parcel", "An unhappy mail about a delivery");
            end
            """;

    @TempDir
    Path data;

    @Test
    void aRuleAsksWhatATextIsAbout() {
        var files = ShippedRules.files();
        files.computeIfPresent("signals.drl", (name, text) -> text + RULE);
        var models = new ModelStore(data, Duration.ofDays(7), new ObjectMapper().findAndRegisterModules()).current();
        var release = new Release("test", new Rulebook(files), models);

        assertThat(actions(release, "My parcel is late and nobody answers, terrible"))
                .contains("tell:late-parcel");
        assertThat(actions(release, "快递太慢了,到现在还没收到,很失望")).contains("tell:late-parcel");
        assertThat(actions(release, "Terrible quality, it broke after one day")).doesNotContain("tell:late-parcel");
        assertThat(actions(release, "The parcel came early, thank you, great")).doesNotContain("tell:late-parcel");
    }

    private static List<String> actions(Release release, String text) {
        var ada = People.customer("use", Duration.ofDays(9), "9d ago Order Completed", "", true);
        var mail = People.event("Mail Received", Map.of("text", text));
        return Evaluator.evaluate(ada, mail, release, People.NOW).decisions().stream()
                .map(Decision::action)
                .toList();
    }
}
