package io.wayfarer.profile;

import static io.wayfarer.Events.NOON;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.wayfarer.Events;
import io.wayfarer.decide.Releases;
import io.wayfarer.decide.Rulebook;
import io.wayfarer.decide.ShippedRules;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Quality;
import io.wayfarer.ingest.Quarantine;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The stores of this room on one database, with the real rules, and what tests say to them. */
record Profiles(
        Customers customers,
        ConsentLedger consents,
        Merges merges,
        Statements statements,
        Quarantine quarantine,
        JdbcTemplate jdbc,
        ObjectMapper json,
        TransactionTemplate transactions) {

    private static final Releases RELEASES = ShippedRules.releases();
    private static final Rulebook RULES = RELEASES.live().rulebook();

    static Profiles on(DataSource database) {
        try (var context = new AnnotationConfigApplicationContext()) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource("test", Map.of("wayfarer.phone.region", "DE")));
            var json = new ObjectMapper().registerModule(new JavaTimeModule());
            context.registerBean(ObjectMapper.class, () -> json);
            context.registerBean(JdbcTemplate.class, () -> new JdbcTemplate(database));
            context.registerBean(Clock.class, () -> Clock.fixed(NOON, ZoneOffset.UTC));
            context.registerBean(IdentityRules.class, () -> RULES);
            context.registerBean(SatisfactionRules.class, () -> RELEASES::said);
            context.registerBean(PlatformTransactionManager.class, () -> new JdbcTransactionManager(database));
            context.registerBean(MeterRegistry.class, () -> new SimpleMeterRegistry());
            context.register(
                    Quality.class,
                    Quarantine.class,
                    Statements.class,
                    Identities.class,
                    ConsentLedger.class,
                    Customers.class,
                    Merges.class);
            context.refresh();
            return new Profiles(
                    context.getBean(Customers.class),
                    context.getBean(ConsentLedger.class),
                    context.getBean(Merges.class),
                    context.getBean(Statements.class),
                    context.getBean(Quarantine.class),
                    context.getBean(JdbcTemplate.class),
                    json,
                    new TransactionTemplate(new JdbcTransactionManager(database)));
        }
    }

    /** What happened so many seconds after noon, stating these identities, each as {@code kind:name}. */
    static Event says(String name, int seconds, String... identities) {
        return says(name, seconds, Map.of(), Map.of(), identities);
    }

    static Event says(
            String name,
            int seconds,
            Map<String, Object> traits,
            Map<String, Object> properties,
            String... identities) {
        var ids = new LinkedHashMap<String, String>();
        for (var identity : identities) {
            ids.put(identity.substring(0, identity.indexOf(':')), identity.substring(identity.indexOf(':') + 1));
        }
        var event = Events.event(
                name,
                NOON.plusSeconds(seconds),
                ids.remove("userId"),
                ids.remove("anonymousId"),
                ids.remove("email"),
                traits,
                properties);
        return new Event(
                event.id(),
                event.source(),
                event.messageId(),
                event.name(),
                event.channel(),
                event.at(),
                event.receivedAt(),
                event.userId(),
                event.anonymousId(),
                event.email(),
                ids,
                event.traits(),
                event.properties(),
                event.marks());
    }

    /** One batch, in a transaction of its own. */
    Known happened(Event... events) {
        return transactions.execute(status -> {
            var known = customers.recall(new Batch(0, List.of(events)));
            customers.keep(known, after(known));
            return known;
        });
    }

    /** Each in a batch of its own. */
    void happenedOneByOne(Event... events) {
        for (var event : events) {
            happened(event);
        }
    }

    static Map<UUID, Customer> after(Known known) {
        var after = new LinkedHashMap<UUID, Customer>();
        for (int i = 0; i < known.events().size(); i++) {
            var owner = known.owners().get(i);
            var before = after.getOrDefault(owner, known.customers().get(owner));
            after.put(owner, Profiler.after(before, known.events().get(i)));
        }
        return after;
    }

    Optional<Customer> who(String identity) {
        return customers.find(Identity.parse(identity)).flatMap(customers::find);
    }

    Customer find(String identity) {
        return who(identity).orElseThrow(() -> new AssertionError("nobody is " + identity));
    }

    UUID id(String identity) {
        return find(identity).id();
    }

    /** The names of the customer's events, in the order in which they happened. */
    List<String> log(String identity) {
        return log(id(identity));
    }

    List<String> log(UUID customer) {
        return jdbc.queryForList(
                "select name from event where customer_id = ? order by at, id", String.class, customer);
    }
}
