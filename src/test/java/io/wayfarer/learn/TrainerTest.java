package io.wayfarer.learn;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.wayfarer.Databases;
import io.wayfarer.Events;
import io.wayfarer.anomaly.Forests;
import io.wayfarer.decide.Evaluator;
import io.wayfarer.decide.Release;
import io.wayfarer.decide.Releases;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.EventLog;
import io.wayfarer.profile.FeatureVector;
import io.wayfarer.profile.Stage;
import io.wayfarer.score.Label;
import io.wayfarer.score.Labels;
import io.wayfarer.score.ModelCard;
import io.wayfarer.score.ModelStore;
import io.wayfarer.score.Scores;
import io.wayfarer.time.BackgroundWork.State;
import io.wayfarer.time.ProductClock;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The real stores, rules and models around a database; nothing of the web, the routes or the engine. */
class TrainerTest {

    private static final Duration WEEK = Duration.ofDays(7);
    private static final int DAYS = 60;
    private static final Instant NOW = NOON.plus(Duration.ofDays(DAYS));
    private static final UUID SOMEBODY = new UUID(1, 1);

    @TempDir
    Path data;

    private AnnotationConfigApplicationContext product;

    @BeforeEach
    void start() {
        product = start(Databases.h2());
    }

    @AfterEach
    void stop() {
        product.close();
    }

    @Test
    void learnsWhoBuysFromTheLogOfACrowdWhoseTruthIsKnown() throws Exception {
        happen(crowd(new Random(42), 300));
        var before = releases().live().models().score(Customer.unknown(SOMEBODY, java.util.Set.of(), NOW), null, NOW);
        assertThat(before.byName().values())
                .allSatisfy(score -> assertThat(score.model()).isEqualTo("markov:prior"));

        var seen = new CopyOnWriteArrayList<Training>();
        assertThat(trainer().start(seen::add)).isTrue();
        var training = end();

        assertThat(training.state()).as(training.step()).isEqualTo(State.DONE);
        var outcomes = training.outcomes().stream().collect(Collectors.toMap(Training.Outcome::model, o -> o));
        assertThat(outcomes).hasSize(7).containsKeys(Scores.CHURN, Scores.VALUE);
        var buy = outcomes.get(ModelCard.BUY);
        assertThat(buy.published()).as(buy.reason()).isTrue();
        assertThat(buy.card().auc()).isGreaterThan(0.65);
        assertThat(buy.card().to().plus(WEEK)).isBeforeOrEqualTo(NOW);
        assertThat(outcomes.get("next-stage.evaluation").published())
                .as(outcomes.get("next-stage.evaluation").reason())
                .isTrue();

        assertThat(store().serving())
                .contains(buy.card())
                .extracting(ModelCard::name)
                .contains(ModelCard.CHAIN);
        var page = product.getBean(ModelCards.class)
                .file("buy", buy.card().version(), "card.html")
                .orElseThrow();
        assertThat(page)
                .content()
                .contains("<svg")
                .contains("days-since-first-seen")
                .contains("RandomForest")
                .contains("LogitBoost");
        assertThat(page.resolveSibling("card.json"))
                .content()
                .contains("\"auc\" : {\n      \"value\" : " + buy.card().auc());
        assertThat(releases().live().models()).isSameAs(store().current());
        assertThat(releases().live().id()).endsWith(store().current().id());
        assertThat(seen).extracting(Training::progress).isSorted().endsWith(1.0);
        assertThat(seen)
                .extracting(Training::step)
                .contains("Reading the event log", "Fitting buy: Logistic, fold 1 of 5", "Done");
        var after = store().current().score(Customer.unknown(SOMEBODY, java.util.Set.of(), NOW), null, NOW);
        assertThat(after.byName().get(Scores.BUY).model())
                .endsWith(":buy:" + buy.card().version());
    }

