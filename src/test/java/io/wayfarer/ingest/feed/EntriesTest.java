package io.wayfarer.ingest.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.ingest.Event;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the entries of a feed say, and what feeds that are none do. */
class EntriesTest {

    private static final Instant PRODUCT = Instant.parse("2027-01-01T00:00:00Z");
    private static final Instant WORLD = Instant.parse("2026-03-02T12:00:00Z");
    private static final String ATOM =
            """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom" xmlns:im="http://itunes.apple.com/rss" xmlns:g="http://base.google.com/ns/1.0">
            <title>Reviews</title><id>urn:reviews</id><updated>2026-03-02T11:00:00Z</updated>
            <author><name>The publisher</name></author>
            %s
            </feed>
            """;
    private static final String RSS =
            """
            <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
            <channel><title>Reviews</title><link>https://r.example</link><description>d</description>%s</channel></rss>
            """;

    @Test
    void anAtomEntryIsAnEventOfItsAuthor() throws Unusable {
        var event = one(
                ATOM.formatted(
                        """
                <entry><id>tag:r.example,2026:1</id><title>Leaks</title><published>2026-03-02T11:00:00Z</published>
                <updated>2026-03-02T11:30:00Z</updated><author><name>Ada</name><email>Ada@Example.org</email></author>
                <link href="https://r.example/1"/><im:rating>2</im:rating><g:id>tent-1</g:id>
                <content type="html">&lt;p&gt;It &lt;b&gt;leaks&lt;/b&gt;.&lt;script&gt;x&lt;/script&gt;&lt;/p&gt;</content></entry>
                """));
        assertThat(event)
                .returns("Review Posted", Event::name)
                .returns("feed:reviews", Event::source)
                .returns("tag:r.example,2026:1", Event::messageId)
                .returns("social", Event::channel)
                .returns("ada@example.org", Event::email)
                .returns(Map.of("name", "Ada"), Event::traits)
                .returns(Map.of(), Event::ids)
                .returns(PRODUCT.minusSeconds(3600), Event::at);
        assertThat(event.properties())
                .isEqualTo(Map.of(
                        "title", "Leaks",
                        "text", "It leaks.",
                        "url", "https://r.example/1",
                        "rating", 2.0,
                        "product_id", "tent-1"));
    }

    @Test
    void anRssItemIsAnEventOfItsAuthor() throws Unusable {
        var events = read(
                RSS.formatted(
                        """
                <item><guid isPermaLink="false">1</guid><title>Good &amp; dry</title><description>Dry.</description>
                <author>ada@example.org (Ada)</author><pubDate>Mon, 02 Mar 2026 11:00:00 GMT</pubDate>
                <media:community><media:starRating average="8" max="10"/></media:community></item>
                <item><link>https://r.example/2</link><title>Wet</title><dc:creator>Bob</dc:creator></item>
                """));
        assertThat(events).hasSize(2);
        assertThat(events.get(0))
                .returns("1", Event::messageId)
                .returns("ada@example.org", Event::email)
                .returns(Map.of("name", "Ada"), Event::traits)
                .returns(PRODUCT.minusSeconds(3600), Event::at);
        assertThat(events.get(0).properties()).isEqualTo(Map.of("title", "Good & dry", "text", "Dry.", "rating", 4.0));
        assertThat(events.get(1))
                .returns("https://r.example/2", Event::messageId)
                .returns(null, Event::email)
                .returns(Map.of("feed", "reviews/Bob"), Event::ids)
                .returns(PRODUCT, Event::at);
        assertThat(events.get(1).text("text")).isEqualTo("Wet");
    }

    @Test
    void whoSaysNoAddressIsKnownByTheirPageOrNameAndWhoSaysNothingByTheEntryAlone() throws Unusable {
        var events = read(ATOM.formatted(
                """
                <entry><id>1</id><title>a</title><author><name>Ada</name><uri>https://r.example/ada</uri></author></entry>
                <entry><id>2</id><title>b</title><author><name>Ada</name></author></entry>
                <entry><id>3</id><title>c</title></entry>
                <entry><id>4</id><title>d</title><author><name>%s</name></author></entry>
                """
                        .formatted("x".repeat(900))));
        assertThat(events)
                .extracting(event -> event.ids().get("feed"))
                .startsWith("reviews/https://r.example/ada", "reviews/Ada", "reviews/3");
        assertThat(events.get(3).ids().get("feed")).hasSizeLessThan(60);
        assertThat(events.get(3).traits().get("name").toString()).hasSize(200);
    }

