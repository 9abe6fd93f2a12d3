package io.wayfarer.recommend;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;

import io.wayfarer.catalogue.Product;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Profiler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** A small shop for tests: who did what, told in few words, and what the recommender then answers. */
final class Shop {

    final Map<UUID, List<Event>> log = new LinkedHashMap<>();
    final Map<String, Product> catalogue = new HashMap<>();
    private int people;

    static Event ordered(int daysAgo, String... products) {
        var lines = Stream.of(products)
                .map(product -> Map.<String, Object>of("product_id", product))
                .toList();
        return by("u", "Order Completed", ago(daysAgo), Map.of("products", lines));
    }

    static Event viewed(int daysAgo, String product) {
        return by("u", "Product Viewed", ago(daysAgo), Map.of("product_id", product));
    }

    static Event added(int daysAgo, String product) {
        return by("u", "Product Added", ago(daysAgo), Map.of("product_id", product));
    }

    static Instant ago(int days) {
        return NOON.minus(Duration.ofDays(days));
    }

    /** So many people, each of whom did all this. */
    Shop people(int count, Event... did) {
        for (int i = 0; i < count; i++) {
            log.put(new UUID(7, people++), List.of(did));
        }
        return this;
    }

    Shop sells(String... ids) {
        for (var id : ids) {
            put(id, true);
        }
        return this;
    }

    Shop soldOut(String id) {
        put(id, false);
        return this;
    }

    private void put(String id, Boolean available) {
        catalogue.put(
                id,
                new Product(
                        id, "The " + id, "/" + id, null, null, null, NOON, null, null, null, null, available, NOON));
    }

    Model learn() {
        var read = new Interactions(Interactions.Limits.DEFAULT, NOON);
        log.forEach((person, events) -> events.forEach(event -> read.add(person, event)));
        return read.model(Model.Tuning.CHOSEN, () -> {});
    }

    Recommender open() {
        var recommender = new Recommender();
        recommender.use(learn(), catalogue);
        return recommender;
    }

    static Customer customer(Event... did) {
        var customer = Customer.unknown(new UUID(8, 8), Set.of(), NOON);
        for (var event : did) {
            customer = Profiler.after(customer, event);
        }
        return customer;
    }

    static List<String> ids(List<Recommendation> recommendations) {
        return new ArrayList<>(
                recommendations.stream().map(Recommendation::product).toList());
    }
}
