package io.wayfarer.act;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.wayfarer.ingest.PrivateNetwork;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.apache.hc.core5.util.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Sends a request of a channel by HTTP: bounded in time and in what it reads, without redirects, and to no address inside
 * this network but those that are allowed. The address that is looked at is the one that is connected to, so that a name
 * which means another one a moment later is of no use.
 */
@Component
class HttpSender implements AutoCloseable {

    /** What is refused before anything is sent. */
    private static final class NotAllowed extends UnknownHostException {

        NotAllowed(String why) {
            super(why);
        }
    }

    private static final int MAX_BODY = 64 * 1024;
    private static final int SHOWN = 200;
    private static final Duration LONGEST = Duration.ofSeconds(25);
    private static final Set<String> METHODS = Set.of("POST", "PUT", "PATCH", "DELETE", "GET");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,60}");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> allowed;
    private final Duration timeout;
    private final CloseableHttpClient client;
    private final OAuthTokens tokens = new OAuthTokens(this::exchange);
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "http-deadlines");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param allowed hosts that are asked though they are inside this network, and though it may be without TLS; as they
     *     stand in the address
     * @param timeout for all of it, the reading of the answer included
     */
    @Autowired
    HttpSender(
            @Value("${wayfarer.outbox.allow}") List<String> allowed,
            @Value("${wayfarer.outbox.timeout}") Duration timeout) {
        this(allowed, timeout, InetAddress::getAllByName);
    }

    /** @param names tells the addresses of a name */
    HttpSender(List<String> allowed, Duration timeout, Names names) {
        this.allowed = allowed.stream()
                .map(HttpSender::plain)
                .filter(host -> !host.isEmpty())
                .collect(Collectors.toSet());
        if (timeout.compareTo(LONGEST) > 0 || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalStateException("wayfarer.outbox.timeout must be above 0 and at most " + LONGEST.toSeconds()
                    + " seconds: a token and a message are to fit into the minute for which a message is held");
        }
        this.timeout = timeout;
        var limit = Timeout.of(timeout);
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new Guard(names))
                .setMaxConnPerRoute(20)
                .setMaxConnTotal(200)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(limit)
                        .setSocketTimeout(limit)
                        .setTimeToLive(Timeout.ofMinutes(1))
                        .build())
                .build();
        this.client = HttpClients.custom()
                .setConnectionManager(connections)
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(limit)
                        .setResponseTimeout(limit)
                        .build())
                .setUserAgent("Wayfarer")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
    }

    @FunctionalInterface
    interface Names {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    private final class Guard implements DnsResolver {

        private final Names names;

        Guard(Names names) {
            this.names = names;
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            var addresses = names.of(host);
            if (!isAllowed(host) && Arrays.stream(addresses).anyMatch(PrivateNetwork::contains)) {
                throw new NotAllowed(host + " is an address inside this network, and not in wayfarer.outbox.allow");
            }
            return addresses;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    @Override
    public void close() throws IOException {
        watch.shutdownNow();
        client.close();
    }

    /**
     * Sends it.
     *
     * @param request {@code url}; {@code method}, POST unless it says another; {@code headers}; and a {@code body}, JSON or
     *     text that is sent as it is, bytes in {@code base64}, or a {@code form} of names and values. With {@code oauth} it has a bearer token for
     *     these credentials: {@code url} of the token endpoint, {@code id} and {@code secret}
     * @return what HTTP says by itself of {@link Answer}, with {@code status}, and {@code body} when that is JSON
     */
    public JsonNode send(JsonNode request) {
        if (!request.has("oauth")) {
            return exchange(request);
        }
        var credentials = request.get("oauth");
        var token = tokens.get(credentials);
        if (!token.has("token")) {
            return answer(
                    Answer.Outcome.LATER,
                    "no access token: " + token.path("reason").asText());
        }
        ObjectNode authorised = request.deepCopy();
        authorised
                .withObject("/headers")
                .put("Authorization", "Bearer " + token.get("token").asText());
        var reply = exchange(authorised);
        if (reply.path("status").asInt() == 401) {
            tokens.forget(credentials);
        }
        return reply;
    }

    private JsonNode exchange(JsonNode request) {
        HttpUriRequestBase call;
        try {
            call = call(request);
        } catch (URISyntaxException | IllegalArgumentException e) {
            return answer(Answer.Outcome.REFUSED, "the request is none: " + e.getMessage());
        }
        var deadline = watch.schedule(call::cancel, timeout.toMillis(), TimeUnit.MILLISECONDS);
        var told = new AtomicReference<JsonNode>();
        try {
            client.execute(call, response -> {
                told.set(read(response, call));
                return null;
            });
        } catch (IOException e) {
            if (told.get() == null) {
                return unanswered(e, call.isCancelled());
            }
            // what was said stands, however the connection ended
        } finally {
            deadline.cancel(false);
        }
        return told.get();
    }

    private JsonNode unanswered(IOException failure, boolean late) {
        if (failure instanceof NotAllowed) {
            return answer(Answer.Outcome.REFUSED, failure.getMessage());
        }
        if (failure instanceof ConnectException
                || failure instanceof ConnectTimeoutException
                || failure instanceof UnknownHostException
                || failure instanceof NoRouteToHostException
                || failure instanceof SSLHandshakeException
                || failure instanceof SSLPeerUnverifiedException) {
            return answer(Answer.Outcome.LATER, "no connection: " + failure.getMessage());
        }
        return answer(
                Answer.Outcome.UNKNOWN,
                late || failure instanceof InterruptedIOException
                        ? "no answer within " + timeout.toMillis() + " ms"
                        : "no whole answer: " + failure.getMessage());
    }

    private HttpUriRequestBase call(JsonNode request) throws URISyntaxException {
        var url = checked(request.path("url").asText());
        var method = request.path("method").asText("POST");
        if (!METHODS.contains(method)) {
            throw new IllegalArgumentException("its method is not one of " + METHODS);
        }
        var call = new HttpUriRequestBase(method, url);
        request.path("headers").properties().forEach(header -> {
            var value = header.getValue().asText();
            if (!HEADER.matcher(header.getKey()).matches()
                    || CONTROL.matcher(value).find()) {
                throw new IllegalArgumentException(
                        "its header " + header.getKey().replaceAll("[^A-Za-z0-9-]", "?") + " cannot be sent");
            }
            call.setHeader(header.getKey(), value);
        });
        call.setEntity(entity(request));
        return call;
    }

    /**
     * The address, if it may be sent to as far as that can be told without asking for its name.
     *
     * @throws IllegalArgumentException when it may not
     */
    URI checked(String address) throws URISyntaxException {
        var url = new URI(address);
        var host = url.getHost();
        if (host == null || url.getRawUserInfo() != null) {
            throw new IllegalArgumentException("its url has no host, or a user name");
        }
        var isSafe = "https".equalsIgnoreCase(url.getScheme());
        if (!isSafe && !("http".equalsIgnoreCase(url.getScheme()) && isAllowed(host))) {
            throw new IllegalArgumentException("its url does not begin with https://");
        }
        return url;
    }

    /** False for an address, written as one, that is inside this network; a name is looked up when it is connected to. */
    boolean mayBeOutside(String host) {
        var plain = plain(host);
        var isAddress = plain.contains(":") || plain.matches("[0-9.]+|0x.*");
        try {
            return isAllowed(host)
                    || !plain.equals("localhost")
                            && !(isAddress && PrivateNetwork.contains(InetAddress.getByName(plain)));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private boolean isAllowed(String host) {
        return allowed.contains(plain(host));
    }

    /** As the resolver sees it: an IPv6 address has brackets in a URL only. */
    private static String plain(String host) {
        return host.strip().replaceAll("[\\[\\]]", "").toLowerCase(Locale.ROOT);
    }

    private static HttpEntity entity(JsonNode request) {
        if (request.has("form")) {
            var pairs = new ArrayList<BasicNameValuePair>();
            request.get("form")
                    .properties()
                    .forEach(field -> pairs.add(new BasicNameValuePair(
                            field.getKey(), field.getValue().asText())));
            return new UrlEncodedFormEntity(pairs, StandardCharsets.UTF_8);
        }
        if (request.has("base64")) {
            var bytes = Base64.getDecoder().decode(request.get("base64").asText());
            return new ByteArrayEntity(bytes, ContentType.APPLICATION_OCTET_STREAM);
        }
        var body = request.path("body");
        if (body.isMissingNode()) {
            return null;
        }
        var text = body.isTextual() ? body.asText() : body.toString();
        return new ByteArrayEntity(text.getBytes(StandardCharsets.UTF_8), ContentType.APPLICATION_JSON);
    }

    private static JsonNode read(ClassicHttpResponse response, HttpUriRequestBase call) throws IOException {
        var status = response.getCode();
        var bytes = new byte[0];
        if (response.getEntity() != null) {
            // not to its end when it is long: what was said stands in the status
            bytes = response.getEntity().getContent().readNBytes(MAX_BODY);
            if (bytes.length == MAX_BODY) {
                // closing alone would read on
                call.cancel();
            }
        }
        var text = new String(bytes, StandardCharsets.UTF_8);
        var isGood = status / 100 == 2;
        var said = isGood || text.isBlank() ? "" : ": " + text.substring(0, Math.min(text.length(), SHOWN));
        var answer = answer(outcome(status), status + said).put("status", status);
        var after = retryAfter(response.getFirstHeader("Retry-After"));
        if (after != null) {
            answer.put("retryAfter", after);
        }
        try {
            answer.set("body", JSON.readTree(text));
        } catch (JsonProcessingException e) {
            // not JSON, and only some rules ask for it
        }
        return answer;
    }

    private static Answer.Outcome outcome(int status) {
        return switch (status) {
            // who we are can be put right, and then all that waits goes out
            case 401, 408, 425, 429, 503 -> Answer.Outcome.LATER;
            case 501, 505 -> Answer.Outcome.REFUSED;
            default ->
                status / 100 == 2
                        ? Answer.Outcome.ACCEPTED
                        : status / 100 == 5 ? Answer.Outcome.UNKNOWN : Answer.Outcome.REFUSED;
        };
    }

    /** In seconds from now, as a number or a date (RFC 9110, 10.2.3); null when it cannot be read. */
    private static Long retryAfter(Header header) {
        if (header == null) {
            return null;
        }
        var value = header.getValue().strip();
        if (value.matches("\\d{1,9}")) {
            return Long.valueOf(value);
        }
        var date = DateUtils.parseStandardDate(value);
        return date == null
                ? null
                : Math.max(0, Duration.between(Instant.now(), date).toSeconds());
    }

    private static ObjectNode answer(Answer.Outcome outcome, String reason) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("answer", outcome.name().toLowerCase(Locale.ROOT))
                .put("reason", reason);
    }
}
