package io.wayfarer.ingest.clean;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static io.wayfarer.Events.byBrowser;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.Events;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.ingest.Marks;
import io.wayfarer.ingest.QualityReport;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.ingest.Stores;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What cleaning promises, on both databases. Each cleaner is a node, or one that was started anew. */
abstract class CleanerContract {

    private Stores stores;
    private Inbox inbox;

    abstract DataSource database();

    @BeforeEach
    void start() {
        stores = new Stores(database());
        inbox = stores.inbox(node());
    }

    private Cleaner node(String... settings) {
        var source = new MapConfigurationPropertySource();
        for (int i = 0; i < settings.length; i += 2) {
            source.put("wayfarer.clean." + settings[i], settings[i + 1]);
        }
        return new Cleaner(
                new Binder(source).bindOrCreate("wayfarer.clean", CleanSettings.class),
                stores.json,
                stores.jdbc,
                stores.transactions,
                stores.quarantine,
                stores.quality,
                "",
                "",
                "EUR",
                "2015-01-01");
    }

    private List<Event> kept() {
        return stores.inboxed();
    }

    private static Event order(String user, String id, Instant at) {
        return by(user, "Order Completed", at, Map.of("order_id", id, "total", 40));
    }

    private static Event from(String source, Event event) {
        var id = UUID.randomUUID().toString();
        return new Event(
                Event.idOf(source, id),
                source,
                id,
                event.name(),
                event.channel(),
                event.at(),
                event.receivedAt(),
                event.userId(),
                event.anonymousId(),
                event.email(),
                event.ids(),
                event.traits(),
                event.properties(),
                event.marks());
    }

    @Test
    void whatIsCleanIsKeptAsItCame() {
        var event = order("ada", "o1", NOON);
        inbox.accept(List.of(event));

        assertThat(kept()).containsExactly(event);
    }

    @Test
    void theSameContentOfTheSamePersonWithinSecondsHasNoEffectAndIsCounted() {
        var first = by("ada", "Product Viewed", NOON, Map.of("product_id", "tent"));
        var second = by("ada", "Product Viewed", NOON.plusSeconds(4), Map.of("product_id", "tent"));
        var bob = by("bob", "Product Viewed", NOON.plusSeconds(4), Map.of("product_id", "tent"));
        var later = by("ada", "Product Viewed", NOON.plusSeconds(9), Map.of("product_id", "tent"));
        var other = by("ada", "Product Viewed", NOON.plusSeconds(1), Map.of("product_id", "stove"));
        inbox.accept(List.of(first));
        assertThat(inbox.accept(List.of(second, bob, later, other))).isEqualTo(new Inbox.Accepted(4, 0));

        assertThat(kept()).filteredOn(event -> !event.counts()).singleElement().satisfies(event -> {
            assertThat(event.id()).isEqualTo(second.id());
            assertThat(event.marks())
                    .containsEntry(Marks.DUPLICATE_OF, first.id().toString());
        });
        assertThat(summary("test").duplicates()).isEqualTo(1);
    }

    @Test
    void whatCouldNotBeStoredIsNoDuplicateWhenItIsSentAgain() {
        var event = by("ada", "Product Viewed", NOON, Map.of("product_id", "tent"));
        var cleaner = node();
        assertThatThrownBy(() -> cleaner.accept(List.of(event), events -> {
                    throw new IllegalStateException("the database is away");
                }))
                .hasMessage("the database is away");
        var again = by("ada", "Product Viewed", NOON.plusSeconds(1), Map.of("product_id", "tent"));
        stores.inbox(cleaner).accept(List.of(again));

        assertThat(kept()).containsExactly(again);
        assertThat(summary("test").stored()).isEqualTo(1);
    }

    @Test
    void anOrderIsOnceForAllNodesAndForEverByWhateverOfThePersonIsKnown() {
        inbox.accept(List.of(Events.event(
                "Order Completed", NOON, "ada", "browser-1", null, Map.of(), Map.of("order_id", "o1", "total", 40))));
        var web = kept().get(0);
        var crm = from(
                "webhook:shop",
                Events.event(
                        "Order Completed",
                        NOON.plusSeconds(86_400),
                        "ada",
                        null,
                        "ada@example.org",
                        Map.of(),
                        Map.of("order_id", "o1", "total", 40.0, "note", "paid")));
        var mail = from(
                "mail:orders",
                Events.event(
                        "Order Completed",
                        NOON.plusSeconds(172_800),
                        null,
                        null,
                        "ada@example.org",
                        Map.of(),
                        Map.of("order_id", "o1")));
        var other = order("ada", "o2", NOON.plusSeconds(1));
        var another = order("bob", "o1", NOON.plusSeconds(1));
        stores.inbox(node()).accept(List.of(crm));
        stores.inbox(node()).accept(List.of(mail));
        stores.inbox(node()).accept(List.of(other, another));

        assertThat(kept()).filteredOn(event -> !event.counts()).allSatisfy(event -> assertThat(event.marks())
                .containsEntry(Marks.DUPLICATE_OF, web.id().toString()));
        assertThat(kept())
                .filteredOn(Event::counts)
                .extracting(Event::id)
                .containsExactly(web.id(), other.id(), another.id());
    }

