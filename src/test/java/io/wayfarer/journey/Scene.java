package io.wayfarer.journey;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.wayfarer.SetClock;
import io.wayfarer.act.Outbox;
import io.wayfarer.decide.Answers;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import io.wayfarer.decide.Decisions;
import io.wayfarer.decide.Releases;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import io.wayfarer.time.ProductClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** What tests of journeys say: somebody comes, something is decided, time goes by. */
class Scene {

    private static final Instant START = Instant.parse("2026-03-02T10:00:00Z");

    /** What stands in for the rooms next door, and records what it is asked. */
    @TestConfiguration
    static class Cast {

        @Bean
        SetClock movableClock() {
            return new SetClock(START);
        }

        @Bean
        @Primary
        ProductClock testClock(SetClock clock) {
            return new ProductClock(clock, 1, Instant.EPOCH);
        }

        @Bean
        @Primary
        ScriptedAnswers scriptedAnswers(Answers answers, Decisions decisions, Clock clock) {
            return new ScriptedAnswers(answers, decisions, clock);
        }

        @Bean
        @Primary
        RecordingSends recordingSends(Outbox outbox, Decisions decisions) {
            return new RecordingSends(outbox, decisions);
        }
    }

    static final class ScriptedAnswers extends AskTheRules {

        final List<String> asked = new ArrayList<>();
        final Deque<String> answers = new ArrayDeque<>();
        private final Decisions decisions;
        private final Clock clock;

        ScriptedAnswers(Answers answers, Decisions decisions, Clock clock) {
            super(answers);
            this.decisions = decisions;
            this.clock = clock;
        }

        @Override
        Decision ask(String table, UUID customer, String step) {
            asked.add(table + " " + step);
            return decided(customer, null, "answer:" + answers.remove());
        }

        Decision decided(UUID customer, UUID event, String action) {
            return decided(customer, event, action, Map.of("items", List.of(Map.of("title", "Boots"))));
        }

        Decision decided(UUID customer, UUID event, String action, Map<String, Object> facts) {
            var decision = new Decision(
                    UUID.randomUUID(),
                    customer,
                    event,
                    clock.instant(),
                    action,
                    "test: rule",
                    "because",
                    "test",
                    Map.of(),
                    facts);
            decisions.keep(List.of(decision));
            return decision;
        }
    }

    static final class RecordingSends extends SendMessage {

        final List<String> templates = new ArrayList<>();

        RecordingSends(Outbox outbox, Decisions decisions) {
            super(outbox, decisions);
        }

        @Override
        public void execute(DelegateExecution step) {
            super.execute(step);
            templates.add(Variables.parameter(step, "template"));
        }
    }

    final SetClock clock;
    final ScriptedAnswers rules;
    final RecordingSends sends;
    private final Journeys journeys;
    private final Inbox inbox;
    private final Customers customers;
    private final Releases releases;
    private final Decisions decisions;
    private final RuntimeService runtime;
    private final ManagementService management;
    private final TransactionOperations transactions;

    Scene(
            SetClock clock,
            ScriptedAnswers rules,
            RecordingSends sends,
            Journeys journeys,
            Inbox inbox,
            Customers customers,
            Releases releases,
            Decisions decisions,
            RuntimeService runtime,
            ManagementService management,
            TransactionOperations transactions) {
        this.clock = clock;
        this.rules = rules;
        this.sends = sends;
        this.journeys = journeys;
        this.inbox = inbox;
        this.customers = customers;
        this.releases = releases;
        this.decisions = decisions;
        this.runtime = runtime;
        this.management = management;
        this.transactions = transactions;
    }

    void begin() {
        runtime.createProcessInstanceQuery()
                .list()
                .forEach(instance -> runtime.deleteProcessInstance(instance.getProcessInstanceId(), "the next test"));
        rules.asked.clear();
        rules.answers.clear();
        sends.templates.clear();
    }

