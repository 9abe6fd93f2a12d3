package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.wayfarer.catalogue.Products;
import io.wayfarer.profile.Customers;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be sent to whom and when, with the rules of rules/guardrails.dmn, on both databases. */
abstract class ArbiterContract {

    private static final String PHONE = "+4915112345678";

    private ScriptedSmtp server;
    private Receiver provider;
    private DataSource database;
    private Office office;

    abstract DataSource database();

    @BeforeEach
    void open() {
        server = new ScriptedSmtp();
        provider = new Receiver();
        database = database();
        office = node();
    }

    /** One of the nodes that work on the database. */
    private Office node() {
        return new Office(
                database,
                server.port(),
                NOON,
                Map.of("sms", Map.of("url", provider.url("/messages"), "token", "a-token", "from", "Camp")));
    }

    @AfterEach
    void close() {
        office.close();
        provider.close();
        server.close();
    }

    @ParameterizedTest(name = "in {0}, what is due at {1} goes out at {2}")
    @CsvSource({
        // the evening in summer time, and in Nepal, which is a quarter of an hour off
        "Europe/Berlin, 2026-07-01T20:30:00Z, 2026-07-02T06:00:00Z",
        "Asia/Kathmandu, 2026-07-01T16:20:00Z, 2026-07-02T02:15:00Z",
        "America/Los_Angeles, 2026-07-01T12:00:00Z, 2026-07-01T15:00:00Z",
        // the nights in which the clocks change: eight in the morning comes an hour early, and an hour late
        "Europe/Berlin, 2026-03-28T21:30:00Z, 2026-03-29T06:00:00Z",
        "Europe/Berlin, 2026-10-24T20:30:00Z, 2026-10-25T07:00:00Z",
        "America/New_York, 2026-03-08T03:30:00Z, 2026-03-08T12:00:00Z",
        // a zone that does not exist is nobody's: the default is UTC
        "Middle/Earth, 2026-07-01T23:30:00Z, 2026-07-02T08:00:00Z"
    })
    void quietHoursAreThoseOfTheCustomer(String zone, Instant due, Instant sent) {
        var ada = office.reader("ada@example.org", Map.of("timezone", zone));
        office.setTime(due);
        office.wantTent(ada);

        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("deferred");
        assertThat(office.message(ada).dueAt()).isEqualTo(sent);
        assertThat(server.taken()).isEmpty();

        office.setTime(sent.minusMillis(1));
        office.deliver();
        assertThat(server.taken()).isEmpty();

        office.setTime(sent);
        office.deliver();
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void whatTheCapHoldsBackGoesOutWhenItsWindowFrees() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        office.deliver();
        office.setTime(NOON.plus(Duration.ofHours(2)));
        office.wantTent(ada);

        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("deferred");
        assertThat(office.message(ada).dueAt()).isEqualTo(NOON.plus(Duration.ofDays(1)));
        assertThat(office.message(ada).verdicts())
                .last()
                .isEqualTo(new Verdict("frequency-cap", "defer", "already sent in 24 hours: 1 of at most 1"));
    }

    @Test
    void theCapOfTheWeekRollsToo() {
        var ada = office.reader("ada@example.org", Map.of());
        for (int day = 0; day < 4; day++) {
            office.setTime(NOON.plus(Duration.ofDays(day)).plusSeconds(day));
            office.wantTent(ada);
            office.deliver();
        }

        assertThat(server.taken()).hasSize(3);
        assertThat(office.message(ada).dueAt()).isEqualTo(NOON.plus(Duration.ofDays(7)));
    }