    @Test
    void theSameDeliveryOfAnOrderIsNoDuplicateOfItself() {
        var order = order("ada", "o1", NOON);
        inbox.accept(List.of(order));
        assertThat(stores.inbox(node()).accept(List.of(order))).isEqualTo(new Inbox.Accepted(0, 1));

        assertThat(kept()).containsExactly(order);
    }

    @Test
    void anOrderThatWasNeverStoredDoesNotStandInTheWay() {
        var lost = order("ada", "o1", NOON);
        assertThatThrownBy(() -> node().accept(List.of(lost), events -> {
                    throw new IllegalStateException("killed");
                }))
                .isInstanceOf(IllegalStateException.class);
        var again = order("ada", "o1", NOON.plusSeconds(90));
        inbox.accept(List.of(again));
        var third = order("ada", "o1", NOON.plusSeconds(1_000));
        stores.inbox(node()).accept(List.of(third));

        assertThat(kept().get(0)).isEqualTo(again);
        assertThat(kept().get(1).marks())
                .containsEntry(Marks.DUPLICATE_OF, again.id().toString());
    }

    @Test
    void twoNodesToldOfAnOrderAtTheSameMomentCountItOnce() throws Exception {
        var pool = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 10; round++) {
                var id = "o" + round;
                var start = new CyclicBarrier(4);
                Callable<Inbox.Accepted> delivery = () -> {
                    var node = stores.inbox(node());
                    start.await();
                    return node.accept(List.of(order("ada", id, NOON.plusSeconds(1))));
                };
                for (var result : pool.invokeAll(List.of(delivery, delivery, delivery, delivery))) {
                    assertThat(result.get().stored()).isEqualTo(1);
                }
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(kept()).hasSize(40).filteredOn(Event::counts).hasSize(10);
    }

    @Test
    void whatDoesNotFitItsSchemaIsMarkedAndCountedByALenientSource() {
        inbox.accept(List.of(by("ada", "Order Completed", NOON, Map.of("order_id", "o1", "total", "forty"))));

        assertThat(kept().get(0).counts()).isTrue();
        assertThat(kept().get(0).marks().get(Marks.SCHEMA)).isEqualTo(List.of("/total: string found, number expected"));
        assertThat(detail("test").misfits()).containsExactly(new QualityReport.Count("Order Completed", 1));
    }

    @Test
    void whatDoesNotFitItsSchemaGoesToQuarantineWithPathAndReasonFromAStrictSource() {
        var strict = stores.inbox(node("sources.crm.schema", "strict"));
        var bad = from("webhook:crm", by("ada", "Order Completed", NOON, Map.of("total", "forty")));
        var good = from("webhook:crm", by("ada", "Order Completed", NOON, Map.of("order_id", "o1", "total", 40)));
        assertThat(strict.accept(List.of(bad, good))).isEqualTo(new Inbox.Accepted(1, 0, 1));

        assertThat(kept()).extracting(Event::id).containsExactly(good.id());
        var item = stores.quarantine.list(10, null).get(0);
        assertThat(item.form()).isEqualTo(Quarantine.EVENT);
        assertThat(item.reason())
                .contains("Order Completed", "/total: string found, number expected", "'order_id' not found");
        assertThat(summary("webhook:crm").came()).isEqualTo(2);
        assertThat(detail("webhook:crm").refusals()).singleElement().satisfies(refusal -> assertThat(refusal.n())
                .isEqualTo(1));
    }

    @Test
    void aTimeAheadIsTheTimeOfArrivalAndOneBeforeTheBusinessIsRefused() {
        var ahead = by("ada", "Product Viewed", NOON, Map.of("product_id", "tent"))
                .with(NOON.plusSeconds(3_600), NOON, Map.of());
        var nearly = by("ada", "Product Viewed", NOON, Map.of("product_id", "stove"))
                .with(NOON.plusSeconds(60), NOON, Map.of());
        var old = by("ada", "Product Viewed", NOON, Map.of("product_id", "lamp"))
                .with(Instant.parse("2014-12-31T23:59:59Z"), NOON, Map.of());
        assertThat(inbox.accept(List.of(ahead, nearly, old))).isEqualTo(new Inbox.Accepted(2, 0, 1));

        assertThat(kept().get(0).at()).isEqualTo(NOON);
        assertThat(kept().get(0).marks())
                .containsEntry(
                        Marks.TIME, Map.of("said", NOON.plusSeconds(3_600).toString()));
        assertThat(kept().get(1)).isEqualTo(nearly);
        assertThat(stores.quarantine.list(1, null).get(0).reason()).contains("before the business existed");
    }

