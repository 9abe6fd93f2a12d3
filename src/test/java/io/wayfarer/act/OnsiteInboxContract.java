package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The channel of a site's own pages, on both databases. */
abstract class OnsiteInboxContract {

    private Office office;
    private OnsiteInbox inbox;
    private UUID ada;

    abstract DataSource database();

    @BeforeEach
    void open() {
        office = new Office(database(), 1, NOON, Map.of("inbox", Map.of("days", "60")));
        inbox = office.get(OnsiteInbox.class);
        ada = withTent("ada@example.org", Map.of("marketing", true));
    }

    @AfterEach
    void close() {
        office.close();
    }

    private UUID withTent(String email, Map<String, Boolean> consent) {
        office.happened("Identified", email, Map.of("consent", consent), Map.of());
        return office.happened(
                "Product Added",
                email,
                Map.of(),
                Map.of("product_id", "tent", "name", "Tent", "price", 189, "url", "https://shop.example.org/tent"));
    }

    private void send(UUID customer) {
        office.queue(office.decision(customer, UUID.randomUUID(), "send:cart-reminder-inbox"));
        office.deliver("inbox");
    }

    @Test
    void whatIsSentIsThereUnreadWithTitleTextAndLink() {
        send(ada);

        var items = inbox.list(ada, 10, null);
        assertThat(items).hasSize(1);
        assertThat(items.get(0).title()).isEqualTo("Tent is still in your cart");
        assertThat(items.get(0).text()).isEqualTo("It is there just as you left it.");
        assertThat(items.get(0).link()).isEqualTo("https://shop.example.org/");
        assertThat(items.get(0).at()).isEqualTo(NOON);
        assertThat(items.get(0).read()).isFalse();
        assertThat(inbox.unread(ada)).isEqualTo(1);
        assertThat(office.message(ada).status()).isEqualTo("sent");
        assertThat(inbox.list(withTent("bo@example.org", Map.of()), 10, null)).isEmpty();
    }

    @Test
    void theArbiterJudgesItAsAnyMessage() {
        var bo = withTent("bo@example.org", Map.of("marketing", false));

        send(bo);

        assertThat(office.message(bo).status()).isEqualTo("dropped");
        assertThat(inbox.list(bo, 10, null)).isEmpty();
    }

    @Test
    void whatIsSentAgainAfterAKillIsThereOnce() {
        office.queue(office.decision(ada, UUID.randomUUID(), "send:cart-reminder-inbox"));
        office.deliver("inbox");
        office.jdbc.update("update message set status = 'sending', claimed_until = timestamp with time zone"
                + " '2000-01-01 00:00:00+00'");

        office.deliver("inbox");

        assertThat(office.message(ada).status()).isEqualTo("sent");
        assertThat(inbox.list(ada, 10, null)).hasSize(1);
    }

    @Test
    void itIsListedPageByPageTheNewestFirst() {
        for (int day = 0; day < 5; day++) {
            office.setTime(NOON.plus(Duration.ofDays(5L * day)));
            send(ada);
        }

        var first = inbox.list(ada, 2, null);
        var second = inbox.list(ada, 2, first.get(1).id());
        var third = inbox.list(ada, 2, second.get(1).id());
        assertThat(List.of(first, second, third).stream().flatMap(List::stream).map(OnsiteInbox.Item::at))
                .hasSize(5)
                .isSortedAccordingTo(java.util.Comparator.reverseOrder())
                .doesNotHaveDuplicates();
        assertThat(inbox.list(ada, 2, third.get(0).id())).isEmpty();
    }

    @Test
    void whatIsReadStaysAndWhatIsDismissedOrOverGoes() {
        send(ada);
        var id = inbox.list(ada, 1, null).get(0).id();

        inbox.read(List.of(id));
        assertThat(inbox.unread(ada)).isZero();
        assertThat(inbox.list(ada, 1, null).get(0).read()).isTrue();
        assertThat(inbox.unread(ada, List.of(id))).isEmpty();
        assertThat(inbox.shown(ada, List.of(id))).containsEntry(id, "cart-reminder-inbox");
        inbox.dismiss(List.of(id));
        assertThat(inbox.list(ada, 1, null)).isEmpty();

        office.setTime(NOON.plus(Duration.ofDays(2)));
        send(ada);
        office.setTime(NOON.plus(Duration.ofDays(2 + 60)));
        assertThat(inbox.list(ada, 1, null)).isEmpty();
        assertThat(inbox.unread(ada)).isZero();
    }

    @Test
    void aMessageOfSomebodyElseIsNotFound() {
        send(ada);
        var id = inbox.list(ada, 1, null).get(0).id();
        var bo = withTent("bo@example.org", Map.of("marketing", true));

        assertThat(inbox.unread(bo, List.of(id))).isEmpty();
        assertThat(inbox.shown(bo, List.of(id))).isEmpty();
    }
}