    @Test
    void aLaterTrainingMakesAChallengerAndDoesNotReplaceWhatServes() {
        happen(crowd(new Random(42), 300));
        trainer().start();
        end();
        var champion = store().standings().stream()
                .filter(standing -> standing.name().equals(ModelCard.BUY))
                .findFirst()
                .orElseThrow()
                .champion();
        happen(crowd(new Random(8), 100).stream()
                .map(event -> Events.by("v" + event.userId(), event.name(), event.at(), event.properties()))
                .toList());
        trainer().start();
        var training = end();
        var buy = training.outcomes().stream()
                .filter(outcome -> outcome.model().equals(ModelCard.BUY))
                .findFirst()
                .orElseThrow();
        assertThat(buy.published()).as(buy.reason()).isTrue();
        assertThat(buy.card().version()).isNotEqualTo(champion);
        var standing = store().standings().stream()
                .filter(one -> one.name().equals(ModelCard.BUY))
                .findFirst()
                .orElseThrow();
        assertThat(standing.champion()).isEqualTo(champion);
        assertThat(standing.challenger()).isEqualTo(buy.card().version());
        assertThat(releases().live().models()).isSameAs(store().current());
        assertThat(store().serving()).extracting(ModelCard::version).contains(champion);
        // right after an event only, as live customers are looked at
        var reference = store().contests().get(ModelCard.BUY).reference();
        assertThat(reference.rows()).isBetween(100, (int) buy.card().rows() - 1);
        assertThat(reference.features()).containsKey("days-since-first-seen");
    }

    @Test
    void theChainOfStagesCountsTheWholeLogAndSpeaksWhereThereIsNoModel() {
        happen(crowd(new Random(1), 8));
        trainer().start();
        var training = end();
        assertThat(training.outcomes()).noneMatch(Training.Outcome::published);
        assertThat(training.outcomes()).allSatisfy(o -> assertThat(o.reason()).isNotBlank());
        var chain = store().serving().get(0);
        assertThat(chain.name()).isEqualTo(ModelCard.CHAIN);
        assertThat(chain.rows()).isBetween(8L, 8L * (DAYS + 1));
        for (var stage : Stage.values()) {
            var scores = store().current()
                    .score(Customer.unknown(SOMEBODY, java.util.Set.of(), NOW).withStage(stage, NOW), null, NOW);
            assertThat(scores.byName().values())
                    .allSatisfy(score -> assertThat(score.model()).isEqualTo("markov:" + chain.version()));
        }
    }

    @Test
    void theFeaturesOfTrainingAreThoseThatTheLiveCustomerHad() {
        var live = new TreeMap<String, Customer>();
        for (var event : crowd(new Random(3), 10)) {
            happen(List.of(event)).forEach(customer -> live.put(customer.id() + " " + event.at(), customer));
        }
        var release = new Release("training", releases().live().rulebook(), store().untrained());
        var samples = new ArrayList<Sample>();
        var walks = new ArrayList<Walk>();
        var owners = new ArrayList<UUID>();
        product.getBean(EventLog.class).replay((owner, event) -> {
            if (!owners.contains(owner)) {
                owners.add(owner);
                walks.add(new Walk(
                        owner,
                        (customer, e) ->
                                Evaluator.evaluate(customer, e, release, e.at()).customer(),
                        Label.all("", WEEK),
                        NOW,
                        samples::add,
                        new double[5][10]));
            }
            walks.get(walks.size() - 1).next(event);
        });
        walks.forEach(Walk::end);

        assertThat(samples).hasSizeGreaterThan(40);
        for (var sample : samples) {
            // the newest state that the store had of the customer at that moment
            var then = live.floorEntry(sample.customer() + " " + sample.at());
            assertThat(then.getKey()).startsWith(sample.customer().toString());
            assertThat(sample.stage()).isEqualTo(then.getValue().stage());
            var features = FeatureVector.of(then.getValue(), sample.at());
            for (int i = 0; i < features.length; i++) {
                assertThat(sample.features()[i]).as(FeatureVector.NAMES.get(i)).isEqualTo(features[i]);
            }
        }
    }

    @Test
    void oneTrainingRunsAtATimeAndItCanBeCancelled() {
        happen(crowd(new Random(4), 60));
        var second = new CopyOnWriteArrayList<Boolean>();
        trainer().start(progress -> {
            if (progress.state() == State.RUNNING) {
                second.add(trainer().start());
                trainer().cancel();
            }
        });
        assertThat(end().state()).isEqualTo(State.CANCELLED);
        assertThat(second).isNotEmpty().containsOnly(false);
        assertThat(store().serving()).isEmpty();
        assertThat(trainer().cancel()).isFalse();

        trainer().start();
        assertThat(end().state()).isEqualTo(State.DONE);
    }

    @Test
    void aFailedTrainingLeavesWhatServedServing() {
        happen(crowd(new Random(5), 5));
        trainer().start();
        end();
        var served = releases().live().models();
        product.getBean(JdbcTemplate.class).update("update event set body = 'no json'");
        trainer().start();
        var training = end();
        assertThat(training.state()).isEqualTo(State.FAILED);
        assertThat(training.step()).contains("cannot be read");
        assertThat(releases().live().models()).isSameAs(served);
    }

