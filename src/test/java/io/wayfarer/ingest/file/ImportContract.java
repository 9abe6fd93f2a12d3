package io.wayfarer.ingest.file;

import static io.wayfarer.Events.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Imports.Import;
import io.wayfarer.ingest.Imports.State;
import io.wayfarer.ingest.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.util.unit.DataSize;

/** What an import promises, on both databases. */
abstract class ImportContract {

    private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final String VISITS =
            "{'userId':'who','event':'what','timestamp':'when','properties':{'price':{'column':'price','type':'number'}}}";

    @TempDir
    Path dir;

    private DataSource database;
    private Desk desk;

    abstract DataSource database();

    @BeforeEach
    void emptyDesk() {
        database = database();
        desk = new Desk(database, dir, CLOCK, 100_000);
        desk.mapping("visits", VISITS);
    }

    @Test
    void rowsAreEventsOnceHoweverOftenTheFileComes() {
        var file =
                "who,what,when,price\nada,product_viewed,2026-03-01 10:00:00,39.90\nbob,Product Viewed,2026-03-01,\n";

        var first = desk.imported("visits.csv", "visits", file);
        var again = desk.imported("visits-copy.csv", "visits", file);

        assertThat(first.state()).isEqualTo(State.done);
        assertCounts(first, 2, 2, 0, 0);
        assertCounts(again, 2, 0, 2, 0);
        assertThat(desk.events()).extracting(Event::userId).containsExactly("ada", "bob");
        var event = desk.events().get(0);
        assertThat(event.name()).isEqualTo("Product Viewed");
        assertThat(event.source()).isEqualTo("file:visits");
        assertThat(event.at()).isEqualTo("2026-03-01T10:00:00Z");
        assertThat(event.properties()).containsEntry("price", 39.9);
    }

    @Test
    void aRowWithAKeyCountsOnceInEveryFile() {
        desk.mapping("keyed", "{'userId':'who','event':'what','key':['who','what']}");

        desk.imported("monday.csv", "keyed", "who,what\nada,Page Viewed\nbob,Page Viewed\n");
        var tuesday = desk.imported("tuesday.csv", "keyed", "what,who\nPage Viewed,bob\nPage Viewed,eve\n");

        assertCounts(tuesday, 2, 1, 1, 0);
        assertThat(desk.events()).extracting(Event::userId).containsExactly("ada", "bob", "eve");
    }

    @Test
    void whatIsRefusedIsReportedByRowAndColumnAndNoCellIsAFormula() {
        var done = desk.imported(
                "visits.csv",
                "visits",
                "who,what,when,price\n"
                        + "ada,Page Viewed,2026-03-01,1\n"
                        + ",Page Viewed,2026-03-01,-5\n"
                        + "=cmd|' /C calc'!A0,Page Viewed,2026-03-01,dear\n"
                        + "@x,Page Viewed,yesterday,1\n"
                        + "eve,Page Viewed\n");

        assertCounts(done, 5, 1, 0, 4);
        assertThat(desk.refused(done.id()).lines())
                .containsExactly(
                        "row,column,reason,who,what,when,price",
                        "3,who,it names nobody: who is empty,,Page Viewed,2026-03-01,-5",
                        "4,price,price is no number: dear,'=cmd|' /C calc'!A0,Page Viewed,2026-03-01,dear",
                        "5,when,when is no time such as 2026-03-01 12:00:00: yesterday,'@x,Page Viewed,yesterday,1",
                        "6,,it has 2 columns where the header has 4,eve,Page Viewed");
    }

