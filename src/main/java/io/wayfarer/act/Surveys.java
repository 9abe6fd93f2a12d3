package io.wayfarer.act;

import io.wayfarer.ingest.SignedTokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Surveys of one question, answered by a link in a mail: the link itself proves whom we asked. */
@Component
class Surveys {

    /** What is asked, and the scores that answer it. */
    enum Kind {
        /** Net Promoter Score (Reichheld 2003): would they recommend us? */
        nps(0, 10),
        /** Customer satisfaction. */
        csat(1, 5);

        final int lowest;
        final int highest;

        Kind(int lowest, int highest) {
            this.lowest = lowest;
            this.highest = highest;
        }

        IntStream scores() {
            return IntStream.rangeClosed(lowest, highest);
        }
    }

    /** A survey, and whom it asks. */
    record Asked(UUID customer, Kind kind, String survey) {}

    private static final String PURPOSE = "survey";

    private final SignedTokens tokens;
    private final String url;

    Surveys(SignedTokens tokens, @Value("${wayfarer.url}") String url) {
        this.tokens = tokens;
        this.url = url;
    }

    /** For each score, the lowest first, the {@code score} and the {@code url} that leads to it. */
    List<Map<String, Object>> scale(Asked asked) {
        var link = url + "/s/" + token(asked) + "?chosen=";
        return asked.kind()
                .scores()
                .mapToObj(score -> Map.<String, Object>of("score", score, "url", link + score))
                .toList();
    }

    String token(Asked asked) {
        var name = (asked.kind() + "\n" + asked.survey()).getBytes(StandardCharsets.UTF_8);
        return tokens.of(
                PURPOSE,
                ByteBuffer.allocate(16 + name.length)
                        .putLong(asked.customer().getMostSignificantBits())
                        .putLong(asked.customer().getLeastSignificantBits())
                        .put(name)
                        .array());
    }

    /** What the token says; empty when we did not write it. */
    Optional<Asked> read(String token) {
        return tokens.read(PURPOSE, token).map(content -> {
            var buffer = ByteBuffer.wrap(content);
            var customer = new UUID(buffer.getLong(), buffer.getLong());
            var name = new String(content, 16, content.length - 16, StandardCharsets.UTF_8).split("\n", 2);
            return new Asked(customer, Kind.valueOf(name[0]), name[1]);
        });
    }

    static boolean isKind(String name) {
        return Arrays.stream(Kind.values()).anyMatch(kind -> kind.name().equals(name));
    }
}
