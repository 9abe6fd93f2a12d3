package io.wayfarer.demo;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the demo's shop sells: {@code demo/products.json}.
 *
 * @param shop where the shop is, without a slash at the end
 * @param products in the order of the shop's front page
 */
record Catalogue(String shop, List<Product> products) {

    /**
     * @param price in euros
     * @param name by language: en, zh
     */
    record Product(String id, String category, int price, Map<String, String> name) {}

    static Catalogue load(String shop) {
        try (var file = Catalogue.class.getResourceAsStream("/demo/products.json")) {
            var json = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
            return new Catalogue(shop, json.readValue(file, new TypeReference<>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page of the product. */
    String url(Product product) {
        return shop + "/product/" + product.id();
    }

    Optional<Product> find(String id) {
        return products.stream().filter(product -> product.id().equals(id)).findFirst();
    }
}
