package io.wayfarer.recommend;

import static io.wayfarer.recommend.Shop.ordered;

/** Recommenders for the tests of other rooms. */
public final class Recommenders {

    private Recommenders() {}

    /**
     * Of a shop where tent and stove go together, and boots and socks; lanterns are what most people want, then mugs. The
     * cot is popular and sold out.
     */
    public static Recommender campShop() {
        return new Shop()
                .people(20, ordered(30, "tent", "stove"))
                .people(10, ordered(40, "boots", "socks"))
                .people(60, ordered(2, "lantern"))
                .people(50, ordered(2, "cot"))
                .people(10, ordered(3, "mug"))
                .sells("tent", "stove", "boots", "socks", "lantern", "mug")
                .soldOut("cot")
                .open();
    }
}
