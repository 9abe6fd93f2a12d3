package io.wayfarer.profile;

import static io.wayfarer.profile.Profiles.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.TransientDataAccessException;

/** How people are told apart and joined, on both databases, by the rules of rules/identity.drl. */
abstract class IdentityContract {

    private Profiles profiles;

    abstract DataSource database();

    @BeforeEach
    void nobodyIsKnown() {
        profiles = Profiles.on(database());
    }

    // ---- browsers and devices

    @Test
    void aFamilyOnOneTabletStaysAFamily() {
        profiles.happenedOneByOne(
                says("Identified", 0, "userId:ada", "anonymousId:tablet"),
                says("Ada Reads", 1, "anonymousId:tablet"),
                says("Identified", 2, "userId:bob", "anonymousId:tablet"),
                says("Bob Reads", 3, "anonymousId:tablet"),
                says("Identified", 4, "userId:cleo", "anonymousId:tablet"),
                says("Cleo Reads", 5, "anonymousId:tablet"),
                says("Identified", 6, "userId:ada", "anonymousId:tablet"),
                says("Ada Reads Again", 7, "anonymousId:tablet"));

        assertThat(profiles.log("userId:ada"))
                .containsExactly("Identified", "Ada Reads", "Identified", "Ada Reads Again");
        assertThat(profiles.log("userId:bob")).containsExactly("Identified", "Bob Reads");
        assertThat(profiles.log("userId:cleo")).containsExactly("Identified", "Cleo Reads");
        assertThat(merges()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasDoneUnknownIsTheirsWhoSignInUpToTheLastSignOut(boolean inOneBatch) {
        var events = List.of(
                says("Identified", 0, "userId:ada", "anonymousId:elsewhere"),
                says("Before Ada", 1, "anonymousId:b1"),
                says("Identified", 2, "userId:ada", "anonymousId:b1"),
                says("As Ada", 3, "anonymousId:b1"),
                says("Signed Out", 4, "anonymousId:b1"),
                says("Before Bob", 5, "anonymousId:b1"),
                says("Identified", 6, "userId:bob", "anonymousId:b1"),
                says("As Bob", 7, "anonymousId:b1"),
                says("Signed Out", 8, "userId:bob", "anonymousId:b1"),
                says("After All", 9, "anonymousId:b1"));
        if (inOneBatch) {
            profiles.happened(events.toArray(Event[]::new));
        } else {
            events.forEach(profiles::happened);
        }

        assertThat(profiles.log("userId:ada"))
                .containsExactly("Identified", "Before Ada", "Identified", "As Ada", "Signed Out");
        assertThat(profiles.log("userId:bob")).containsExactly("Before Bob", "Identified", "As Bob", "Signed Out");
        assertThat(profiles.log("anonymousId:b1")).containsExactly("After All");
        assertThat(profiles.find("userId:ada").features().lifetime(Metric.EVENTS))
                .isEqualTo(5);
        assertThat(profiles.find("userId:bob").features().lifetime(Metric.EVENTS))
                .isEqualTo(4);
    }

    @Test
    void aSignOutOfNobodySplitsNobody() {
        profiles.happenedOneByOne(
                says("Page Viewed", 0, "anonymousId:b1"),
                says("Signed Out", 1, "anonymousId:b1"),
                says("Page Viewed", 2, "anonymousId:b1"));

        assertThat(profiles.log("anonymousId:b1")).hasSize(3);
    }

    @Test
    void aNewBrowserIdOnADeviceIsNotTheOneWhoWasThereBefore() {
        profiles.happenedOneByOne(
                says("Identified", 0, "userId:ada", "anonymousId:b1", "device:phone"),
                says("Page Viewed", 1, "anonymousId:b2", "device:phone"));

        assertThat(profiles.log("userId:ada")).containsExactly("Identified");
        assertThat(profiles.id("device:phone")).isEqualTo(profiles.id("anonymousId:b2"));
    }

    @Test
    void anAddressGivenWhileSignedInIsTheirs() {
        profiles.happenedOneByOne(
                says("Identified", 0, "userId:ada", "anonymousId:b1"),
                says("Newsletter Ordered", 1, "email:ada@example.org", "anonymousId:b1"),
                says("Newsletter Ordered", 2, "email:bob@example.org", "anonymousId:b1"));

        assertThat(profiles.id("email:ada@example.org")).isEqualTo(profiles.id("userId:ada"));
        assertThat(profiles.id("email:bob@example.org")).isNotEqualTo(profiles.id("userId:ada"));
    }

    // ---- CRMs, addresses, numbers

    @Test
    void aCrmIdAndAnAddressMakeTheSamePeopleInWhateverOrderTheyCome() {
        var random = new Random(5);
        for (int round = 0; round < 20; round++) {
            var n = round;
            var events = new ArrayList<>(List.of(
                    says("Contact Created", 0, "hubspot:1-" + n, "email:ada@example.org" + n),
                    says("Mail Received", 1, "email:ada@example.org" + n),
                    says("Deal Won", 2, "hubspot:1-" + n),
                    says("Identified", 3, "userId:ada" + n, "email:ada@example.org" + n),
                    says("Order Completed", 4, "shopify:9-" + n, "email:ada@example.org" + n),
                    says("Contact Created", 5, "hubspot:2-" + n, "email:bob@example.org" + n),
                    says("Order Completed", 6, "userId:bob" + n, "email:bob@example.org" + n)));
            Collections.shuffle(events, random);
            for (int from = 0; from < events.size(); from += 2) {
                profiles.happened(
                        events.subList(from, Math.min(events.size(), from + 2)).toArray(Event[]::new));
            }

            var ada = profiles.find("userId:ada" + n);
            assertThat(ada.identities())
                    .as("round %s", round)
                    .extracting(Identity::toString)
                    .containsExactlyInAnyOrder(
                            "userId:ada" + n, "hubspot:1-" + n, "shopify:9-" + n, "email:ada@example.org" + n);
            assertThat(profiles.log("userId:ada" + n)).hasSize(5);
            assertThat(ada.features().lifetime(Metric.EVENTS)).isEqualTo(5);
            assertThat(profiles.id("hubspot:2-" + n)).isEqualTo(profiles.id("userId:bob" + n));
            assertThat(customers()).isEqualTo(2 * (round + 1));
        }
    }

    @Test
    void whoChangesTheirAddressInTheCrmStaysOnePerson() {
        profiles.happenedOneByOne(
                says("Contact Created", 0, "hubspot:1", "email:old@example.org"),
                says("Mail Received", 1, "email:new@example.org"),
                says("Contact Changed", 2, "hubspot:1", "email:new@example.org"));

        assertThat(profiles.id("email:new@example.org")).isEqualTo(profiles.id("email:old@example.org"));
        assertThat(profiles.log("hubspot:1")).hasSize(3);
    }

    @Test
    void aFamilysAddressAndNumberMakeNobodyOne() {
        profiles.happenedOneByOne(
                says("Identified", 0, "userId:ada", "email:family@example.org"),
                says("Identified", 1, "userId:bob", "email:family@example.org"),
                says("Contact Created", 2, "hubspot:1", "email:cleo@example.org", "phone:+4930901820"),
                says("Contact Created", 3, "hubspot:2", "email:dora@example.org", "phone:+4930901820"),
                says("Call Received", 4, "email:emil@example.org", "phone:+4930901820"));

        assertThat(List.of("userId:ada", "userId:bob", "hubspot:1", "hubspot:2", "email:emil@example.org").stream()
                        .map(profiles::id))
                .doesNotHaveDuplicates();
        assertThat(profiles.id("phone:+4930901820")).isEqualTo(profiles.id("hubspot:1"));
        assertThat(merges()).isZero();
    }

    // ---- what strangers may try

    @ParameterizedTest
    @ValueSource(strings = {"null", "undefined", "0", "NULL", " none "})
    void whatProgramsWriteForNobodyJoinsNobody(String value) {
        profiles.happenedOneByOne(
                says("Identified", 0, "userId:ada", "anonymousId:" + value),
                says("Identified", 1, "userId:bob", "anonymousId:" + value),
                says("Page Viewed", 2, "anonymousId:" + value),
                says("Page Viewed", 3, "userId:" + value));

        assertThat(profiles.log("userId:ada")).hasSize(1);
        assertThat(profiles.log("userId:bob")).hasSize(1);
        assertThat(profiles.who("anonymousId:" + value.strip())).isEmpty();
        assertThat(profiles.quarantine().list(10, null)).hasSize(2).allSatisfy(item -> assertThat(item.reason())
                .contains("no identity"));
    }

    @Test
    void aBrowserOfMoreThanTwentyPeopleIsNobodys() {
        for (int i = 0; i < 30; i++) {
            profiles.happened(
                    says("Identified", 10 * i, "userId:u" + i, "anonymousId:kiosk"),
                    says("Page Viewed", 10 * i + 1, "anonymousId:kiosk"));
        }

        assertThat(profiles.log("userId:u3")).hasSize(2);
        assertThat(profiles.log("userId:u29")).hasSize(1);
        assertThat(profiles.who("anonymousId:kiosk")).isEmpty();
        assertThat(profiles.quarantine().list(100, null)).isNotEmpty();
        assertThat(profiles.jdbc().queryForObject("select count(*) from identity_people", Integer.class))
                .isLessThan(25);
    }

    @Test
    void anAddressThatManyShareJoinsOnlySoMany() {
        profiles.happened(says("Mail Received", 0, "email:info@example.org"));
        for (int i = 0; i < 60; i++) {
            profiles.happenedOneByOne(
                    says("Contact Created", 10 * i + 1, "crm" + i + ":1"),
                    says("Contact Changed", 10 * i + 2, "crm" + i + ":1", "email:info@example.org"));
        }

        assertThat(profiles.jdbc().queryForObject("select count(*) from customer", Integer.class))
                .isGreaterThan(35);
    }

    @Test
    void ofTenThousandIdentitiesOfOnePersonAHundredAreTheirs() {
        var events = new ArrayList<Event>();
        for (int i = 0; i < 10_000; i++) {
            events.add(says("Page Viewed", i, "userId:ada", "anonymousId:b" + i));
        }
        for (int from = 0; from < events.size(); from += 500) {
            profiles.happened(events.subList(from, from + 500).toArray(Event[]::new));
        }

        assertThat(profiles.find("userId:ada").identities()).hasSize(Recognition.MAX_IDENTITIES);
        assertThat(profiles.log("userId:ada")).hasSize(10_000);
    }

    @Test
    void tenThousandHistoriesCannotAllBeMergedIntoOnePerson() {
        for (int i = 0; i < 150; i++) {
            profiles.happened(
                    says("Page Viewed", 2 * i, "anonymousId:b" + i),
                    says("Identified", 2 * i + 1, "userId:ada", "anonymousId:b" + i));
        }

        assertThat(profiles.find("userId:ada").identities()).hasSizeLessThanOrEqualTo(Recognition.MAX_IDENTITIES);
    }

    // ---- cost

    @Test
    void aBatchWithNothingNewAsksNothingMore() {
        profiles.happened(says("Identified", 0, "userId:ada", "anonymousId:b1", "email:ada@example.org"));
        profiles.jdbc().execute("drop table identity_people");
        profiles.jdbc().execute("drop table kept_apart");

        profiles.happened(
                says("Page Viewed", 1, "userId:ada", "anonymousId:b1"),
                says("Page Viewed", 2, "anonymousId:b1"),
                says("Page Viewed", 3, "userId:ada", "anonymousId:b1", "email:ada@example.org"));

        assertThat(profiles.log("userId:ada")).hasSize(4);
    }

    // ---- at once

    @Test
    void twoBatchesThatBindTheSameIdentityAtOnceEndAsIfOneHadComeFirst() throws Exception {
        var workers = Executors.newFixedThreadPool(2);
        try {
            for (int n = 0; n < 15; n++) {
                profiles.happened(
                        says("Signed Up", 0, "userId:ada" + n), says("Mail Received", 1, "email:ada@example.org" + n));
                atOnce(
                        workers,
                        says("Identified", 2, "userId:ada" + n, "email:ada@example.org" + n, "anonymousId:b" + n),
                        says("Page Viewed", 3, "email:ada@example.org" + n, "anonymousId:b" + n));

                assertThat(customers()).isEqualTo(n + 1);
                assertThat(profiles.log("userId:ada" + n)).hasSize(4);
                assertThat(profiles.find("userId:ada" + n).features().lifetime(Metric.EVENTS))
                        .isEqualTo(4);
                assertThat(profiles.find("userId:ada" + n).identities()).hasSize(3);
            }
            for (int n = 0; n < 15; n++) {
                atOnce(
                        workers,
                        says("Identified", 2, "hubspot:10" + n, "email:bob@example.org" + n),
                        says("Identified", 3, "shopify:10" + n, "email:bob@example.org" + n));

                assertThat(profiles.id("hubspot:10" + n)).isEqualTo(profiles.id("shopify:10" + n));
                assertThat(profiles.find("hubspot:10" + n).features().lifetime(Metric.EVENTS))
                        .isEqualTo(2);
            }
        } finally {
            workers.shutdownNow();
        }
    }

    /** Two workers, each with its event, tried again as the inbox does; both have looked before either writes. */
    private void atOnce(ExecutorService workers, Event one, Event other) throws Exception {
        var barrier = new CyclicBarrier(2);
        var first = workers.submit(() -> work(one, barrier));
        var second = workers.submit(() -> work(other, barrier));
        first.get(60, TimeUnit.SECONDS);
        second.get(60, TimeUnit.SECONDS);
    }

    private Void work(Event event, CyclicBarrier barrier) {
        for (int attempt = 0; attempt < 20; attempt++) {
            var isFirst = attempt == 0;
            try {
                profiles.transactions().executeWithoutResult(status -> {
                    var known = profiles.customers().recall(new Batch(0, List.of(event)));
                    if (isFirst) {
                        await(barrier);
                    }
                    profiles.customers().keep(known, Profiles.after(known));
                });
                return null;
            } catch (TransientDataAccessException | DuplicateKeyException e) {
                // as the inbox does: taken again
            }
        }
        throw new AssertionError("never worked off");
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private int customers() {
        return profiles.jdbc().queryForObject("select count(*) from customer", Integer.class);
    }

    private int merges() {
        return profiles.jdbc().queryForObject("select count(*) from customer_merge", Integer.class);
    }
}