    @Test
    void theCapOfAChannelHoldsBackThatChannelAlone() {
        var ada = phoned();
        for (var day : List.of(0, 2, 4)) {
            office.setTime(NOON.plus(Duration.ofDays(day)));
            office.queue(office.decision(ada, UUID.randomUUID(), "send:hello-sms", Office.TENT));
            office.deliver("sms");
        }

        assertThat(provider.calls()).hasSize(2);
        assertThat(office.message(ada).dueAt()).isEqualTo(NOON.plus(Duration.ofDays(7)));
        assertThat(last(ada))
                .isEqualTo(new Verdict("channel-cap", "defer", "SMS already sent in 7 days: 2 of at most 2"));
        office.setTime(office.now().plusSeconds(1));
        office.wantTent(ada);
        office.deliver();
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void theCapOfATopicRollsOverThirtyDays() {
        var ada = office.reader("ada@example.org", Map.of());
        for (int i = 0; i < 11; i++) {
            office.setTime(NOON.plus(Duration.ofDays(i <= 5 ? 3 * i : 3 * i - 1)));
            office.wantTent(ada);
            office.deliver();
        }

        assertThat(server.taken()).hasSize(10);
        assertThat(office.message(ada).dueAt()).isEqualTo(NOON.plus(Duration.ofDays(30)));
        assertThat(last(ada).gate()).isEqualTo("topic-cap");
    }

    @Test
    void ofTwoMessagesTheOneOfHigherPriorityGoesOutAndTheOtherWaitsUntilItIsStale() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        office.setTime(NOON.plusSeconds(1));
        office.queue(office.decision(ada, UUID.randomUUID(), "send:welcome"));

        office.deliver();

        assertThat(office.messages(ada))
                .extracting(Message::template, Message::status)
                .containsExactly(tuple("welcome", "sent"), tuple("price-watch", "deferred"));
        office.jdbc.update(
                "update message set status = 'sent', sent_at = ? where template = 'welcome'",
                NOON.plus(Duration.ofHours(70)).atOffset(ZoneOffset.UTC));
        // the tent's due time comes again and again, and each time something else was sent shortly before
        office.setTime(NOON.plus(Duration.ofHours(71)));
        office.deliver();
        assertThat(office.messages(ada).get(1).status()).isEqualTo("deferred");
        office.setTime(NOON.plus(Duration.ofHours(95)));
        office.deliver();

        assertThat(office.messages(ada).get(1).status()).isEqualTo("dropped");
        assertThat(office.messages(ada).get(1).verdicts())
                .last()
                .isEqualTo(new Verdict("staleness", "drop", "wanted 95 hours ago, of use for 72"));
        assertThat(server.taken()).hasSize(1);
    }

    @Test
    void aMessageWaitsForOneOfHigherPriorityByAnotherChannel() {
        var ada = phoned();
        office.wantTent(ada);
        office.happened("Product Added", office.email(ada), Map.of(), Map.of("product_id", "tent", "name", "Tent"));
        office.setTime(NOON.plusSeconds(1));
        office.queue(office.decision(ada, UUID.randomUUID(), "send:cart-reminder-sms"));

        office.deliver();

        assertThat(server.taken()).isEmpty();
        var tent = office.messages(ada).get(1);
        assertThat(tent.dueAt()).isEqualTo(NOON.plusSeconds(301));
        assertThat(tent.verdicts())
                .last()
                .isEqualTo(new Verdict("priority", "defer", "another message to them goes first"));
        office.deliver("sms");
        assertThat(provider.calls()).hasSize(1);
    }

    @Test
    void nothingWaitsForAMessageOfAChannelThatIsNotThereAnyMore() {
        var ada = phoned();
        office.wantTent(ada);
        office.queue(office.decision(ada, UUID.randomUUID(), "send:cart-reminder-sms"));
        office.jdbc.update("update message set channel = 'pigeon' where channel = 'sms'");

        office.deliver();

        assertThat(server.taken()).hasSize(1);
    }

    @Test
    void aMessageWaitsWhileAnotherNodeHandsOneOverToTheSameCustomer() {
        var ada = phoned();
        office.queue(office.decision(ada, UUID.randomUUID(), "send:hello-sms", Office.TENT));
        try (var other = node()) {
            assertThat(other.dispatcher().judge(other.dispatcher().claim("sms")))
                    .hasSize(1);
            office.setTime(NOON.plusSeconds(1));
            office.wantTent(ada);
            office.deliver();
        }

        assertThat(server.taken()).isEmpty();
        assertThat(office.message(ada).status()).isEqualTo("deferred");
    }

    @Test
    void twoNodesOnOneDatabaseSendNothingTwiceAndNobodyTwoAtOnce() throws Exception {
        var people = IntStream.range(0, 40)
                .mapToObj(i -> office.reader("p" + i + "@example.org", Map.of()))
                .toList();
        people.forEach(office::wantTent);
        people.forEach(office::wantTent);
        var threads = Executors.newFixedThreadPool(4);
        try (var other = node()) {
            var work = IntStream.range(0, 4)
                    .mapToObj(i -> threads.submit(() -> {
                        var node = i % 2 == 0 ? office : other;
                        for (var claimed = node.dispatcher().claim("email"); !claimed.isEmpty(); ) {
                            node.deliver(claimed);
                            claimed = node.dispatcher().claim("email");
                        }
                    }))
                    .toList();
            for (var one : work) {
                one.get();
            }
            office.leasesRunOut();
            office.deliver();
        } finally {
            threads.shutdown();
        }

        assertThat(server.taken()).hasSize(40);
        assertThat(people).allSatisfy(person -> assertThat(office.messages(person))
                .extracting(Message::status)
                .containsExactlyInAnyOrder("sent", "deferred"));
    }

