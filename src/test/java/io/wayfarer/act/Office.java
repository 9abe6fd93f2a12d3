package io.wayfarer.act;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wayfarer.SetClock;
import io.wayfarer.catalogue.Products;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Rulebook;
import io.wayfarer.decide.ShippedRules;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Inboxes;
import io.wayfarer.ingest.Quality;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.SignedTokens;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Profiler;
import io.wayfarer.recommend.Recommender;
import io.wayfarer.recommend.Recommenders;
import io.wayfarer.risk.Reviews;
import io.wayfarer.time.ProductClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spring.spi.ApplicationContextBeanRepository;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The whole room at work on a database, a mail server and the rules of rules/, with a clock that a test sets. */
final class Office implements AutoCloseable {

    private static final Rulebook RULES = ShippedRules.rulebook();
    private static final Map<String, Object> SETTINGS = Map.ofEntries(
            Map.entry("wayfarer.url", "https://go.example.org"),
            Map.entry("wayfarer.zone", "UTC"),
            Map.entry("wayfarer.country", ""),
            Map.entry("wayfarer.rules.dir", "rules"),
            Map.entry("wayfarer.shop.name", "Camp & Co"),
            Map.entry("wayfarer.shop.url", "https://shop.example.org/"),
            Map.entry("wayfarer.shop.currency", "EUR"),
            Map.entry("wayfarer.mail.from", "Camp & Co <shop@example.org>"),
            Map.entry("wayfarer.mail.unsubscribe", ""),
            Map.entry("wayfarer.mail.track", "false"),
            Map.entry("wayfarer.messages", templates()),
            Map.entry("wayfarer.outbox.batch-size", "50"),
            Map.entry("wayfarer.outbox.timeout", "2s"),
            Map.entry("wayfarer.outbox.allow", "127.0.0.1"),
            Map.entry("wayfarer.push.allow", "127.0.0.1"),
            Map.entry("wayfarer.data.dir", "target/office"),
            Map.entry("wayfarer.spine.batch-size", "500"),
            Map.entry("wayfarer.inbox.limit", "1000"));

    /** In place of routes/outbox.camel.yaml, when the test says what goes out when. */
    private static final String IDLE =
            """
            - routeTemplate:
                id: outbox
                parameters:
                  - name: channel
                from:
                  uri: direct:outbox-{{channel}}
                  steps:
                    - log: idle
            """;

    final JdbcTemplate jdbc;
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final SetClock clock;

    Office(DataSource database, int smtpPort, Instant now) {
        this(database, smtpPort, now, Map.of());
    }

    /** @param channels that are set up beside email, by name */
    Office(DataSource database, int smtpPort, Instant now, Map<String, Map<String, String>> channels) {
        this(database, smtpPort, now, channels, Map.of());
    }

    /** @param settings beside the usual, as properties */
    Office(
            DataSource database,
            int smtpPort,
            Instant now,
            Map<String, Map<String, String>> channels,
            Map<String, Object> settings) {
        this(database, smtpPort, now, channels, settings, false, Map.of());
    }

    /**
     * @param running whether what is due goes out by itself, and not only when the test says so
     * @param routes routes beside those of routes/, by file
     */
    Office(
            DataSource database,
            int smtpPort,
            Instant now,
            Map<String, Map<String, String>> channels,
            boolean running,
            Map<String, String> routes) {
        this(database, smtpPort, now, channels, Map.of(), running, routes);
    }

