package io.wayfarer.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The ways in with their routes, a web server, a mail server and a database; nothing takes from the inbox, so that the
 * tests see what came. The tests share one.
 */
@SpringBootTest(
        classes = RunningWays.Ways.class,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "spring.datasource.url=jdbc:h2:mem:ways;DB_CLOSE_DELAY=-1",
            "wayfarer.routes=classpath:routes/in-*.camel.yaml,classpath:routes/errors.camel.yaml",
            "wayfarer.data.dir=target/ways-test",
            "wayfarer.spine.workers=0",
            "wayfarer.inbox.limit=5000",
            "wayfarer.url=https://journeys.example.org",
            "wayfarer.collector.write-keys=web:key-of-the-site, key-of-the-app",
            "wayfarer.sources.crm.scheme=hubspot-v3",
            "wayfarer.sources.crm.secret=" + RunningWays.CLIENT_SECRET,
            "wayfarer.sources.erp.scheme=standard-webhooks",
            "wayfarer.sources.erp.secret=" + RunningWays.STANDARD_SECRET,
            "wayfarer.sources.local.scheme=none",
            "wayfarer.sources.shop.scheme=shopify",
            "wayfarer.sources.shop.secret=" + RunningWays.CLIENT_SECRET,
            "wayfarer.sources.sales.scheme=basic",
            "wayfarer.sources.sales.secret=pipedrive:a long password",
            "wayfarer.sources.force.scheme=salesforce-outbound",
            "wayfarer.sources.force.secret=" + RunningWays.CLIENT_SECRET,
            "wayfarer.sources.desk.scheme=zendesk",
            "wayfarer.sources.desk.secret=" + RunningWays.CLIENT_SECRET,
            "wayfarer.sources.other.scheme=hmac",
            "wayfarer.sources.other.secret=" + RunningWays.CLIENT_SECRET,
            "wayfarer.sources.other.hmac.header=X-Hub-Signature-256",
            "wayfarer.sources.other.hmac.prefix=sha256=",
            "wayfarer.feeds.reviews.every=1s",
            "spring.autoconfigure.exclude=org.camunda.bpm.spring.boot.starter.CamundaBpmAutoConfiguration,"
                    + "org.camunda.bpm.spring.boot.starter.webapp.CamundaBpmWebappAutoConfiguration,"
                    + "org.camunda.bpm.spring.boot.starter.rest.CamundaBpmRestJerseyAutoConfiguration"
        })
public abstract class RunningWays {

    protected static final String CLIENT_SECRET = "0123456789abcdef-0123456789abcdef";
    protected static final String STANDARD_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZg==";
    protected static final GreenMail MAIL = new GreenMail(ServerSetupTest.IMAP.dynamicPort());

    /** Names of headers, in lower case, that were there after the first step, by route. */
    protected static final Map<String, Set<String>> HEADERS_SEEN = new ConcurrentHashMap<>();

    /** The same of the feed, which is read again and again beside whatever a test does. */
    protected static final Map<String, Set<String>> HEADERS_SEEN_OF_FEEDS = new ConcurrentHashMap<>();

    /** What serves the feed of reviews. */
    protected static final AtomicReference<HttpHandler> FEED = new AtomicReference<>(RunningWays::noEntries);

    private static final HttpServer FEED_SERVER = feedServer();

    static {
        MAIL.start();
        MAIL.setUser("service@shop.example", "service", "password");
    }

    @Autowired
    protected Inbox inbox;

    @Autowired
    protected Quarantine quarantine;

    @Autowired
    protected Unused unused;

    @Autowired
    protected JdbcTemplate jdbc;

    @Autowired
    protected RememberedThings things;

    @Autowired
    protected ObjectMapper json;

    @LocalServerPort
    private int port;

    private final HttpClient http = HttpClient.newHttpClient();

    @DynamicPropertySource
    static void mailbox(DynamicPropertyRegistry properties) {
        properties.add(
                "wayfarer.mailboxes.service.url",
                () -> "imap://localhost:" + MAIL.getImap().getPort()
                        + "?username=service&password=password&initialDelay=100&delay=200");
    }

    @DynamicPropertySource
    static void feed(DynamicPropertyRegistry properties) {
        properties.add(
                "wayfarer.feeds.reviews.url",
                () -> "http://localhost:" + FEED_SERVER.getAddress().getPort() + "/reviews");
    }

    protected static void noEntries(HttpExchange exchange) throws IOException {
        var feed = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>f</id><title>f</title></feed>".getBytes();
        exchange.sendResponseHeaders(200, feed.length);
        exchange.getResponseBody().write(feed);
        exchange.close();
    }

    private static HttpServer feedServer() {
        try {
            var server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
            server.createContext("/", exchange -> FEED.get().handle(exchange));
            server.start();
            return server;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    protected void emptied() {
        jdbc.update("delete from inbox");
        jdbc.update("delete from quarantine");
        jdbc.update("delete from unused");
        things.clear();
        inbox.recount();
        HEADERS_SEEN.clear();
    }

    protected String url(String path) {
        return "http://localhost:" + port + path;
    }

    protected HttpRequest.Builder post(String path, byte[] body) {
        return HttpRequest.newBuilder(URI.create(url(path))).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    protected static String basic(String user) {
        return basic(user, "");
    }

    protected static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes());
    }

    protected HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The events that wait in the inbox, in order of arrival. */
    protected List<JsonNode> events() {
        return jdbc.queryForList("select body from inbox order by seq", String.class).stream()
                .map(this::tree)
                .toList();
    }

    protected JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What was handed to the catalogue. */
    public static final class RememberedThings extends CopyOnWriteArrayList<Event> implements Catalogue {

        @Override
        public void accept(List<Event> aboutThings) {
            addAll(aboutThings);
        }
    }

    /**
     * The ways in alone, open to the web server as the console's doors leave them. No component by itself, so that no other
     * test's scan of our packages finds it.
     */
    @EnableAutoConfiguration
    @ComponentScan(basePackages = {"io.wayfarer.ingest", "io.wayfarer.time"})
    public static class Ways {

        @Bean
        SecurityFilterChain open(HttpSecurity http) throws Exception {
            return http.securityMatcher("/v1/**", "/events", "/webhooks/**")
                    .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .csrf(AbstractHttpConfigurer::disable)
                    .build();
        }

        /** The catalogue of these tests, whatever else is one. */
        @Bean
        @Primary
        RememberedThings things() {
            return new RememberedThings();
        }

        @Bean
        CamelContextConfiguration spyOnHeaders() {
            return new CamelContextConfiguration() {
                @Override
                public void beforeApplicationStart(CamelContext camel) {
                    camel.getCamelContextExtension().addInterceptStrategy((context, node, target, next) -> {
                        if (!(node instanceof BeanDefinition)) {
                            return target;
                        }
                        return new DelegateAsyncProcessor((Processor) exchange -> {
                            var id = routeOf(node);
                            (id.startsWith("in-feed-") ? HEADERS_SEEN_OF_FEEDS : HEADERS_SEEN)
                                    .computeIfAbsent(id, route -> ConcurrentHashMap.newKeySet())
                                    .addAll(exchange.getIn().getHeaders().keySet().stream()
                                            .map(name -> name.toLowerCase(Locale.ROOT))
                                            .collect(Collectors.toSet()));
                            target.process(exchange);
                        });
                    });
                }

                @Override
                public void afterApplicationStart(CamelContext camel) {}
            };
        }

        private static String routeOf(NamedNode node) {
            var at = node;
            while (at.getParent() != null) {
                at = at.getParent();
            }
            return at.getId();
        }
    }
}