    @Test
    void aCustomerWhoIsBeingChangedIsLookedAtAgainAMomentLater() throws Exception {
        var ada = office.reader("ada@example.org", Map.of());
        var bob = office.reader("bob@example.org", Map.of());
        office.wantTent(ada);
        office.wantTent(bob);
        var locked = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var thread = Executors.newSingleThreadExecutor();
        var change = thread.submit(() -> office.inOneTransaction(() -> {
            office.get(Customers.class).lock(ada);
            locked.countDown();
            return await(end);
        }));
        locked.await();

        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("queued");
        assertThat(office.message(bob).status()).isEqualTo("sent");
        end.countDown();
        change.get();
        thread.shutdown();
        office.leasesRunOut();
        office.deliver();
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void aPurchaseBetweenTheGatesAndTheHandOverStillCounts() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        var ready = office.dispatcher().judge(office.dispatcher().claim("email"));
        assertThat(ready).hasSize(1);

        office.queue(office.decision(ada, UUID.randomUUID(), "tell:purchased"));
        ready.forEach(office.dispatcher()::deliver);

        assertThat(server.taken()).isEmpty();
        assertThat(office.message(ada).status()).isEqualTo("dropped");
    }

    @Test
    void whatWaitedLongForAConnectionIsAskedForAnew() {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        var passed =
                office.dispatcher().judge(office.dispatcher().claim("email")).get(0);
        office.dispatcher()
                .deliver(new Dispatcher.Ready(
                        passed.message(),
                        passed.verdicts(),
                        passed.channel(),
                        passed.customer(),
                        passed.since() - Duration.ofSeconds(11).toNanos()));
        assertThat(server.taken()).isEmpty();
        office.get(Suppressions.class).add("ada@example.org", "complained", NOON);

        office.deliver();

        assertThat(server.taken()).isEmpty();
        assertThat(office.message(ada).status()).isEqualTo("dropped");
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest(name = "with the clocks of {0}, what is due at {1} goes out at {2}")
    @CsvSource({
        "UTC, 2026-03-10T12:00:00Z, 2026-03-10T19:00:00Z",
        // who comes at 19:30 by the local clock in winter does so in summer: the hour is an hour earlier by UTC
        "Europe/Berlin, 2026-03-29T12:00:00Z, 2026-03-29T17:00:00Z",
        "America/New_York, 2026-03-08T05:30:00Z, 2026-03-08T23:00:00Z",
        // after it, at the next
        "UTC, 2026-03-10T20:30:00Z, 2026-03-11T19:00:00Z",
    })
    void aMessageWaitsForTheHourAtWhichTheCustomerIsThere(String zone, Instant due, Instant sent) {
        for (int day = 1; day <= 8; day++) {
            office.setTime(ZonedDateTime.of(2026, 2, day, 19, 30, 0, 0, ZoneId.of(zone))
                    .toInstant());
            office.reader("ada@example.org", Map.of("timezone", zone));
            office.happened("Product Viewed", "ada@example.org", Map.of(), Map.of("product_id", "tent"));
        }
        office.setTime(due);
        var ada = office.reader("ada@example.org", Map.of("timezone", zone));
        office.wantTent(ada);

        office.deliver();

        assertThat(office.message(ada).dueAt()).isEqualTo(sent);
        assertThat(office.message(ada).status()).isEqualTo("deferred");
        office.setTime(sent);
        office.deliver();
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void theBestHourIsNoneInTheNightAndNoneOfFewVisitsAndWhatIsUrgentDoesNotWait() {
        for (int day = 1; day <= 8; day++) {
            office.setTime(NOON.minus(Duration.ofDays(day)).plus(Duration.ofHours(11)));
            office.happened("Product Viewed", "owl@example.org", Map.of(), Map.of("product_id", "tent"));
            if (day < 8) {
                office.setTime(NOON.minus(Duration.ofDays(day)).plus(Duration.ofHours(6)));
                office.happened("Product Viewed", "rare@example.org", Map.of(), Map.of("product_id", "tent"));
            }
            office.setTime(NOON.minus(Duration.ofDays(day)).plus(Duration.ofHours(6)));
            office.happened("Product Viewed", "eve@example.org", Map.of(), Map.of("product_id", "tent"));
        }
        office.setTime(NOON);
        var owl = office.reader("owl@example.org", Map.of());
        var rare = office.reader("rare@example.org", Map.of());
        var eve = office.reader("eve@example.org", Map.of());
        office.wantTent(owl);
        office.wantTent(rare);
        office.queue(office.decision(eve, UUID.randomUUID(), "send:welcome"));

        office.deliver();

        assertThat(List.of(owl, rare, eve))
                .allSatisfy(one -> assertThat(office.message(one).status()).isEqualTo("sent"));
    }

    @ParameterizedTest
    @CsvSource({
        // Christmas, and the day after it, until eight in the morning
        "DE, 2026-12-25T10:00:00Z, 2026-12-27T07:00:00Z",
        // in the last hour of the day before, quiet hours already; and both days after it
        "DE, 2026-12-24T21:30:00Z, 2026-12-27T07:00:00Z",
        // Easter Monday in Germany, with the clocks of summer
        "DE, 2026-04-06T10:00:00Z, 2026-04-07T06:00:00Z",
        "CN, 2026-02-17T03:00:00Z, 2026-02-18T00:00:00Z",
    })
    void onHolidaysOfTheCustomersCountryNothingIsSent(String country, Instant due, Instant sent) {
        office.setTime(due);
        var ada = office.reader("ada@example.org", Map.of("country", country));
        office.wantTent(ada);

        office.deliver();

        assertThat(office.message(ada).dueAt()).isEqualTo(sent);
        assertThat(office.message(ada).status()).isEqualTo("deferred");
    }

    @Test
    void whoGaveNoSignOfLifeForAYearIsLeftInPeace() {
        var ada = office.reader("ada@example.org", Map.of());
        var bob = office.reader("bob@example.org", Map.of());
        office.setTime(NOON.plus(Duration.ofDays(366)));
        // what others tell of them is no sign
        office.told("ada@example.org", Map.of("plan", "gold"));
        office.happened("Email Opened", "bob@example.org", Map.of(), Map.of());
        office.wantTent(ada);
        office.wantTent(bob);

        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("dropped");
        assertThat(last(ada)).isEqualTo(new Verdict("sunset", "drop", "no sign of life for 366 days"));
        assertThat(office.message(bob).status()).isEqualTo("sent");
    }

    @Test
    void whatIsSoldOutIsNotOffered() {
        var ada = office.reader("ada@example.org", Map.of());
        var bob = office.reader("bob@example.org", Map.of());
        var products = office.get(Products.class);
        products.put(List.of(Map.of("product_id", "tent", "stock", 0), Map.of("product_id", "stove", "stock", 3)));
        office.wantTent(ada);
        office.queue(office.decision(
                bob,
                UUID.randomUUID(),
                "send:price-watch",
                Map.of(
                        "items",
                        List.of(
                                Map.of("product", "tent", "title", "Tent", "price", 189.5),
                                Map.of("product", "stove", "title", "Stove", "price", 30)))));

        office.deliver();

        assertThat(office.message(ada).status()).isEqualTo("dropped");
        assertThat(last(ada)).isEqualTo(new Verdict("stock", "drop", "all that it offers is sold out"));
        assertThat(office.message(bob).status()).isEqualTo("sent");
    }

    @Test
    void aReminderOfACartThatIsSoldOutIsNotSentAndOneOfWhatWasBoughtIs() {
        var ada = office.reader("ada@example.org", Map.of());
        office.happened("Product Added", "ada@example.org", Map.of(), Map.of("product_id", "tent", "name", "Tent"));
        office.get(Products.class).put(List.of(Map.of("product_id", "tent", "stock", 0)));
        office.queue(office.decision(ada, UUID.randomUUID(), "send:cart-reminder"));
        office.deliver();
        assertThat(last(ada).gate()).isEqualTo("stock");

        office.setTime(NOON.plusSeconds(1));
        office.queue(office.decision(ada, UUID.randomUUID(), "send:review-request", Office.TENT));
        office.deliver();
        assertThat(office.message(ada).status()).isEqualTo("sent");
    }

    @Test
    void whatTheBudgetDoesNotAllowTodayGoesOutTomorrowAndWhatIsTransactionalAlways() {
        try (var thrifty = new Office(
                database,
                server.port(),
                NOON,
                Map.of(),
                Map.of(
                        "wayfarer.budget.cost.email", "0.4",
                        "wayfarer.budget.daily.email", "1.00",
                        "wayfarer.budget.campaign.welcome", "0.4"))) {
            var people = IntStream.range(0, 4)
                    .mapToObj(i -> thrifty.reader("p" + i + "@example.org", Map.of()))
                    .toList();
            thrifty.queue(thrifty.decision(people.get(0), UUID.randomUUID(), "send:welcome"));
            thrifty.setTime(NOON.plusSeconds(1));
            thrifty.queue(thrifty.decision(people.get(1), UUID.randomUUID(), "send:welcome"));
            thrifty.deliver();
            thrifty.wantTent(people.get(2));
            thrifty.setTime(NOON.plusSeconds(2));
            thrifty.wantTent(people.get(3));
            thrifty.deliver();

            assertThat(people)
                    .extracting(one -> thrifty.message(one).status())
                    .containsExactly("sent", "deferred", "sent", "deferred");
            var midnight = Instant.parse("2026-03-03T00:00:00Z");
            assertThat(thrifty.message(people.get(1)).dueAt()).isEqualTo(midnight);
            assertThat(thrifty.message(people.get(3)).dueAt()).isEqualTo(midnight);
            assertThat(thrifty.message(people.get(1)).verdicts())
                    .last()
                    .isEqualTo(new Verdict("budget", "defer", "the budget of the day for this message is spent"));
            assertThat(thrifty.message(people.get(3)).verdicts())
                    .last()
                    .isEqualTo(new Verdict("budget", "defer", "the channel's budget of the day is spent"));

            thrifty.jdbc.update(
                    "update message set topic = 'transactional', due_at = created_at where sent_at is null");
            thrifty.deliver();
            assertThat(server.taken()).hasSize(4);
        }
    }

    @Test
    void twoNodesSpendOneBudget() throws Exception {
        Map<String, Object> settings = Map.of("wayfarer.budget.cost.email", "1", "wayfarer.budget.daily.email", "10");
        try (var one = new Office(database, server.port(), NOON, Map.of(), settings);
                var two = new Office(database, server.port(), NOON, Map.of(), settings)) {
            IntStream.range(0, 40)
                    .mapToObj(i -> one.reader("p" + i + "@example.org", Map.of()))
                    .forEach(one::wantTent);
            var claims = List.of(
                    List.copyOf(one.get(Messages.class).claim("email", NOON, 20)),
                    List.copyOf(two.get(Messages.class).claim("email", NOON, 20)));
            var threads = Executors.newFixedThreadPool(2);
            for (var work : List.of(
                    threads.submit(() -> one.deliver(claims.get(0))),
                    threads.submit(() -> two.deliver(claims.get(1))))) {
                work.get();
            }
            threads.shutdown();
        }

        assertThat(server.taken()).hasSize(10);
    }

    @Test
    void whatWasGivenBackIsNotPaidFor() {
        Map<String, Object> settings = Map.of("wayfarer.budget.cost.email", "1", "wayfarer.budget.daily.email", "1");
        try (var thrifty = new Office(database, server.port(), NOON, Map.of(), settings)) {
            var ada = thrifty.reader("ada@example.org", Map.of());
            thrifty.wantTent(ada);
            var passed = thrifty.dispatcher()
                    .judge(thrifty.dispatcher().claim("email"))
                    .get(0);
            thrifty.get(ChannelStates.class).pause("email", NOON.plusSeconds(60));
            thrifty.dispatcher().deliver(passed);
            assertThat(server.taken()).isEmpty();

            thrifty.setTime(NOON.plusSeconds(61));
            thrifty.deliver();

            assertThat(server.taken()).hasSize(1);
        }
    }

    /** Somebody who reads mails and SMS. */
    private UUID phoned() {
        return office.person(
                "ada@example.org", Map.of("phone", PHONE), Map.of("consent", Map.of("marketing", true, "sms", true)));
    }

    @Test
    void nothingOfATopicIsSentWithoutConsentToIt() {
        var silent = office.happened("Identified", "silent@example.org", Map.of(), Map.of());
        var refuser = office.happened(
                "Identified", "refuser@example.org", Map.of("consent", Map.of("marketing", false)), Map.of());
        office.wantTent(silent);
        office.wantTent(refuser);

        office.deliver();

        assertThat(server.taken()).isEmpty();
        assertThat(last(silent))
                .isEqualTo(new Verdict("consent", "drop", "they were never asked for consent to the topic"));
        assertThat(last(refuser)).isEqualTo(new Verdict("consent", "drop", "they refused the topic"));
        assertThat(office.message(silent).status()).isEqualTo("dropped");
    }

    @Test
    void whatIsTransactionalSkipsTheLimitsOfMarketingAndSaysSo() {
        var ada = office.happened("Identified", "ada@example.org", Map.of(), Map.of());
        office.setTime(Instant.parse("2026-03-02T23:00:00Z"));
        for (int i = 0; i < 3; i++) {
            office.wantTent(ada);
        }
        office.jdbc.update("update message set topic = 'transactional'");

        office.deliver();

        assertThat(server.taken()).hasSize(3).noneMatch(mail -> mail.contains("List-Unsubscribe"));
        assertThat(office.message(ada).verdicts())
                .filteredOn(verdict ->
                        List.of("consent", "quiet-hours", "frequency-cap").contains(verdict.gate()))
                .hasSize(3)
                .allSatisfy(verdict -> assertThat(verdict.reason()).startsWith("transactional"));
    }

    @Test
    void marketingWaitsForAReviewAndIsDroppedAfterFraud() {
        var suspect = office.reader("suspect@example.org", Map.of());
        var fraud = office.reader("fraud@example.org", Map.of());
        var cleared = office.reader("cleared@example.org", Map.of());
        review(suspect, null);
        review(fraud, "fraud");
        review(cleared, "genuine");
        office.wantTent(suspect);
        office.wantTent(fraud);
        office.wantTent(cleared);

        office.deliver();

        assertThat(server.taken()).hasSize(1);
        assertThat(last(suspect).verdict()).isEqualTo("defer");
        assertThat(last(suspect).gate()).isEqualTo("fraud-review");
        assertThat(office.message(fraud).status()).isEqualTo("dropped");
        assertThat(office.message(cleared).status()).isEqualTo("sent");
    }

    private void review(UUID customer, String outcome) {
        office.jdbc.update(
                "insert into fraud_review (decision_id, customer_id, opened_at, risk, outcome) values (?, ?, ?, ?, ?)",
                UUID.randomUUID(),
                customer,
                NOON.atOffset(ZoneOffset.UTC),
                0.8,
                outcome);
    }

    @Test
    void nothingIsSentToAnAddressOnTheSuppressionListWhateverItIs() {
        var ada = office.reader("ada@example.org", Map.of());
        office.get(Suppressions.class).add("ada@example.org", "complained", NOON);
        office.get(Suppressions.class).add("ada@example.org", "bounced", NOON);
        office.wantTent(ada);
        office.jdbc.update("update message set topic = 'transactional'");

        office.deliver();

        assertThat(server.taken()).isEmpty();
        assertThat(last(ada))
                .isEqualTo(new Verdict("suppression", "drop", "the address is on the suppression list: complained"));
    }

    @Test
    void nothingIsSentWithoutAnAddressOrToSomebodyWhoIsNotThere() {
        var nobody = UUID.randomUUID();
        office.wantTent(nobody);
        office.deliver();

        assertThat(office.message(nobody).status()).isEqualTo("dropped");
        assertThat(last(nobody).reason()).contains("not there");
    }

    @ParameterizedTest
    @CsvSource({
        "'ada@example.org\r\nBcc: eve@example.org'",
        "'ada@example.org, eve@example.org'",
        "'Ada <ada@example.org>'",
        "'ada@example.org\u0000'",
        "'\"ada\r\nRCPT TO:<eve@example.org>\"@example.org'",
        "'ada'",
        "'ada@[127.0.0.1]'"
    })
    void anAddressThatIsMoreThanAnAddressIsNotWrittenTo(String address) {
        var ada = office.reader("ada@example.org", Map.of());
        office.wantTent(ada);
        var stored = address.replace("\u0000", "\u0001");
        office.jdbc.update("update identity set name = ? where customer_id = ?", stored, ada);

        office.deliver();

        assertThat(server.taken()).isEmpty();
        assertThat(last(ada).reason()).contains("not one that can be sent to");
    }

    private Verdict last(UUID customer) {
        var verdicts = office.message(customer).verdicts();
        return verdicts.get(verdicts.size() - 1);
    }
}
