package io.wayfarer.ingest.http;

import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.UserTokens;
import io.wayfarer.ingest.WriteKeys;
import java.util.function.UnaryOperator;
import org.springframework.stereotype.Component;

/** Reads who asks out of what a page sends: {@code writeKey}, {@code anonymousId} and {@code userToken}. */
@Component
public class Visits {

    private static final int MAX_ID = 320;

    private final WriteKeys keys;
    private final UserTokens tokens;

    Visits(WriteKeys keys, UserTokens tokens) {
        this.keys = keys;
        this.tokens = tokens;
    }

    /**
     * @param fields what was sent, by name; null for what was not. The write key may be the user name of HTTP Basic as well
     * @throws Refusal 401 without a write key of ours or with a token that proves nobody, 400 for an id that cannot be one
     */
    public Visit of(HttpCall call, UnaryOperator<String> fields) {
        var name = call.userName();
        var source = keys.labelOf(name == null ? fields.apply("writeKey") : name);
        var token = fields.apply("userToken");
        if (token == null && fields.apply("userId") != null) {
            throw Refusal.unauthorised("a userId is believed when the site's backend signs it: send userToken");
        }
        var anonymousId = fields.apply("anonymousId");
        if (anonymousId != null && (anonymousId.isBlank() || anonymousId.length() > MAX_ID)) {
            throw Refusal.bad("anonymousId", "anonymousId must be text of at most " + MAX_ID + " characters");
        }
        var user = token == null ? null : tokens.userOf(token, source, call.at());
        return new Visit(source, user, anonymousId == null ? null : anonymousId.strip());
    }
}
