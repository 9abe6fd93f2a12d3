package io.wayfarer.ingest.feed;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Quarantine;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

/**
 * The feeds that are set up, each read by an instance of the route template in routes/in-feed.camel.yaml. An entry counts
 * once by its id; a version of the feed that was read is not fetched again. A feed that cannot be read is told once, in the
 * log and in quarantine, until it fails in another way.
 */
@Component
@EnableConfigurationProperties(Feeds.Settings.class)
public class Feeds implements CamelContextConfiguration {

    /** @param feeds by name */
    @ConfigurationProperties("wayfarer")
    record Settings(@DefaultValue Map<String, Feed> feeds) {}

    /**
     * @param url http or https
     * @param event the name of the event that each entry becomes
     * @param every how long to wait from one reading to the next, in real time
     */
    record Feed(String url, @DefaultValue("Review Posted") String event, @DefaultValue("15m") Duration every) {}

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(Feeds.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,60}");
    private static final int BATCH = 100;

    private final Map<String, Feed> feeds;
    private final FeedMemory memory;
    private final Inbox inbox;
    private final Quarantine quarantine;
    private final Clock clock;
    private final Download download = new Download(TIMEOUT);

    Feeds(Settings settings, FeedMemory memory, Inbox inbox, Quarantine quarantine, Clock clock) {
        this.feeds = settings.feeds();
        this.memory = memory;
        this.inbox = inbox;
        this.quarantine = quarantine;
        this.clock = clock;
        feeds.forEach(Feeds::check);
    }

    private static void check(String name, Feed feed) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalStateException("wayfarer.feeds: a name may have letters, digits, - and _");
        }
        if (!isWeb(feed.url())) {
            throw new IllegalStateException(
                    "wayfarer.feeds." + name + ".url must be an address that begins with https:// or http://");
        }
        if (feed.event().isBlank() || feed.event().length() > Fields.MAX_EVENT_NAME) {
            throw new IllegalStateException("wayfarer.feeds." + name + ".event must be the name of an event");
        }
    }

    private static boolean isWeb(String url) {
        try {
            return url != null
                    && url.length() < 2000
                    && url.matches("https?://.+")
                    && URI.create(url).getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void beforeApplicationStart(CamelContext camel) {}

    @Override
    public void afterApplicationStart(CamelContext camel) {
        feeds.forEach((name, feed) -> TemplatedRouteBuilder.builder(camel, "feed")
                .routeId("in-feed-" + name)
                .parameter("name", name)
                .parameter("delay", Math.max(1000, feed.every().toMillis()))
                .add());
    }

    /** Reads the feed now. When the database fails it is read again the next time. */
    public void read(String name) throws InterruptedException {
        if (inbox.isFull()) {
            return;
        }
        var feed = feeds.get(name);
        var known = memory.of(name, feed.url());
        try {
            var page = download.get(URI.create(feed.url()), known.etag(), known.lastModified());
            var now = new Entries.Now(clock.instant(), Instant.now());
            if (page.isPresent()) {
                accept(Entries.of(page.get(), name, feed.event(), now));
                memory.keep(
                        name,
                        feed.url(),
                        new FeedMemory.State(page.get().etag(), page.get().lastModified(), null));
            } else if (known.failure() != null) {
                memory.keep(name, feed.url(), new FeedMemory.State(known.etag(), known.lastModified(), null));
            }
        } catch (Unusable e) {
            failed(name, feed, known, e);
        }
    }

    private void accept(List<Event> events) {
        for (int from = 0; from < events.size(); from += BATCH) {
            inbox.accept(events.subList(from, Math.min(events.size(), from + BATCH)));
        }
    }

    private void failed(String name, Feed feed, FeedMemory.State known, Unusable problem) {
        var reason = problem.getMessage();
        var bounded = reason.substring(0, Math.min(reason.length(), FeedMemory.MAX_FAILURE));
        if (bounded.equals(known.failure())) {
            return;
        }
        log.warn("Feed {}: {}", name, bounded);
        quarantine.keep("feed:" + name, null, bounded, problem.body());
        memory.keep(name, feed.url(), new FeedMemory.State(known.etag(), known.lastModified(), bounded));
    }
}
