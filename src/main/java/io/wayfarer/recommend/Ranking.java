package io.wayfarer.recommend;

import io.wayfarer.profile.Features;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/** Products in the order in which to offer them: a pure function of a model and of what a person did. */
final class Ranking {

    /** Candidates looked at for each one that is offered, so that there is something to choose among. */
    private static final int CANDIDATES_FOR_ONE = 5;

    /**
     * A product, by its place in the model.
     *
     * @param score higher is better; comparable among those of one list and kind
     * @param because the place of the product that led to it, or -1
     * @param did what the person did with that one, or null
     */
    record Ranked(int place, double score, Reason.Kind kind, int because, Sign did) {}

    /** What a person did with one product: the strongest sign, and all of it weighed by how long ago it was. */
    private static final class Taste {
        Sign sign = Sign.VIEWED;
        double weight;
        Instant bought;
    }

    private final Model model;
    private final IntPredicate isOffered;

    /** @param isOffered false for what is not to be had, by place */
    Ranking(Model model, IntPredicate isOffered) {
        this.model = model;
        this.isOffered = isOffered;
    }

    /** What goes with a product, what is ordered together first; empty when the product is not known. */
    List<Ranked> related(String id, int limit) {
        var product = model.find(id);
        var found = new ArrayList<Ranked>();
        if (product < 0) {
            return found;
        }
        var seen = new HashSet<Integer>();
        for (var pairs : List.of(model.orders, model.people)) {
            var kind = pairs == model.orders ? Reason.Kind.BOUGHT_TOGETHER : Reason.Kind.SAME_PEOPLE;
            for (int k = 0; k < pairs.near()[product].length && found.size() < limit; k++) {
                var near = pairs.near()[product][k];
                var isRule = pairs != model.orders || pairs.lift(product, k) > 1;
                if (isRule && isOffered.test(near) && seen.add(near)) {
                    found.add(new Ranked(near, pairs.strength()[product][k], kind, product, null));
                }
            }
        }
        return found;
    }

    /**
     * What a person may want next, by what they did before {@code now}; after that what is popular. Nothing that is in the
     * cart, nor what they bought, unless it is something that is bought again.
     */
    List<Ranked> personal(Features features, Instant now, int limit) {
        var tastes = tastes(features, now);
        var inCart = new HashSet<Integer>();
        features.cart().forEach(item -> inCart.add(model.find(item.product())));
        var scores = new HashMap<Integer, Double>();
        var strongest = new HashMap<Integer, Ranked>();
        tastes.forEach((from, taste) -> {
            for (var pairs : List.of(model.orders, model.people)) {
                var says = taste.weight * (pairs == model.orders ? 1 : model.tuning.samePeople());
                var near = pairs.near()[from];
                for (int k = 0; k < near.length; k++) {
                    var part = says * pairs.strength()[from][k] * fashion(near[k]);
                    add(scores, strongest, new Ranked(near[k], part, Reason.Kind.SAME_PEOPLE, from, taste.sign));
                }
            }
            if (taste.bought != null) {
                var part = taste.weight * model.tuning.rebuyWeight() * model.rebuyShare(from) * fashion(from);
                add(scores, strongest, new Ranked(from, part, Reason.Kind.BOUGHT_AGAIN, from, taste.sign));
            }
        });
        var candidates = scores.entrySet().stream()
                .map(entry -> {
                    var reason = strongest.get(entry.getKey());
                    return new Ranked(entry.getKey(), entry.getValue(), reason.kind(), reason.because(), reason.did());
                })
                .filter(one -> one.score() > 0
                        && isOffered.test(one.place())
                        && !inCart.contains(one.place())
                        && mayWant(one.place(), tastes.get(one.place()), now))
                .sorted(Comparator.comparingDouble(Ranked::score).reversed().thenComparing(Ranked::place))
                .limit((long) limit * CANDIDATES_FOR_ONE)
                .toList();
        var chosen = diverse(candidates, limit);
        if (chosen.size() < limit) {
            var left = new HashSet<>(inCart);
            chosen.forEach(one -> left.add(one.place()));
            tastes.forEach((place, taste) -> {
                if (!mayWant(place, taste, now)) {
                    left.add(place);
                }
            });
            chosen.addAll(popular(left, limit - chosen.size()));
        }
        return chosen;
    }

