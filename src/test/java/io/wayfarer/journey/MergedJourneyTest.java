package io.wayfarer.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.decide.Decisions;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.Merges;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;

/** What becomes of running journeys when two customers turn out to be one person, with the real engine and spine. */
@EngineContext
class MergedJourneyTest {

    private static final Duration FIRST_WAIT = Duration.ofHours(4);

    @Autowired
    private Scene scene;

    @Autowired
    private Journeys journeys;

    @Autowired
    private Customers customers;

    @Autowired
    private Merges merges;

    @Autowired
    private Decisions decisions;

    @Autowired
    private Inbox inbox;

    @Autowired
    private RuntimeService runtime;

    @Autowired
    private HistoryService history;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private TransactionOperations transactions;

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    @BeforeEach
    void nothingRuns() {
        scene.begin();
    }

    @Test
    void aCartLeftByMailIsRemindedOfAfterTheMerge() {
        happened(null, mail());
        happened(user(), null);
        var byMail = find(Identity.Kind.email, mail());
        var ada = find(Identity.Kind.userId, user());
        scene.follow(byMail, "start:abandoned-cart");

        happened(user(), mail());

        assertThat(customers.isNow(byMail)).isEqualTo(ada);
        assertThat(scene.journey(ada).at()).containsExactly("Wait 4 hours");
        assertThat(runtime.getVariable(scene.instance(), Variables.CUSTOMER)).isEqualTo(ada.toString());
        assertThat(decisionsOf(byMail)).isZero();
        scene.rules.answers.add("remind");
        scene.pass(FIRST_WAIT);
        assertThat(scene.sends.templates).containsExactly("cart-reminder");
        assertThat(jdbc.queryForObject("select count(*) from message where customer_id = ?", Integer.class, ada))
                .isEqualTo(1);
    }

    @Test
    void thePurchaseOfTheOneEndsTheJourneyOfTheOther() {
        happened(null, mail());
        happened(user(), null);
        scene.follow(find(Identity.Kind.email, mail()), "start:abandoned-cart");
        happened(user(), mail());

        scene.follow(find(Identity.Kind.userId, user()), "tell:purchased");

        assertThat(runtime.createProcessInstanceQuery().count()).isZero();
    }

    @Test
    void ofTwoInOneProcessTheOlderGoesOn() {
        happened(null, mail());
        happened(user(), null);
        var byMail = find(Identity.Kind.email, mail());
        var ada = find(Identity.Kind.userId, user());
        scene.follow(byMail, "start:abandoned-cart");
        var older = scene.instance();
        scene.clock.pass(Duration.ofMinutes(30));
        scene.follow(ada, "start:abandoned-cart");
        scene.follow(ada, "start:unhappy-customer");

        happened(user(), mail());

        assertThat(journeys.of(ada)).hasSize(3);
        assertThat(journeys.of(ada).stream().filter(journey -> journey.ended() == null))
                .extracting(Journeys.Journey::process)
                .containsExactlyInAnyOrder("abandoned-cart", "unhappy-customer");
        assertThat(runtime.createProcessInstanceQuery()
                        .processInstanceId(older)
                        .singleResult()
                        .getBusinessKey())
                .isEqualTo(ada.toString());
        assertThat(history.createHistoricProcessInstanceQuery()
                        .finished()
                        .processInstanceBusinessKey(ada.toString())
                        .singleResult()
                        .getDeleteReason())
                .isEqualTo(Journeys.ONE_PERSON);
        // the journey that goes on still runs to its end
        scene.rules.answers.add("stop");
        scene.pass(FIRST_WAIT);
        assertThat(runtime.createProcessInstanceQuery().processInstanceId(older).count())
                .isZero();
    }

    @Test
    void whenTheMergeIsUndoneTheJourneyGoesBack() {
        happened(null, mail());
        happened(user(), null);
        var byMail = find(Identity.Kind.email, mail());
        var ada = find(Identity.Kind.userId, user());
        scene.follow(byMail, "start:abandoned-cart");
        happened(user(), mail());
        assertThat(scene.journey(ada).ended()).isNull();

        transactions.executeWithoutResult(status -> {
            var move = merges.undo(ada, merges.of(ada).get(0).id(), "two people", "tester")
                    .orElseThrow();
            decisions.move(List.of(move));
            journeys.move(List.of(move));
        });

        assertThat(journeys.of(ada)).isEmpty();
        assertThat(scene.journey(byMail).at()).containsExactly("Wait 4 hours");
        assertThat(decisionsOf(byMail)).isEqualTo(1);
        scene.follow(byMail, "tell:purchased");
        assertThat(scene.journey(byMail).ended()).isNotNull();
    }

    private int decisionsOf(UUID customer) {
        return jdbc.queryForObject("select count(*) from decision where customer_id = ?", Integer.class, customer);
    }

    private UUID find(Identity.Kind kind, String name) {
        return customers.find(new Identity(kind, name)).orElseThrow();
    }

    private String mail() {
        return run + "@example.org";
    }

    private String user() {
        return "user-" + run;
    }

    private void happened(String user, String email) {
        var message = UUID.randomUUID().toString();
        var now = scene.clock.instant();
        inbox.accept(List.of(new Event(
                Event.idOf("test", message),
                "test",
                message,
                "Page Viewed",
                "web",
                now,
                now,
                user,
                null,
                email,
                Map.of(),
                Map.of(),
                Map.of(),
                Map.of())));
        scene.work();
    }
}
