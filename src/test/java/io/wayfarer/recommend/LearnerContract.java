package io.wayfarer.recommend;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.wayfarer.catalogue.Products;
import io.wayfarer.ingest.Batch;
import io.wayfarer.ingest.Event;
import io.wayfarer.ingest.Inboxes;
import io.wayfarer.ingest.Quarantine;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.CustomerStores;
import io.wayfarer.profile.Customers;
import io.wayfarer.profile.EventLog;
import io.wayfarer.profile.Profiler;
import io.wayfarer.time.BackgroundWork.State;
import io.wayfarer.time.ProductClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** From the stored events and products to what is offered, on both databases. */
abstract class LearnerContract {

    private static final Instant NOW = NOON.plus(Duration.ofDays(10));

    private AnnotationConfigApplicationContext product;

    abstract DataSource database();

    @BeforeEach
    void start() {
        var database = database();
        product = new AnnotationConfigApplicationContext();
        product.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test", Map.of("wayfarer.recommend.every", "1d", "wayfarer.recommend.stock", "1h")));
        product.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance());
        var clock = new ProductClock(Clock.fixed(NOW, ZoneOffset.UTC), 1, Instant.EPOCH);
        product.registerBean(DataSource.class, () -> database);
        product.registerBean(JdbcTemplate.class, () -> new JdbcTemplate(database));
        product.registerBean(JdbcTransactionManager.class, () -> new JdbcTransactionManager(database));
        product.registerBean(ObjectMapper.class, () -> Inboxes.JSON);
        product.registerBean(ProductClock.class, () -> clock);
        product.registerBean(Quarantine.class, () -> Inboxes.quarantine(database, clock));
        product.registerBean(Customers.class, () -> CustomerStores.of(database));
        product.register(EventLog.class, Products.class, Recommender.class, Learner.class);
        product.refresh();
        products()
                .put(Stream.of("tent", "stove", "lantern")
                        .map(id -> Map.<String, Object>of(
                                "id", id, "name", "The " + id, "price", 20, "stock", 5, "updated_at", NOON.toString()))
                        .toList());
    }

    @AfterEach
    void stop() {
        product.close();
    }

    @Test
    void whatIsInTheLogIsLearntAndOfferedAsTheCatalogueHasIt() {
        history();
        learn();

        var offered = recommender().forCustomer(ada(), NOW, 1).get(0);
        assertThat(offered.product()).isEqualTo("stove");
        assertThat(offered.name()).isEqualTo("The stove");
        assertThat(offered.price()).isEqualByComparingTo("20");
        assertThat(offered.reason().words().get("en")).isEqualTo("Often bought with The tent, which you bought");
        assertThat(offered.model()).isEqualTo(learner().learning().model());
        assertThat(learner().learning().events()).isEqualTo(21);
        assertThat(learner().learning().people()).isEqualTo(21);
        assertThat(learner().learning().products()).isEqualTo(3);
    }

    @Test
    void whatIsSoldOutMeanwhileIsNoLongerOfferedAndWhatItLeadsToIs() {
        history();
        learn();
        products().put(List.of(Map.of("id", "stove", "stock", 0)));
        learner().lookAtStock();
        assertThat(Shop.ids(recommender().forCustomer(ada(), NOW, 10))).containsExactly("lantern");
        assertThat(Shop.ids(recommender().related("stove", 10))).containsExactly("tent");
    }

    @Test
    void theSameLogGivesTheSameModelAndFailureLeavesWhatServed() {
        history();
        var version = learn().model();
        assertThat(learn().model()).isEqualTo(version);

        product.getBean(JdbcTemplate.class).update("update event set body = 'no json'");
        var failed = learn();
        assertThat(failed.state()).isEqualTo(State.FAILED);
        assertThat(failed.step()).contains("cannot be read");
        assertThat(recommender().model().version).isEqualTo(version);
    }

    @Test
    void anEmptyLogIsNoFailureAndTheFirstReadingNeedsNobody() {
        learner().schedule();
        await().until(() -> learner().learning().state() == State.DONE);
        assertThat(recommender().forCustomer(Shop.customer(), NOW, 10)).isEmpty();
    }

    /** Twelve people ordered a tent with a stove, eight a lantern; Ada bought a tent. */
    private void history() {
        var events = new ArrayList<Event>();
        for (int n = 0; n < 20; n++) {
            events.add(by("u" + n, "Order Completed", NOON, n < 12 ? order("tent", "stove") : order("lantern")));
        }
        events.add(by("ada", "Order Completed", NOON, order("tent")));
        var customers = product.getBean(Customers.class);
        var known = customers.recall(new Batch(0, events));
        var after = new HashMap<UUID, Customer>();
        for (int i = 0; i < events.size(); i++) {
            var owner = known.owners().get(i);
            after.put(owner, Profiler.after(known.customers().get(owner), events.get(i)));
        }
        customers.keep(known, after);
    }

    private static Map<String, Object> order(String... ids) {
        return Map.of(
                "products", Stream.of(ids).map(id -> Map.of("product_id", id)).toList());
    }

    private Customer ada() {
        var customers = product.getBean(Customers.class);
        return customers
                .find(io.wayfarer.profile.Identity.parse("userId:ada"))
                .flatMap(customers::find)
                .orElseThrow();
    }

    private Learning learn() {
        var before = learner().learning();
        assertThat(learner().start()).isTrue();
        await().until(() -> {
            var now = learner().learning();
            return now != before && now.endedAt() != null && !learner().isRunning();
        });
        return learner().learning();
    }

    private Learner learner() {
        return product.getBean(Learner.class);
    }

    private Recommender recommender() {
        return product.getBean(Recommender.class);
    }

    private Products products() {
        return product.getBean(Products.class);
    }
}
