package io.wayfarer.ingest.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The examples of Segment's own specification. Four show a call "with most common fields removed", the ids among them, which
 * the same specification requires: they are events once they have one.
 */
class SegmentSpecTest {

    private static final Path EXAMPLES = Path.of("..", "shared", "data", "segment-spec");
    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");
    private static final Set<String> KINDS = Set.of("identify", "track", "page", "screen", "group", "alias");

    @Test
    void everyExampleIsAnEventOnceItHasAnId() throws IOException {
        assumeTrue(Files.isDirectory(EXAMPLES), "../shared/data/segment-spec is missing");
        var json = new ObjectMapper();
        var asTheyAre = 0;
        var completed = new TreeMap<String, String>();
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            for (var file : files.sorted().toList()) {
                var call = (ObjectNode) json.readTree(file.toFile());
                var kind = KINDS.contains(call.path("type").asText())
                        ? call.get("type").asText()
                        : kindOf(call);
                var read = SegmentCall.read(kind, json.writeValueAsBytes(call)).understood("segment:spec", NOW);
                asTheyAre += read.events().size();
                if (read.events().isEmpty()) {
                    assertThat(call.has("userId") || call.has("anonymousId") || call.has("user_id"))
                            .as(file.toString())
                            .isFalse();
                    call.put("userId", "u1");
                }
                var understood =
                        SegmentCall.read(kind, json.writeValueAsBytes(call)).understood("segment:spec", NOW);
                understood
                        .refused()
                        .forEach(refused -> completed.put(
                                file.getFileName().toString(), refused.refusal().getMessage()));
            }
        }
        assertThat(completed).isEmpty();
        assertThat(asTheyAre).isEqualTo(67);
    }

    private static String kindOf(ObjectNode call) {
        return call.has("event")
                ? "track"
                : call.has("previousId") ? "alias" : call.has("groupId") ? "group" : "identify";
    }
}
