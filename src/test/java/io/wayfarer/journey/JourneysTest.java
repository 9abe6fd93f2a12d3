package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.wayfarer.decide.Decided;
import io.wayfarer.decide.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

@EngineContext
class JourneysTest {

    private static final String START = "start:abandoned-cart";

    @Autowired
    private Scene scene;

    @Autowired
    private Journeys journeys;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private TransactionOperations transactions;

    private final UUID customer = UUID.randomUUID();

    @BeforeEach
    void nothingRuns() {
        scene.begin();
    }

    @Test
    void aCustomerIsInAProcessOnceHoweverOftenItIsStarted() {
        scene.follow(scene.decided(customer, START), scene.decided(customer, START));
        scene.follow(customer, START);

        assertThat(instances(customer)).isEqualTo(1);
    }

    @Test
    void aCustomerMayBeInTwoDifferentProcesses() {
        scene.follow(scene.decided(customer, START), scene.decided(customer, "start:unhappy-customer"));

        assertThat(journeys.of(customer))
                .extracting(Journeys.Journey::process)
                .containsExactlyInAnyOrder("abandoned-cart", "unhappy-customer");
    }

    @Test
    void aProcessCanBeStartedAgainAfterItHasEnded() {
        scene.follow(customer, START);
        scene.follow(customer, "tell:purchased");
        scene.follow(customer, START);

        assertThat(journeys.of(customer)).hasSize(2);
        assertThat(instances(customer)).isEqualTo(1);
    }

    @Test
    void whatIsDecidedInOneBatchIsFollowedInItsOrder() {
        scene.follow(scene.decided(customer, START), scene.decided(customer, "tell:purchased"));
        assertThat(instances(customer)).isZero();

        var other = UUID.randomUUID();
        scene.follow(
                scene.decided(other, START),
                scene.decided(other, "tell:purchased"),
                scene.decided(other, "tell:unsubscribed"),
                scene.decided(other, START));
        assertThat(instances(other)).isEqualTo(1);
        assertThat(journeys.of(other)).hasSize(2);
    }

    @Test
    void whatACustomerIsToldReachesNobodyElse() {
        var other = UUID.randomUUID();
        scene.follow(scene.decided(customer, START), scene.decided(other, START));

        scene.follow(customer, "tell:purchased");

        assertThat(instances(customer)).isZero();
        assertThat(instances(other)).isEqualTo(1);
    }

    @Test
    void aMessageThatNoJourneyWaitsForChangesNothing() {
        scene.follow(customer, START);

        scene.follow(
                scene.decided(customer, "tell:never-heard-of"), scene.decided(UUID.randomUUID(), "tell:purchased"));

        assertThat(instances(customer)).isEqualTo(1);
    }

    @Test
    void nothingIsStartedWhenTheBatchIsRolledBack() {
        transactions.executeWithoutResult(status -> {
            journeys.follow(new Decided(null, Map.of(), List.of(scene.decided(customer, START))));
            status.setRollbackOnly();
        });

        assertThat(instances(customer)).isZero();
        assertThat(journeys.of(customer)).isEmpty();
    }

    @Test
    void aProcessThatIsNotThereFailsTheBatchWithItsName() {
        assertThatThrownBy(() -> scene.follow(customer, "start:no-such-process"))
                .hasMessageContaining("no-such-process");
    }

    @Test
    void aBatchIsTriedAgainWhenTheEngineWorkedOnTheSameJourney() {
        scene.follow(customer, START);
        var told = scene.decided(customer, "tell:purchased");
        var toldToo = scene.decided(customer, "tell:purchased");

        var second = transactions.execute(status -> {
            journeys.follow(new Decided(null, Map.of(), List.of(told)));
            var other = CompletableFuture.runAsync(() -> scene.follow(toldToo));
            // it has read the journey as it was before, and waits to write
            await().until(() -> jdbc.queryForObject(
                            "select count(*) from information_schema.sessions where blocker_id is not null",
                            Integer.class)
                    == 1);
            return other;
        });

        assertThatThrownBy(second::join).hasCauseInstanceOf(TransientDataAccessException.class);
    }

    @Test
    void aBatchWithoutStartsAndMessagesNeverAsksTheEngine() {
        assertThat(statements(decided("stage:evaluation"), decided("send:price-watch"), decided("stage:purchase")))
                .isEmpty();
    }

    @Test
    void startsOfABatchAreLookedUpOnceAndWrittenTogether() {
        var queries = statements(Stream.generate(() -> decided(START)).limit(50).toArray(Decision[]::new))
                .filter(statement -> statement.contains("Preparing: select"));

        // who is in a process already, and the process with its jobs
        assertThat(queries).hasSizeLessThanOrEqualTo(4);
        assertThat(runtime.createProcessInstanceQuery().count()).isEqualTo(50);
    }

    @Test
    void aJourneyTellsWhereItStandsAndSinceWhen() {
        var since = scene.clock.instant();
        scene.follow(customer, START);

        var journey = scene.journey(customer);
        assertThat(journey.name()).isEqualTo("Abandoned cart");
        assertThat(journey.since()).isEqualTo(since);
        assertThat(journey.at()).containsExactly("Wait 4 hours");
        assertThat(journey.ended()).isNull();

        scene.clock.pass(Duration.ofHours(1));
        scene.follow(customer, "tell:purchased");
        assertThat(scene.journey(customer).ended()).isEqualTo(since.plus(Duration.ofHours(1)));
    }

    @Test
    void theEngineHoldsIdsAndAWordOnly() {
        scene.follow(customer, START);

        assertThat(jdbc.queryForList("select name_ from act_ru_variable", String.class))
                .containsExactlyInAnyOrder("customer", "decision", "signal");
        assertThat(runtime.createProcessInstanceQuery().singleResult().getBusinessKey())
                .isEqualTo(customer.toString());
    }

    /** What the engine asks the database while the decisions are followed. */
    private Stream<String> statements(Decision... decisions) {
        var log = (Logger) LoggerFactory.getLogger("org.camunda.bpm.engine.impl");
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        log.addAppender(seen);
        log.setLevel(Level.DEBUG);
        try {
            scene.follow(decisions);
        } finally {
            log.setLevel(null);
            log.detachAppender(seen);
        }
        return seen.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> message.contains("Preparing:"));
    }

    private Decision decided(String action) {
        return scene.decided(UUID.randomUUID(), action);
    }

    private long instances(UUID of) {
        return runtime.createProcessInstanceQuery()
                .processInstanceBusinessKey(of.toString())
                .count();
    }
}
