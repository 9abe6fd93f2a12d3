package io.wayfarer.ingest;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What the inbox promises, on both databases. */
abstract class InboxContract {

    private static final int BATCH = 8;
    private static final String REFUSED = "a thing that the catalogue refuses";

    private final List<Event> catalogue = new ArrayList<>();
    private Inbox inbox;
    private Quarantine quarantine;
    private JdbcTemplate jdbc;
    private PlatformTransactionManager manager;
    private TransactionTemplate transaction;

    abstract DataSource database();

    @BeforeEach
    void emptyInbox() {
        var database = database();
        jdbc = new JdbcTemplate(database);
        manager = new DataSourceTransactionManager(database);
        transaction = new TransactionTemplate(manager);
        quarantine = new Quarantine(
                jdbc, Clock.fixed(NOON, ZoneOffset.UTC), new Quality(jdbc, manager, new SimpleMeterRegistry()));
        inbox = inbox(BATCH);
    }

    private Inbox inbox(int batchSize) {
        var json = new ObjectMapper().registerModule(new JavaTimeModule());
        return new Inbox(jdbc, json, quarantine, this::keepInCatalogue, new Uncleaned(), manager, batchSize, 20);
    }

    private void keepInCatalogue(List<Event> events) {
        if (events.stream().anyMatch(event -> REFUSED.equals(event.text("product_id")))) {
            throw new IllegalStateException("the catalogue does not take it");
        }
        catalogue.addAll(events);
    }

    @Test
    void whatIsAcceptedIsTakenInOrder() {
        var events = pageViews("u1", 20);
        assertThat(inbox.accept(events)).isEqualTo(new Inbox.Accepted(20, 0));

        var first = takeAndFinish();
        var second = takeAndFinish();
        assertThat(first.events()).isEqualTo(events.subList(0, 8));
        assertThat(second.events()).isEqualTo(events.subList(8, 16));
    }

    @Test
    void aRepeatedMessageIdCountsOnce() {
        var event = by("u1", "Page Viewed", NOON, Map.of());
        assertThat(inbox.accept(List.of(event, event))).isEqualTo(new Inbox.Accepted(1, 1));
        assertThat(inbox.accept(List.of(event))).isEqualTo(new Inbox.Accepted(0, 1));
        assertThat(inbox.recount()).isEqualTo(1);
    }

    @Test
    void whatIsAboutThingsGoesToTheCatalogueAndNotToAnybody() {
        var view = by("u1", "Page Viewed", NOON, Map.of());
        var stock = by(null, "Stock Changed", NOON, Map.of("product_id", "kettle", "quantity", 3));
        assertThat(inbox.accept(List.of(view, stock))).isEqualTo(new Inbox.Accepted(2, 0));
        assertThat(inbox.accept(List.of(stock))).isEqualTo(new Inbox.Accepted(1, 0));
        assertThat(catalogue).containsExactly(stock, stock);
        assertThat(takeAndFinish().events()).containsExactly(view);
    }

    @Test
    void deliveriesOfOneMessageAtTheSameMomentCountOnce() throws Exception {
        var events = pageViews("u1", 5);
        var stored = atTheSameMoment(4, number -> inbox.accept(events).stored());
        assertThat(stored).containsOnly(0, 5).containsOnlyOnce(5);
        assertThat(inbox.recount()).isEqualTo(5);
    }

    @Test
    void deliveriesOfOneMessageToSeveralNodesAtTheSameMomentCountOnce() throws Exception {
        var events = pageViews("u1", 5);
        var nodes = List.of(inbox(BATCH), inbox(BATCH), inbox(BATCH), inbox(BATCH));
        var stored =
                atTheSameMoment(4, number -> nodes.get(number).accept(events).stored());
        assertThat(stored).containsOnly(0, 5).containsOnlyOnce(5);
        assertThat(inbox.recount()).isEqualTo(5);
    }

    @Test
    void ofDeliveriesAtTheSameMomentOneThatFailsKeepsNoOtherFromBeingStored() throws Exception {
        var stored = atTheSameMoment(8, number -> {
            try {
                return inbox.accept(number == 3 ? List.of(refusedByTheCatalogue()) : pageViews("u" + number, 2))
                        .stored();
            } catch (IllegalStateException e) {
                return -1;
            }
        });
        assertThat(stored).containsExactly(2, 2, 2, -1, 2, 2, 2, 2);
        assertThat(inbox.recount()).isEqualTo(14);
    }

