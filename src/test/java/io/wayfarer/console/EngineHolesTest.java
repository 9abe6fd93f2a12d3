package io.wayfarer.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The known holes of the process engine, tried from outside, with and without a sign-in. */
class EngineHolesTest extends WholeProgram {

    private static final String NEW_ADMIN =
            """
            {"profile":{"id":"intruder","firstName":"In","lastName":"Truder","email":"i@example.org"},\
            "credentials":{"password":"Intruder-12345"}}""";

    /** CVE-2026-77226. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/camunda/api/admin/setup/default/user/create",
                "/camunda/api/admin/setup/default/user/create/",
                "/camunda/api/admin/%73etup/default/user/create",
                "/camunda/api/admin/Setup/default/user/create",
                "/camunda//api/admin/setup/default/user/create",
                "/camunda/api/admin/./setup/default/user/create",
                "/camunda/api/admin/x/../setup/default/user/create",
                "/camunda/api/admin/setup;a=b/default/user/create"
            })
    void nobodyBecomesAdministratorThroughTheSetUp(String path) {
        assertThat(post(to(path), NEW_ADMIN).statusCode()).isIn(400, 401, 403);
        assertThat(post(asAdmin(path), NEW_ADMIN).statusCode()).isIn(400, 403, 404);
        assertThat(send(asAdmin("/engine-rest/user/count?id=intruder")).body()).contains("\"count\":0");
    }

    /** CVE-2026-109432: expressions in orQueries get round the engine's own switch. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"orQueries\":[{\"assigneeExpression\":\"${''.getClass()}\"}]}",
                "{\"assigneeExpression\":\"${1}\"}",
                "{\"orQueries\":[{\"orQueries\":[{\"x\":[{\"dueBeforeExpression\":\"${now()}\"}]}]}]}",
                "{\"orQueries\":[{\"assignee\\u0045xpression\":\"${1}\"}]}",
                "{\"orQueries\":[{\"ASSIGNEEEXPRESSION\":\"${1}\"}]}",
                "{} {\"assigneeExpression\":\"${1}\"}",
                "\uFEFF{\"assigneeExpression\":\"${1}\"}"
            })
    void noExpressionComesInWithAQuery(String query) {
        for (var path : List.of(
                "/engine-rest/task",
                "/engine-rest/task/count",
                "/engine-rest/history/task",
                "/engine-rest/engine/default/task",
                "/engine-rest/filter/create",
                "/camunda/api/engine/engine/default/task")) {
            assertThat(post(asAdmin(path), query).statusCode()).as(path).isIn(400, 403);
        }
        assertThat(send(asAdmin("/engine-rest/task?assigneeExpression=%24%7B1%7D"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aPlainQueryIsAnswered() {
        assertThat(post(asAdmin("/engine-rest/task"), "{\"orQueries\":[{\"assignee\":\"admin\"}]}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void whatCannotBeReadAsJsonIsNotPassedOn() {
        assertThat(post(asAdmin("/engine-rest/task"), "{\"a\":").statusCode()).isEqualTo(400);
        assertThat(post(asAdmin("/engine-rest/task"), "[".repeat(100_000)).statusCode())
                .isEqualTo(400);
        assertThat(post(asAdmin("/engine-rest/task"), "{\"a\":\"" + "x".repeat(2_000_000) + "\"}")
                        .statusCode())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/engine-rest/deployment/create",
                "/engine-rest/engine/default/deployment/create",
                "/engine-rest/%64eployment/create",
                "/engine-rest/deployment/1/redeploy",
                "/camunda/api/engine/engine/default/deployment/create"
            })
    void noDiagramIsDeployedOverHttp(String path) {
        var form =
                """
                --b\r
                Content-Disposition: form-data; name="deployment-name"\r
                \r
                x\r
                --b\r
                Content-Disposition: form-data; name="x.bpmn"; filename="x.bpmn"\r
                \r
                <definitions/>\r
                --b--\r
                """;
        assertThat(send(asAdmin(path)
                                .header("Content-Type", "multipart/form-data; boundary=b")
                                .POST(text(form)))
                        .statusCode())
                .isEqualTo(403);
        assertThat(post(asAdmin(path), "{}").statusCode()).isEqualTo(403);
        assertThat(send(asAdmin(path).DELETE()).statusCode()).isEqualTo(403);
    }

    /** It would let in others than who signed in here, and past the throttle. */
    @Test
    void theEnginesOwnSignInIsShut() {
        for (var path : List.of(
                "/camunda/api/admin/auth/user/default/login/cockpit",
                "/camunda/api/tasklist/auth/user/default/login/tasklist")) {
            var form = text("username=admin&password=" + PASSWORD);
            var type = "application/x-www-form-urlencoded";
            assertThat(send(to(path).header("Content-Type", type).POST(form)).statusCode())
                    .isIn(401, 403);
            assertThat(send(asAdmin(path).header("Content-Type", type).POST(form))
                            .statusCode())
                    .isEqualTo(403);
        }
        assertThat(post(asAdmin("/engine-rest/identity/verify"), "{\"username\":\"admin\",\"password\":\"x\"}")
                        .statusCode())
                .isEqualTo(403);
    }

    private static HttpResponse<String> post(HttpRequest.Builder request, String body) {
        return send(request.header("Content-Type", "application/json").POST(text(body)));
    }
}
