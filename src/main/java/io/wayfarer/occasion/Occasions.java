package io.wayfarer.occasion;

import io.wayfarer.catalogue.Product;
import io.wayfarer.catalogue.Products;
import io.wayfarer.decide.Decided;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Fields;
import io.wayfarer.ingest.Inbox;
import io.wayfarer.occasion.Occasion.Due;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.Move;
import io.wayfarer.store.Column;
import io.wayfarer.store.RuleText;
import io.wayfarer.store.Version;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Knows of each customer when to look at them next, and makes an event of each occasion that has come. The spine notes the
 * moment when it changes; driven by routes/occasions.camel.yaml, what has come is told outside of it. No occasion is missed
 * when the program was down, and none is told twice. What would have come before we heard of it is left out, so that
 * imported history starts nothing.
 */
@Component
public class Occasions {

    private static final String SOURCE = Event.OCCASIONS;

    static final String EVENT = "Occasion Due";

    private static final String FILE = "occasions.txt";
    private static final int CHUNK = 500;

    private record Look(UUID customer, Instant due) {}

    private final List<Occasion> occasions;
    private final String version;
    private final Customers customers;
    private final Products products;
    private final Inbox inbox;
    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;
    private final ZoneId zone;
    private boolean isFileKnown;

    /** @throws IllegalArgumentException when the file of occasions cannot be used */
    Occasions(
            Customers customers,
            Products products,
            Inbox inbox,
            JdbcTemplate jdbc,
            PlatformTransactionManager transactionManager,
            Clock clock,
            @Value("${wayfarer.zone}") ZoneId zone,
            @Value("${wayfarer.rules.dir}") String rulesDir) {
        var text = RuleText.of(rulesDir, FILE);
        this.occasions = Occasion.parse(text);
        this.version = Version.of(text);
        this.customers = customers;
        this.products = products;
        this.inbox = inbox;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.clock = clock;
        this.zone = zone;
    }

    /** Notes when to look next at those for whom the batch changed it, in the caller's transaction: few, so often none. */
    public void follow(Decided decided) {
        var now = clock.instant();
        var joined = decided.moves().stream().map(Move::to).collect(Collectors.toSet());
        var looks = new ArrayList<Look>(0);
        decided.known().customers().forEach((id, before) -> {
            var after = decided.after().get(id);
            if (after != null && (joined.contains(id) || mayDiffer(before, after))) {
                var next = next(after, now);
                if (joined.contains(id) || !Objects.equals(next, next(before, now))) {
                    looks.add(new Look(id, next));
                }
            }
        });
        keep(looks, now);
    }

    /** False when nothing that an occasion depends on has changed; what has not is the same object. */
    private static boolean mayDiffer(Customer before, Customer after) {
        var features = after.features();
        return before.traits() != after.traits()
                || before.features().bought() != features.bought()
                || !Objects.equals(before.features().lastOrder(), features.lastOrder())
                || !Objects.equals(before.features().firstSeen(), features.firstSeen());
    }

    /** Customers who were merged or parted again are looked at anew, in the caller's transaction. */
    public void move(List<Move> moves) {
        var now = clock.instant();
        keep(moves.stream().map(move -> new Look(move.to(), now)).toList(), now);
    }

