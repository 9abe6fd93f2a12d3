package io.wayfarer.ingest.feed;

import com.rometools.rome.feed.synd.SyndContent;
import com.rometools.rome.feed.synd.SyndEntry;
import com.rometools.rome.feed.synd.SyndFeedImpl;
import com.rometools.rome.io.FeedException;
import com.rometools.rome.io.SAXBuilder;
import com.rometools.rome.io.WireFeedInput;
import com.rometools.rome.io.XmlReader;
import io.wayfarer.ingest.EmailAddress;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.HtmlText;
import io.wayfarer.ingest.Quarantine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdom2.Element;

/** The entries of an Atom or RSS feed as events. No document type, no entity and nothing from elsewhere is read. */
final class Entries {

    /** The same moment by the product's clock and by the world's, which the feed's dates are of. */
    record Now(Instant product, Instant world) {}

    /** Who wrote an entry, as far as it says. */
    private record Author(String email, String name, String uri) {

        static final Author NOBODY = new Author(null, null, null);
    }

    private static final int MAX_TITLE = 500;
    private static final int MAX_TEXT = 20_000;
    private static final int MAX_NAME = 200;
    private static final int MAX_DEPTH = 100;
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s<>()]{1,64}@[^\\s<>()]{1,190}");

    private Entries() {}

    /**
     * One event for each entry, the first in the feed first.
     *
     * @param name the feed's
     * @param eventName of the events
     * @throws Unusable when the page is no feed
     */
    static List<Event> of(Download.Page page, String name, String eventName, Now now) throws Unusable {
        return parsed(page).stream()
                .map(entry -> event(entry, name, eventName, now))
                .toList();
    }

    private static List<SyndEntry> parsed(Download.Page page) throws Unusable {
        var begin = new String(page.body(), 0, Math.min(page.body().length, 200), StandardCharsets.ISO_8859_1)
                .strip()
                .toLowerCase(Locale.ROOT);
        if (begin.startsWith("<!doctype html") || begin.startsWith("<html")) {
            throw new Unusable("an HTML page and no feed", shown(page));
        }
        try (var reader = new XmlReader(new ByteArrayInputStream(page.body()), page.contentType(), true)) {
            return new SyndFeedImpl(new Input().build(reader)).getEntries();
        } catch (FeedException | IOException | RuntimeException e) {
            var reason = "no Atom or RSS feed: " + e.getMessage();
            throw new Unusable(reason, shown(page));
        }
    }

    private static String shown(Download.Page page) {
        return new String(page.body(), 0, Math.min(page.body().length, Quarantine.MAX_BODY), StandardCharsets.UTF_8);
    }

    private static Event event(SyndEntry entry, String feed, String eventName, Now now) {
        var source = "feed:" + feed;
        var title = line(text(entry.getTitleEx(), entry.getTitle()), MAX_TITLE);
        var text = bounded(
                Stream.concat(entry.getContents().stream(), Stream.ofNullable(entry.getDescription()))
                        .map(content -> text(content, null))
                        .filter(content -> !content.isBlank())
                        .findFirst()
                        .orElse(title),
                MAX_TEXT);
        var author = author(entry);
        var messageId = messageId(entry, title + '\n' + text);
        var properties = new LinkedHashMap<String, Object>();
        put(properties, "title", title);
        put(properties, "text", text);
        put(properties, "url", bounded(entry.getLink(), 1000));
        put(properties, "rating", Extensions.rating(entry.getForeignMarkup()));
        put(properties, "product_id", Extensions.product(entry.getForeignMarkup()));
        var name = author.name() == null ? "" : line(author.name(), MAX_NAME);
        return new Event(
                Event.idOf(source, messageId),
                source,
                messageId,
                eventName,
                "social",
                at(entry, now),
                now.product(),
                null,
                null,
                author.email(),
                author.email() != null ? Map.of() : Map.of("feed", known(feed, author, messageId)),
                name.isEmpty() ? Map.of() : Map.of("name", name),
                properties,
                Map.of());
    }

    /** Within its feed a writer is known by their page or else their name; of a nameless one only the entry is known. */
    private static String known(String feed, Author author, String messageId) {
        var who = author.uri() != null ? author.uri() : author.name() != null ? line(author.name(), 1000) : messageId;
        var known = feed + '/' + who;
        return known.length() <= Fields.MAX_ID ? known : feed + '/' + Fields.hash(who);
    }

    private static String messageId(SyndEntry entry, String content) {
        var id = Stream.of(entry.getUri(), entry.getLink())
                .filter(Objects::nonNull)
                .map(one -> line(one, Integer.MAX_VALUE))
                .filter(one -> !one.isEmpty())
                .findFirst()
                .orElse(content);
        return id.length() <= Fields.MAX_ID && !id.equals(content) ? id : Fields.hash(id);
    }

    /** How long ago it was by the world's clock, counted back on the product's; now, when the date is none to believe. */
    private static Instant at(SyndEntry entry, Now now) {
        var date = Stream.of(entry.getPublishedDate(), entry.getUpdatedDate())
                .filter(Objects::nonNull)
                .map(Date::toInstant)
                .findFirst()
                .orElse(now.world());
        return date.isBefore(EARLIEST) || date.isAfter(now.world())
                ? now.product()
                : now.product().minus(Duration.between(date, now.world()));
    }

    /** Of the entry itself: the feed's author is whoever publishes the feed. */
    private static Author author(SyndEntry entry) {
        var persons =
                entry.getAuthors() == null ? List.<com.rometools.rome.feed.synd.SyndPerson>of() : entry.getAuthors();
        for (var person : persons) {
            var email = EmailAddress.of(person.getEmail());
            var name = blankToNull(person.getName());
            var uri = blankToNull(person.getUri());
            if (email != null || name != null || uri != null) {
                return new Author(email, name, uri);
            }
        }
        var said = blankToNull(entry.getAuthor());
        if (said == null) {
            return Author.NOBODY;
        }
        // RSS: ada@example.org (Ada)
        var found = ADDRESS.matcher(bounded(said, MAX_TITLE));
        var email = found.find() ? EmailAddress.of(found.group()) : null;
        var name = email == null ? said : said.replace(found.group(), "").replaceAll("[()<>]", "");
        return new Author(email, blankToNull(name), null);
    }

    private static String text(SyndContent content, String otherwise) {
        if (content == null || content.getValue() == null) {
            return otherwise == null ? "" : otherwise.strip();
        }
        var isPlain = "text".equals(content.getType()) || "text/plain".equals(content.getType());
        return isPlain ? content.getValue().strip() : HtmlText.of(content.getValue());
    }

    private static String line(String text, int maxLength) {
        return bounded(text.replaceAll("\\s+", " ").strip(), maxLength);
    }

    private static String bounded(String text, int maxLength) {
        return text == null || text.length() <= maxLength ? text : text.substring(0, maxLength);
    }

    private static String blankToNull(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    private static void put(Map<String, Object> properties, String name, Object value) {
        if (value != null && !value.equals("")) {
            properties.put(name, value);
        }
    }

    /** Rome's parser without document types, and with a bound on depth: what reads the tree afterwards is recursive. */
    private static final class Input extends WireFeedInput {

        Input() {
            setAllowDoctypes(false);
        }

        @Override
        protected SAXBuilder createSAXBuilder() {
            var builder = super.createSAXBuilder();
            builder.setProperty("http://www.oracle.com/xml/jaxp/properties/maxElementDepth", String.valueOf(MAX_DEPTH));
            return builder;
        }
    }

    /** What entries say beside the standard, in whichever namespace: {@code g:id}, {@code review:rating}, {@code im:rating}. */
    private static final class Extensions {

        private static final List<String> RATINGS = List.of("rating", "ratingValue", "starRating", "stars");
        private static final List<String> RATED = List.of("", "average", "value");
        private static final List<String> BEST = List.of("max", "bestRating", "best", "scale");
        private static final List<String> PRODUCTS = List.of("product_id", "productId", "sku", "gtin", "id");

        /** From 1 to 5, or null. */
        static Double rating(List<Element> markup) {
            for (var element : named(markup, RATINGS)) {
                for (var name : RATED) {
                    var rating =
                            Event.toNumber(name.isEmpty() ? element.getTextTrim() : element.getAttributeValue(name));
                    var best = BEST.stream()
                            .mapToDouble(attribute -> Event.toNumber(element.getAttributeValue(attribute)))
                            .filter(value -> value >= 1)
                            .findFirst()
                            .orElse(5);
                    if (rating >= 0 && rating <= best) {
                        return rating * 5 / best;
                    }
                }
            }
            return null;
        }

        static String product(List<Element> markup) {
            return named(markup, PRODUCTS).stream()
                    .map(element -> line(element.getTextTrim(), Fields.MAX_ID))
                    .filter(id -> !id.isEmpty())
                    .findFirst()
                    .orElse(null);
        }

        /** Elements of these names, among those of the entry and one level below, as {@code media:community} has them. */
        private static List<Element> named(List<Element> markup, List<String> names) {
            return markup.stream()
                    .flatMap(element -> Stream.concat(Stream.of(element), element.getChildren().stream()))
                    .filter(element -> names.contains(element.getName()))
                    .toList();
        }
    }
}
