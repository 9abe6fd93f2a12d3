package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What the engine must not do over HTTP, asked for by the administrator. */
@EngineContext
class EngineDoorTest {

    @LocalServerPort
    private int port;

    @Autowired
    private Scene scene;

    @Autowired
    private RepositoryService repository;

    @Autowired
    private FilterService filters;

    @Autowired
    private IdentityService identities;

    private final CookieManager cookies = new CookieManager();
    private final HttpClient client =
            HttpClient.newBuilder().cookieHandler(cookies).build();

    @BeforeEach
    void begin() {
        scene.begin();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'assigneeExpression':'%s'}",
                "{'orQueries':[{'assigneeExpression':'%s'}]}",
                "{'orQueries':[{'candidateGroupExpression':'%s'}],'sorting':[]}",
                "{'orQueries':[{'dueBeforeExpression':'%s'}]}",
                "{'orQueries':[{'ASSIGNEEexpression':'%s'}]}",
                "{'a':[[{'b':{'anyExpression':'%s'}}]]}",
                "{'orQueries':[{'assignee\\u0045xpression':'%s'}]}"
            })
    void noQueryEvaluatesAnExpression(String query) throws Exception {
        var body = query.replace('\'', '"').formatted("${1 + 1}");

        assertThat(post("/engine-rest/task", body)).isEqualTo(403);
        assertThat(post("/engine-rest/task/count", body)).isEqualTo(403);
        assertThat(post("/camunda/api/engine/engine/default/task", body)).isEqualTo(403);
    }

    @Test
    void noQueryEvaluatesAnExpressionInAnotherEncoding() throws Exception {
        var body = "{\"orQueries\":[{\"assigneeExpression\":\"${1}\"}]}".getBytes(StandardCharsets.UTF_16BE);

        assertThat(send(request("/engine-rest/task")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/engine-rest/task?assigneeExpression=x",
                "/engine-rest/task?a=b&assignee%45xpression=x",
                "/camunda/api/engine/engine/default/task/count?createdAfterExpression=x"
            })
    void noParameterIsAnExpression(String path) throws Exception {
        assertThat(send(request(path).GET())).isEqualTo(403);
    }

    @Test
    void noFilterIsMadeOrChangedWithAnExpression() throws Exception {
        var body =
                "{\"resourceType\":\"Task\",\"name\":\"mine\",\"query\":{\"assigneeExpression\":\"${currentUser()}\"}}";
        var filter = filters.createFilterQuery().filterName("All tasks").singleResult();

        assertThat(post("/engine-rest/filter/create", body)).isEqualTo(403);
        assertThat(send(request("/engine-rest/filter/" + filter.getId())
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(body))))
                .isEqualTo(403);
        assertThat(filters.createFilterQuery().list())
                .extracting(one -> one.getName())
                .containsExactlyInAnyOrder("All tasks", "Unhappy customers", "Suspicious orders");
    }

    @Test
    void anOrdinaryQueryIsAnswered() throws Exception {
        assertThat(post("/engine-rest/task", "{\"orQueries\":[{\"assignee\":\"admin\",\"name\":\"x\"}]}"))
                .isEqualTo(200);
        assertThat(post("/engine-rest/task", "{}")).isEqualTo(200);
        assertThat(send(request("/engine-rest/task?assignee=admin").GET())).isEqualTo(200);
        assertThat(send(request("/engine-rest/filter").GET())).isEqualTo(200);
    }

    @Test
    void noDiagramIsDeployedOverHttp() throws Exception {
        var deployed = repository.createDeploymentQuery().count();
        var id = repository.createDeploymentQuery().list().get(0).getId();

        for (var engine :
                new String[] {"/engine-rest", "/engine-rest/engine/default", "/camunda/api/engine/engine/default"}) {
            assertThat(deploy(engine + "/deployment/create")).isEqualTo(403);
            assertThat(deploy(engine + "/deploymen%74/create")).isEqualTo(403);
            assertThat(post(engine + "/deployment/" + id + "/redeploy", "{}")).isEqualTo(403);
            assertThat(send(request(engine + "/deployment/" + id + "?cascade=true")
                            .DELETE()))
                    .isEqualTo(403);
        }
        assertThat(repository.createDeploymentQuery().count()).isEqualTo(deployed);
        assertThat(send(request("/engine-rest/deployment").GET())).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/camunda/api/admin/setup/default/user/create", "/camunda/api/admin/%73etup/default/user/create"
            })
    void nobodyMakesAnAdministratorThroughTheSetUp(String path) throws Exception {
        // as on an installation whose administrators' group is empty
        identities.deleteMembership(FirstStart.ADMIN, People.ADMINISTRATORS);
        try {
            var user =
                    "{\"profile\":{\"id\":\"mallory\",\"firstName\":\"M\",\"lastName\":\"M\",\"email\":\"m@example.org\"},"
                            + "\"credentials\":{\"password\":\"mallory\"}}";
            // with all that the web app itself would send: its session and its CSRF token
            send(request("/camunda/app/admin/default/setup/").GET());
            var token = cookies.getCookieStore().getCookies().stream()
                    .filter(cookie -> cookie.getName().equals("XSRF-TOKEN"))
                    .findFirst()
                    .orElseThrow()
                    .getValue();
            var answer = send(request(path)
                    .header("Content-Type", "application/json")
                    .header("X-XSRF-TOKEN", token)
                    .POST(HttpRequest.BodyPublishers.ofString(user)));

            assertThat(identities.createUserQuery().userId("mallory").count()).isZero();
            assertThat(answer).isEqualTo(403);
        } finally {
            identities.createMembership(FirstStart.ADMIN, People.ADMINISTRATORS);
        }
    }

    @Test
    void passwordsAreTriedAtOurOwnSignInOnly() throws Exception {
        assertThat(post("/engine-rest/identity/verify", "{\"username\":\"admin\",\"password\":\"guess\"}"))
                .isEqualTo(403);
        assertThat(send(request("/camunda/api/admin/auth/user/default/login/cockpit")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("username=admin&password=guess"))))
                .isEqualTo(403);
    }

    @Test
    void whatIsNoJsonOrTooLongIsRefused() throws Exception {
        assertThat(post("/engine-rest/task", "{\"assignee\":")).isEqualTo(400);
        assertThat(post("/engine-rest/task", "[".repeat(100_000))).isEqualTo(400);
        assertThat(post("/engine-rest/task", "{\"name\":\"" + "x".repeat(EngineDoor.MAX_BODY) + "\"}"))
                .isEqualTo(413);
    }

    @Test
    void aTaskWithoutAProcessIsNotMade() throws Exception {
        assertThat(post("/engine-rest/task/create", "{\"id\":\"loose\",\"name\":\"loose\"}"))
                .isNotEqualTo(204);
    }

    @Test
    void aJavaObjectIsNotTakenAsAVariable() throws Exception {
        scene.follow(UUID.randomUUID(), "start:abandoned-cart");
        var instance = scene.instance();
        var value =
                "{\"value\":\"rO0ABXA=\",\"type\":\"Object\",\"valueInfo\":{\"objectTypeName\":\"java.lang.String\","
                        + "\"serializationDataFormat\":\"application/x-java-serialized-object\"}}";

        assertThat(send(request("/engine-rest/process-instance/" + instance + "/variables/evil")
                        .header("Content-Type", "application/json")
                        .PUT(HttpRequest.BodyPublishers.ofString(value))))
                .isIn(400, 500);
    }

    @Test
    void withoutASignInThereIsNoAnswer() throws Exception {
        for (var path :
                new String[] {"/engine-rest/task", "/engine-rest/engine", "/camunda/api/engine/engine/default/task"}) {
            assertThat(client.send(
                                    HttpRequest.newBuilder(uri(path)).GET().build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void whoHasSignedInIsSignedInToTheWebApps() throws Exception {
        assertThat(send(request("/camunda/api/engine/engine/default/task/count").GET()))
                .isEqualTo(200);
        assertThat(send(request("/camunda/api/cockpit/plugin/base/default/process-definition/statistics-count")
                        .GET()))
                .isIn(200, 404);
        assertThat(send(request("/camunda/app/tasklist/default/").GET())).isEqualTo(200);
        assertThat(send(request("/camunda/app/cockpit/default/").GET())).isEqualTo(200);
    }

    private HttpRequest.Builder request(String path) {
        var basic = Base64.getEncoder().encodeToString("admin:test-password".getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(uri(path)).header("Authorization", "Basic " + basic);
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    private int post(String path, String json) throws Exception {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private int deploy(String path) throws Exception {
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                "--b\r\nContent-Disposition: form-data; name=\"x.bpmn\"; filename=\"x.bpmn\"\r\n\r\n".getBytes());
        body.writeBytes(
                getClass().getResourceAsStream("/processes/abandoned-cart.bpmn").readAllBytes());
        body.writeBytes("\r\n--b--\r\n".getBytes());
        return send(request(path)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())));
    }

    private int send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