    @Test
    void anEmptyLogIsNoFailure() {
        trainer().schedule();
        await().until(() -> trainer().training().state() == State.DONE);
        assertThat(store().serving()).isEmpty();
        assertThat(trainer().training().outcomes()).hasSize(7).noneMatch(Training.Outcome::published);
    }

    @Test
    void modelsOnDiskServeFromTheStartAndNoTrainingIsDueWhileTheyAreFresh() {
        happen(crowd(new Random(6), 20));
        trainer().start();
        end();
        var id = releases().live().models().id();
        product.close();
        product = start(Databases.h2());
        assertThat(releases().live().models().id()).isEqualTo(id);
        trainer().schedule();
        assertThat(trainer().training().state()).isEqualTo(State.NEVER);
    }

    private Training end() {
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            var state = trainer().training().state();
            return state != State.RUNNING && state != State.NEVER;
        });
        return trainer().training();
    }

    /** Works the events off as the spine does, in one batch, and gives the customers as the store has them after it. */
    private List<Customer> happen(List<Event> events) {
        var customers = product.getBean(Customers.class);
        var known = customers.recall(new Batch(0, events));
        var decided = releases().evaluate(known);
        customers.keep(decided.known(), decided.after());
        return List.copyOf(customers.find(decided.after().keySet()).values());
    }

    /**
     * Sixty days of people of whom every third is keen: looks often, and buys about as often as they looked of late. All
     * others look seldom and hardly buy.
     */
    private static List<Event> crowd(Random random, int people) {
        var events = new ArrayList<Event>();
        for (int person = 0; person < people; person++) {
            var keen = person % 3 == 0;
            for (int day = random.nextInt(20); day < DAYS; day += 1 + random.nextInt(keen ? 4 : 12)) {
                var at = NOON.plus(Duration.ofDays(day))
                        .plusSeconds(random.nextInt(30_000))
                        .plusNanos(123_456_789L);
                var views = keen ? 3 + random.nextInt(5) : 1 + random.nextInt(2);
                for (int i = 0; i < views && at.isBefore(NOW); i++, at = at.plusSeconds(40)) {
                    events.add(event(person, "Product Viewed", at, random));
                    events.add(event(person, "Page Left", at.plusSeconds(30), random));
                }
                if (random.nextDouble() < (keen ? 0.3 : 0.02) && at.isBefore(NOW)) {
                    events.add(event(person, "Product Added", at, random));
                    events.add(event(person, "Order Completed", at.plusSeconds(90), random));
                }
            }
        }
        events.sort(Comparator.comparing(Event::at));
        return events;
    }

    private static Event event(int person, String name, Instant at, Random random) {
        return Events.by(
                "u" + person,
                name,
                at,
                Map.of("product_id", "p" + random.nextInt(9), "price", 9.5, "total", 40, "dwell", random.nextInt(60)));
    }

    private AnnotationConfigApplicationContext start(DataSource database) {
        var context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test",
                        Map.of(
                                "wayfarer.data.dir", data.toString(),
                                "wayfarer.rules.dir", "",
                                "wayfarer.learn.horizon", "7d",
                                "wayfarer.learn.every", "1d",
                                "wayfarer.learn.rows", "20000")));
        context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
        context.registerBean(DataSource.class, () -> database);
        context.registerBean(JdbcTemplate.class, () -> new JdbcTemplate(database));
        context.registerBean(JdbcTransactionManager.class, () -> new JdbcTransactionManager(database));
        context.registerBean(
                ObjectMapper.class,
                () -> JsonMapper.builder().addModule(new JavaTimeModule()).build());
        context.registerBean(
                ProductClock.class, () -> new ProductClock(Clock.fixed(NOW, ZoneOffset.UTC), 1, Instant.EPOCH));
        context.registerBean(Customers.class, () -> CustomerStores.of(database));
        context.register(
                EventLog.class,
                Labels.class,
                ModelStore.class,
                ModelCards.class,
                Forests.class,
                Releases.class,
                Trainer.class);
        context.refresh();
        return context;
    }

    private Trainer trainer() {
        return product.getBean(Trainer.class);
    }

    private ModelStore store() {
        return product.getBean(ModelStore.class);
    }

    private Releases releases() {
        return product.getBean(Releases.class);
    }
}
