package io.wayfarer.act;

import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Features;
import io.wayfarer.recommend.Recommendation;
import java.net.URI;
import java.net.URISyntaxException;
import java.text.NumberFormat;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a template may show: {@code customer.name} (empty when it is not known or no name), {@code items} with
 * {@code title}, {@code price} (formatted; empty when not known) and {@code url}, {@code survey} with {@code score} and
 * {@code url} (empty when the template asks nothing), {@code recommended} with what items have and {@code reason} (empty
 * when the template recommends nothing, or when there is nothing to recommend), {@code shop.name}, {@code shop.url} and {@code unsubscribe} (a link; empty in transactional messages). All of it is always there.
 *
 * <p>Names, titles and links come from events, which strangers can send: what is mailed in the shop's name must not carry
 * their advertisement or their links.
 */
final class LetterData {

    /**
     * The shop in whose name messages are sent.
     *
     * @param currency of the prices in events
     */
    record Shop(String name, URI url, Currency currency) {}

    /** A product to show; {@code price} of one, or NaN; {@code currency} null for the shop's. */
    private record Item(String title, double price, String url, String currency) {}

    private static final int MAX_ITEMS = 10;
    private static final int MAX_TITLE = 80;
    private static final Pattern NAME = Pattern.compile("\\p{L}[\\p{L}\\p{M}'’·. -]{0,39}");
    private static final Pattern LIKE_A_LINK = Pattern.compile("\\p{L}\\.\\p{L}{2}|www\\.", Pattern.CASE_INSENSITIVE);

    private LetterData() {}

    /**
     * @param needs cart, items or empty, as the template says
     * @param facts what the message was queued with: {@code items} is a list of products with {@code title}, {@code price}
     *     and {@code url}
     * @param survey the scale of the template's survey
     * @param recommended products to recommend, the best first
     */
    static Map<String, Object> of(
            Customer customer,
            String needs,
            Map<String, Object> facts,
            List<Map<String, Object>> survey,
            List<Recommendation> recommended,
            Shop shop,
            String language,
            String unsubscribe) {
        var items = (needs.equals("cart") ? inCart(customer) : inFacts(facts))
                .limit(MAX_ITEMS)
                .map(item -> shown(item, shop, language))
                .toList();
        var more = recommended.stream()
                .map(one -> {
                    var price = one.price() == null ? Double.NaN : one.price().doubleValue();
                    var shown = shown(new Item(one.name(), price, one.url(), one.currency()), shop, language);
                    var words = one.reason().words();
                    shown.put("reason", words.getOrDefault(language, words.get(Templates.FALLBACK_LANGUAGE)));
                    return shown;
                })
                .toList();
        return Map.of(
                "customer",
                Map.of("name", name(customer)),
                "items",
                items,
                "survey",
                survey,
                "recommended",
                more,
                "shop",
                Map.of("name", shop.name(), "url", shop.url().toString()),
                "unsubscribe",
                unsubscribe);
    }

    private static Map<String, Object> shown(Item item, Shop shop, String language) {
        var money = NumberFormat.getCurrencyInstance(Locale.forLanguageTag(language));
        money.setCurrency(currency(item.currency(), shop.currency()));
        var shown = new HashMap<String, Object>();
        shown.put("title", title(item.title()));
        shown.put("price", Double.isNaN(item.price()) ? "" : money.format(item.price()));
        shown.put("url", link(item.url(), shop.url()));
        return shown;
    }

    /** The products that the letter is about, by id. */
    static Set<String> products(Customer customer, String needs, Map<String, Object> facts) {
        Stream<?> ids = needs.equals("cart")
                ? customer.features().cart().stream().map(Features.CartItem::product)
                : maps(facts).map(one -> one.get("product"));
        return ids.filter(String.class::isInstance).map(String.class::cast).collect(Collectors.toSet());
    }

    private static Currency currency(String code, Currency otherwise) {
        try {
            return code == null ? otherwise : Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            return otherwise;
        }
    }

    private static Stream<Item> inCart(Customer customer) {
        return customer.features().cart().stream().map(item -> new Item(item.title(), item.price(), item.url(), null));
    }

    private static Stream<Item> inFacts(Map<String, Object> facts) {
        return maps(facts)
                .filter(one -> one.get("title") instanceof String)
                .map(one -> new Item(
                        (String) one.get("title"),
                        Event.toNumber(one.get("price")),
                        one.get("url") instanceof String url ? url : null,
                        null));
    }

    private static Stream<Map<?, ?>> maps(Map<String, Object> facts) {
        return facts.get("items") instanceof List<?> list
                ? list.stream().filter(Map.class::isInstance).map(one -> (Map<?, ?>) one)
                : Stream.empty();
    }

    private static String name(Customer customer) {
        return Stream.of("firstName", "first_name", "name")
                .map(customer::trait)
                .filter(String.class::isInstance)
                .map(name -> ((String) name).strip())
                .filter(name -> NAME.matcher(name).matches()
                        && !LIKE_A_LINK.matcher(name).find())
                .findFirst()
                .orElse("");
    }

    private static String title(String title) {
        var line = title.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
        return line.length() > MAX_TITLE ? line.substring(0, MAX_TITLE) : line;
    }

    /** The link if it leads into the shop, and the shop's front page otherwise. */
    static String link(String url, URI shop) {
        try {
            var base = shop.getPath().endsWith("/") ? shop : URI.create(shop + "/");
            var link = url == null ? shop : base.resolve(new URI(url));
            var isOurs = shop.getScheme().equalsIgnoreCase(link.getScheme())
                    && shop.getRawAuthority().equalsIgnoreCase(link.getRawAuthority());
            return isOurs ? link.toString() : shop.toString();
        } catch (URISyntaxException e) {
            return shop.toString();
        }
    }
}
