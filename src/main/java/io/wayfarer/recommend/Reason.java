package io.wayfarer.recommend;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;

/**
 * Why a product is recommended.
 *
 * @param because id of the product that led to it, or null
 * @param words the reason for people, by language: en, zh
 * @param figures what it rests on, by name
 */
@Schema(name = "RecommendationReason")
public record Reason(
        Kind kind,
        String because,
        @Schema(example = "{\"en\": \"Often bought with Camp Kettle\"}") Map<String, String> words,
        @Schema(
                        description =
                                "support, confidence, lift and orders (how many hold both); similarity and people; rebuyShare; buyers in the last 7 days")
                Map<String, Double> figures) {

    /** What led to it. */
    public enum Kind {
        /** In one order more often than by chance: an association rule. */
        BOUGHT_TOGETHER,
        /** The same people want both. */
        SAME_PEOPLE,
        /** Bought before, and people do buy it again. */
        BOUGHT_AGAIN,
        /** Many people want it now. */
        POPULAR
    }
}