    private Instant next(Customer customer, Instant after) {
        return occasions.stream()
                .flatMap(occasion -> occasion.after(customer, after, zone))
                .map(Due::at)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Whom we have not looked at though it was time stays due. */
    private void keep(Collection<Look> looks, Instant now) {
        if (looks.isEmpty()) {
            return;
        }
        var byCustomer = new TreeMap<UUID, Look>();
        looks.forEach(look -> byCustomer.put(look.customer(), look));
        jdbc.update(
                "merge into occasion o using (select * from unnest(cast(? as uuid array),"
                        + " cast(? as timestamp(6) with time zone array)) as t (customer_id, due_at)) s"
                        + " on o.customer_id = s.customer_id"
                        + " when matched and (o.due_at is null or o.due_at > ?) then update set due_at = s.due_at"
                        + " when not matched then insert (customer_id, due_at) values (s.customer_id, s.due_at)",
                Column.uuids(byCustomer.values(), Look::customer),
                Column.times(byCustomer.values(), Look::due),
                now.atOffset(ZoneOffset.UTC));
    }

    /** Tells what has come, of some customers. @return true when there is more to do */
    public boolean tell() {
        if (!isFileKnown) {
            transactions.executeWithoutResult(status -> lookAtAllAfterAChangeOfTheFile());
            isFileKnown = true;
        }
        return !inbox.isFull() && Boolean.TRUE.equals(transactions.execute(status -> tellNext()));
    }

    private void lookAtAllAfterAChangeOfTheFile() {
        var known = jdbc.queryForObject("select version from occasion_file for update", String.class);
        if (!version.equals(known)) {
            var now = clock.instant().atOffset(ZoneOffset.UTC);
            jdbc.update("update occasion set due_at = ? where due_at is null or due_at > ?", now, now);
            jdbc.update(
                    "insert into occasion (customer_id, due_at) select id, cast(? as timestamp(6) with time zone)"
                            + " from customer c where not exists (select 1 from occasion o where o.customer_id = c.id)",
                    now);
            jdbc.update("update occasion_file set version = ?", version);
        }
    }

    private boolean tellNext() {
        var now = clock.instant();
        var looks = jdbc.query(
                "select customer_id, due_at from occasion where due_at <= ? order by due_at limit ? for update skip locked",
                (row, n) -> new Look(
                        row.getObject(1, UUID.class),
                        row.getObject(2, OffsetDateTime.class).toInstant()),
                now.atOffset(ZoneOffset.UTC),
                CHUNK);
        if (looks.isEmpty()) {
            return false;
        }
        var known = customers.find(looks.stream().map(Look::customer).toList());
        var due = new LinkedHashMap<Customer, List<Due>>();
        for (var look : looks) {
            var customer = known.get(look.customer());
            if (customer != null) {
                due.put(customer, dueOf(customer, look.due(), now));
            }
        }
        var about = products.find(due.values().stream()
                .flatMap(List::stream)
                .map(Due::product)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        var events = new ArrayList<Event>();
        due.forEach((customer, all) ->
                all.forEach(one -> event(customer, one, about, now).ifPresent(events::add)));
        if (!events.isEmpty()) {
            inbox.accept(events);
        }
        // the rows stay, for the spine may wait for them; nothing is in sight for somebody who is gone
        var after = looks.stream()
                .map(Look::customer)
                .map(id -> new Look(id, known.containsKey(id) ? next(known.get(id), now) : null))
                .toList();
        jdbc.update(
                "merge into occasion o using (select * from unnest(cast(? as uuid array),"
                        + " cast(? as timestamp(6) with time zone array)) as t (customer_id, due_at)) s"
                        + " on o.customer_id = s.customer_id when matched then update set due_at = s.due_at",
                Column.uuids(after, Look::customer),
                Column.times(after, Look::due));
        return looks.size() == CHUNK;
    }

    /** What has come from the moment of the look until now. */
    private List<Due> dueOf(Customer customer, Instant from, Instant now) {
        return occasions.stream()
                .flatMap(occasion -> occasion.after(customer, from.minusNanos(1000), zone))
                .filter(due -> !due.at().isAfter(now))
                .toList();
    }

    /** Empty also for a product that cannot be named or is sold out. */
    private Optional<Event> event(Customer customer, Due due, Map<String, Product> about, Instant now) {
        var said = new LinkedHashMap<String, Object>();
        said.put("occasion", due.occasion().name());
        said.put("due", due.at().toString());
        if (due.product() != null) {
            var product = about.get(due.product());
            if (product == null || product.name() == null || Boolean.FALSE.equals(product.available())) {
                return Optional.empty();
            }
            said.put("product_id", product.id());
            product.describe(said);
        }
        var message = Fields.hash(due.occasion().name() + "\u001F" + due.product() + due.at() + customer.id());
        return customers.event(customer, SOURCE, message, EVENT, now, said);
    }
}