    /** What many people want now, unlike each other as well. */
    List<Ranked> popular(Set<Integer> leftOut, int limit) {
        var candidates = new ArrayList<Ranked>();
        for (int n = 0; n < model.popular.length && candidates.size() < limit * CANDIDATES_FOR_ONE; n++) {
            var place = model.popular[n];
            if (!leftOut.contains(place) && isOffered.test(place)) {
                candidates.add(new Ranked(place, model.popularity(place), Reason.Kind.POPULAR, -1, null));
            }
        }
        return diverse(candidates, limit);
    }

    private double fashion(int place) {
        return Math.pow(1 + model.popularity(place), model.tuning.fashion());
    }

    private static void add(Map<Integer, Double> scores, Map<Integer, Ranked> strongest, Ranked part) {
        scores.merge(part.place(), part.score(), Double::sum);
        strongest.merge(part.place(), part, (a, b) -> b.score() > a.score() ? b : a);
    }

    private boolean mayWant(int place, Taste taste, Instant now) {
        return taste == null
                || taste.bought == null
                || model.rebuyShare(place) >= model.tuning.rebuyShare()
                        && taste.bought.isBefore(now.minus(model.tuning.justBought()));
    }

    private Map<Integer, Taste> tastes(Features features, Instant now) {
        var tastes = new HashMap<Integer, Taste>();
        features.bought().forEach(one -> note(tastes, one.product(), Sign.BOUGHT, one.at(), now));
        features.recent().stream()
                .filter(one -> Sign.of(one.name()) == Sign.VIEWED)
                .forEach(one -> note(tastes, one.product(), Sign.VIEWED, one.at(), now));
        features.cart().forEach(item -> note(tastes, item.product(), Sign.IN_CART, item.at(), now));
        return tastes;
    }

    private void note(Map<Integer, Taste> tastes, String product, Sign sign, Instant at, Instant now) {
        var place = product == null ? -1 : model.find(product);
        if (place < 0 || at.isAfter(now)) {
            return;
        }
        var taste = tastes.computeIfAbsent(place, one -> new Taste());
        taste.sign = sign.compareTo(taste.sign) > 0 ? sign : taste.sign;
        taste.weight += sign.strength * model.tuning.memory().weight(at, now);
        if (sign == Sign.BOUGHT && (taste.bought == null || at.isAfter(taste.bought))) {
            taste.bought = at;
        }
    }

    /**
     * Maximal marginal relevance (Carbonell and Goldstein 1998): one after the other the candidate that is good and unlike
     * what was chosen before. Scores are taken against the best, likeness is that of {@link Pairs#likeness}.
     */
    private List<Ranked> diverse(List<Ranked> candidates, int limit) {
        var chosen = new ArrayList<Ranked>();
        var rest = new ArrayList<>(candidates);
        var likeness = new double[candidates.size()];
        while (chosen.size() < limit && !rest.isEmpty()) {
            var best = 0;
            var most = Double.NEGATIVE_INFINITY;
            for (int n = 0; n < rest.size(); n++) {
                var good = rest.get(n).score() / candidates.get(0).score();
                var worth = (1 - model.tuning.diversity()) * good - model.tuning.diversity() * likeness[n];
                if (worth > most) {
                    most = worth;
                    best = n;
                }
            }
            var one = rest.remove(best);
            System.arraycopy(likeness, best + 1, likeness, best, rest.size() - best);
            for (int n = 0; n < rest.size(); n++) {
                likeness[n] = Math.max(
                        likeness[n],
                        model.people.likeness(one.place(), rest.get(n).place()));
            }
            chosen.add(one);
        }
        return chosen;
    }
}
