package io.wayfarer.act;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves by HTTP, and what does not: to a real server on this machine. */
class HttpSenderTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private Receiver receiver;
    private HttpSender sender;

    @BeforeEach
    void open() {
        receiver = new Receiver();
        sender = new HttpSender(List.of("127.0.0.1"), LIMIT);
    }

    @AfterEach
    void close() throws Exception {
        sender.close();
        receiver.close();
    }

    @Test
    void aRequestIsSentAsItSays() throws Exception {
        receiver.does(exchange -> Receiver.answer(exchange, 201, "{\"sid\":7}"));

        var reply = send(
                """
                {"url": "%s", "method": "PATCH", "headers": {"X-One": "a b"}, "body": {"text": "你好"}}"""
                        .formatted(receiver.url("/a%2Fb?q=1")));

        var call = receiver.last();
        assertThat(call.method()).isEqualTo("PATCH");
        assertThat(call.path().toString()).isEqualTo("/a%2Fb?q=1");
        assertThat(call.header("X-One")).isEqualTo("a b");
        assertThat(call.header("Content-Type")).startsWith("application/json");
        assertThat(call.json().path("text").asText()).isEqualTo("你好");
        assertThat(reply.path("answer").asText()).isEqualTo("accepted");
        assertThat(reply.path("body").path("sid").asInt()).isEqualTo(7);
    }

    @Test
    void aFormIsSentAsAForm() throws Exception {
        send("{\"url\": \"%s\", \"form\": {\"To\": \"+491512\", \"Body\": \"a&b=c\"}}".formatted(receiver.url("/")));

        assertThat(receiver.last().header("Content-Type")).startsWith("application/x-www-form-urlencoded");
        assertThat(receiver.last().body()).isEqualTo("To=%2B491512&Body=a%26b%3Dc");
    }

    /** Each in the address itself, as it could stand in a setting. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1.2.3",
                "localhost",
                "0.0.0.0",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "[::1]",
                "[::]",
                "[fe80::1]",
                "[fd00:ec2::254]",
                "[::ffff:127.0.0.1]",
                "[::127.0.0.1]",
                "[64:ff9b::a9fe:a9fe]",
                "[2002:7f00:1::]",
                // other ways to write 127.0.0.1
                "2130706433",
                "0x7f000001",
                "127.1"
            })
    void nothingIsSentIntoThisNetwork(String host) throws Exception {
        try (var closed = new HttpSender(List.of(), LIMIT)) {
            var reply = closed.send(json("{\"url\": \"https://%s/\"}".formatted(host)));

            assertThat(reply.path("answer").asText()).as(reply.toString()).isIn("refused", "later");
            assertThat(reply.path("reason").asText())
                    .as("no connection was tried")
                    .doesNotContainIgnoringCase("connection refused")
                    .doesNotContainIgnoringCase("timed out");
        }
    }

    @Test
    void aNameThatLeadsIntoThisNetworkIsAsBadAsItsAddress() throws Exception {
        try (var closed =
                new HttpSender(List.of(), LIMIT, host -> new InetAddress[] {InetAddress.getByName("127.0.0.1")})) {
            var reply = closed.send(json("{\"url\": \"https://crm.example.com/\"}"));

            assertThat(reply.path("answer").asText()).isEqualTo("refused");
            assertThat(reply.path("reason").asText()).contains("wayfarer.outbox.allow");
        }
    }

    /** The check and the connection use one look-up: a name that changes between two of them (DNS rebinding) gains nothing. */
    @Test
    void aNameIsLookedUpOnceForTheCheckAndTheConnection() throws Exception {
        var asked = new AtomicInteger();
        var port = java.net.URI.create(receiver.url("/")).getPort();
        try (var closed = new HttpSender(List.of("crm.example.com"), LIMIT, host -> {
            asked.incrementAndGet();
            return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
        })) {
            closed.send(json("{\"url\": \"http://crm.example.com:%d/\"}".formatted(port)));

            assertThat(receiver.calls()).hasSize(1);
            assertThat(asked).hasValue(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"url\": \"http://example.com/\"} | https",
                "{\"url\": \"file:///etc/passwd\"} | no host",
                "{\"url\": \"ftp://127.0.0.1/\"} | https",
                "{\"url\": \"https://user:pass@example.com/\"} | user name",
                "{\"url\": \"not one\"} | is none",
                "{} | no host",
                "{\"url\": \"https://example.com/\", \"method\": \"CONNECT\"} | method",
                "{\"url\": \"https://example.com/\", \"headers\": {\"X-A\": \"b\\r\\nX-C: d\"}} | X-A",
                "{\"url\": \"https://example.com/\", \"headers\": {\"X A:\": \"b\"}} | header"
            })
    void whatIsNoProperRequestIsRefused(String request, String why) throws Exception {
        var reply = send(request);

        assertThat(reply.path("answer").asText()).isEqualTo("refused");
        assertThat(reply.path("reason").asText()).contains(why);
        assertThat(receiver.calls()).isEmpty();
    }

    @ParameterizedTest(name = "{0} means {1}")
    @CsvSource({
        "200, accepted", "204, accepted", "301, refused", "307, refused", "400, refused", "401, later", "403, refused",
        "404, refused", "408, later", "410, refused", "425, later", "429, later", "500, unknown", "501, refused",
        "502, unknown", "503, later", "504, unknown"
    })
    void aStatusIsUnderstood(int status, String answer) throws Exception {
        receiver.says(status);

        assertThat(send("{\"url\": \"%s\"}".formatted(receiver.url("/")))
                        .path("answer")
                        .asText())
                .isEqualTo(answer);
    }

    @Test
    void aServerThatIsAwayIsTriedLaterAndOneThatHangsUpLeavesItOpen() throws Exception {
        receiver.does(exchange -> exchange.close());
        assertThat(send("{\"url\": \"%s\"}".formatted(receiver.url("/")))
                        .path("answer")
                        .asText())
                .isEqualTo("unknown");

        receiver.close();
        assertThat(send("{\"url\": \"%s\"}".formatted(receiver.url("/")))
                        .path("answer")
                        .asText())
                .isEqualTo("later");
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "'  7 ', 7", "-7, ", "soon, ", "99999999999999999999, ", "'Thu, 01 Jan 1970 00:00:00 GMT', 0"})
    void retryAfterIsANumberOrADateOrNothing(String value, Long seconds) throws Exception {
        receiver.says(429, "Retry-After", value);

        var reply = send("{\"url\": \"%s\"}".formatted(receiver.url("/")));

        assertThat(reply.has("retryAfter") ? reply.get("retryAfter").asLong() : null)
                .isEqualTo(seconds);
    }

    private JsonNode send(String request) throws Exception {
        return sender.send(json(request));
    }

    private static JsonNode json(String text) throws Exception {
        return new ObjectMapper().readTree(text);
    }
}
