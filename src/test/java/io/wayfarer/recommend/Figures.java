package io.wayfarer.recommend;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * How good lists of products are, against what people then bought. All are means over the people.
 *
 * @param hitRate the share of people who bought at least one of the first ten
 * @param recall the share of what somebody bought that is among the first twenty
 * @param mrr one by the rank of the first of the twenty that was bought; 0 when there is none
 * @param coverage the share of the model's products that is among anybody's first ten
 * @param sameness the mean likeness of two of one list's first ten
 */
record Figures(int people, double hitRate, double recall, double mrr, double coverage, double sameness) {

    static final int LENGTH = 20;
    private static final int TOP = 10;

    static Figures of(Model model, Map<UUID, Set<String>> bought, Function<UUID, List<Integer>> lists) {
        var hits = 0.0;
        var recall = 0.0;
        var mrr = 0.0;
        var sameness = 0.0;
        var shown = new HashSet<Integer>();
        for (var entry : bought.entrySet()) {
            var list = lists.apply(entry.getKey());
            var found = 0;
            var first = 0;
            for (int n = 0; n < list.size(); n++) {
                if (entry.getValue().contains(model.id(list.get(n)))) {
                    found++;
                    first = first == 0 ? n + 1 : first;
                }
            }
            hits += first > 0 && first <= TOP ? 1 : 0;
            recall += found / (double) entry.getValue().size();
            mrr += first == 0 ? 0 : 1.0 / first;
            var top = list.subList(0, Math.min(TOP, list.size()));
            shown.addAll(top);
            sameness += sameness(model, top);
        }
        var people = bought.size();
        return new Figures(
                people,
                hits / people,
                recall / people,
                mrr / people,
                shown.size() / (double) model.size(),
                sameness / people);
    }

    private static double sameness(Model model, List<Integer> list) {
        var sum = 0.0;
        for (int a = 0; a < list.size(); a++) {
            for (int b = 0; b < a; b++) {
                sum += model.people.likeness(list.get(a), list.get(b));
            }
        }
        return list.size() < 2 ? 0 : sum / (list.size() * (list.size() - 1) / 2.0);
    }

    String row(String name) {
        return "%-56s %6d  %10.4f  %9.4f  %6.4f  %8.3f  %8.3f%n"
                .formatted(name, people, hitRate, recall, mrr, coverage, sameness);
    }

    static String head() {
        return "%-56s %6s  %10s  %9s  %6s  %8s  %8s%n"
                .formatted("", "people", "hit rate@10", "recall@20", "MRR", "coverage", "sameness");
    }
}
