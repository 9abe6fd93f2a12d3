package io.wayfarer.recommend;

import io.wayfarer.catalogue.Product;
import io.wayfarer.profile.Customer;
import io.wayfarer.recommend.Ranking.Ranked;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * What to offer, for letters, processes and the API. Answers from memory: the newest model, and the catalogue as it was
 * some seconds ago. Offers only what the catalogue has a name for and does not say is sold out, whatever events say.
 */
@Component
public class Recommender {

    /** The most that is given at once. */
    public static final int MAX_LIMIT = 50;

    /** Consent by which somebody wants no offers of their own; what is popular is said to all. */
    private static final List<String> PROFILING = List.of("profiling/*", "profiling/recommendations");

    /** @param products by place in the model; null for what the catalogue does not know */
    private record Snapshot(Model model, List<Product> products) {
        boolean isOffered(int place) {
            var product = products.get(place);
            return product != null && product.name() != null && !Boolean.FALSE.equals(product.available());
        }
    }

    private volatile Snapshot snapshot = new Snapshot(Model.empty(), List.of());

    /** Answers by this model and this word of the catalogue from now on. */
    void use(Model model, Map<String, Product> catalogue) {
        // Stream.toList, unlike List.copyOf, takes null
        snapshot = new Snapshot(model, model.ids().stream().map(catalogue::get).toList());
    }

    Model model() {
        return snapshot.model();
    }

    /**
     * What to offer somebody, the best first: by what they did lately, and by what is popular where that says too little. To
     * who does not want to be profiled, what is popular.
     *
     * @param limit 1 to {@value #MAX_LIMIT}
     * @return fewer when there is not more to offer
     */
    public List<Recommendation> forCustomer(Customer customer, Instant now, int limit) {
        return answer(
                limit,
                ranking -> wantsNoProfile(customer)
                        ? ranking.popular(Set.of(), limit)
                        : ranking.personal(customer.features(), now, limit));
    }

    /**
     * What goes with a product, the nearest first; empty when nothing is known of it.
     *
     * @param product its id
     * @param limit 1 to {@value #MAX_LIMIT}
     */
    public List<Recommendation> related(String product, int limit) {
        return answer(limit, ranking -> ranking.related(product, limit));
    }

    private List<Recommendation> answer(int limit, Function<Ranking, List<Ranked>> ask) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("limit must be from 1 to " + MAX_LIMIT);
        }
        var now = snapshot;
        return ask.apply(new Ranking(now.model(), now::isOffered)).stream()
                .map(ranked -> {
                    var because = ranked.because() < 0 ? null : now.products().get(ranked.because());
                    return Recommendation.of(
                            now.products().get(ranked.place()),
                            ranked.score(),
                            Wording.of(now.model(), ranked, because == null ? null : because.name()),
                            now.model().version);
                })
                .toList();
    }

    private static boolean wantsNoProfile(Customer customer) {
        return PROFILING.stream()
                .map(customer.consent()::get)
                .anyMatch(said -> said != null && Boolean.FALSE.equals(said.value()));
    }
}
