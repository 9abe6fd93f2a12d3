package io.wayfarer.profile;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static io.wayfarer.Events.byBrowser;
import static io.wayfarer.Events.event;
import static io.wayfarer.Events.identify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.OptimisticLockingFailureException;

/** What the store of customers promises, on both databases. */
abstract class CustomersContract {

    private Customers customers;

    abstract DataSource database();

    @BeforeEach
    void emptyStore() {
        customers = Profiles.on(database()).customers();
    }

    @Test
    void whatIsKeptIsFoundAgain() {
        happened(
                identify(
                        "u1",
                        "b1",
                        "ada@example.org",
                        NOON,
                        Map.of("name", "Ada", "consent", Map.of("marketing", true))),
                by("u1", "Product Added", NOON.plusSeconds(1), Map.of("product_id", "tent", "price", 99.5)));

        var ada = find("email", "ada@example.org");
        assertThat(ada.version()).isEqualTo(1);
        assertThat(ada.trait("name")).isEqualTo("Ada");
        assertThat(ada.consentsTo("marketing")).isTrue();
        assertThat(ada.stage()).isEqualTo(Stage.AWARENESS);
        assertThat(ada.stageSince()).isEqualTo(NOON);
        assertThat(ada.features().cart().get(0).price()).isEqualTo(99.5);
        assertThat(ada.identities())
                .extracting(Identity::name)
                .containsExactlyInAnyOrder("u1", "b1", "ada@example.org");
        assertThat(customers.events(ada.id(), 10))
                .extracting(Event::name)
                .containsExactly("Product Added", "Identified");
    }

    @Test
    void whatWasWorkedOffBeforeIsLeftOut() {
        var event = by("u1", "Page Viewed", NOON, Map.of());
        happened(event);

        assertThat(customers.recall(new Batch(0, List.of(event))).events()).isEmpty();
    }

    @Test
    void aBrowsersHistoryBelongsToWhoeverSignsUpOnIt() {
        happened(byBrowser("b1", "Product Viewed", NOON, Map.of("product_id", "tent")));
        happened(identify("u1", "b1", null, NOON.plusSeconds(5), Map.of()));
        happened(byBrowser("b1", "Page Viewed", NOON.plusSeconds(9), Map.of()));

        assertThat(find("userId", "u1").features().lifetime(Metric.EVENTS)).isEqualTo(3);
    }

    @Test
    void twoPeopleOnOneBrowserStayTwo() {
        happened(identify("u1", "b1", "ada@example.org", NOON, Map.of()));
        happened(identify("u2", "b1", "bob@example.org", NOON.plusSeconds(5), Map.of()));
        happened(byBrowser("b1", "Page Viewed", NOON.plusSeconds(9), Map.of()));

        var ada = find("userId", "u1");
        var bob = find("userId", "u2");
        assertThat(ada.id()).isNotEqualTo(bob.id());
        assertThat(ada.features().lifetime(Metric.EVENTS)).isEqualTo(1);
        assertThat(bob.features().lifetime(Metric.EVENTS)).isEqualTo(2);
        assertThat(ada.identities()).extracting(Identity::name).doesNotContain("b1");
        assertThat(bob.identities()).extracting(Identity::name).contains("b1");
    }

    @Test
    void twoPeopleOnOneBrowserStayTwoWithinOneBatchToo() {
        happened(
                identify("u1", "b1", "ada@example.org", NOON, Map.of()),
                identify("u2", "b1", "bob@example.org", NOON.plusSeconds(5), Map.of()),
                byBrowser("b1", "Page Viewed", NOON.plusSeconds(9), Map.of()));

        assertThat(find("userId", "u1").id()).isNotEqualTo(find("userId", "u2").id());
        assertThat(find("anonymousId", "b1").id())
                .isEqualTo(find("userId", "u2").id());
        assertThat(find("userId", "u1").identities()).extracting(Identity::name).doesNotContain("b1");
    }

    @Test
    void twoUserIdsWithOneEmailStayTwo() {
        happened(identify("u1", null, "family@example.org", NOON, Map.of()));
        happened(identify("u2", null, "family@example.org", NOON.plusSeconds(5), Map.of()));

        assertThat(find("userId", "u1").id()).isNotEqualTo(find("userId", "u2").id());
        assertThat(find("email", "family@example.org").id())
                .isEqualTo(find("userId", "u1").id());
    }

    @Test
    void somebodyKnownByMailOnlyIsTheOneWhoSignsUpWithThatAddress() {
        happened(mailFrom("ada@example.org"));
        happened(identify("u1", "b1", "ada@example.org", NOON.plusSeconds(5), Map.of()));

        assertThat(find("userId", "u1").id())
                .isEqualTo(find("email", "ada@example.org").id());
    }

    @Test
    void theBatchIsRefusedWhenAnotherWorkerChangedACustomer() {
        happened(by("u1", "Page Viewed", NOON, Map.of()));
        var mine = customers.recall(batch(by("u1", "Page Viewed", NOON.plusSeconds(1), Map.of())));
        happened(by("u1", "Page Viewed", NOON.plusSeconds(2), Map.of()));

        assertThatThrownBy(() -> customers.keep(mine, after(mine)))
                .isInstanceOf(OptimisticLockingFailureException.class);
    }

    @Test
    void customersAreListedPageByPage() {
        for (int i = 0; i < 5; i++) {
            happened(by("u" + i, "Page Viewed", NOON.plusSeconds(i), Map.of()));
        }

        var first = customers.list(3, null);
        var second = customers.list(3, first.get(2));
        assertThat(first).hasSize(3);
        assertThat(second).hasSize(2).doesNotContainAnyElementsOf(first);
    }

    @Test
    void textOfAnyKindIsKept() {
        var name = "Robert'); drop table customer;-- \u5F20\u4F1F \uD83D\uDE00";
        happened(identify("u'1", null, null, NOON, Map.of("name", name)));

        assertThat(find("userId", "u'1").trait("name")).isEqualTo(name);
    }

    private static Event mailFrom(String address) {
        return event("Mail Received", NOON, null, null, address, Map.of(), Map.of("text", "Hello"));
    }

    private void happened(Event... events) {
        var known = customers.recall(batch(events));
        customers.keep(known, after(known));
    }

    private static Map<UUID, Customer> after(Known known) {
        var after = new LinkedHashMap<UUID, Customer>();
        for (int i = 0; i < known.events().size(); i++) {
            var owner = known.owners().get(i);
            var before = after.getOrDefault(owner, known.customers().get(owner));
            after.put(owner, Profiler.after(before, known.events().get(i)));
        }
        return after;
    }

    private static Batch batch(Event... events) {
        return new Batch(0, List.of(events));
    }

    private Customer find(String kind, String name) {
        return customers
                .find(new Identity(new Identity.Kind(kind), name))
                .flatMap(customers::find)
                .orElseThrow();
    }
}
