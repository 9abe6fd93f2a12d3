package io.wayfarer.recommend;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static io.wayfarer.recommend.Shop.ordered;
import static io.wayfarer.recommend.Shop.viewed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.ingest.Marks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import weka.associations.FPGrowth;
import weka.core.Attribute;
import weka.core.Instances;
import weka.core.SparseInstance;

class InteractionsTest {

    @Test
    void aMillionDistinctProductsTakeNoMoreThanTheLimitsAndTheRealOnesAreKept() {
        var limits = new Interactions.Limits(200, 100, 10_000, 50_000);
        var read = new Interactions(limits, NOON);
        var random = new Random(1);
        var most = 0L;
        for (int person = 0; person < 10_000; person++) {
            var owner = new UUID(random.nextLong(), random.nextLong());
            for (int n = 0; n < 100; n++) {
                read.add(owner, viewed(1, "made-up-" + person + "-" + n));
            }
            read.add(owner, ordered(1, "tent", "stove"));
            most = Math.max(most, read.entries());
            assertThat(read.products()).isLessThanOrEqualTo(10_000);
        }
        var model = read.model(Model.Tuning.CHOSEN, () -> {});

        assertThat(read.people()).isEqualTo(10_000);
        assertThat(most).isLessThanOrEqualTo(50_000).isGreaterThan(20_000);
        assertThat(model.ids()).containsExactly("stove", "tent");
        assertThat(model.buyersLately(model.find("tent"))).isEqualTo(10_000);
        assertThat(model.orders.confidence(0, 0)).isCloseTo(1, within(1e-9));
    }

    @Test
    void ofManyPeopleAnEvenShareIsKeptForPairsAndAllAreCounted() {
        var limits = new Interactions.Limits(200, 100, 10_000, 4_000);
        var read = new Interactions(limits, NOON);
        for (int person = 0; person < 5_000; person++) {
            // one in five people buys both
            var owner = new UUID(person, 7);
            read.add(owner, person % 5 == 0 ? ordered(1, "tent", "stove") : ordered(1, "tent"));
        }
        var model = read.model(Model.Tuning.CHOSEN, () -> {});

        assertThat(read.entries()).isBetween(1_500L, 4_000L);
        assertThat(read.leftOut()).endsWith("pairs are counted of one person in 4");
        assertThat(model.buyersLately(model.find("tent"))).isEqualTo(5_000);
        var tent = model.find("tent");
        assertThat(model.orders.confidence(tent, 0)).isBetween(0.17, 0.23);
    }

    @Test
    void onePersonOfManyProductsAndOrdersIsBounded() {
        var limits = new Interactions.Limits(50, 10, 10_000, 1_000_000);
        var read = new Interactions(limits, NOON);
        var owner = new UUID(1, 1);
        for (int n = 0; n < 5_000; n++) {
            read.add(owner, ordered(2, "a" + n, "b" + n));
        }
        read.add(owner, ordered(1, IntStream.range(0, 20).mapToObj(n -> "c" + n).toArray(String[]::new)));
        read.end();

        assertThat(read.products()).isEqualTo(50);
        // the products, and those of the newest orders that are among them
        assertThat(read.entries()).isLessThanOrEqualTo(50 + 50 * 2);
        assertThat(read.leftOut()).startsWith("1 orders of more than 10 products");
    }

    @Test
    void whatProgramsDidOrIsToldTwiceOrLiesInTheFutureDoesNotCount() {
        var shop = new Shop().people(5, ordered(3, "tent", "stove"));
        var before = shop.learn();
        var order = ordered(1, "tent", "mug");
        shop.people(5, order.with(order.at(), order.at(), Map.of(Marks.BOT, true)))
                .people(5, order.with(order.at(), order.at(), Map.of(Marks.DUPLICATE_OF, "x")))
                .people(5, ordered(-2, "tent", "mug"));

        assertThat(shop.learn().version).isEqualTo(before.version);
        assertThat(shop.people(5, order).learn().version).isNotEqualTo(before.version);
    }

