package io.wayfarer.ingest.segment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Refusal;
import io.wayfarer.ingest.Understood;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Segment's calls come to, and what becomes of those that are not as they should be. */
class SegmentCallTest {

    private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

    @Test
    void eachKindOfCallHasItsEvent() {
        assertThat(one("track", "{'userId':'u','event':'Order Completed','properties':{'total':12.5}}"))
                .returns("Order Completed", Event::name)
                .returns(Map.of("total", 12.5), Event::properties);
        assertThat(one("identify", "{'userId':'u','traits':{'plan':'pro','consent':{'marketing':true}}}"))
                .returns("Identified", Event::name)
                .returns(Map.of("plan", "pro", "consent", Map.of("marketing", true)), Event::traits);
        assertThat(one("page", "{'userId':'u','name':'Home','category':'Docs','properties':{'url':'/'}}"))
                .returns("Page Viewed", Event::name)
                .returns(Map.of("name", "Home", "category", "Docs", "url", "/"), Event::properties);
        assertThat(one(
                        "page",
                        "{'userId':'u','properties':{'url':'/own'},"
                                + "'context':{'page':{'url':'/','path':'/p','title':'','referrer':7,'search':'?x'}}}"))
                .as("of a page what is missing is taken from the context")
                .returns(Map.of("url", "/own", "path", "/p"), Event::properties);
        assertThat(one("track", "{'userId':'u','event':'E','context':{'page':{'path':'/p'}}}"))
                .returns(Map.of(), Event::properties);
        assertThat(one("screen", "{'anonymousId':'a','name':'Cart'}"))
                .returns("Screen Viewed", Event::name)
                .returns("mobile", Event::channel);
        assertThat(one("group", "{'userId':'u','groupId':7,'traits':{'name':'Acme','email':'info@acme.org'}}"))
                .as("what is said of the group is not said of the person")
                .returns("Grouped", Event::name)
                .returns(Map.of(), Event::traits)
                .returns(null, Event::email)
                .returns(
                        Map.of("groupId", "7", "traits", Map.of("name", "Acme", "email", "info@acme.org")),
                        Event::properties);
        assertThat(one("alias", "{'userId':'u','previousId':'a1'}"))
                .returns("Aliased", Event::name)
                .returns("u", Event::userId)
                .returns("a1", Event::anonymousId);
    }

    @Test
    void anEventOfAKindNeverSeenIsAnEvent() {
        assertThat(one("track", "{'userId':'u','event':'Goldfish Fed'}").name()).isEqualTo("Goldfish Fed");
    }

