package io.wayfarer.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wayfarer.profile.Features;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Recommendations judged by time on the orders of a real shop: {@code ./mvnw test -Dtest=OnlineRetailJudgedTest}. */
class OnlineRetailJudgedTest {

    /** Parameters were chosen on the weeks from these days on, which end before those of the test begin. */
    private static final List<String> VALIDATION = List.of("2011-08-01", "2011-09-01");

    private static final String TEST = "2011-10-01";

    @BeforeEach
    void data() {
        assumeTrue(Files.exists(Retail.FILE), "../shared/data/online-retail is missing");
    }

    @Test
    void personalIsBetterThanPopularOnWhatCustomersBoughtLater() throws IOException {
        var judged = judge(Retail.cutAt(TEST), Model.Tuning.CHOSEN);

        for (var popular : List.of("popular, two weeks' half-life", "popular, of all time")) {
            var personal = judged.get("all: personal");
            var baseline = judged.get("all: " + popular);
            assertThat(personal.people()).isGreaterThan(900);
            assertThat(personal.hitRate()).isGreaterThan(1.3 * baseline.hitRate());
            assertThat(personal.recall()).isGreaterThan(2.5 * baseline.recall());
            assertThat(personal.mrr()).isGreaterThan(1.5 * baseline.mrr());
            assertThat(personal.coverage()).isGreaterThan(20 * baseline.coverage());
            // of what they had never bought; in the weeks before Christmas what is popular hits nearly as often
            personal = judged.get("new: personal");
            baseline = judged.get("new: " + popular);
            assertThat(personal.hitRate()).isGreaterThan(baseline.hitRate());
            assertThat(personal.recall()).isGreaterThan(1.5 * baseline.recall());
            assertThat(personal.mrr()).isGreaterThan(1.1 * baseline.mrr());
        }
        var rules = judged.get("all: association rules");
        assertThat(judged.get("all: personal").hitRate()).isGreaterThan(rules.hitRate());
        assertThat(judged.get("all: personal").recall()).isGreaterThan(rules.recall());
        assertThat(judged.get("all: personal").mrr()).isGreaterThan(rules.mrr());
    }

    @Test
    @EnabledIfSystemProperty(
            named = "wayfarer.tune",
            matches = "true",
            disabledReason = "prints what was tried on the validation days; it asserts nothing new")
    void whatWasTriedOnTheValidationDays() throws IOException {
        var slices = new ArrayList<Retail>();
        for (var day : VALIDATION) {
            slices.add(Retail.cutAt(day));
        }
        var c = Model.Tuning.CHOSEN;
        for (var damping : List.of(0.5, 0.6, 0.7, 0.8)) {
            for (var shrinkage : List.of(0.0, 10.0, 20.0)) {
                tried(
                        slices,
                        "damping " + damping + ", shrinkage " + shrinkage,
                        new Model.Tuning(
                                damping,
                                shrinkage,
                                c.memory(),
                                c.samePeople(),
                                c.fashion(),
                                c.rebuyWeight(),
                                c.rebuyShare(),
                                c.justBought(),
                                c.diversity()));
            }
        }
        for (var days : List.of(30, 60, 120)) {
            tried(
                    slices,
                    "memory of " + days + " days",
                    new Model.Tuning(
                            c.damping(),
                            c.shrinkage(),
                            new Decay(Duration.ofDays(days)),
                            c.samePeople(),
                            c.fashion(),
                            c.rebuyWeight(),
                            c.rebuyShare(),
                            c.justBought(),
                            c.diversity()));
        }
        for (var samePeople : List.of(0.0, 0.25, 0.5, 1.0)) {
            for (var fashion : List.of(0.0, 0.2, 0.3, 0.5)) {
                tried(
                        slices,
                        "same people " + samePeople + ", fashion " + fashion,
                        new Model.Tuning(
                                c.damping(),
                                c.shrinkage(),
                                c.memory(),
                                samePeople,
                                fashion,
                                c.rebuyWeight(),
                                c.rebuyShare(),
                                c.justBought(),
                                c.diversity()));
            }
        }
        for (var weight : List.of(0.0, 0.5, 1.0, 2.0, 4.0)) {
            for (var share : List.of(0.0, 0.05, 0.1)) {
                tried(
                        slices,
                        "rebuy weight " + weight + ", share " + share,
                        new Model.Tuning(
                                c.damping(),
                                c.shrinkage(),
                                c.memory(),
                                c.samePeople(),
                                c.fashion(),
                                weight,
                                share,
                                c.justBought(),
                                c.diversity()));
            }
        }
        for (var diversity : List.of(0.0, 0.1, 0.2, 0.3, 0.5)) {
            tried(
                    slices,
                    "diversity " + diversity,
                    new Model.Tuning(
                            c.damping(),
                            c.shrinkage(),
                            c.memory(),
                            c.samePeople(),
                            c.fashion(),
                            c.rebuyWeight(),
                            c.rebuyShare(),
                            c.justBought(),
                            diversity));
        }
    }