    /** What became of each of so many calls that begin together. */
    private static List<Integer> atTheSameMoment(int calls, Function<Integer, Integer> call) throws Exception {
        var start = new CyclicBarrier(calls);
        var pool = Executors.newFixedThreadPool(calls);
        try {
            var all = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < calls; i++) {
                var number = i;
                all.add(() -> {
                    start.await();
                    return call.apply(number);
                });
            }
            var results = new ArrayList<Integer>();
            for (var result : pool.invokeAll(all)) {
                results.add(result.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private static Event refusedByTheCatalogue() {
        return by(null, "Stock Changed", NOON, Map.of("product_id", REFUSED, "quantity", 3));
    }

    @Test
    void aPartitionIsOneWorkersUntilItsTransactionEnds() throws Exception {
        inbox.accept(pageViews("u1", 3));
        var other = Executors.newSingleThreadExecutor();
        try {
            var batches = transaction.execute(status -> {
                try {
                    var mine = inbox.take();
                    var theirs = other.submit(() -> transaction.execute(inner -> inbox.take()))
                            .get();
                    return List.of(mine, theirs);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(batches.get(0).events()).hasSize(3);
            assertThat(batches.get(1).isEmpty()).isTrue();
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void fewEventsOfManyPeopleAreOneBatchAndTwoWorkersShareThem() throws Exception {
        var people = new ArrayList<Event>();
        for (int i = 0; i < 100; i++) {
            people.add(by("person-" + i, "Page Viewed", NOON, Map.of()));
        }
        inbox = inbox(200);
        inbox.accept(people);
        var other = Executors.newSingleThreadExecutor();
        try {
            var batches = transaction.execute(status -> {
                try {
                    var mine = inbox.take();
                    var theirs = other.submit(() -> transaction.execute(inner -> inbox.take()))
                            .get();
                    return List.of(mine, theirs);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(batches.get(0).partitions()).hasSize(Inbox.PARTITIONS / 2);
            assertThat(batches.get(1).partitions())
                    .hasSize(Inbox.PARTITIONS / 2)
                    .doesNotContainAnyElementsOf(batches.get(0).partitions());
            assertThat(batches.stream().flatMap(batch -> batch.events().stream()))
                    .containsExactlyInAnyOrderElementsOf(people);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void eventsOfOnePersonAreTakenInOrderOfArrivalHoweverManyBatchesTheyAre() {
        var events = pageViews("u1", 15);
        inbox.accept(events.subList(0, 7));
        inbox.accept(List.of(by("u2", "Page Viewed", NOON, Map.of())));
        inbox.accept(events.subList(7, 15));

        var taken = new ArrayList<Event>();
        for (var batch = takeAndFinish(); !batch.isEmpty(); batch = takeAndFinish()) {
            taken.addAll(batch.events());
        }

        assertThat(taken.stream().filter(event -> event.userId().equals("u1"))).containsExactlyElementsOf(events);
    }

    @Test
    void whatFailsIsHalvedUntilTheBadEventIsAloneAndInQuarantine() {
        var events = new ArrayList<>(pageViews("u1", 10));
        events.addAll(pageViews("u2", 5));
        events.addAll(pageViews("u3", 5));
        var bad = events.get(5);
        inbox.accept(events);

        var done = new HashSet<Event>();
        for (int attempt = 0; attempt < 30 && inbox.recount() > 0; attempt++) {
            var taken = new Batch[1];
            try {
                transaction.executeWithoutResult(status -> {
                    taken[0] = inbox.take();
                    if (taken[0].events().contains(bad)) {
                        throw new IllegalArgumentException("this one is bad");
                    }
                    inbox.done(taken[0]);
                });
                done.addAll(taken[0].events());
            } catch (IllegalArgumentException e) {
                inbox.failed(taken[0], e);
            }
        }

        assertThat(done).hasSize(19).doesNotContain(bad);
        var kept = quarantine.list(10, null);
        assertThat(kept).hasSize(1);
        assertThat(kept.get(0).messageId()).isEqualTo(bad.messageId());
        assertThat(kept.get(0).reason()).contains("this one is bad");
        assertThat(kept.get(0).body()).contains(bad.userId());
    }

    @Test
    void whatTheDatabaseMayDoBetterNextTimeIsKeptAsItIs() {
        inbox.accept(pageViews("u1", 1));
        var batch = transaction.execute(status -> inbox.take());
        inbox.failed(batch, new IllegalStateException(new CannotAcquireLockException("deadlock")));

        assertThat(inbox.recount()).isEqualTo(1);
        assertThat(quarantine.list(10, null)).isEmpty();
    }

    @Test
    void whatAnotherWorkerFinishedMeanwhileDoesNotGoToQuarantine() {
        inbox.accept(pageViews("u1", 1));
        var mine = transaction.execute(status -> inbox.take());
        takeAndFinish();
        inbox.failed(mine, new IllegalArgumentException("failed here, worked there"));

        assertThat(quarantine.list(10, null)).isEmpty();
    }

    @Test
    void itSaysWhenItIsFull() {
        inbox.accept(pageViews("u1", 19));
        assertThat(inbox.isFull()).isFalse();
        inbox.accept(pageViews("u1", 1));
        assertThat(inbox.isFull()).isTrue();
        takeAndFinish();
        assertThat(inbox.isFull()).isFalse();
    }

    @Test
    void quarantineKeepsWhatPostgresCannotHoldAndCutsWhatIsHuge() {
        quarantine.keep("s", "m", "why", "a\u0000b" + "x".repeat(200_000));

        var kept = quarantine.list(1, null).get(0);
        assertThat(kept.body()).startsWith("a\uFFFDb").hasSize(Quarantine.MAX_BODY);
        assertThat(kept.reason()).contains("cut");
    }

    @Test
    void whatCannotBeUsedAndComesAgainIsKeptOnce() {
        var bad = new Understood.Refused("m1", Refusal.bad("type", "no type"), "{}");
        assertThat(quarantine.keep("s", List.of(bad, bad))).isEqualTo(1);
        assertThat(quarantine.keep("s", List.of(bad))).isZero();
        assertThat(quarantine.keep("s", null, "not JSON", "{")).isTrue();
        assertThat(quarantine.keep("s", null, "not JSON", "{")).isFalse();
        assertThat(quarantine.list(10, null)).hasSize(2);

        assertThat(quarantine.keep("another", "m1", "no type", "{}")).isTrue();
        assertThat(quarantine.keep("s", "m2", "no type", "{}")).isTrue();
        assertThat(quarantine.keep("s", "m1", "no type", "{ }")).isTrue();
        // the same end after a cut
        assertThat(quarantine.keep("s", "m3", "long", "x".repeat(200_000) + "a"))
                .isTrue();
        assertThat(quarantine.keep("s", "m3", "long", "x".repeat(200_000) + "b"))
                .isTrue();
        assertThat(quarantine.list(10, null)).hasSize(7);
    }

    @Test
    void whatHasNothingToKnowItByIsKeptEachTime() {
        quarantine.keep("s", null, "the mail server does not give this mail", "");
        quarantine.keep("s", null, "the mail server does not give this mail", "");

        assertThat(quarantine.list(10, null)).hasSize(2);
    }

    @Test
    void twoDeliveriesAtTheSameMomentAreKeptOnce() throws Exception {
        var start = new CyclicBarrier(4);
        Callable<Boolean> delivery = () -> {
            start.await();
            return quarantine.keep("s", "m1", "no type", "{}");
        };
        var pool = Executors.newFixedThreadPool(4);
        try {
            for (var result : pool.invokeAll(List.of(delivery, delivery, delivery, delivery))) {
                result.get();
            }
            assertThat(quarantine.list(10, null)).hasSize(1);
        } finally {
            pool.shutdownNow();
        }
    }

    private Batch takeAndFinish() {
        return transaction.execute(status -> {
            var batch = inbox.take();
            inbox.done(batch);
            return batch;
        });
    }

    private static List<Event> pageViews(String user, int count) {
        var events = new ArrayList<Event>();
        for (int i = 0; i < count; i++) {
            events.add(by(user, "Page Viewed", NOON.plusSeconds(i), Map.of("n", i)));
        }
        return events;
    }
}
