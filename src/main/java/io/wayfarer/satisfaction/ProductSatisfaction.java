package io.wayfarer.satisfaction;

import io.wayfarer.decide.Decided;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Features;
import io.wayfarer.profile.Satisfaction;
import io.wayfarer.profile.Satisfaction.Index;
import io.wayfarer.profile.Satisfaction.Said;
import io.wayfarer.store.Column;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * How satisfied people are with each product, and with all: what rules/satisfaction.drl says of events, summed up by day.
 * An event that names products in a list speaks of each of them.
 */
@Component
public class ProductSatisfaction {

    /** A product, or all, of which less was said is not shown. */
    public static final int SHOWN_FROM = 10;

    /** Of what an order lists, so many products are counted. */
    static final int MAX_PRODUCTS = 50;

    private static final String ALL = "";

    /** How satisfied people are with a product. */
    public record Product(String product, Index satisfaction) {}

    private record Key(String product, int day) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            var byProduct = product.compareTo(other.product);
            return byProduct != 0 ? byProduct : Integer.compare(day, other.day);
        }
    }

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private volatile int forgottenOn;

    ProductSatisfaction(JdbcTemplate jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Adds what the batch says, in the caller's transaction, which holds the batch's partition: one statement, or none. */
    public void follow(Decided decided) {
        var sums = new TreeMap<Key, Said>();
        for (int i = 0; i < decided.said().size(); i++) {
            var said = decided.said().get(i);
            if (said.observations() > 0) {
                add(sums, decided.known().events().get(i), said);
            }
        }
        if (!sums.isEmpty()) {
            keep(decided.known().batch().partitions().get(0), sums);
            forget();
        }
    }

    private void add(Map<Key, Said> sums, Event event, Said said) {
        var day = Features.dayOf(event.at());
        // what is too old to be looked at again costs no row
        if (day > today() - Satisfaction.KEPT_DAYS) {
            sums.merge(new Key(ALL, day), said, Said::plus);
            Features.orderedIn(event.properties()).stream()
                    .limit(MAX_PRODUCTS)
                    .forEach(product -> sums.merge(new Key(product, day), said, Said::plus));
        }
    }

    private void keep(int partition, Map<Key, Said> sums) {
        var rows = sums.entrySet();
        jdbc.update(
                "merge into satisfaction_day d using (select * from unnest(cast(? as varchar array), cast(? as int array),"
                        + " cast(? as int array), cast(? as int array), cast(? as int array))"
                        + " as t (product_id, day_no, observations, weight, points)) s"
                        + " on d.partition_no = ? and d.product_id = s.product_id and d.day_no = s.day_no"
                        + " when matched then update set observations = d.observations + s.observations,"
                        + " weight = d.weight + s.weight, points = d.points + s.points"
                        + " when not matched then insert (partition_no, product_id, day_no, observations, weight, points)"
                        + " values (?, s.product_id, s.day_no, s.observations, s.weight, s.points)",
                Column.texts(rows, row -> row.getKey().product()),
                Column.ints(rows, row -> row.getKey().day()),
                Column.ints(rows, row -> Math.toIntExact(row.getValue().observations())),
                Column.ints(rows, row -> Math.toIntExact(row.getValue().weight())),
                Column.ints(rows, row -> Math.toIntExact(row.getValue().points())),
                partition,
                partition);
    }

    /** Once a day; rows that another worker is forgetting are left to it. */
    private void forget() {
        var today = today();
        if (forgottenOn != today) {
            forgottenOn = today;
            jdbc.update("delete from satisfaction_day where day_no <= ?", today - Satisfaction.KEPT_DAYS);
        }
    }

    /** Of all that was said; empty with less than {@link #SHOWN_FROM}. */
    public Optional<Index> overall() {
        return of(ALL);
    }

    /** Of one product; empty when less than {@link #SHOWN_FROM} was said of it. */
    public Optional<Index> of(String product) {
        return Optional.of(read(List.of(product))
                        .getOrDefault(product, Satisfaction.NOTHING)
                        .at(clock.instant()))
                .filter(index -> index.observations() >= SHOWN_FROM);
    }

    /**
     * Products of which enough was said.
     *
     * @param bestFirst whether those that people are most satisfied with come first, or last
     */
    public List<Product> list(boolean bestFirst, int limit) {
        var today = today();
        var ranked = jdbc.queryForList(
                "select product_id from (select product_id, (" + faded("points")
                        + " + cast(? as double precision)) / (" + faded("weight")
                        + " + cast(? as double precision)) as satisfaction from satisfaction_day where product_id <> ? and day_no > ? and day_no <= ?"
                        + " group by product_id having sum(observations) >= ?) r order by satisfaction"
                        + (bestFirst ? " desc" : "") + ", product_id limit ?",
                String.class,
                today,
                Satisfaction.PRIOR * Satisfaction.PRIOR_WEIGHT,
                today,
                Satisfaction.PRIOR_WEIGHT,
                ALL,
                today - Satisfaction.SPAN_DAYS,
                today,
                SHOWN_FROM,
                limit);
        var read = read(ranked);
        return ranked.stream()
                .map(product -> new Product(product, read.get(product).at(clock.instant())))
                .toList();
    }

    /** The sum of the column with the weights of {@link Satisfaction}, in doubles: H2 takes minutes for decimal floats. */
    private static String faded(String column) {
        return "sum(cast(" + column + " as double precision) / 100 * power(cast(0.5 as double precision),"
                + " cast(cast(? as int) - day_no as double precision) / " + Satisfaction.HALF_LIFE_DAYS + "))";
    }

    private Map<String, Satisfaction> read(Collection<String> products) {
        var read = new HashMap<String, Satisfaction>();
        jdbc.query(
                "select product_id, day_no, sum(observations), sum(weight), sum(points) from satisfaction_day"
                        + " where product_id = any(?) and day_no > ? group by product_id, day_no",
                row -> {
                    var said = new Said(row.getLong(3), row.getLong(4), row.getLong(5));
                    var day = row.getInt(2);
                    read.merge(
                            row.getString(1), Satisfaction.NOTHING.with(day, said), (all, one) -> all.with(day, said));
                },
                Column.texts(products),
                today() - Satisfaction.KEPT_DAYS);
        return read;
    }

    private int today() {
        return Features.dayOf(clock.instant());
    }
}
