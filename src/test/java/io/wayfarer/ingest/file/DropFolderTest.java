package io.wayfarer.ingest.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.wayfarer.ingest.RunningWays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;

/** The drop folder, read by its route. */
class DropFolderTest extends RunningWays {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Value("${wayfarer.drop.dir}")
    Path drop;

    @Test
    void aDroppedFileBecomesEventsAndNothingOfItsNameGetsPastTheFirstStep() throws IOException {
        Files.writeString(
                drop.resolve("..CamelFileName=x ${sys.user} ;rm -rf.csv"),
                "email,event\nada@example.org,Page Viewed\n");

        // a name that begins with a dot is not taken
        Files.move(
                drop.resolve("..CamelFileName=x ${sys.user} ;rm -rf.csv"),
                drop.resolve("CamelFileName=x ${sys.user} ;rm -rf.csv"));

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(events()).hasSize(1));
        assertThat(events().get(0).get("email").asText()).isEqualTo("ada@example.org");
        assertThat(HEADERS_SEEN.get("in-files")).isEmpty();
    }

    @Test
    void aFileThatStillGrowsIsNotTakenBeforeItIsWhole() throws IOException {
        var file = drop.resolve("growing.csv");
        Files.writeString(file, "email,event\n");
        for (int i = 0; i < 8; i++) {
            var row = "u%d@example.org,Page Viewed%n".formatted(i);
            await().pollDelay(Duration.ofMillis(400)).until(() -> true);
            if (!Files.exists(file)) {
                break;
            }
            Files.writeString(file, row, StandardOpenOption.APPEND);
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(events()).hasSize(8));
        assertThat(Files.exists(file)).isFalse();
    }
}
