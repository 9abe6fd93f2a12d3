package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SignInTest extends WholeProgram {

    private static final String HTML = "text/html,application/xhtml+xml";

    @Test
    void thePageSpeaksTheReadersLanguage() {
        var english = send(to("/login").header("Accept-Language", "fr,en;q=0.5"));
        assertThat(english.statusCode()).isEqualTo(200);
        assertThat(english.body()).contains("<html lang=\"en\">", "Sign in to Wayfarer", "Password");
        assertThat(english.headers().firstValue("cache-control").orElse("")).contains("no-store");

        for (var chinese : new String[] {"zh-CN,zh;q=0.9,en;q=0.8", "zh", "zh-Hans-CN"}) {
            assertThat(send(to("/login").header("Accept-Language", chinese)).body())
                    .contains("<html lang=\"zh-CN\">", "登录", "密码");
        }
        assertThat(send(to("/login/pages.css")).statusCode()).isEqualTo(200);
        assertThat(send(to("/login/mark.svg")).statusCode()).isEqualTo(200);
    }

    @Test
    void whoSignsInComesToThePageTheyWanted() {
        var browser = new Browser();
        browser.visit("/camunda/app/tasklist/default/");
        var signedIn = browser.signIn("admin", PASSWORD);

        assertThat(signedIn.statusCode()).isEqualTo(302);
        assertThat(signedIn.headers().firstValue("location").orElse("")).contains("/camunda/app/tasklist/default/");
        assertThat(browser.visit("/console").body()).contains("<b>admin</b>");
    }

    @Test
    void whoAsksAgainForAPageIsSentToTheSignInAgain() {
        var browser = new Browser();
        for (int visit = 0; visit < 3; visit++) {
            var answer = browser.visit("/camunda/app/tasklist/default/");
            assertThat(answer.statusCode()).isEqualTo(302);
            assertThat(answer.headers().firstValue("location").orElse("")).endsWith("/login");
        }
        assertThat(browser.signIn("admin", PASSWORD).headers().firstValue("location"))
                .hasValueSatisfying(location -> assertThat(location).contains("/camunda/app/tasklist/default/"));
        assertThat(browser.visit("/camunda/app/tasklist/default/").statusCode()).isEqualTo(200);
        assertThat(browser.cookies).as("where they wanted to go is forgotten").doesNotContainKey("REDIRECT_URI");
    }

    @Test
    void theEnginesWebAppsKnowWhoSignedInHere() {
        var browser = new Browser();
        browser.signIn("admin", PASSWORD);
        assertThat(browser.visit("/camunda/app/tasklist/default/").statusCode()).isEqualTo(200);

        assertThat(browser.fetch("/camunda/api/admin/auth/user/default").body())
                .contains("\"userId\":\"admin\"", "\"cockpit\"", "\"tasklist\"");
    }

    @Test
    void theSessionIsANewOneAndItsCookieIsGuarded() {
        var browser = new Browser();
        browser.cookies.put("JSESSIONID", "chosen-by-a-stranger");
        var signedIn = browser.signIn("admin", PASSWORD);

        var cookie = signedIn.headers().allValues("set-cookie").stream()
                .filter(one -> one.startsWith("JSESSIONID="))
                .reduce((a, b) -> b)
                .orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Lax").doesNotContain("chosen-by-a-stranger");

        var before = browser.cookies.get("JSESSIONID");
        browser.signIn("admin", PASSWORD);
        assertThat(browser.cookies.get("JSESSIONID")).isNotEqualTo(before);
        var old = new Browser();
        old.cookies.put("JSESSIONID", before);
        assertThat(old.visit("/console").statusCode()).isEqualTo(302);
    }

    @Test
    void signedOutTheSessionIsWorthNothing() {
        var browser = new Browser();
        browser.signIn("admin", PASSWORD);
        var session = browser.cookies.get("JSESSIONID");
        assertThat(browser.post("/logout", "", browser.token()).statusCode()).isEqualTo(204);

        var later = new Browser();
        later.cookies.put("JSESSIONID", session);
        assertThat(later.visit("/console").statusCode()).isEqualTo(302);
    }

    @Test
    void aWrongPasswordIsToldOnThePageAndNothingMore() {
        var browser = new Browser();
        for (var user : new String[] {"admin", "nobody"}) {
            var refused = browser.signIn(user, "wrong");
            assertThat(refused.headers().firstValue("location").orElse("")).endsWith("/login?wrong");
        }
        assertThat(browser.visit("/login?wrong").body()).contains("role=\"alert\"", "do not belong together");
        assertThat(browser.visit("/login?said=<script>x").body()).doesNotContain("<script");
    }

    @Test
    void withASessionEveryChangeNeedsTheToken() {
        var browser = new Browser();
        browser.signIn("admin", PASSWORD);
        browser.visit("/console");

        for (var path : new String[] {
            "/logout",
            "/api/models/train",
            "/api/models/buy/promote",
            "/api/models/buy/rollback",
            "/engine-rest/task",
            "/nowhere",
            "/actuator/x"
        }) {
            assertThat(browser.post(path, "{}", null).statusCode()).as(path).isEqualTo(403);
            assertThat(browser.post(path, "{}", "made-up").statusCode())
                    .as(path)
                    .isEqualTo(403);
        }
        assertThat(browser.post("/engine-rest/task", "{}", browser.token()).statusCode())
                .isEqualTo(200);
        // the engine's web apps have a filter of their own
        assertThat(browser.post("/camunda/api/engine/engine/default/task", "{}", null)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void basicNeedsNoTokenUnlessAPageOfABrowserSentIt() {
        var path = "/engine-rest/task";
        var json = "application/json";
        assertThat(send(asAdmin(path).POST(text("{}")).header("Content-Type", json))
                        .statusCode())
                .isEqualTo(200);
        for (var sign : new String[] {"Origin", "Sec-Fetch-Site"}) {
            assertThat(send(asAdmin(path)
                                    .POST(text("{}"))
                                    .header("Content-Type", json)
                                    .header(sign, "cross-site"))
                            .statusCode())
                    .as(sign)
                    .isEqualTo(403);
        }
    }

    @Test
    void afterFiveFailuresEvenTheRightPasswordWaits() {
        for (int i = 0; i < Attempts.PER_USER_AND_ADDRESS; i++) {
            assertThat(send(to("/api/customers").header("Authorization", basic("guessed", "x")))
                            .statusCode())
                    .isEqualTo(401);
        }
        var refused = send(to("/api/customers").header("Authorization", basic("guessed", "x")));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 300);
        assertThat(new Browser()
                        .signIn("guessed", "x")
                        .headers()
                        .firstValue("location")
                        .orElse(""))
                .endsWith("/login?wait");
        assertThat(send(asAdmin("/api/customers")).statusCode()).isEqualTo(200);
    }

    @Test
    void hostileCredentialsAreRefusedLikeWrongOnes() {
        for (var header : new String[] {
            "Basic",
            "Basic ",
            "Basic !!!!",
            "Basic " + "A".repeat(4_000),
            basic("", ""),
            basic("admin\u0000", PASSWORD),
            basic("x".repeat(500), "y"),
            basic("nobody", "long".repeat(40)),
            basic("nobody", "too-long".repeat(40)),
            "Bearer abc"
        }) {
            assertThat(send(to("/api/customers").header("Authorization", header))
                            .statusCode())
                    .as(header)
                    .isEqualTo(401);
        }
    }

    /** Keeps cookies and reads forms, as a browser does. */
    private final class Browser {

        private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
        private final java.util.Map<String, String> cookies = new java.util.TreeMap<>();

        HttpResponse<String> visit(String path) {
            return keep(send(to(path.replace("<", "%3C").replace(">", "%3E"))
                    .header("Accept", HTML)
                    .header("Cookie", cookieHeader())));
        }

        HttpResponse<String> fetch(String path) {
            return keep(send(to(path).header("Accept", "application/json").header("Cookie", cookieHeader())));
        }

        HttpResponse<String> signIn(String user, String password) {
            var form = CSRF.matcher(visit("/login").body());
            assertThat(form.find()).isTrue();
            return keep(send(to("/login")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .header("Accept", HTML)
                    .header("Cookie", cookieHeader())
                    .POST(text("username=" + encode(user) + "&password=" + encode(password) + "&_csrf="
                            + form.group(1)))));
        }

        String token() {
            return cookies.get(Doors.CSRF_COOKIE);
        }

        HttpResponse<String> post(String path, String body, String token) {
            var request = to(path).header("Content-Type", "application/json")
                    .header("Cookie", cookieHeader())
                    .POST(text(body));
            return send(token == null ? request : request.header("X-XSRF-TOKEN", token));
        }

        private String cookieHeader() {
            return cookies.isEmpty()
                    ? "none=none"
                    : cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(java.util.stream.Collectors.joining("; "));
        }

        private HttpResponse<String> keep(HttpResponse<String> answer) {
            for (var cookie : answer.headers().allValues("set-cookie")) {
                var pair = cookie.substring(0, cookie.indexOf(';')).split("=", 2);
                if (pair[1].isEmpty()) {
                    cookies.remove(pair[0]);
                } else if (!cookie.contains("Path=/camunda")) {
                    cookies.put(pair[0], pair[1]);
                }
            }
            return answer;
        }

        private static String encode(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }
    }
}
