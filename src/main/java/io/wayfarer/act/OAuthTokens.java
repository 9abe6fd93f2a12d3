package io.wayfarer.act;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Access tokens by OAuth 2.0's client credentials (RFC 6749, 4.4), kept until shortly before they end, in real time. */
final class OAuthTokens {

    private record Token(String text, Instant end) {}

    /** Where the server does not say how long a token is good for. */
    private static final Duration USUAL = Duration.ofMinutes(30);

    private static final Duration EARLY = Duration.ofMinutes(1);

    private final Map<JsonNode, Token> tokens = new ConcurrentHashMap<>();
    private final UnaryOperator<JsonNode> sender;

    /** @param sender sends a request and gives the reply, as {@link HttpSender#send} */
    OAuthTokens(UnaryOperator<JsonNode> sender) {
        this.sender = sender;
    }

    /**
     * The token for these credentials.
     *
     * @param credentials {@code url} of the token endpoint, {@code id} and {@code secret}
     * @return {@code token}, or the reply that has none
     */
    JsonNode get(JsonNode credentials) {
        var known = tokens.get(credentials);
        if (known != null && known.end().isAfter(Instant.now())) {
            return JsonNodeFactory.instance.objectNode().put("token", known.text());
        }
        var request = JsonNodeFactory.instance
                .objectNode()
                .put("url", credentials.path("url").asText());
        request.putObject("form")
                .put("grant_type", "client_credentials")
                .put("client_id", credentials.path("id").asText())
                .put("client_secret", credentials.path("secret").asText());
        var reply = sender.apply(request);
        var text = reply.path("body").path("access_token").asText("");
        if (text.isEmpty()) {
            return reply;
        }
        var seconds = reply.path("body").path("expires_in").asLong(USUAL.toSeconds());
        tokens.put(
                credentials, new Token(text, Instant.now().plusSeconds(seconds).minus(EARLY)));
        return JsonNodeFactory.instance.objectNode().put("token", text);
    }

    /** The token was not taken: the next one is asked for anew. */
    void forget(JsonNode credentials) {
        tokens.remove(credentials);
    }
}