    /** Prints a row for all that was bought, and one for what was new. */
    private static void tried(List<Retail> slices, String what, Model.Tuning tuning) {
        for (var retail : slices) {
            var model = retail.learn(tuning);
            var known = retail.known();
            var name = retail.cut().toString().substring(0, 10) + " " + what;
            System.out.print(Figures.of(model, retail.after(), id -> personal(model, retail, known.get(id), Set.of()))
                    .row(name + ", all"));
            System.out.print(Figures.of(
                            model,
                            fresh(retail),
                            id -> personal(model, retail, known.get(id), everBought(model, retail, id)))
                    .row(name + ", new"));
        }
    }

    /** Figures by what is to be foretold and by whom, printed. */
    private static Map<String, Figures> judge(Retail retail, Model.Tuning tuning) {
        var started = System.nanoTime();
        var model = retail.learn(tuning);
        var learnt = System.nanoTime();
        var known = retail.known();
        var rules = rules(model);
        var judged = new LinkedHashMap<String, Figures>();
        var targets = new TreeMap<String, Map<UUID, Set<String>>>(Map.of("all", retail.after(), "new", fresh(retail)));
        targets.forEach((what, bought) -> {
            // the baselines leave out what was just bought too
            Function<UUID, Set<Integer>> leftOut = what.equals("new")
                    ? id -> everBought(model, retail, id)
                    : id -> justBought(model, retail, known.get(id));
            judged.put(
                    what + ": popular, two weeks' half-life",
                    Figures.of(model, bought, id -> top(model, leftOut.apply(id), model::popularity)));
            judged.put(
                    what + ": popular, of all time",
                    Figures.of(
                            model,
                            bought,
                            id -> top(model, leftOut.apply(id), place -> model.people
                                    .rowsWith()[place])));
            judged.put(what + ": association rules", Figures.of(model, bought, id -> {
                var confidence = confidence(model, rules, known.get(id));
                return top(model, leftOut.apply(id), place -> confidence.getOrDefault(place, 0.0));
            }));
            judged.put(
                    what + ": personal",
                    Figures.of(model, bought, id -> personal(model, retail, known.get(id), leftOut.apply(id))));
        });
        System.out.printf(
                "online-retail: learnt from %,d people before %s in %.1f s; judged on the %d days from then on%n",
                retail.before().size(), retail.cut(), (learnt - started) / 1e9, Retail.WINDOW.toDays());
        System.out.print(Figures.head());
        judged.forEach((name, figures) -> System.out.print(figures.row(name)));
        return judged;
    }

    /** What they bought that they had never bought before; without those who bought nothing new. */
    private static Map<UUID, Set<String>> fresh(Retail retail) {
        var fresh = new TreeMap<UUID, Set<String>>();
        retail.after().forEach((id, bought) -> {
            var rest = new HashSet<>(bought);
            retail.before().get(id).forEach(order -> rest.removeAll(Features.orderedIn(order.properties())));
            if (!rest.isEmpty()) {
                fresh.put(id, rest);
            }
        });
        return fresh;
    }

    private static List<Integer> personal(Model model, Retail retail, Features features, Set<Integer> leftOut) {
        return new Ranking(model, place -> !leftOut.contains(place))
                .personal(features, retail.cut(), Figures.LENGTH).stream()
                        .map(Ranking.Ranked::place)
                        .toList();
    }

    private static Set<Integer> everBought(Model model, Retail retail, UUID id) {
        return retail.before().get(id).stream()
                .flatMap(order -> Features.orderedIn(order.properties()).stream())
                .map(model::find)
                .collect(Collectors.toSet());
    }

    private static Set<Integer> justBought(Model model, Retail retail, Features features) {
        var since = retail.cut().minus(model.tuning.justBought());
        return features.bought().stream()
                .filter(one -> one.at().isAfter(since))
                .map(one -> model.find(one.product()))
                .collect(Collectors.toSet());
    }

    private static List<Integer> top(Model model, Set<Integer> leftOut, ToDoubleFunction<Integer> score) {
        var best = new PriorityQueue<Integer>(Comparator.comparingDouble(score));
        for (int place = 0; place < model.size(); place++) {
            if (score.applyAsDouble(place) > 0 && !leftOut.contains(place)) {
                best.add(place);
                if (best.size() > Figures.LENGTH) {
                    best.remove();
                }
            }
        }
        return best.stream()
                .sorted(Comparator.comparingDouble(score).reversed())
                .toList();
    }

    /** All rules of one product to another in at least ten orders, with their confidence. */
    private static List<Map<Integer, Double>> rules(Model model) {
        var rules = IntStream.range(0, model.size())
                .<Map<Integer, Double>>mapToObj(i -> new HashMap<>())
                .toList();
        for (int i = 0; i < model.size(); i++) {
            for (int k = 0; k < model.orders.near()[i].length; k++) {
                if (model.orders.together()[i][k] >= 10 && model.orders.lift(i, k) > 1) {
                    rules.get(i).put(model.orders.near()[i][k], model.orders.confidence(i, k));
                }
            }
        }
        return rules;
    }

    /** Of each product the surest rule that what was bought lately fires. */
    private static Map<Integer, Double> confidence(Model model, List<Map<Integer, Double>> rules, Features features) {
        var surest = new HashMap<Integer, Double>();
        for (var one : features.bought()) {
            var place = model.find(one.product());
            if (place >= 0) {
                rules.get(place).forEach((to, confidence) -> surest.merge(to, confidence, Math::max));
            }
        }
        return surest;
    }
}
