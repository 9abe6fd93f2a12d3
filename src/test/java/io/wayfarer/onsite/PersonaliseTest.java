package io.wayfarer.onsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.wayfarer.Events;
import io.wayfarer.VisitedSite;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Identity;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page is told to show, and who is not told anything. */
class PersonaliseTest extends VisitedSite {

    private static final String PATH = "/v1/personalise";
    private static final Instant AT = Instant.now().minus(2, ChronoUnit.HOURS).truncatedTo(ChronoUnit.MICROS);
    private static boolean learnt;

    /** Six people ordered a kettle with a mug; nine a lamp. */
    @BeforeEach
    void aShopWithOrders() {
        if (learnt) {
            return;
        }
        var products = "[{'id':'kettle','name':'Kettle','price':38,'stock':3,'url':'/p/kettle'},"
                + "{'id':'mug','name':'Mug','price':14,'url':'/p/mug'},{'id':'lamp','name':'Lamp','price':9}]";
        answered(
                asAdmin("/api/products")
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(products.replace('\'', '"'))),
                200);
        var events = new ArrayList<Event>();
        for (int n = 0; n < 15; n++) {
            var ids = n < 6 ? Stream.of("kettle", "mug") : Stream.of("lamp");
            var lines = ids.map(id -> Map.<String, Object>of("product_id", id)).toList();
            var order = Map.<String, Object>of("order_id", "o" + n, "total", 52, "products", lines);
            events.add(Events.by("buyer" + n, "Order Completed", AT, order));
        }
        inbox.accept(events);
        await().atMost(PATIENCE)
                .until(() ->
                        jdbc.queryForObject("select count(*) from event where name = 'Order Completed'", Long.class)
                                == 15);
        await().atMost(PATIENCE)
                .until(() -> send(asAdmin("/api/recommendations/learn").POST(HttpRequest.BodyPublishers.noBody()))
                                .statusCode()
                        == 202);
        await().atMost(PATIENCE)
                .until(() -> answered(asAdmin("/api/recommendations"), 200)
                                .path("products")
                                .asInt()
                        == 3);
        learnt = true;
    }

    @Test
    void aBrowserIsShownWhatGoesWithWhatItLookedAtWithTheRuleAndTheReason() {
        var browser = unique("browser");
        told(new Identity(Identity.Kind.anonymousId, browser), viewed(browser));

        var shown = ask(Map.of("anonymousId", browser, "slots", "for-you,top"));

        assertThat(shown.path("personalised").asBoolean()).isTrue();
        assertThat(shown.path("release").asText()).isNotBlank();
        var forYou = shown.at("/slots/0");
        assertThat(forYou.path("slot").asText()).isEqualTo("for-you");
        assertThat(forYou.path("show").asText()).isEqualTo("recommended");
        assertThat(forYou.path("rule").asText()).matches("personalise\\.dmn: row \\d+");
        assertThat(forYou.path("reason").asText()).isNotBlank();
        assertThat(forYou.at("/title/zh").asText()).isNotBlank();
        var first = forYou.at("/items/0");
        assertThat(first.path("product").asText()).isEqualTo("mug");
        assertThat(first.path("url").asText()).isEqualTo("/p/mug");
        assertThat(first.path("price").asDouble()).isEqualTo(14);
        assertThat(first.at("/reason/en").asText()).isEqualTo("Often bought with Kettle, which you looked at");
        assertThat(first.path("model").asText()).isNotBlank();
        assertThat(shown.at("/slots/1/show").asText()).isEqualTo("nothing");
        assertThat(shown.toString()).doesNotContain(browser);
    }

    @Test
    void whoHasSomethingInTheCartIsRemindedOfItOnTop() {
        var browser = unique("browser");
        told(
                new Identity(Identity.Kind.anonymousId, browser),
                Events.byBrowser(
                        browser,
                        "Product Added",
                        AT,
                        Map.of("product_id", "lamp", "name", "Lamp", "price", 9, "url", "/p/lamp")));

        var top = ask(Map.of("anonymousId", browser, "slots", "top")).at("/slots/0");

        // by the propensity that the stages alone give
        assertThat(top.path("show").asText()).isIn("cart", "recommended");
        assertThat(top.path("rule").asText()).isIn("personalise.dmn: row 3", "personalise.dmn: row 4");
        assertThat(top.path("items")).isNotEmpty();
    }

    @Test
    void whoRefusesProfilingIsShownWhatAnybodyIsShown() {
        var browser = unique("browser");
        told(
                new Identity(Identity.Kind.anonymousId, browser),
                viewed(browser),
                Events.byBrowser(
                        browser,
                        "Consent Changed",
                        AT.plusSeconds(60),
                        Map.of("purpose", "profiling", "topic", "*", "granted", false)));

        var shown = ask(Map.of("anonymousId", browser, "slots", "for-you,top"));

        assertThat(shown.path("personalised").asBoolean()).isFalse();
        assertThat(shown.at("/slots/0/show").asText()).isEqualTo("popular");
        assertThat(shown.at("/slots/0/items/0/product").asText()).isEqualTo("lamp");
        assertThat(shown.toString()).doesNotContain("looked at");
        assertThat(shown.at("/slots/1/show").asText()).isEqualTo("nothing");
    }

    @Test
    void whoIsNotKnownIsShownWhatIsPopular() {
        for (var ids : List.of(Map.<String, String>of(), Map.of("anonymousId", unique("nobody")))) {
            var query = new HashMap<>(ids);
            query.put("slots", "for-you");
            var shown = ask(query);

            assertThat(shown.path("personalised").asBoolean()).isFalse();
            assertThat(shown.at("/slots/0/items/0/product").asText()).isEqualTo("lamp");
        }
    }

    @Test
    void aUserIdIsBelievedOnlyWhenTheSitesBackendSignsIt() {
        var user = unique("user");
        told(new Identity(Identity.Kind.userId, user), Events.by(user, "Product Viewed", AT, kettle()));

        assertThat(ask(Map.of("userToken", tokenOf(user), "slots", "for-you"))
                        .at("/slots/0/items/0/product")
                        .asText())
                .isEqualTo("mug");
        assertThat(refused(Map.of("userId", user, "slots", "for-you"), 401)).contains("userToken");
        // nor does it lead anywhere as a browser
        assertThat(ask(Map.of("anonymousId", user, "slots", "for-you"))
                        .path("personalised")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void aTokenThatProvesNothingIsRefused() {
        var soon = Instant.now().plusSeconds(600);
        var claims = "{\"sub\":\"ada\",\"exp\":" + soon.getEpochSecond() + "}";
        var good = token("ada", SECRET, soon);
        var unsigned = token("{\"alg\":\"none\"}", claims, SECRET);
        for (var bad : List.of(
                "",
                ".",
                "..",
                "a.b.c",
                "x".repeat(5_000),
                good.substring(0, good.length() - 2),
                good + ".x",
                token("ada", OTHER_SECRET, soon),
                token("ada", "a secret that nobody has told us of, at all", soon),
                token("ada", SECRET, Instant.now().minusSeconds(1)),
                token("ada", SECRET, Instant.now().plus(3, ChronoUnit.DAYS)),
                token("", SECRET, soon),
                token("a".repeat(400), SECRET, soon),
                token("{\"alg\":\"HS256\"}", "{\"sub\":\"ada\"}", SECRET),
                token("{\"alg\":\"HS256\"}", "{\"sub\":\"ada\",\"exp\":\"tomorrow\"}", SECRET),
                token("{\"alg\":\"HS256\"}", "[]", SECRET),
                token("{\"alg\":\"HS512\"}", claims, SECRET),
                unsigned,
                unsigned.substring(0, unsigned.lastIndexOf('.') + 1))) {
            assertThat(refused(Map.of("userToken", bad, "slots", "for-you"), 401))
                    .as(bad)
                    .contains("userToken")
                    .doesNotContain(SECRET);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "slots=| slots",
                "limit=3| slots",
                "slots=for-you,nowhere| slots",
                "slots=for-you%00| slots",
                "slots=%27%3B--| slots",
                "slots=for-you&limit=0| limit",
                "slots=for-you&limit=21| limit",
                "slots=for-you&limit=99999999999| limit",
                "slots=for-you&anonymousId=| anonymousId",
                "slots=for-you&limit=x| limit"
            })
    void whatCannotBeAskedIsRefusedWithTheField(String query, String field) {
        var answer = answered(to(PATH + "?writeKey=" + KEY + "&" + query), 400);

        assertThat(answer.path("field").asText()).isEqualTo(field);
        assertThat(answer.path("detail").asText()).startsWith(field);
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertThat(refused(Map.of("slots", "x,".repeat(600)), 400)).contains("slots");
        assertThat(refused(Map.of("slots", "for-you", "anonymousId", "x".repeat(321)), 400))
                .contains("anonymousId");
        assertThat(send(get(PATH, Map.of("slots", "x".repeat(20_000)))).statusCode())
                .isBetween(400, 431);
    }

    @Test
    void withoutAWriteKeyNothingIsTold() {
        assertThat(answered(to(PATH + "?slots=for-you"), 401).path("status").asInt())
                .isEqualTo(401);
        answered(to(PATH + "?slots=for-you&writeKey=wrong"), 401);
        answered(to(PATH + "?slots=for-you").header("Authorization", "Basic !"), 401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH"})
    void itIsOnlyRead(String method) {
        var call =
                to(PATH + "?slots=for-you&writeKey=" + KEY).method(method, HttpRequest.BodyPublishers.ofString("{}"));

        assertThat(send(call).statusCode()).isIn(404, 405);
    }

    @Test
    void pagesOfOtherSitesMayAskAndNothingIsKeptOnTheWay() {
        var answer =
                send(get(PATH, Map.of("writeKey", KEY, "slots", "for-you")).header("Origin", "https://shop.example"));

        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    /** Headers that would steer a route, were they let in. */
    @Test
    void noHeaderOfTheSendersSteersAnything() {
        var call = get(PATH, Map.of("writeKey", KEY, "slots", "for-you", "CamelHttpUri", "http://evil.example/"))
                .header("CAmelHttpUri", "http://evil.example/")
                .header("CamelHttpResponseCode", "500");

        assertThat(send(call).statusCode()).isEqualTo(200);
    }

    private JsonNode ask(Map<String, String> query) {
        var all = new HashMap<>(query);
        all.put("writeKey", KEY);
        return answered(get(PATH, all), 200);
    }

    private String refused(Map<String, String> query, int status) {
        var all = new HashMap<>(query);
        all.put("writeKey", KEY);
        return answered(get(PATH, all), status).path("detail").asText();
    }

    private HttpRequest.Builder asAdmin(String path) {
        return to(path).header("Authorization", ADMIN);
    }

    private static Map<String, Object> kettle() {
        return Map.of("product_id", "kettle", "name", "Kettle", "price", 38);
    }

    private static Event viewed(String browser) {
        return Events.byBrowser(browser, "Product Viewed", AT, kettle());
    }
}