    @Test
    void whoeverComesFirstTheSameModelIsLearnt() {
        var shop = new Shop()
                .people(7, ordered(9, "tent", "stove"), viewed(3, "mug"))
                .people(4, viewed(2, "mug"), ordered(1, "stove"));
        var version = shop.learn().version;
        var people = new ArrayList<>(shop.log.keySet());
        Collections.shuffle(people, new Random(2));
        var read = new Interactions(Interactions.Limits.DEFAULT, NOON);
        people.forEach(person -> shop.log.get(person).forEach(event -> read.add(person, event)));

        assertThat(read.model(Model.Tuning.CHOSEN, () -> {}).version).isEqualTo(version);
    }

    @Test
    void hostilePropertiesAreNoProducts() {
        var read = new Interactions(Interactions.Limits.DEFAULT, NOON);
        var owner = new UUID(1, 1);
        for (var products : List.of("text", 7, List.of("a", 1, List.of(), Map.of("product_id", List.of())), Map.of())) {
            read.add(owner, by("u", "Order Completed", NOON, Map.of("products", products)));
        }
        read.add(owner, by("u", "Product Viewed", NOON, Map.of("product_id", " ")));
        read.add(owner, by("u", "Product Viewed", NOON, Map.of("product_id", "x".repeat(100_000))));
        read.end();

        assertThat(read.products()).isEqualTo(1);
    }

    /** Pairs are counted, and no tree is grown: that gives the same rules of one product to one other. */
    @Test
    void theRulesAreThoseThatFpGrowthFinds() throws Exception {
        var random = new Random(42);
        var baskets = new ArrayList<TreeSet<Integer>>();
        for (int n = 0; n < 400; n++) {
            var basket = new TreeSet<Integer>();
            for (int k = 1 + random.nextInt(6); k > 0; k--) {
                // some are wanted more than others, and neighbours together
                var one = (int) (12 * Math.pow(random.nextDouble(), 2));
                basket.add(one);
                if (random.nextBoolean()) {
                    basket.add((one + 1) % 12);
                }
            }
            baskets.add(basket);
        }
        var shop = new Shop();
        baskets.forEach(basket -> shop.people(
                1, ordered(1, basket.stream().map(InteractionsTest::name).toArray(String[]::new))));
        var model = shop.learn();
        var counted = new HashMap<String, double[]>();
        for (int i = 0; i < model.size(); i++) {
            for (int k = 0; k < model.orders.near()[i].length; k++) {
                var count = model.orders.together()[i][k];
                if (model.orders.confidence(i, k) >= 0.1 && count >= 8) {
                    counted.put(model.id(i) + ">" + model.id(model.orders.near()[i][k]), new double[] {
                        model.orders.support(i, k), model.orders.confidence(i, k), model.orders.lift(i, k)
                    });
                }
            }
        }

        var grown = fpGrowth(baskets);
        assertThat(grown).hasSizeGreaterThan(50);
        assertThat(counted.keySet()).isEqualTo(grown.keySet());
        grown.forEach((rule, figures) -> assertThat(counted.get(rule)).as(rule).containsExactly(figures, within(1e-9)));
    }

    private static Map<String, double[]> fpGrowth(List<TreeSet<Integer>> baskets) throws Exception {
        var attributes = new ArrayList<Attribute>();
        for (int i = 0; i < 12; i++) {
            attributes.add(new Attribute(name(i), List.of("no", "yes")));
        }
        var rows = new Instances("baskets", attributes, baskets.size());
        for (var basket : baskets) {
            var values = new double[12];
            basket.forEach(one -> values[one] = 1);
            rows.add(new SparseInstance(1, values));
        }
        var growth = new FPGrowth();
        growth.setPositiveIndex(2);
        growth.setMaxNumberOfItems(2);
        growth.setLowerBoundMinSupport(8.0 / baskets.size());
        growth.setUpperBoundMinSupport(1);
        growth.setMinMetric(0.1);
        growth.setFindAllRulesForSupportLevel(true);
        growth.buildAssociations(rows);
        var rules = new HashMap<String, double[]>();
        for (var rule : growth.getAssociationRules().getRules()) {
            var from = rule.getPremise().iterator().next().getAttribute().name();
            var to = rule.getConsequence().iterator().next().getAttribute().name();
            rules.put(from + ">" + to, new double[] {
                rule.getTotalSupport() / (double) baskets.size(),
                rule.getNamedMetricValue("Confidence"),
                rule.getNamedMetricValue("Lift")
            });
        }
        return rules;
    }

    private static String name(int product) {
        return "p" + (char) ('a' + product);
    }
}