    @Test
    void theContextTellsChannelTimeZoneLocaleAndEmail() {
        var event = one(
                "track",
                "{'anonymousId':'a','event':'E','context':{'library':{'name':'analytics.js'},'timezone':'Europe/Berlin',"
                        + "'locale':'de-DE','ip':'8.8.8.8','traits':{'email':' Ada@Example.ORG '}}}");
        assertThat(event.channel()).isEqualTo("web");
        assertThat(event.email()).isEqualTo("ada@example.org");
        assertThat(event.traits())
                .containsEntry("timezone", "Europe/Berlin")
                .containsEntry("locale", "de-DE")
                .doesNotContainKey("ip");
        assertThat(one("track", "{'userId':'u','event':'E','context':{'timezone':'Mars/Base','locale':''}}")
                        .traits())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "analytics-java, server",
        "analytics-node, server",
        "analytics.js, web",
        "analytics-ios, mobile",
        "analytics-android, mobile",
        "analytics_flutter, mobile"
    })
    void theLibraryTellsTheChannel(String library, String channel) {
        assertThat(one("track", "{'userId':'u','event':'E','context':{'library':{'name':'" + library + "'}}}")
                        .channel())
                .isEqualTo(channel);
    }

    @Test
    void theSendersClockSkewIsTakenOut() {
        var event = one(
                "track",
                "{'userId':'u','event':'E','timestamp':'1971-01-01T10:00:00Z','sentAt':'1971-01-01T10:00:30Z'}");
        assertThat(event.at()).isEqualTo(NOW.minusSeconds(30));
        assertThat(event.receivedAt()).isEqualTo(NOW);
        assertThat(one("track", "{'userId':'u','event':'E'}").at()).isEqualTo(NOW);
    }

    @Test
    void aMessagesOwnTimeOfSendingGoesBeforeItsBatchs() {
        var events = read(
                        "batch",
                        "{'batch':[{'type':'track','userId':'u','event':'A','timestamp':'1971-01-01T10:00:00Z',"
                                + "'sentAt':'1971-01-01T10:01:00Z'},"
                                + "{'type':'track','userId':'u','event':'B','timestamp':'1971-01-01T10:00:00Z'}],"
                                + "'sentAt':'1971-01-01T10:02:00Z'}")
                .events();
        assertThat(events).extracting(Event::at).containsExactly(NOW.minusSeconds(60), NOW.minusSeconds(120));
    }

    @Test
    void whatIsImportedHappenedWhenItDid() {
        var old = "{'type':'track','userId':'u','event':'A','timestamp':'2011-12-09T12:50:00Z'}";
        assertThat(read("batch", "{'batch':[" + old + "]}").events().get(0).at())
                .isEqualTo(Instant.parse("2011-12-09T12:50:00Z"));
        assertThat(read("batch", "{'batch':[" + old + "],'sentAt':'" + NOW.plusSeconds(3600) + "'}")
                        .events()
                        .get(0)
                        .at())
                .as("by a sender whose clock is an hour ahead")
                .isEqualTo(Instant.parse("2011-12-09T11:50:00Z"));
    }

    /** Messages out of an archive have had their clock skew taken out when they first came. */
    @ParameterizedTest
    @ValueSource(strings = {"'originalTimestamp':'2011-12-09T12:51:00Z'", "'receivedAt':'2011-12-09T12:52:00Z'"})
    void skewIsTakenOutOnce(String others) {
        var event = one(
                "track",
                "{'userId':'u','event':'A','timestamp':'2011-12-09T12:50:00Z','sentAt':'2011-12-09T12:53:00Z'," + others
                        + "}");
        assertThat(event.at()).isEqualTo(Instant.parse("2011-12-09T12:50:00Z"));
    }

    @Test
    void whatRudderStacksBrowserLibrarySendsIsUnderstood() {
        var event = one(
                "track",
                "{'channel':'web','context':{'app':{'name':'RudderLabs JavaScript SDK'},'traits':{'email':'ada@example.org'},"
                        + "'library':{'name':'RudderLabs JavaScript SDK','version':'3.7.0'},'locale':'de-DE',"
                        + "'timezone':'GMT+0100','userAgent':'Mozilla/5.0','sessionId':1700000000},"
                        + "'originalTimestamp':'1971-01-01T10:00:00.000Z','sentAt':'1971-01-01T10:00:30.000Z',"
                        + "'messageId':'5d9bc6e2-ddd6-4f1d-8bf6','anonymousId':'a1','userId':'','type':'track',"
                        + "'rudderId':'r1','event':'Product Added','properties':{'product_id':'kettle'},'integrations':{'All':true}}");
        assertThat(event)
                .returns("Product Added", Event::name)
                .returns("web", Event::channel)
                .returns("a1", Event::anonymousId)
                .returns(null, Event::userId)
                .returns("ada@example.org", Event::email)
                .returns("5d9bc6e2-ddd6-4f1d-8bf6", Event::messageId)
                .returns(NOW.minusSeconds(30), Event::at);
    }

    @Test
    void whatTheSpecificationsPagesOnEmailCallAnIdIsOne() {
        var event = read(
                        "batch",
                        "{'batch':[{'action':'track','user_id':'u1','anonymous_id':'a1','event':'Email Opened'}]}")
                .events()
                .get(0);
        assertThat(event)
                .returns("u1", Event::userId)
                .returns("a1", Event::anonymousId)
                .returns("Email Opened", Event::name);
    }

    @Test
    void anAppsDeviceIsAnIdOfItsOwn() {
        assertThat(one("track", "{'anonymousId':'a','event':'E','context':{'device':{'id':'d1','type':'ios'}}}")
                        .ids())
                .isEqualTo(Map.of("device", "d1"));
        assertThat(one("track", "{'anonymousId':'a','event':'E','context':{'device':{'id':''}}}")
                        .ids())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T10:00:00Z, 2026-03-01T10:00:00Z",
        "2026-03-01T10:00:00.123456789Z, 2026-03-01T10:00:00.123456789Z",
        "2026-03-01T10:00:00+02:00, 2026-03-01T08:00:00Z",
        "2026-03-01T10:00:00+0200, 2026-03-01T08:00:00Z",
        "2026-03-01t10:00:00z, 2026-03-01T10:00:00Z",
        "2026-03-01 10:00, 2026-03-01T10:00:00Z",
        "2026-03-01, 2026-03-01T00:00:00Z"
    })
    void timesAreReadAsSendersWriteThem(String written, Instant meant) {
        assertThat(one("track", "{'userId':'u','event':'E','timestamp':'" + written + "'}")
                        .at())
                .isEqualTo(meant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'1999-12-31T23:59:59Z'",
                "'2026-03-03T12:00:01Z'",
                "'9999999-01-01T00:00:00Z'",
                "'2026-02-30T00:00:00Z'",
                "'yesterday'",
                "''",
                "99999999999999999999",
                "-1",
                "9223372036854775807",
                "true",
                "{}"
            })
    void anAbsurdTimeIsRefused(String timestamp) {
        assertThat(refused("track", "{'userId':'u','event':'E','timestamp':" + timestamp + "}"))
                .returns("timestamp", Refusal::field)
                .returns(400, Refusal::status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "track | {'event':'E'} | userId",
                "track | {'userId':'','anonymousId':' ','event':'E'} | userId",
                "track | {'userId':true,'event':'E'} | userId",
                "track | {'userId':{},'event':'E'} | userId",
                "track | {'userId':1.5,'event':'E'} | userId",
                "track | {'userId':'u'} | event",
                "track | {'userId':'u','event':''} | event",
                "track | {'userId':'u','event':7} | event",
                "track | {'userId':'u','event':'E','properties':[]} | properties",
                "track | {'userId':'u','event':'E','properties':'none'} | properties",
                "track | {'userId':'u','event':'E','context':1} | context",
                "track | {'userId':'u','event':'E','context':{'traits':1}} | traits",
                "track | {'userId':'u','event':'E','messageId':['m']} | messageId",
                "track | {'userId':'u','event':'E','properties':{'n':1e999}} | properties.n",
                "identify | {'userId':'u','traits':'none'} | traits",
                "group | {'userId':'u'} | groupId",
                "alias | {'userId':'u'} | previousId",
                "alias | {'previousId':'a'} | userId",
                "page | {'userId':'u','name':{}} | name"
            })
    void theFieldAtFaultIsNamed(String kind, String body, String field) {
        assertThat(refused(kind, body)).returns(field, Refusal::field).returns(400, Refusal::status);
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertThat(refused("track", "{'userId':'" + "u".repeat(201) + "','event':'E'}")
                        .field())
                .isEqualTo("userId");
        assertThat(refused("track", "{'userId':'u','event':'" + "E".repeat(201) + "'}")
                        .field())
                .isEqualTo("event");
        assertThat(refused("track", track("'a':{'b':'" + "x".repeat(10_001) + "'}")))
                .returns("properties.a.b", Refusal::field);
        assertThat(refused("track", track("'" + "n".repeat(101) + "':1"))).hasMessageContaining("name");
        assertThat(refused("track", track("'n':" + "9".repeat(101)))).hasMessageContaining("digits");
        assertThat(refused("track", track("'a':[" + "1,".repeat(1_000) + "1]"))).hasMessageContaining("values");
        assertThat(refused(
                        "track",
                        track("'a':'" + "x".repeat(9_000) + "'," + "'b':'" + "x".repeat(9_000) + "','c':'"
                                + "x".repeat(9_000) + "','d':'" + "x".repeat(9_000) + "'")))
                .returns(413, Refusal::status);
    }

    @Test
    void nestingIsBounded() {
        assertThat(one("track", track("'a':" + "[".repeat(18) + "]".repeat(18))))
                .isNotNull();
        assertThat(refused("track", track("'a':" + "[".repeat(19) + "]".repeat(19))))
                .hasMessageContaining("nested");
        assertThat(catchThrowableOfType(
                        Refusal.class,
                        () -> read("batch", "{'batch':" + "[".repeat(200_000) + "]".repeat(200_000) + "}")))
                .returns(400, Refusal::status);
    }

    @Test
    void nulAndBrokenTextAreRefused() {
        assertThat(refused("track", track("'a':'x\\u0000y'"))).hasMessage("properties.a holds the NUL character");
        assertThat(refused("track", track("'a':'\\ud800'"))).hasMessageContaining("surrogate");
        assertThat(refused("track", track("'a':'\\udc00\\ud800'"))).hasMessageContaining("surrogate");
        assertThat(one("track", track("'a':'\\ud83d\\ude00 \\ufffd'")).text("a"))
                .isEqualTo("\uD83D\uDE00 \uFFFD");
        for (var bad : List.of("C3 28", "FF", "ED A0 80", "C0 80", "F8 88 80 80 80")) {
            var body = json(track("'a':'~'")).getBytes(UTF_8);
            var broken = new java.io.ByteArrayOutputStream();
            for (var b : body) {
                if (b == '~') {
                    for (var hex : bad.split(" ")) {
                        broken.write(Integer.parseInt(hex, 16));
                    }
                } else {
                    broken.write(b);
                }
            }
            var refused = SegmentCall.read("track", broken.toByteArray())
                    .understood("segment:test", NOW)
                    .refused();
            assertThat(refused).as(bad).hasSize(1);
            assertThat(refused.get(0).refusal()).hasMessage("properties.a is not valid UTF-8");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "7",
                "[]",
                "{",
                "{'batch':[{'type':'track'",
                "{'batch':[]} {}",
                "{'batch':{}}",
                "{'batch':7}",
                "{}",
                "{'batch':[],'sentAt':[]}",
                "{'batch':[],'context':7}",
                "not json",
                "event=E&userId=u",
                "{'batch':[NaN]}",
                "\u0000"
            })
    void aBodyThatIsNoBatchIsRefusedAsAWhole(String body) {
        assertThat(catchThrowableOfType(Refusal.class, () -> read("batch", body)))
                .as(body)
                .returns(400, Refusal::status);
    }

    @Test
    void aMessageThatCannotBeUsedIsNoHarmToThoseBesideIt() {
        var understood = read(
                "batch",
                "{'batch':[{'type':'track','userId':'u1','event':'A'}, 7 ,null,[[1]],"
                        + "{'type':'track','messageId':'bad-1','event':'B'},"
                        + "{'type':'nonsense','userId':'u'},{'userId':'u','event':'no type'},"
                        + "{'type':'track','userId':'u','event':'deep','properties':" + "{'a':".repeat(25) + "1"
                        + "}".repeat(26) + ","
                        + "{'type':'track','userId':'u','event':'nul','properties':{'a':['\\u0000',{'b':[1]}],'c':{}}},"
                        + "{'type':'track','userId':'u','event':'big','properties':{'a':'" + "x".repeat(40_000) + "'}},"
                        + "{'type':'identify','userId':'u2'}],'unknown':{'a':[1]},'sentAt':'2026-03-02T12:00:00Z'}");
        assertThat(understood.events()).extracting(Event::name).containsExactly("A", "Identified");
        assertThat(understood.refused()).hasSize(9);
        assertThat(understood.refused())
                .extracting(Understood.Refused::body)
                .contains("7", "null", "[[1]]", json("{'type':'nonsense','userId':'u'}"));
        assertThat(understood.refused())
                .filteredOn(refused -> "bad-1".equals(refused.messageId()))
                .hasSize(1);
    }

    @Test
    void theBatchesContextIsEachMessagesUnlessItHasItsOwn() {
        var events = read(
                        "batch",
                        "{'batch':[{'type':'track','userId':'u','event':'A'},"
                                + "{'type':'track','userId':'u','event':'B','context':{'locale':'fr'}}],"
                                + "'context':{'locale':'en','library':{'name':'analytics.js'}}}")
                .events();
        assertThat(events).extracting(event -> event.traits().get("locale")).containsExactly("en", "fr");
        assertThat(events).extracting(Event::channel).containsOnly("web");
    }

    @Test
    void aBatchHasABoundedNumberOfMessages() {
        var messages = "{'type':'track','userId':'u','event':'A'},".repeat(500);
        assertThat(read("batch", "{'batch':[" + messages.substring(0, messages.length() - 1) + "]}")
                        .events())
                .hasSize(500);
        assertThatThrownBy(() -> read("batch", "{'batch':[" + messages + "{}]}"))
                .hasMessageContaining("at most 500 messages");
    }

    @Test
    void aMessageWithoutAnIdCountsOnceWhenItHasATimeAndIsSentAgain() {
        var sent =
                "{'batch':[{'type':'track','userId':'u','event':'A','timestamp':'2026-03-02T11:00:00Z'}],'sentAt':'%s'}";
        var first =
                read("batch", sent.formatted("2026-03-02T11:00:01Z")).events().get(0);
        var again =
                read("batch", sent.formatted("2026-03-02T11:05:00Z")).events().get(0);
        assertThat(again.id()).isEqualTo(first.id());

        var timeless = "{'userId':'u','event':'A'}";
        assertThat(SegmentCall.read("track", json(timeless).getBytes(UTF_8))
                        .understood("segment:test", NOW.plusMillis(1))
                        .events()
                        .get(0)
                        .id())
                .isNotEqualTo(one("track", timeless).id());
    }

    @Test
    void aRefusalShowsNothingOfTheBody() {
        assertThatThrownBy(() -> read("batch", "{'batch':[], 'secret' 'hunter2'}"))
                .hasMessageNotContaining("hunter2")
                .hasMessageNotContaining("secret")
                .hasMessageContaining("line 1");
    }

    private static String track(String properties) {
        return "{'userId':'u','event':'E','properties':{" + properties + "}}";
    }

    private static Event one(String kind, String body) {
        var understood = read(kind, body);
        assertThat(understood.refused()).isEmpty();
        return understood.events().get(0);
    }

    private static Refusal refused(String kind, String body) {
        var understood = read(kind, body);
        assertThat(understood.events()).isEmpty();
        return understood.refused().get(0).refusal();
    }

    private static Understood read(String kind, String body) {
        return SegmentCall.read(kind, json(body).getBytes(UTF_8)).understood("segment:test", NOW);
    }

    private static String json(String quotedWithApostrophes) {
        return quotedWithApostrophes.replace('\'', '"');
    }
}
