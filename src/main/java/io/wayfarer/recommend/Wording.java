package io.wayfarer.recommend;

import io.wayfarer.recommend.Ranking.Ranked;
import java.util.Map;
import java.util.TreeMap;

/** Says why, in words and figures. Names are the catalogue's: those in events are anybody's. */
final class Wording {

    private static final int MAX_NAME = 80;

    private Wording() {}

    /** @param name of the product that led to it; null when there is none or it is not known */
    static Reason of(Model model, Ranked ranked, String name) {
        var figures = new TreeMap<String, Double>();
        var because = ranked.because() < 0 ? null : model.id(ranked.because());
        switch (ranked.kind()) {
            case POPULAR -> {
                var buyers = model.buyersLately(ranked.place());
                figures.put("buyers", (double) buyers);
                return new Reason(
                        Reason.Kind.POPULAR,
                        null,
                        buyers > 0 ? words("Popular this week", "本周热门") : words("Popular lately", "近期热门"),
                        figures);
            }
            case BOUGHT_AGAIN -> {
                var share = model.rebuyShare(ranked.place());
                figures.put("rebuyShare", share);
                var percent = Math.round(100 * share);
                return new Reason(
                        Reason.Kind.BOUGHT_AGAIN,
                        because,
                        words(
                                "You bought it before, and " + percent + " % of its buyers buy it again",
                                "您买过，" + percent + "% 的买家会再次购买"),
                        figures);
            }
            default -> {
                return together(model, ranked, because, shown(name), figures);
            }
        }
    }

    private static Reason together(
            Model model, Ranked ranked, String because, String name, Map<String, Double> figures) {
        var rule = model.orders.find(ranked.because(), ranked.place());
        if (rule >= 0 && model.orders.lift(ranked.because(), rule) > 1) {
            figures.put("support", model.orders.support(ranked.because(), rule));
            figures.put("confidence", model.orders.confidence(ranked.because(), rule));
            figures.put("lift", model.orders.lift(ranked.because(), rule));
            figures.put("orders", (double) model.orders.together()[ranked.because()][rule]);
            return new Reason(Reason.Kind.BOUGHT_TOGETHER, because, bought(ranked.did(), name), figures);
        }
        var near = model.people.find(ranked.because(), ranked.place());
        figures.put("similarity", (double) model.people.strength()[ranked.because()][near]);
        figures.put("people", (double) model.people.together()[ranked.because()][near]);
        return new Reason(
                Reason.Kind.SAME_PEOPLE,
                because,
                name == null
                        ? words("Goes with what you chose", "与您的选择相配")
                        : words("People who chose " + name + " chose this too", "选择“" + name + "”的人也选择了它"),
                figures);
    }

    private static Map<String, String> bought(Sign did, String name) {
        if (name == null) {
            return words("Often bought with what you chose", "常与您的选择一起购买");
        }
        if (did == null) {
            return words("Often bought with " + name, "常与“" + name + "”一起购买");
        }
        return switch (did) {
            case BOUGHT -> words("Often bought with " + name + ", which you bought", "常与您买过的“" + name + "”一起购买");
            case IN_CART ->
                words("Often bought with " + name + ", which is in your cart", "常与您购物车中的“" + name + "”一起购买");
            case VIEWED -> words("Often bought with " + name + ", which you looked at", "常与您看过的“" + name + "”一起购买");
        };
    }

    private static Map<String, String> words(String english, String chinese) {
        return Map.of("en", english, "zh", chinese);
    }

    private static String shown(String name) {
        if (name == null || name.isBlank()) {
            return null;
        }
        var line = name.replaceAll("[\\s\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
        return line.length() > MAX_NAME ? line.substring(0, MAX_NAME).strip() + "…" : line;
    }
}
