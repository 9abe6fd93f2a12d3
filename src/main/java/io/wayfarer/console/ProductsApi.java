package io.wayfarer.console;

import com.fasterxml.jackson.core.JsonToken;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.catalogue.Product;
import io.wayfarer.catalogue.Products;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.ingest.BoundedJson;
import io.wayfarer.ingest.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/products")
@Tag(name = "Products", description = "The catalogue: prices and stock")
class ProductsApi {

    private static final int MAX_BODY = 4 << 20;
    private static final int MAX_PRODUCTS = 1_000;

    /** How many products were taken. */
    record Taken(int taken) {}

    private final Products products;

    ProductsApi(Products products) {
        this.products = products;
    }

    @PutMapping
    @Operation(summary = "Tell of up to 1,000 products, as an array: all are taken, or none")
    Taken put(HttpServletRequest request) throws IOException {
        var said = read(MappingsApi.body(request, MAX_BODY));
        products.put(said);
        return new Taken(said.size());
    }

    private static List<Map<String, Object>> read(byte[] body) {
        var said = new ArrayList<Map<String, Object>>();
        try {
            var json = BoundedJson.of(body);
            if (json.parser().nextToken() != JsonToken.START_ARRAY) {
                throw Refusal.bad(null, "the body must be an array of products");
            }
            while (json.parser().nextToken() != JsonToken.END_ARRAY) {
                if (said.size() == MAX_PRODUCTS) {
                    throw Refusal.bad(null, "the body may have at most " + MAX_PRODUCTS + " products");
                }
                var message = json.message();
                if (message.refusal() != null) {
                    throw Refusal.bad(
                            message.refusal().field(),
                            "[" + said.size() + "]: " + message.refusal().getMessage());
                }
                said.add(message.fields());
            }
            json.end();
            return said;
        } catch (IOException e) {
            throw BoundedJson.malformed(e);
        }
    }

    @GetMapping
    @Operation(summary = "The products, by id")
    Listing<Product> list(
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit,
            @Parameter(description = Listing.AFTER) @RequestParam(required = false) String after) {
        return Listing.of(products.list(Listing.checked(limit) + 1, after), limit, Product::id);
    }

    @GetMapping("/{id}")
    @Operation(summary = "One product, with its changes of price and stock")
    Product.WithHistory find(@PathVariable String id) {
        return products.find(id).orElseThrow(() -> new NotFound("product"));
    }
}