    @Test
    void anEntryWithoutAnIdHasOneOfItsContent() throws Unusable {
        var entry = "<entry><title>%s</title></entry>";
        var id = one(ATOM.formatted(entry.formatted("a"))).id();
        assertThat(one(ATOM.formatted(entry.formatted("a"))).id()).isEqualTo(id);
        assertThat(one(ATOM.formatted(entry.formatted("b"))).id()).isNotEqualTo(id);
        assertThat(one(ATOM.formatted("<entry><id>" + "x".repeat(5000) + "</id></entry>"))
                        .messageId())
                .hasSize(32);
    }

    @ParameterizedTest
    @CsvSource({"1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "yesterday"})
    void aDateNotToBelieveIsNow(String date) throws Unusable {
        assertThat(one(ATOM.formatted("<entry><id>1</id><updated>" + date + "</updated></entry>"))
                        .at())
                .isEqualTo(PRODUCT);
    }

    @ParameterizedTest
    @CsvSource({"6", "-1", "NaN", "many", "''", "1e999"})
    void aRatingThatIsNoneIsLeftOut(String rating) throws Unusable {
        assertThat(one(ATOM.formatted("<entry><id>1</id><im:rating>" + rating + "</im:rating></entry>"))
                        .properties())
                .doesNotContainKey("rating");
    }

    @Test
    void otherCharsetsAreRead() throws Unusable {
        var feed =
                ATOM.formatted("<entry><id>1</id><title>帐篷漏水</title></entry>").replace("utf-8", "GB18030");
        var page = new Download.Page(feed.getBytes(Charset.forName("GB18030")), "application/atom+xml", null, null);
        assertThat(Entries.of(page, "reviews", "Review Posted", new Entries.Now(PRODUCT, WORLD)))
                .extracting(event -> event.text("title"))
                .containsExactly("帐篷漏水");
    }

    static List<String> whatIsNoFeedIsUnusable() {
        return List.of(
                "",
                "hello",
                "{\"a\":1}",
                "<!DOCTYPE html><html><body>Sign in</body></html>",
                "  <HTML lang=en><p>",
                "<a/>",
                "<feed/>",
                "<rss version=\"2.0\"/>",
                ATOM.formatted("<entry>"),
                ATOM.formatted("<entry><title>&nothing;</title></entry>") + "<",
                "\u0000\u0000",
                // external entity
                "<?xml version=\"1.0\"?><!DOCTYPE feed [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                        + "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>&x;</title></feed>",
                // external document type
                "<?xml version=\"1.0\"?><!DOCTYPE feed SYSTEM \"http://127.0.0.1:1/evil.dtd\">"
                        + "<feed xmlns=\"http://www.w3.org/2005/Atom\"/>",
                // a billion laughs
                "<?xml version=\"1.0\"?><!DOCTYPE feed [<!ENTITY a \"ha\"><!ENTITY b \"" + "&a;".repeat(1000)
                        + "\"><!ENTITY c \"" + "&b;".repeat(1000) + "\"><!ENTITY d \"" + "&c;".repeat(1000)
                        + "\">]><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>&d;</title></feed>",
                ATOM.formatted("<entry><content type=\"xhtml\">" + "<b>".repeat(50_000) + "</b>".repeat(50_000)
                        + "</content></entry>"));
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNoFeedIsUnusable(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(Unusable.class)
                .hasMessageNotContaining("root:")
                .hasMessageMatching("(?s)(no Atom or RSS feed: .+|an HTML page and no feed)");
    }

    private static Event one(String feed) throws Unusable {
        var events = read(feed);
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private static List<Event> read(String feed) throws Unusable {
        var page = new Download.Page(feed.getBytes(UTF_8), "application/atom+xml", null, null);
        return Entries.of(page, "reviews", "Review Posted", new Entries.Now(PRODUCT, WORLD));
    }
}