    /** Lets it be noon, tomorrow in UTC. */
    void noon() {
        var now = clock.instant();
        clock.pass(Duration.between(now, now.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofHours(36))));
    }

    /** That somebody did this now. */
    Event event(String user, String name, Map<String, Object> properties) {
        return event(user, name, properties, Map.of("name", "Ada Example"));
    }

    private Event event(String user, String name, Map<String, Object> properties, Map<String, Object> traits) {
        var message = UUID.randomUUID().toString();
        var now = clock.instant();
        return new Event(
                Event.idOf("test", message),
                "test",
                message,
                name,
                "web",
                now,
                now,
                user,
                null,
                user + "@example.org",
                Map.of(),
                traits,
                properties,
                Map.of());
    }

    /** Somebody who did this, stored as the spine stores them. */
    Event happened(String user, String name, Map<String, Object> properties) {
        return happened(event(user, name, properties));
    }

    /** The same, with what was said of them. */
    Event happened(String user, String name, Map<String, Object> properties, Map<String, Object> traits) {
        return happened(event(user, name, properties, traits));
    }

    private Event happened(Event event) {
        inbox.accept(List.of(event));
        work();
        return event;
    }

    /** Works off the inbox as the spine does, but for what the rules decide; gives the events. */
    List<Event> work() {
        var worked = new ArrayList<Event>();
        for (var batch = step(); !batch.isEmpty(); batch = step()) {
            worked.addAll(batch);
        }
        return worked;
    }

    private List<Event> step() {
        return transactions.execute(status -> {
            var batch = inbox.take();
            if (!batch.isEmpty()) {
                var known = customers.recall(batch);
                customers.keep(known, releases.evaluate(known).after());
                var followed = new Decided(known, Map.of(), List.of());
                decisions.keep(followed);
                journeys.follow(followed);
                inbox.done(batch);
            }
            return batch.events();
        });
    }

    UUID customer(String user) {
        return customers.find(new Identity(Identity.Kind.userId, user)).orElseThrow();
    }

    Decision decided(UUID customer, String action) {
        return rules.decided(customer, null, action);
    }

    Decision decided(UUID customer, UUID event, String action) {
        return rules.decided(customer, event, action);
    }

    Decision decided(UUID customer, String action, Map<String, Object> facts) {
        return rules.decided(customer, null, action, facts);
    }

    /** A signal starts the process for the customer. */
    void start(UUID customer, String process, String signal) {
        var facts = Map.<String, Object>of("signal", signal, "items", List.of(Map.of("title", "Boots")));
        follow(decided(customer, "start:" + process, facts));
    }

    /** What the spine does with decisions, in one transaction. */
    void follow(Decision... decisions) {
        transactions.executeWithoutResult(
                status -> journeys.follow(new Decided(null, Map.of(), Arrays.asList(decisions))));
    }

    void follow(UUID customer, String action) {
        follow(decided(customer, action));
    }

    /** Lets time go by and does all that is due by then. */
    void pass(Duration duration) {
        clock.pass(duration);
        var due = management.createJobQuery().executable().list();
        while (!due.isEmpty()) {
            due.forEach(job -> management.executeJob(job.getId()));
            due = management.createJobQuery().executable().list();
        }
    }

    /** Id of the only running instance. */
    String instance() {
        return runtime.createProcessInstanceQuery().singleResult().getId();
    }

    /** Names of the steps where the customer's only journey stands, and the key of the step where it ended. */
    Journeys.Journey journey(UUID customer) {
        return only(journeys(customer));
    }

    /** The customer's only journey through the process. */
    Journeys.Journey journey(UUID customer, String process) {
        return only(journeys(customer).stream()
                .filter(journey -> journey.process().equals(process))
                .toList());
    }

    private static Journeys.Journey only(List<Journeys.Journey> all) {
        if (all.size() != 1) {
            throw new AssertionError("not one journey but " + all);
        }
        return all.get(0);
    }

    List<Journeys.Journey> journeys(UUID customer) {
        return journeys.of(customer);
    }

    /** What is asked of the database meanwhile, through JdbcTemplate. */
    Stream<String> statements(Runnable meanwhile) {
        var log = (Logger) LoggerFactory.getLogger(JdbcTemplate.class);
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        log.addAppender(seen);
        log.setLevel(Level.DEBUG);
        try {
            meanwhile.run();
        } finally {
            log.setLevel(null);
            log.detachAppender(seen);
        }
        return seen.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> message.contains("Executing prepared SQL statement"));
    }
}
