package io.wayfarer.recommend;

import io.wayfarer.catalogue.Product;
import java.math.BigDecimal;

/**
 * A product to offer, as the catalogue has it.
 *
 * @param product its id
 * @param score higher is better; comparable within one list, among those of one kind of reason
 * @param model version of the model that said so
 */
public record Recommendation(
        String product,
        String name,
        String url,
        String image,
        String category,
        BigDecimal price,
        String currency,
        double score,
        Reason reason,
        String model) {

    static Recommendation of(Product product, double score, Reason reason, String model) {
        return new Recommendation(
                product.id(),
                product.name(),
                product.url(),
                product.image(),
                product.category(),
                product.price(),
                product.currency(),
                score,
                reason,
                model);
    }
}
