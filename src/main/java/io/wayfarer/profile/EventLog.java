package io.wayfarer.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.ingest.Event;
import io.wayfarer.store.Column;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The log of all events that have had their effect, read again customer by customer. */
@Component
public class EventLog {

    /** Customers of one query: long enough to make queries few, short enough to hold no old snapshot open. */
    private static final int PAGE = 200;

    private final Customers customers;
    private final ObjectMapper json;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate reading;

    EventLog(
            Customers customers,
            ObjectMapper json,
            DataSource dataSource,
            PlatformTransactionManager transactionManager) {
        this.customers = customers;
        this.json = json;
        this.jdbc = new JdbcTemplate(dataSource);
        // PostgreSQL sends a result piece by piece only inside a transaction and with a fetch size
        jdbc.setFetchSize(1000);
        this.reading = new TransactionTemplate(transactionManager);
        reading.setReadOnly(true);
    }

    /** How many events there are. */
    public long size() {
        return jdbc.queryForObject("select count(*) from event", Long.class);
    }

    /**
     * Gives every event with its customer's id: the events of one customer one after the other, in the order in which
     * they happened. Only a page of them is ever in memory. What {@code each} throws ends the reading.
     */
    public void replay(BiConsumer<UUID, Event> each) {
        for (var page = customers.list(PAGE, null);
                !page.isEmpty();
                page = customers.list(PAGE, page.get(page.size() - 1))) {
            replay(page, each);
        }
    }

    /** The same for these customers only. */
    public void replay(List<UUID> ids, BiConsumer<UUID, Event> each) {
        reading.executeWithoutResult(status -> jdbc.query(
                "select customer_id, body from event where customer_id = any(?) order by customer_id, at, id",
                row -> {
                    each.accept(row.getObject(1, UUID.class), read(row.getString(2)));
                },
                Column.uuids(ids)));
    }

    private Event read(String body) {
        try {
            return json.readValue(body, Event.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored event cannot be read", e);
        }
    }
}
