package io.wayfarer.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.wayfarer.Events;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Identity;
import io.wayfarer.profile.Stage;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** What is decided for a batch, kept, found again, and asked for by a journey; on both databases. */
abstract class DecisionsContract {

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private Customers customers;
    private Releases releases;
    private Decisions decisions;
    private Answers answers;

    abstract DataSource database();

    @BeforeEach
    void begin() {
        var clock = Clock.fixed(Events.NOON, ZoneOffset.UTC);
        releases = new Releases(People.RULEBOOK, People.models(0.2, null), clock);
        context.registerBean(JdbcTemplate.class, () -> new JdbcTemplate(database()));
        context.registerBean(ObjectMapper.class, () -> new ObjectMapper().registerModule(new JavaTimeModule()));
        context.registerBean(Clock.class, () -> clock);
        context.registerBean(Releases.class, () -> releases);
        context.registerBean(Customers.class, () -> CustomerStores.of(database()));
        context.register(Decisions.class, Answers.class);
        context.refresh();
        customers = context.getBean(Customers.class);
        decisions = context.getBean(Decisions.class);
        answers = context.getBean(Answers.class);
    }

    @AfterEach
    void end() {
        context.close();
    }

    @Test
    void whatIsDecidedIsFoundAgain() {
        var decided = happened(1, identified("u1"), added("u1", "tent"));

        var start = decided.decisions().get(1);
        assertThat(decisions.find(start.id())).contains(start);
        assertThat(start.release()).isEqualTo(releases.live().id()).endsWith("-test");
        assertThat(decisions.find(new UUID(1, 1))).isEmpty();
    }

    @Test
    void aCustomersDecisionsComeNewestFirstPageByPage() {
        happened(1, identified("u1"), added("u1", "tent"));
        happened(1, Events.by("u1", "Order Completed", Events.NOON.minusSeconds(30), Map.of()));
        var ada = customer("u1");

        var all = decisions.of(ada, 10, null);
        assertThat(all).hasSize(6);
        assertThat(all.subList(0, 4))
                .extracting(Decision::action)
                .containsExactlyInAnyOrder("stage:use", "tell:purchased", "start:onboarding", "start:feedback");
        var first = decisions.of(ada, 4, null);
        var rest = decisions.of(ada, 4, first.get(3).id());
        assertThat(first).isEqualTo(all.subList(0, 4));
        assertThat(rest).isEqualTo(all.subList(4, 6));
        assertThat(decisions.of(new UUID(1, 1), 10, null)).isEmpty();
    }

    @Test
    void movesBetweenStagesAreCountedOverAllPartitions() {
        happened(1, identified("u1"), added("u1", "tent"));
        happened(2, identified("u2"), added("u2", "tent"), identified("u3"), added("u3", "tent"));
        happened(1, Events.by("u1", "Order Completed", Events.NOON, Map.of()));

        assertThat(decisions.stageMoves())
                .isEqualTo(Map.of(
                        Stage.AWARENESS, Map.of(Stage.PURCHASE, 3L),
                        Stage.PURCHASE, Map.of(Stage.USE, 1L)));
    }

    @Test
    void aJourneyAsksAndTheAnswerIsKeptWithWhatItSaw() {
        happened(1, identified("u1"), added("u1", "tent"), added("u1", "stove"));
        var ada = customer("u1");

        var first = answers.ask("offers", ada, Map.of("step", "first"));
        var second = answers.ask("offers", ada, Map.of("step", "second"));

        assertThat(first.action()).isEqualTo("answer:remind");
        assertThat(second.action()).isEqualTo("answer:offer");
        assertThat(second.rule()).isEqualTo("offers.dmn: row 5");
        assertThat(second.event()).isNull();
        assertThat(second.facts())
                .containsEntry("step", "second")
                .containsEntry("cartSize", 2)
                .containsEntry("propensity", 0.2);
        assertThat((List<?>) second.facts().get("items")).hasSize(2);
        assertThat(decisions.find(second.id())).contains(second);
    }

    @Test
    void aJourneyOfSomebodyWhoBoughtIsToldToStop() {
        happened(1, identified("u1"), added("u1", "tent"));
        happened(1, Events.by("u1", "Order Completed", Events.NOON.minusSeconds(30), Map.of()), added("u1", "stove"));

        var answer = answers.ask("offers", customer("u1"), Map.of("step", "first"));

        assertThat(answer.action()).isEqualTo("answer:stop");
        assertThat(answer.reason()).isEqualTo("they bought");
    }

    @Test
    void aQuestionAboutNobodyIsRefused() {
        assertThatThrownBy(() -> answers.ask("offers", new UUID(1, 1), Map.of("step", "first")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no customer");
    }

    private Decided happened(int partition, Event... events) {
        var known = customers.recall(new Batch(partition, List.of(events)));
        var decided = releases.evaluate(known);
        customers.keep(known, decided.after());
        decisions.keep(decided);
        return decided;
    }

    private UUID customer(String userId) {
        return customers.find(new Identity(Identity.Kind.userId, userId)).orElseThrow();
    }

    private static Event identified(String userId) {
        return Events.identify(userId, null, userId + "@example.org", Events.NOON.minusSeconds(120), Map.of());
    }

    private static Event added(String userId, String product) {
        return Events.by(
                userId,
                "Product Added",
                Events.NOON.minusSeconds(product.equals("tent") ? 60 : 20),
                Map.of("product_id", product, "name", "A " + product, "price", 99.5));
    }
}