    /** A crash before the commit undoes a chunk; one after it leaves the chunk and its position. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterACrashItGoesOnAndNothingCountsTwice(boolean committed) {
        var csv = new StringBuilder("who,what,when,price\n");
        for (int i = 0; i < 2_600; i++) {
            csv.append(i % 10 == 3 ? "" : "u" + i).append(",Page Viewed,2026-03-01,1\n");
        }
        var crashing =
                new Desk(database, new Crashing(database, 3, committed), dir, CLOCK, 100_000, DataSize.ofMegabytes(10));
        var id = desk.receive("visits.csv", "visits", csv.toString()).id();

        assertThatThrownBy(() -> crashing.worker.run(id)).isInstanceOf(Crash.class);
        assertThat(desk.imports.find(id).orElseThrow().rows()).isEqualTo(committed ? 1_500 : 1_000);
        var done = desk.work(id);

        assertThat(done.state()).isEqualTo(State.done);
        assertCounts(done, 2_600, 2_340, 0, 260);
        assertThat(new HashSet<>(desk.events().stream().map(Event::id).toList()))
                .hasSize(2_340);
        assertThat(desk.refused(id).lines()).hasSize(261);
    }

    private static final class Crash extends Error {}

    private static final class Crashing extends DataSourceTransactionManager {

        private final boolean commits;
        private int left;

        Crashing(DataSource database, int after, boolean commits) {
            super(database);
            this.left = after;
            this.commits = commits;
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            if (--left > 0 || commits) {
                super.doCommit(status);
            } else {
                doRollback(status);
            }
            if (left == 0) {
                throw new Crash();
            }
        }
    }

    @Test
    void anImportWaitsWhileTheInboxIsFullAndEndsWhenThereIsRoom() throws Exception {
        var narrow = new Desk(database, dir, CLOCK, 600);
        var id = narrow.receive("visits.csv", "visits", visits(1_600)).id();
        var pool = Executors.newSingleThreadExecutor();
        try {
            var running = pool.submit(() -> narrow.worker.run(id));
            await().until(() -> narrow.imports.find(id).orElseThrow().state() == State.waiting);
            assertThat(narrow.inbox.recount()).isEqualTo(1_000);

            while (!running.isDone()) {
                narrow.jdbc.update("delete from inbox");
                narrow.inbox.recount();
            }
            running.get();
        } finally {
            pool.shutdownNow();
        }
        assertThat(narrow.imports.find(id).orElseThrow().state()).isEqualTo(State.done);
        assertCounts(narrow.imports.find(id).orElseThrow(), 1_600, 1_600, 0, 0);
    }

    @Test
    void whatIsCancelledWhileItWaitsEndsAndKeepsWhatIsAccepted() throws Exception {
        var narrow = new Desk(database, dir, CLOCK, 500);
        var id = narrow.receive("visits.csv", "visits", visits(1_600)).id();
        var pool = Executors.newSingleThreadExecutor();
        try {
            var running = pool.submit(() -> narrow.worker.run(id));
            await().until(() -> narrow.imports.find(id).orElseThrow().state() == State.waiting);
            assertThat(narrow.imports.cancel(id).orElseThrow().state()).isEqualTo(State.cancelled);
            narrow.jdbc.update("delete from inbox");
            narrow.inbox.recount();
            running.get();
        } finally {
            pool.shutdownNow();
        }
        var ended = narrow.imports.find(id).orElseThrow();
        assertThat(ended.state()).isEqualTo(State.cancelled);
        assertThat(ended.rows()).isEqualTo(500);
        assertThat(narrow.folder.of(id)).doesNotExist();
        assertThatThrownBy(() -> narrow.imports.start(id, null)).isInstanceOf(Refusal.class);
    }

    @Test
    void aFailedImportIsStartedAgainWithABetterMappingAndGoesOn() {
        var failed = desk.imported(
                "visits.csv", "visits", "who;what;when;price\nada;Page Viewed;2026-03-01;1\n".replace("who", "user"));
        assertThat(failed.state()).isEqualTo(State.failed);
        assertThat(failed.error())
                .isEqualTo("row 1: there is no column who. The header is: user | what | when | price");

        desk.mapping("better", VISITS.replace("'who'", "'user'"));
        desk.imports.start(failed.id(), "better");

        assertCounts(desk.work(failed.id()), 1, 1, 0, 0);
        assertThat(desk.imports.find(failed.id()).orElseThrow().mapping()).isEqualTo("better");
    }

    @Test
    void aHeldFileIsPreviewedAndChangesNothingUntilItIsStarted() throws IOException {
        var held = desk.imports.receive(
                "visits.csv",
                "visits",
                true,
                new ByteArrayInputStream("who,what,when,price\nada,Page Viewed,2026-03-01,1\n,x,,\n".getBytes(UTF_8)));
        assertThat(held.state()).isEqualTo(State.held);

        var preview = desk.imports.preview(held.id(), null).orElseThrow();

        assertThat(preview.format()).isEqualTo("csv");
        assertThat(preview.charset()).isEqualTo("UTF-8");
        assertThat(preview.delimiter()).isEqualTo(",");
        assertThat(preview.header()).containsExactly("who", "what", "when", "price");
        assertThat(preview.events()).extracting(Event::userId).containsExactly("ada");
        assertThat(preview.refused()).hasSize(1);
        assertThat(preview.error()).isNull();
        assertThat(desk.events()).isEmpty();
        assertThat(desk.worker.isRunning()).isFalse();

        desk.imports.start(held.id(), null);
        assertCounts(desk.work(held.id()), 2, 1, 0, 1);
    }

    @Test
    void productsGoToTheCatalogueAndNotToTheInbox() {
        var done = desk.imported(
                "feed.csv",
                null,
                "id,title,link,price,availability\n"
                        + "p1,Kettle,https://shop.example/p1,39.90 EUR,in_stock\n"
                        + ",Nothing,,1 EUR,\n");

        assertCounts(done, 2, 1, 0, 1);
        assertThat(desk.events()).isEmpty();
        assertThat(desk.catalogue).hasSize(1);
        assertThat(desk.catalogue.get(0).name()).isEqualTo("Product Changed");
        assertThat(desk.catalogue.get(0).properties())
                .containsEntry("product_id", "p1")
                .containsEntry("name", "Kettle")
                .containsEntry("price", 39.9)
                .containsEntry("currency", "EUR")
                .containsEntry("availability", "in_stock");
    }

    @Test
    void aFileLargerThanAllowedLeavesNothingBehind() throws IOException {
        var small = new Desk(
                database, new DataSourceTransactionManager(database), dir, CLOCK, 100, DataSize.ofBytes(1_000));

        assertThatThrownBy(() -> small.receive("big.csv", null, "x".repeat(1_001)))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(413));
        try (var left = Files.list(dir.resolve("imports"))) {
            assertThat(left).isEmpty();
        }
        assertThat(small.imports.list(10, null)).isEmpty();
    }

    @Test
    void aNameThatIsAPathIsRefused() {
        for (var name :
                List.of("../../etc/passwd", "a/b.csv", "a\\b.csv", ".hidden", "", "c:file", "a\u0000b", "a\nb")) {
            assertThatThrownBy(() -> desk.receive(name, null, "x"))
                    .as(name)
                    .isInstanceOfSatisfying(Refusal.class, refusal -> assertThat(refusal.field())
                            .isEqualTo("name"));
        }
    }

    @Test
    void aMappingIsChosenByTheFilesName() {
        desk.mapping("logs", "{'files':'log-*.csv','userId':'a','event':{'value':'Page Viewed'}}");

        var done = desk.imported("LOG-2026.csv", null, "a\nada\n");

        assertThat(done.mapping()).isEqualTo("logs");
        assertCounts(done, 1, 1, 0, 0);
    }

    @Test
    void imports30DaysAfterTheirEndAreForgotten() {
        var done = desk.imported("visits.csv", "visits", "who,what,when,price\n,x,,\n");
        var store = new ImportStore(desk.jdbc, io.wayfarer.ingest.Inboxes.JSON, CLOCK);
        assertThat(store.forget(NOON.minusSeconds(1))).isEmpty();
        assertThat(store.forget(NOON.plusSeconds(1))).containsExactly(done.id());
        assertThat(desk.jdbc.queryForObject("select count(*) from import_refused", Integer.class))
                .isZero();
    }

    private static String visits(int rows) {
        var csv = new StringBuilder("who,what,when,price\n");
        for (int i = 0; i < rows; i++) {
            csv.append("u").append(i).append(",Page Viewed,2026-03-01,1\n");
        }
        return csv.toString();
    }

    static void assertCounts(Import one, long rows, long accepted, long duplicate, long refused) {
        assertThat(one.error()).isNull();
        assertThat(new long[] {one.rows(), one.accepted(), one.duplicate(), one.refused()})
                .containsExactly(rows, accepted, duplicate, refused);
    }
}
