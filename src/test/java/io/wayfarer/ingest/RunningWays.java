package io.wayfarer.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import java.io.IOException;
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

    static {
        MAIL.start();
        MAIL.setUser("service@shop.example", "service", "password");
    }

    @Autowired
    protected Inbox inbox;

    @Autowired
    protected Quarantine quarantine;

    @Autowired
    protected JdbcTemplate jdbc;

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

    @BeforeEach
    protected void emptied() {
        jdbc.update("delete from inbox");
        jdbc.update("delete from quarantine");
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
        return "Basic " + Base64.getEncoder().encodeToString((user + ":").getBytes());
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

    /**
     * The ways in alone, open to the web server as the console's doors leave them. No component by itself, so that no other
     * test's scan of our packages finds it.
     */
    @EnableAutoConfiguration
    @ComponentScan(basePackages = {"io.wayfarer.ingest", "io.wayfarer.time"})
    public static class Ways {

        @Bean
        SecurityFilterChain open(HttpSecurity http) throws Exception {
            return http.securityMatcher("/v1/**", "/webhooks/**")
                    .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                    .csrf(AbstractHttpConfigurer::disable)
                    .build();
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
                            HEADERS_SEEN
                                    .computeIfAbsent(routeOf(node), route -> ConcurrentHashMap.newKeySet())
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
