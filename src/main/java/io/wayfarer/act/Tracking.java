package io.wayfarer.act;

import io.wayfarer.ingest.SignedTokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.web.util.HtmlUtils;

/**
 * Links and a picture in marketing mails that tell when they are followed and looked at, and a link that no person sees. Each
 * holds all that is said with it, signed: it leads where we wrote it, and nowhere else.
 */
@Component
class Tracking {

    /** What was looked at or followed; the order is part of the tokens. */
    enum What {
        OPEN,
        LINK,
        TRAP
    }

    /**
     * A trace of a mail.
     *
     * @param number of the link in its mail
     * @param sent product time, to the second
     * @param url where it leads; empty for a picture
     */
    record Trace(What what, int number, UUID message, UUID customer, Instant sent, String url) {}

    private static final String PURPOSE = "trace";
    private static final int MAX_URL = 300;
    private static final int MAX_LINKS = 100;
    private static final Pattern LINK = Pattern.compile("(<a\\s[^>]*?href=\")(https?://[^\"]+)(\")");
    private static final String END = "</body>";

    private final SignedTokens tokens;
    private final String url;
    private final boolean isOn;

    Tracking(SignedTokens tokens, @Value("${wayfarer.url}") String url, @Value("${wayfarer.mail.track}") boolean isOn) {
        this.tokens = tokens;
        this.url = url;
        this.isOn = isOn;
    }

    /** The mail's HTML with traces; as it is where nothing is to be traced. */
    String html(Parcel parcel) {
        if (!isOn || parcel.topic().equals(Templates.TRANSACTIONAL)) {
            return parcel.html();
        }
        var traced = new StringBuilder();
        var links = LINK.matcher(parcel.html());
        for (int number = 1; links.find(); number++) {
            var target = HtmlUtils.htmlUnescape(links.group(2));
            links.appendReplacement(
                    traced,
                    Matcher.quoteReplacement(
                            number > MAX_LINKS || target.length() > MAX_URL || isOurs(target)
                                    ? links.group()
                                    : links.group(1)
                                            + link("/c/", parcel, What.LINK, number, target)
                                            + links.group(3)));
        }
        links.appendTail(traced);
        var end = traced.lastIndexOf(END);
        if (end >= 0) {
            traced.insert(
                    end,
                    "<div style=\"display:none;max-height:0;overflow:hidden\" aria-hidden=\"true\"><a href=\""
                            + link("/c/", parcel, What.TRAP, 0, url)
                            + "\" tabindex=\"-1\">.</a></div><img src=\"" + link("/o/", parcel, What.OPEN, 0, "")
                            + "\" width=\"1\" height=\"1\" alt=\"\">\n");
        }
        return traced.toString();
    }

    /** Pages that say themselves what was done on them: to unsubscribe, or to answer a survey. */
    private boolean isOurs(String target) {
        return target.startsWith(url + "/u/") || target.startsWith(url + "/s/");
    }

    private String link(String path, Parcel parcel, What what, int number, String target) {
        return url
                + path
                + token(new Trace(what, number, parcel.id(), parcel.customer(), Instant.parse(parcel.at()), target));
    }

    String token(Trace trace) {
        var target = trace.url().getBytes(StandardCharsets.UTF_8);
        return tokens.of(
                PURPOSE,
                ByteBuffer.allocate(42 + target.length)
                        .put((byte) trace.what().ordinal())
                        .put((byte) trace.number())
                        .putLong(trace.message().getMostSignificantBits())
                        .putLong(trace.message().getLeastSignificantBits())
                        .putLong(trace.customer().getMostSignificantBits())
                        .putLong(trace.customer().getLeastSignificantBits())
                        .putLong(trace.sent().getEpochSecond())
                        .put(target)
                        .array());
    }

    /** What the token says; empty when we did not write it. */
    Optional<Trace> read(String token) {
        return tokens.read(PURPOSE, token).map(content -> {
            var buffer = ByteBuffer.wrap(content);
            return new Trace(
                    What.values()[buffer.get()],
                    buffer.get(),
                    new UUID(buffer.getLong(), buffer.getLong()),
                    new UUID(buffer.getLong(), buffer.getLong()),
                    Instant.ofEpochSecond(buffer.getLong()),
                    new String(content, 42, content.length - 42, StandardCharsets.UTF_8));
        });
    }
}