    @Test
    void amountsAreCountedInTheShopsCurrencyByTheNewestRateNotAfterTheDay() {
        var dollars = by(
                        "ada",
                        "Order Completed",
                        Instant.parse("2019-10-01T08:00:00Z"),
                        Map.of("order_id", "o1", "total", 108.98, "currency", "usd"))
                .with(Instant.parse("2019-10-01T08:00:00Z"), NOON, Map.of());
        var earlier = by(
                        "ada",
                        "Order Completed",
                        Instant.parse("2019-09-30T23:59:00Z"),
                        Map.of("order_id", "o2", "total", 139.32, "currency", "USD"))
                .with(Instant.parse("2019-09-30T23:59:00Z"), NOON, Map.of());
        var shells =
                by("ada", "Order Completed", NOON, Map.of("order_id", "o3", "total", 5_000_000, "currency", "shells"));
        var euros = by("ada", "Order Completed", NOON, Map.of("order_id", "o4", "total", 7, "currency", "EUR"));
        inbox.accept(List.of(dollars, earlier, shells, euros));

        assertThat(kept().get(0).number("total")).isEqualTo(100.0, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(kept().get(0).properties()).containsEntry("total", 108.98);
        assertThat(kept().get(0).marks())
                .containsEntry(Marks.RATE, Map.of("currency", "USD", "rate", 1.0898, "date", "2019-10-01"));
        assertThat(kept().get(1).number("total")).isEqualTo(100.0, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(kept().get(2).number("total")).isNaN();
        assertThat(kept().get(3).marks()).isEmpty();
        assertThat(detail("test").unknownCurrencies()).containsExactly(new QualityReport.Count("SHELLS", 1));
    }

    @Test
    void anOutlierIsBoundedTheRawValueKeptAndTheLimitOutlivesARestart() {
        var cleaner = node();
        stores.inbox(cleaner).accept(orders(200));
        cleaner.tick();
        var restarted = node();
        restarted.outliers().load();
        var huge = by("eve", "Order Completed", NOON, Map.of("order_id", "huge", "total", 9_999_999));
        var large = by("eve", "Order Completed", NOON, Map.of("order_id", "large", "total", 400));
        stores.inbox(restarted).accept(List.of(huge, large));

        var kept = kept().get(200);
        assertThat(kept.properties()).containsEntry("total", 9_999_999);
        assertThat(kept.number("total")).isBetween(500.0, 5_000.0);
        assertThat(kept.isPlausible("total")).isFalse();
        assertThat(kept().get(201)).isEqualTo(large);
        var share = detail("test").outliers().get(0);
        assertThat(share.name()).isEqualTo("total");
        assertThat(share.n()).isEqualTo(1);
        assertThat(share.of()).isEqualTo(202);
    }

    /** Totals from 10 to 90. */
    private static List<Event> orders(int count) {
        var orders = new ArrayList<Event>();
        for (int i = 0; i < count; i++) {
            orders.add(by("u" + i, "Order Completed", NOON, Map.of("order_id", "n" + i, "total", 10 + i % 81)));
        }
        return orders;
    }

    @Test
    void aBrowserTooFastForAPersonIsAProgram() {
        var clicks = new ArrayList<Event>();
        for (int i = 0; i < 60; i++) {
            clicks.add(byBrowser("robot", "Page Viewed", NOON.plusMillis(i * 10L), Map.of("url", "/" + i))
                    .with(NOON.plusMillis(i * 10L), NOON.plusSeconds(2), Map.of()));
            clicks.add(byBrowser("person", "Page Viewed", NOON.plusSeconds(i * 5L), Map.of("url", "/" + i))
                    .with(NOON.plusSeconds(i * 5L), NOON.plusSeconds(600), Map.of()));
        }
        inbox.accept(clicks);

        assertThat(kept()).filteredOn(event -> !event.counts()).hasSize(10).allSatisfy(event -> {
            assertThat(event.anonymousId()).isEqualTo("robot");
            assertThat(event.marks()).containsEntry(Marks.BOT, true).containsEntry(Marks.WHY, "speed");
        });
        assertThat(summary("test").bots()).isEqualTo(10);
    }

    @Test
    void whatTheBrowserCallsItselfIsJudgedAndNotKept() {
        var crawler = byBrowser("a", "Page Viewed", NOON, Map.of())
                .with(NOON, NOON, Map.of(Marks.AGENT, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://example)"));
        var person = byBrowser("b", "Page Viewed", NOON, Map.of())
                .with(NOON, NOON, Map.of(Marks.AGENT, "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"));
        inbox.accept(List.of(crawler, person));

        assertThat(kept().get(0).marks()).isEqualTo(Map.of(Marks.BOT, true, Marks.WHY, "agent"));
        assertThat(kept().get(1).marks()).isEmpty();
    }

    @Test
    void countsOfAllNodesAddUpAndWhatIsExpectedAndMissingIsCounted() {
        var other = new Stores(stores.jdbc.getDataSource());
        var one = order("ada", "o1", NOON);
        inbox.accept(List.of(one, order("bob", "o2", NOON)));
        inbox.accept(List.of(one));
        other.inbox(new CleanerOf(other).cleaner()).accept(List.of(order("cleo", "o3", NOON)));
        stores.quarantine.keep("test", null, "not valid JSON at line 17", "{");
        stores.quarantine.keep("test", null, "not valid JSON at line 4", "[");
        other.quality.flush();

        var summary = summary("test");
        assertThat(summary.came()).isEqualTo(6);
        assertThat(summary.stored()).isEqualTo(3);
        assertThat(summary.repeated()).isEqualTo(1);
        assertThat(summary.refused()).isEqualTo(2);
        assertThat(summary.waiting()).isEqualTo(2);
        assertThat(summary.silentSeconds()).isZero();
        var detail = detail("test");
        assertThat(detail.refusals()).containsExactly(new QualityReport.Count("not valid JSON at line #", 2));
        assertThat(detail.hours()).containsExactly(new QualityReport.Count("2026-03-02T12:00:00Z", 4));
        assertThat(detail.days()).hasSize(7);
        assertThat(detail.days().get(6).came()).isEqualTo(6);
        assertThat(detail.missing())
                .extracting(QualityReport.Share::name)
                .containsExactly("Order Completed: currency", "Order Completed: products");
        assertThat(detail.missing().get(0).share()).isEqualTo(1.0);
        assertThat(stores.meters
                        .counter("wayfarer.ingest", "source", "test", "kind", "stored")
                        .count())
                .isEqualTo(2);
    }

    @Test
    void driftComparesWithTheWindowBefore() {
        for (int i = 0; i < 100; i++) {
            inbox.accept(List.of(by("u" + i, "Product Viewed", NOON, Map.of("product_id", "p"))));
        }
        assertThat(summary("test").drift()).isNull();
        stores.clock.set(NOON.plusSeconds(7 * 86_400));
        for (int i = 0; i < 100; i++) {
            var event =
                    by("u" + i, i < 50 ? "Product Viewed" : "Cart Broken", stores.clock.instant(), Map.of("sku", "p"));
            inbox.accept(List.of(event));
        }

        assertThat(summary("test").drift()).isGreaterThan(0.25);
        assertThat(detail("test").names())
                .satisfiesExactly(name -> assertThat(name.before()).isEqualTo(0.0), name -> assertThat(name.before())
                        .isEqualTo(1.0));
        var missing = detail("test").missing().stream()
                .filter(share -> share.name().equals("Product Viewed: product_id"))
                .findFirst()
                .orElseThrow();
        assertThat(missing.share()).isEqualTo(1.0);
        assertThat(missing.before()).isEqualTo(0.0);
    }

    @Test
    void namesThatAStrangerMakesUpAreCountedTogetherPastABound() {
        var events = new ArrayList<Event>();
        for (int i = 0; i < 500; i++) {
            events.add(by("ada", "Made Up " + i, NOON, Map.of()));
        }
        inbox.accept(events);
        stores.quality.flush();

        var rows = stores.jdbc.queryForObject("select count(*) from data_quality where kind = 'event'", Integer.class);
        assertThat(rows).isEqualTo(201);
        var sum = stores.jdbc.queryForObject("select sum(n) from data_quality where kind = 'event'", Long.class);
        assertThat(sum).isEqualTo(500);
    }

    private QualityReport.Summary summary(String source) {
        return stores.report().summaries(7).stream()
                .filter(summary -> summary.source().equals(source))
                .findFirst()
                .orElseThrow();
    }

    private QualityReport.Detail detail(String source) {
        return stores.report().detail(source, 7).orElseThrow();
    }

    /** A cleaner of another node, with its own counts. */
    private record CleanerOf(Stores stores) {

        Cleaner cleaner() {
            return new Cleaner(
                    new Binder(new MapConfigurationPropertySource()).bindOrCreate("x", CleanSettings.class),
                    stores.json,
                    stores.jdbc,
                    stores.transactions,
                    stores.quarantine,
                    stores.quality,
                    "",
                    "",
                    "EUR",
                    "");
        }
    }
}
