package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

class ClosedDoorsTest extends WholeProgram {

    /** What is open on purpose: what authenticates each request itself, and what everybody may see. */
    private static final List<String> OPEN =
            List.of("/v1/", "/webhooks/", "/events", "/collector.js", "/u/", "/s/", "/actuator/health", "/login");

    @Autowired
    List<RequestMappingHandlerMapping> mappings;

    @Autowired
    WebEndpointsSupplier actuator;

    @Autowired
    ServletContext servlets;

    @Test
    void noMappedPathAnswersWithoutSignIn() {
        var paths = new TreeSet<String>();
        mappings.forEach(mapping -> mapping.getHandlerMethods().keySet().stream()
                .map(RequestMappingInfo::getPatternValues)
                .forEach(paths::addAll));
        actuator.getEndpoints().forEach(endpoint -> paths.add("/actuator/" + endpoint.getRootPath()));
        servlets.getServletRegistrations().values().forEach(servlet -> paths.addAll(servlet.getMappings()));
        assertThat(paths).contains("/actuator/prometheus", "/v3/api-docs", "/engine-rest/*", "/camunda/api/engine/*");

        for (var path : paths) {
            var real = path.replaceAll("\\{[^}]*}", "x").replace("*", "x");
            if (OPEN.stream().noneMatch(real::startsWith)) {
                assertThat(send(to(real)).statusCode()).as("GET " + real).isEqualTo(401);
                assertThat(send(to(real).POST(text("{}"))).statusCode())
                        .as("POST " + real)
                        .isIn(401, 403);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/console",
                "/api/customers",
                "/api/nothing-here",
                "/actuator",
                "/actuator/prometheus",
                "/actuator/env",
                "/v3/api-docs",
                "/engine-rest/engine",
                "/engine-rest/user",
                "/camunda/",
                "/camunda/app/tasklist/default/",
                "/camunda/app/admin/default/setup/",
                "/camunda/api/admin/auth/user/default",
                "/camunda/api/engine/engine/default/task",
                "/camunda/lib/deps.js",
                "/h2-console",
                "/error"
            })
    void nothingAnswersWithoutSignIn(String path) {
        var answer = send(to(path));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("www-authenticate").orElse("")).startsWith("Basic realm=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/..;/api/customers",
                "/v1/../api/customers",
                "/v1/%2e%2e/api/customers",
                "/v1/%2E%2E%2Fapi/customers",
                "/v1%2f..%2fapi/customers",
                "/v1/x;/../../api/customers",
                "//api/customers",
                "/api//customers",
                "/API/customers",
                "/api/customers/",
                "/api/customers;x=.js",
                "/api/customers.js",
                "/api/customers%00",
                "/api/customers%0a",
                "/api\\customers",
                "/login/../api/customers",
                "/login/..%5capi/customers",
                "/actuator/health/../prometheus",
                "/actuator/health;/../prometheus",
                "/Engine-Rest/engine",
                "//engine-rest/engine",
                "/engine-rest;x/engine",
                "/%65ngine-rest/engine",
                "/camunda/../camunda/api/engine/engine/default/task",
                "/u/..;/camunda/api/engine/engine/default/task"
            })
    void noWayOfWritingAPathGetsRound(String path) {
        assertThat(Raw.get(port, path, "")).matches("HTTP/1.1 (400|401) .*");
    }

    @Test
    void healthIsOpenAndSaysNoDetails() {
        var answer = send(to("/actuator/health"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("UP").doesNotContain("components", "h2");
    }

    @Test
    void signedInThePathsAnswer() {
        for (var path : List.of("/console", "/actuator/prometheus", "/v3/api-docs", "/engine-rest/engine")) {
            assertThat(send(asAdmin(path)).statusCode()).as(path).isEqualTo(200);
        }
        assertThat(send(asAdmin("/h2-console")).statusCode()).isEqualTo(404);
        assertThat(send(asAdmin("/actuator/env")).statusCode()).isEqualTo(404);
    }

    @Test
    void aBrowserIsSentToTheSignInPageAndNeverAskedForBasic() {
        var visit = send(to("/camunda/app/tasklist/default/")
                .header("Accept", "text/html,application/xhtml+xml")
                .header("User-Agent", "Mozilla/5.0"));
        assertThat(visit.statusCode()).isEqualTo(302);
        assertThat(visit.headers().firstValue("location").orElse("")).endsWith("/login");
        assertThat(visit.headers().firstValue("www-authenticate")).isEmpty();

        var script = send(to("/api/customers").header("User-Agent", "Mozilla/5.0"));
        assertThat(script.statusCode()).isEqualTo(401);
        assertThat(script.headers().firstValue("www-authenticate")).isEmpty();
        var disguised = send(to("/api/customers").header("Sec-Fetch-Site", "cross-site"));
        assertThat(disguised.headers().firstValue("www-authenticate")).isEmpty();
    }

    @Test
    void noPasswordIsKnownBeforehand() {
        for (var guess : List.of("admin", "demo", "password", "", "wayfarer")) {
            for (var user : List.of("admin", "demo", "user", "wayfarer")) {
                if (!guess.isEmpty() || !user.equals("admin")) {
                    assertThat(send(to("/api/customers").header("Authorization", basic(user, guess)))
                                    .statusCode())
                            .as(user + ":" + guess)
                            .isIn(401, 429);
                }
            }
        }
    }

    @Test
    void everyAnswerCarriesTheSecurityHeaders() {
        for (var path : List.of(
                "/login", "/console", "/api/customers", "/u/x", "/collector.js", "/nowhere", "/actuator/health")) {
            var headers = send(asAdmin(path)).headers();
            assertThat(headers.firstValue("content-security-policy").orElse(""))
                    .as(path)
                    .contains("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'")
                    .doesNotContain("unsafe");
            assertThat(headers.firstValue("x-frame-options")).as(path).hasValue("DENY");
            assertThat(headers.firstValue("x-content-type-options")).as(path).hasValue("nosniff");
            assertThat(headers.firstValue("referrer-policy").orElse(""))
                    .as(path)
                    .isIn("same-origin", "no-referrer");
            assertThat(headers.firstValue("permissions-policy")).as(path).isPresent();
            assertThat(headers.firstValue("server")).as(path).isEmpty();
        }
        var engine = send(asAdmin("/camunda/app/tasklist/default/")).headers();
        assertThat(engine.allValues("content-security-policy"))
                .singleElement()
                .asString()
                .contains("frame-ancestors 'none'");
        assertThat(engine.firstValue("x-content-type-options")).hasValue("nosniff");
    }

    @Test
    void errorsTellNothingOfTheInside() {
        for (var answer : List.of(
                send(asAdmin("/api/nothing-here")),
                send(asAdmin("/api/customers/x")),
                send(asAdmin("/api/customers").method("TRACE", text(""))),
                send(asAdmin("/api/customers").POST(text("{"))),
                send(asAdmin("/nowhere").header("Accept", "text/html")),
                send(asAdmin("/engine-rest/task")
                        .POST(text("{\"sorting\":[{\"sortBy\":\"x\",\"sortOrder\":\"asc\"}]}"))
                        .header("Content-Type", "application/json")),
                send(to("/error")))) {
            assertThat(answer.statusCode()).as(answer.request() + answer.body()).isBetween(400, 499);
            assertThat(answer.body())
                    .doesNotContain("\tat ", "io.wayfarer", "org.springframework", "Exception:", "Whitelabel");
        }
    }
}
