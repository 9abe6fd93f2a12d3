package io.wayfarer.profile;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** What the log of events promises, on both databases. */
abstract class EventLogContract {

    private Customers customers;
    private EventLog log;

    abstract DataSource database();

    @BeforeEach
    void emptyLog() {
        var database = database();
        var profiles = Profiles.on(database);
        customers = profiles.customers();
        log = new EventLog(customers, profiles.json(), database, new JdbcTransactionManager(database));
    }

    @Test
    void everyEventIsReadOnceCustomerByCustomerInOrderOfTime() {
        var random = new Random(1);
        var events = new ArrayList<Event>();
        // more people than fit on one page, and their events in no order
        for (int i = 0; i < 2000; i++) {
            var at = NOON.plusSeconds(random.nextInt(1_000_000));
            events.add(by("u" + random.nextInt(450), "Page Viewed", at, Map.of("n", i)));
        }
        happened(events);

        var read = new ArrayList<Event>();
        var owners = new ArrayList<UUID>();
        log.replay((owner, event) -> {
            if (owners.isEmpty() || !owners.get(owners.size() - 1).equals(owner)) {
                owners.add(owner);
            } else {
                assertThat(event.at())
                        .isAfterOrEqualTo(read.get(read.size() - 1).at());
                assertThat(event.userId()).isEqualTo(read.get(read.size() - 1).userId());
            }
            read.add(event);
        });
        assertThat(log.size()).isEqualTo(2000);
        assertThat(new HashSet<>(owners)).hasSize(owners.size()).hasSizeGreaterThan(400);
        read.sort(Comparator.comparing(Event::id));
        events.sort(Comparator.comparing(Event::id));
        assertThat(read).isEqualTo(events);
    }

    @Test
    void whatTheReaderThrowsEndsTheReading() {
        happened(List.of(by("u1", "Page Viewed", NOON, Map.of()), by("u2", "Page Viewed", NOON, Map.of())));
        assertThatThrownBy(() -> log.replay((owner, event) -> {
                    throw new CancellationException();
                }))
                .isInstanceOf(CancellationException.class);
    }

    private void happened(List<Event> events) {
        var known = customers.recall(new Batch(0, events));
        customers.keep(known, known.customers());
    }
}
