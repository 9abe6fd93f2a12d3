package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.profile.Satisfaction;
import io.wayfarer.satisfaction.ProductSatisfaction;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/satisfaction")
@Tag(
        name = "Satisfaction",
        description =
                "One index from 0 to 100 out of what people write, answer, complain of and give back; what fewer than"
                        + " 10 observations speak of is not shown")
class SatisfactionApi {

    /** With all that people said in the last 180 days; null when that is little. */
    record Overall(Satisfaction.Index overall) {}

    private final ProductSatisfaction satisfaction;

    SatisfactionApi(ProductSatisfaction satisfaction) {
        this.satisfaction = satisfaction;
    }

    @GetMapping
    @Operation(summary = "The index over all people and products, with its trend against 30 days ago")
    Overall overall() {
        return new Overall(satisfaction.overall().orElse(null));
    }

    @GetMapping("/products")
    @Operation(summary = "Products by their index, those that people are least satisfied with first")
    Listing<ProductSatisfaction.Product> products(
            @Parameter(description = "lowest or highest: which come first") @RequestParam(defaultValue = "lowest")
                    String first,
            @Parameter(description = Listing.LIMIT) @RequestParam(defaultValue = "50") int limit) {
        if (!first.equals("lowest") && !first.equals("highest")) {
            throw new BadParameter("first", "must be lowest or highest");
        }
        return new Listing<>(satisfaction.list(first.equals("highest"), Listing.checked(limit)), null);
    }

    @GetMapping("/products/{id}")
    @Operation(summary = "The index of one product")
    Satisfaction.Index product(@PathVariable String id) {
        return satisfaction.of(id).orElseThrow(() -> new NotFound("satisfaction with that product"));
    }
}