    private Office(
            DataSource database,
            int smtpPort,
            Instant now,
            Map<String, Map<String, String>> channels,
            Map<String, Object> more,
            boolean running,
            Map<String, String> routes) {
        this.clock = new SetClock(now);
        this.jdbc = new JdbcTemplate(database);
        var mail = new JavaMailSenderImpl();
        mail.setHost("127.0.0.1");
        mail.setPort(smtpPort);
        mail.getJavaMailProperties().put("mail.smtp.timeout", "10000");
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", SETTINGS));
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("more", more));
        context.register(
                PropertySourcesPlaceholderConfigurer.class,
                Quality.class,
                Quarantine.class,
                SignedTokens.class,
                Outbox.class,
                Messages.class,
                Templates.class,
                Arbiter.class,
                Products.class,
                Holidays.class,
                Budget.class,
                Suppressions.class,
                Reviews.class,
                Letters.class,
                Envelope.class,
                Unsubscribe.class,
                PublicPages.class,
                UnsubscribePage.class,
                Surveys.class,
                Feedback.class,
                Tracking.class,
                Smtp.class,
                Email.class,
                JsltLanguage.class,
                ChannelStates.class,
                HttpSender.class,
                WebhookSigner.class,
                OnsiteInbox.class,
                PushSubscriptions.class,
                WebPush.class,
                Dispatcher.class);
        var settings = new TreeMap<String, Map<String, String>>(channels);
        settings.put(Channels.EMAIL, Map.of());
        var camel = new DefaultCamelContext(new DefaultRegistry(new ApplicationContextBeanRepository(context)));
        context.registerBean(
                Channels.class,
                () -> new Channels(
                        new Channels.Settings(settings),
                        context.getBean(ChannelStates.class),
                        camel.createProducerTemplate()));
        context.registerBean("messageSource", MessageSource.class, () -> {
            var texts = new ResourceBundleMessageSource();
            texts.setBasename("messages");
            texts.setDefaultEncoding("UTF-8");
            texts.setFallbackToSystemLocale(false);
            return texts;
        });
        context.registerBean(JdbcTemplate.class, () -> jdbc);
        context.registerBean(PlatformTransactionManager.class, () -> new DataSourceTransactionManager(database));
        context.registerBean(
                ObjectMapper.class,
                () -> JsonMapper.builder().addModule(new JavaTimeModule()).build());
        context.registerBean(Customers.class, () -> CustomerStores.of(database));
        context.registerBean(
                Inbox.class, () -> Inboxes.of(database, new DataSourceTransactionManager(database), clock, 100_000));
        context.registerBean(ProductClock.class, () -> new ProductClock(clock, 1, Instant.EPOCH));
        context.registerBean(Recommender.class, () -> Recommenders.campShop());
        context.registerBean(SimpleMeterRegistry.class, () -> new SimpleMeterRegistry());
        context.registerBean(JavaMailSenderImpl.class, () -> mail);
        context.registerBean(Guardrails.class, () -> (gate, facts) -> {
            var verdict = RULES.gate(gate, facts);
            return new Guardrails.Answer(verdict.verdict(), verdict.reason(), verdict.hours());
        });
        context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
        context.refresh();
        open(camel, running, routes);
    }

    /** Those of processes/messages, and those of the tests for channels that are not set up by themselves. */
    private static String templates() {
        try {
            var all = Files.createDirectories(Path.of("target", "office-messages"));
            for (var folder :
                    List.of(Path.of("processes", "messages"), Path.of("src", "test", "resources", "messages"))) {
                try (var files = Files.list(folder)) {
                    for (var file : files.toList()) {
                        Files.copy(file, all.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
            return all.toUri() + "*.liquid";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void open(DefaultCamelContext camel, boolean running, Map<String, String> routes) {
        try {
            camel.getExecutorServiceManager()
                    .registerThreadPoolProfile(new ThreadPoolProfileBuilder("outbox")
                            .poolSize(4)
                            .maxPoolSize(4)
                            .build());
            var files = new ArrayList<Resource>();
            for (var file :
                    new PathMatchingResourcePatternResolver().getResources("classpath:routes/out*.camel.yaml")) {
                if (running || !file.getFilename().startsWith("outbox")) {
                    files.add(ResourceHelper.fromBytes(file.getFilename(), file.getContentAsByteArray()));
                }
            }
            if (!running) {
                files.add(ResourceHelper.fromString("outbox.camel.yaml", IDLE));
            }
            routes.forEach((file, text) -> files.add(ResourceHelper.fromString(file, text)));
            PluginHelper.getRoutesLoader(camel).loadRoutes(files);
            camel.start();
            get(Channels.class).start(camel);
            context.addApplicationListener(event -> {
                if (event instanceof ContextClosedEvent) {
                    camel.stop();
                }
            });
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    <T> T get(Class<T> type) {
        return context.getBean(type);
    }

    Outbox outbox() {
        return get(Outbox.class);
    }

    Dispatcher dispatcher() {
        return get(Dispatcher.class);
    }

    Instant now() {
        return clock.instant();
    }

    void setTime(Instant time) {
        clock.set(time);
    }

    /** Delivers whatever is due. */
    void deliver() {
        deliver(Channels.EMAIL);
    }

    /** Delivers whatever of the channel is due. */
    void deliver(String channel) {
        deliver(dispatcher().claim(channel));
    }

    /** Delivers those of the messages that pass the gates. */
    void deliver(List<Messages.Claimed> claimed) {
        var dispatcher = dispatcher();
        dispatcher.judge(claimed).forEach(dispatcher::deliver);
    }

    /** Somebody with this address who agreed to marketing, as the spine would keep them. */
    UUID reader(String email, Map<String, Object> traits) {
        var all = new HashMap<String, Object>(Map.of("consent", Map.of("marketing", true)));
        all.putAll(traits);
        return happened("Identified", email, all, Map.of());
    }

    /** Somebody with this address and these other identities by kind, who said this. */
    UUID person(String email, Map<String, String> ids, Map<String, Object> traits) {
        return happened("Identified", "web", email, ids, traits, Map.of());
    }

    /** Something that the person with this address did; the event has its effect on the customer. */
    UUID happened(String name, String email, Map<String, Object> traits, Map<String, Object> properties) {
        return happened(name, "web", email, Map.of(), traits, properties);
    }

    /** What the CRM says of the person with this address. */
    UUID told(String email, Map<String, Object> traits) {
        return happened("Identified", "crm", email, Map.of(), traits, Map.of());
    }

    private UUID happened(
            String name,
            String channel,
            String email,
            Map<String, String> ids,
            Map<String, Object> traits,
            Map<String, Object> properties) {
        var id = UUID.randomUUID().toString();
        return inOneTransaction(() -> keep(List.of(new Event(
                Event.idOf("test", id),
                "test",
                id,
                name,
                channel,
                now(),
                now(),
                null,
                null,
                email,
                ids,
                traits,
                properties,
                Map.of()))));
    }

    private UUID keep(List<Event> events) {
        var customers = get(Customers.class);
        var known = customers.recall(new Batch(0, events));
        var after = new LinkedHashMap<UUID, Customer>();
        for (int i = 0; i < known.events().size(); i++) {
            var owner = known.owners().get(i);
            after.put(
                    owner,
                    Profiler.after(
                            after.getOrDefault(owner, known.customers().get(owner)),
                            known.events().get(i)));
        }
        customers.keep(known, after);
        return known.owners().get(0);
    }

    /** Works off the inbox as far as this room needs it: the events have their effect on the customers. */
    List<Event> workOff() {
        return inOneTransaction(() -> {
            var inbox = get(Inbox.class);
            var all = new ArrayList<Event>();
            for (var batch = inbox.take(); !batch.isEmpty(); batch = inbox.take()) {
                keep(batch.events());
                inbox.done(batch);
                all.addAll(batch.events());
            }
            return all;
        });
    }

    <T> T inOneTransaction(java.util.function.Supplier<T> work) {
        return new TransactionTemplate(get(PlatformTransactionManager.class)).execute(status -> work.get());
    }

    /** A decision about the customer that came of the event. */
    Decision decision(UUID customer, UUID event, String action) {
        return decision(customer, event, action, Map.of());
    }

    Decision decision(UUID customer, UUID event, String action, Map<String, Object> facts) {
        return new Decision(
                UUID.randomUUID(),
                customer,
                event,
                now(),
                action,
                "rules.drl: a rule",
                "a reason",
                "r1",
                Map.of(),
                facts);
    }

    void queue(Decision... decisions) {
        inOneTransaction(() -> {
            outbox().queue(new Decided(null, Map.of(), List.of(decisions)));
            return null;
        });
    }

    /** A message about the tent, wanted for the customer. */
    void wantTent(UUID customer) {
        queue(decision(customer, UUID.randomUUID(), "send:price-watch", TENT));
    }

    static final Map<String, Object> TENT = Map.of(
            "items", List.of(Map.of("product", "tent", "title", "Tent", "price", 189.5, "url", "/p/tent?a=1&b=2")));

    /** The customer's messages, the newest first. */
    List<Message> messages(UUID customer) {
        return outbox().list(customer, 100, null);
    }

    Message message(UUID customer) {
        return messages(customer).get(0);
    }

    String email(UUID customer) {
        return get(Customers.class).find(customer).orElseThrow().email().orElseThrow();
    }

    /** As if the program had been killed long ago: nobody holds anything any more. */
    void leasesRunOut() {
        jdbc.update("update message set claimed_until = timestamp with time zone '2000-01-01 00:00:00+00'"
                + " where claimed_until is not null");
    }

    @Override
    public void close() {
        context.close();
    }
}
