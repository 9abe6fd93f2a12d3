package io.wayfarer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestPropertySource;

/** The whole program as the pages of a site ask it, and as the site's backend signs for who is signed in. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestPropertySource(
        properties = {
            "spring.datasource.url=jdbc:h2:mem:visited;DB_CLOSE_DELAY=-1",
            "wayfarer.data.dir=target/visited-test",
            "wayfarer.admin.password=a-long-Passw0rd",
            "wayfarer.collector.write-keys=web:key-of-the-site, app:key-of-the-app",
            "wayfarer.channels.inbox.days=30",
            "wayfarer.messages=classpath*:**/messages/*.liquid",
            "wayfarer.collector.user-secrets=web:" + VisitedSite.SECRET + ", app:" + VisitedSite.OTHER_SECRET
        })
public abstract class VisitedSite {

    protected static final String KEY = "key-of-the-site";
    protected static final String SECRET = "a-secret-that-the-site-and-wayfarer-share";
    protected static final String OTHER_SECRET = "another-secret-that-the-app-and-wayfarer-share";
    protected static final Duration PATIENCE = Duration.ofSeconds(30);

    protected static final String ADMIN =
            "Basic " + Base64.getEncoder().encodeToString("admin:a-long-Passw0rd".getBytes(StandardCharsets.UTF_8));

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @LocalServerPort
    protected int port;

    @Autowired
    protected Inbox inbox;

    @Autowired
    protected Customers customers;

    @Autowired
    protected JdbcTemplate jdbc;

    @Autowired
    protected ObjectMapper json;

    /** Tells events, and waits until the customer with this identity has had the effect of the last. */
    protected UUID told(Identity of, Event... events) {
        inbox.accept(List.of(events));
        var last = events[events.length - 1].id();
        await().atMost(PATIENCE)
                .until(() -> jdbc.queryForObject("select count(*) from event where id = ?", Long.class, last) == 1);
        return customers.find(of).orElseThrow();
    }

    protected static String unique(String name) {
        return name + "-" + UUID.randomUUID();
    }

    /** A token as a site's backend makes one with any JWT library. */
    protected static String token(String user, String secret, Instant until) {
        return token(
                "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
                "{\"sub\":\"" + user + "\",\"exp\":" + until.getEpochSecond() + "}",
                secret);
    }

    protected static String token(String header, String claims, String secret) {
        try {
            var base64 = Base64.getUrlEncoder().withoutPadding();
            var content = base64.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                    + base64.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return content + "." + base64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    protected static String tokenOf(String user) {
        return token(user, SECRET, Instant.now().plusSeconds(600));
    }

    protected HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
    }

    protected HttpRequest.Builder get(String path, Map<String, String> query) {
        var all = query.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return to(path + "?" + all);
    }

    protected HttpRequest.Builder post(String path, Map<String, ?> body) {
        try {
            return to(path).POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    protected JsonNode answered(HttpRequest.Builder request, int status) {
        var answer = send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        try {
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
