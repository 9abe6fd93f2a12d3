package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static io.wayfarer.Events.identify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Profiler;
import io.wayfarer.recommend.Reason;
import io.wayfarer.recommend.Recommendation;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message template, rendered as a customer would get it, and as an attacker would like it. */
class TemplatesTest {

    private static final Templates TEMPLATES = templates("classpath:processes/messages/*.liquid");
    private static final LetterData.Shop SHOP =
            new LetterData.Shop("Camp & Co", URI.create("https://shop.example.org/store"), Currency.getInstance("EUR"));
    private static final List<Map<String, Object>> SCALE =
            List.of(Map.of("score", 9, "url", "https://go.example.org/s/token?chosen=9"));
    private static final List<Recommendation> RECOMMENDED =
            List.of(recommendation("The kettle <new>", "/store/p/kettle", "24.90"));
    private static final String LINK = "https://go.example.org/u/token";

    /** All mails that show a product. */
    static Stream<String[]> everyTemplate() {
        return TEMPLATES.names().stream()
                .filter(name -> !TEMPLATES.needs(name).isEmpty())
                .filter(name -> TEMPLATES.channel(name).equals(Optional.of("email")))
                .flatMap(name -> TEMPLATES.languages(name).stream().map(language -> new String[] {name, language}));
    }

    @Test
    void thereIsEachMessageInBothLanguages() {
        assertThat(TEMPLATES.names())
                .containsExactlyInAnyOrder(
                        "cart-reminder",
                        "cart-reminder-sms",
                        "cart-reminder-inbox",
                        "cart-reminder-push",
                        "cart-second",
                        "cart-offer",
                        "price-watch",
                        "price-drop",
                        "back-in-stock",
                        "welcome",
                        "how-to-choose",
                        "payment-help",
                        "onboarding-start",
                        "onboarding-care",
                        "order-feedback",
                        "review-request",
                        "replenish",
                        "replenish-second",
                        "birthday",
                        "anniversary",
                        "win-back",
                        "win-back-second",
                        "recommend");
        assertThat(TEMPLATES.names())
                .allSatisfy(name -> assertThat(TEMPLATES.languages(name)).isEqualTo(Set.of("en", "zh")));
    }

    /** With a title as long as any that is shown: a text that is paid for by the segment must not surprise. */
    @ParameterizedTest
    @CsvSource({"cart-reminder-sms, en, gsm-7", "cart-reminder-sms, zh, ucs-2"})
    void anSmsIsPlainTextWithAWayToEndItAndTakesFewSegments(String name, String language, String encoding) {
        var letter = render(name, language, withTent(Map.of(), "A <good> tent ".repeat(20), null));

        assertThat(letter.html()).isEmpty();
        assertThat(letter.text())
                .contains("Camp & Co", "A <good> tent")
                .containsPattern("STOP|TD")
                .doesNotContain("\n");
        assertThat(SmsText.of(letter.text()).encoding()).isEqualTo(encoding);
        assertThat(SmsText.of(letter.text()).segments()).isLessThanOrEqualTo(3);
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("everyTemplate")
    void everyTemplateRenders(String name, String language) {
        var letter = render(name, language, withTent(Map.of("name", "Ada"), "Tent", "/store/p/tent?a=1&b=2"));

        assertThat(letter.subject()).contains("Tent");
        assertThat(letter.text())
                .contains("Ada", "Tent", "189", "https://shop.example.org/store/p/tent?a=1&b=2", LINK, "Camp & Co")
                .doesNotContain("<", "&amp;");
        assertThat(letter.html())
                .contains("Ada", "Tent", "189", "href=\"https://shop.example.org/store/p/tent?a=1&amp;b=2\"")
                .contains("href=\"" + LINK + "\"", "Camp &amp; Co", "<html lang=\"" + language + "\">");
        assertThat(letter.html() + letter.text() + letter.subject()).doesNotContain("{{", "{%", "null");
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("everyTemplate")
    void everyTemplateReadsWellWithoutANameOrAPrice(String name, String language) {
        var ada = Profiler.after(
                person(Map.of()), by("u1", "Product Added", NOON, Map.of("product_id", "tent", "name", "Tent")));
        var letter = render(name, language, ada, Map.of("items", List.of(Map.of("title", "Tent"))));

        assertThat(letter.text()).doesNotContain(" ,", "NaN").contains("Tent\n");
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("everyTemplate")
    void whatAStrangerWroteIsTextAndNeverMarkup(String name, String language) {
        var evil = "</td><script>alert(1)</script>\"'{{ shop.url }}";
        var letter = render(
                name, language, withTent(Map.of("name", "<script>alert(1)</script>"), evil, "javascript:alert(1)"));

        assertThat(letter.html()).doesNotContain("<script", "javascript:").contains("&lt;script&gt;");
        assertThat(letter.text()).doesNotContain("javascript:").contains("{{ shop.url }}");
    }

    @ParameterizedTest(name = "{0} in {1}")
    @MethodSource("everyTemplate")
    void aMissingVariableIsAnError(String name, String language) {
        var facts = Map.<String, Object>of("items", List.of(Map.of("title", "Tent")));
        var data = new HashMap<>(data(name, language, withTent(Map.of(), "Tent", null), facts));
        data.remove("shop");

        assertThatThrownBy(() -> TEMPLATES.render(name, language, data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(language + ".liquid")
                .hasMessageContaining("shop");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh"})
    void aSurveyHasItsScale(String language) {
        var letter = render("recommend", language, person(Map.of("name", "Ada")), Map.of());

        assertThat(letter.text()).contains("Ada", "https://go.example.org/s/token?chosen=9", LINK);
        assertThat(letter.html()).contains("href=\"https://go.example.org/s/token?chosen=9\"", ">9</a>");
        assertThat(TEMPLATES.survey("recommend")).contains(Surveys.Kind.nps);
        assertThat(TEMPLATES.survey("cart-offer")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh"})
    void whatIsRecommendedHasTitleReasonPriceAndLink(String language) {
        var letter = render("win-back", language, person(Map.of("name", "Ada")), Map.of());

        assertThat(TEMPLATES.recommends("win-back", language)).isTrue();
        assertThat(letter.text())
                .contains(
                        "The kettle <new>", "24.90", "why in " + language, "https://shop.example.org/store/p/kettle\n");
        assertThat(letter.html())
                .contains("href=\"https://shop.example.org/store/p/kettle\"", "The kettle &lt;new&gt;", "24.90");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh"})
    void nothingIsShownWhereNothingIsToBeRecommended(String language) {
        var data = LetterData.of(person(Map.of()), "", Map.of(), List.of(), List.of(), SHOP, language, LINK);
        var letter = TEMPLATES.render("win-back", language, data);

        assertThat(letter.html())
                .doesNotContain(
                        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" style=\"margin:0 0 20px\"",
                        "<h2");
        assertThat(letter.text()).doesNotContain("You may like", "您可能喜欢", "\n\n\n");
    }

    @Test
    void aRecommendedProductWithoutAPriceOrWithALinkOutOfTheShopIsShownSafely() {
        var strange = List.of(recommendation("Tent", "https://evil.example/", null));
        var data = LetterData.of(person(Map.of()), "", Map.of(), List.of(), strange, SHOP, "en", LINK);
        var shown = (Map<?, ?>) ((List<?>) data.get("recommended")).get(0);

        assertThat(shown.get("price")).isEqualTo("");
        assertThat(shown.get("url")).isEqualTo("https://shop.example.org/store");
    }

    @ParameterizedTest
    @CsvSource({"cart-reminder-inbox, en", "cart-reminder-inbox, zh", "cart-reminder-push, en", "cart-reminder-push, zh"
    })
    void aMessageOnAPageIsATitleATextAndALink(String name, String language) {
        var letter = render(name, language, withTent(Map.of(), "Tent", "/store/p/tent"));

        assertThat(letter.html()).isEmpty();
        assertThat(letter.subject()).contains("Tent");
        assertThat(letter.text()).isNotBlank().doesNotContain("\n");
        assertThat(letter.link()).isEqualTo("https://shop.example.org/store");
    }

    @Test
    void theCartMessagesDifferFromEachOther() {
        var ada = withTent(Map.of(), "Tent", null);

        assertThat(Stream.of("cart-reminder", "cart-second", "cart-offer")
                        .map(name -> render(name, "en", ada).subject()))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource({"zh-CN, zh", "zh_TW, zh", "ZH, zh", "en-GB, en", "de, en", "'', en", ", en", "'../../x', en"})
    void theLanguageFollowsTheLocaleAndElseIsEnglish(String locale, String language) {
        assertThat(TEMPLATES.language("cart-reminder", locale)).isEqualTo(language);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/p/1",
                "//evil.example/p/1",
                "https://shop.example.org.evil.example/",
                "https://shop.example.org@evil.example/",
                "http://shop.example.org/store",
                "javascript:alert(1)",
                "data:text/html,x",
                "mailto:eve@evil.example",
                "ht tp://x",
                "https://shop.example.org:8443/"
            })
    void aLinkThatLeadsOutOfTheShopLeadsToItsFrontPage(String url) {
        var items = (List<?>) data("cart-reminder", "en", withTent(Map.of(), "Tent", url), Map.of())
                .get("items");

        assertThat(((Map<?, ?>) items.get(0)).get("url")).isEqualTo("https://shop.example.org/store");
    }

    @ParameterizedTest
    @CsvSource({
        "Ada, true",
        "Anne-Marie O'Neil, true",
        "J. R. R. Tolkien, true",
        "王小明, true",
        "伊莎贝拉·斯旺, true",
        "Win money at evil.example, false",
        "www evil.com, false",
        "https://evil.example, false",
        "<b>Ada</b>, false",
        "{{ shop.name }}, false",
        "'Ada\r\nBcc: x', false",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false"
    })
    void onlyWhatLooksLikeANameIsUsedAsOne(String name, boolean used) {
        var customer = (Map<?, ?>) data("cart-reminder", "en", person(Map.of("name", name)), Map.of())
                .get("customer");

        assertThat(customer.get("name")).isEqualTo(used ? name : "");
    }

    @Test
    void aTitleCannotAddALineToTheHeaders() {
        var letter = render("cart-reminder", "en", withTent(Map.of(), "Tent\r\nBcc: eve@example.org\u2028x", null));

        assertThat(letter.subject()).doesNotContain("\r", "\n", "\u2028").contains("Tent Bcc: eve@example.org x");
    }

    @ParameterizedTest
    @CsvSource({
        "'{% include ''cart-reminder.en'' %}', another file",
        "'{{ nothing }}', nothing",
        "'{{ shop.name | no_such_filter }}', no_such_filter",
        "'{% for i in (1..100000) %}x{% endfor %}', maxIterations",
    })
    void aTemplateThatReachesTooFarIsStopped(String text, String reason) {
        var template = Template.parse("x.en.liquid", "---\ntopic: marketing\n---\n" + text + "\n--- html ---\n");

        assertThatThrownBy(() -> template.render("text", Map.of("shop", Map.of("name", "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x.en.liquid")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource({
        "a.liquid, '---\ntopic: marketing\n---\nx\n--- html ---\n', is not called",
        "a.en.liquid, '---\ntopic: marketing\n---\nx', '--- html ---'",
        "a.en.liquid, '---\ntopic: news\n---\nx\n--- html ---\n', topic",
        "a.en.liquid, '---\ntopik: marketing\n---\nx\n--- html ---\n', topik",
        "a.en.liquid, '---\ntopic: marketing\nneeds: luck\n---\nx\n--- html ---\n', luck",
        "a.en.liquid, '---\ntopic: marketing\nsurvey: luck\n---\nx\n--- html ---\n', luck",
        "a.en.liquid, '---\ntopic: transactional\n---\n{% for x in recommended %}{% endfor %}\n--- html ---\n', that is"
                + " marketing",
        "frame.en.liquid, '---\n---\n{{ recommended.size }}\n--- html ---\n', that is marketing",
        "a.en.liquid, '---\ntopic: marketing\n---\n{{ x \n--- html ---\n', a.en.liquid",
        "a.zh.liquid, '---\ntopic: marketing\n---\nx\n--- html ---\n', no en version",
        "a.en.liquid, '---\ntopic: marketing\n---\nx\n--- html ---\n', without a frame"
    })
    void aFileThatIsNoTemplateIsNamed(String name, String source, String reason, @TempDir Path dir) throws IOException {
        Files.writeString(dir.resolve(name), source);

        assertThatThrownBy(() -> new Templates("file:" + dir + "/*.liquid"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    private static Templates templates(String pattern) {
        try {
            return new Templates(pattern);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Recommendation recommendation(String name, String url, String price) {
        var words = Map.of("en", "why in en", "zh", "why in zh");
        return new Recommendation(
                "kettle",
                name,
                url,
                null,
                null,
                price == null ? null : new BigDecimal(price),
                "EUR",
                1,
                new Reason(Reason.Kind.POPULAR, null, words, Map.of()),
                "m1");
    }

    private static Customer person(Map<String, Object> traits) {
        var unknown = Customer.unknown(new UUID(0, 1), Set.of(), NOON);
        return Profiler.after(unknown, identify("u1", null, "ada@example.org", NOON, traits));
    }

    /** Somebody with one product in the cart. */
    private static Customer withTent(Map<String, Object> traits, String title, String url) {
        var properties = new HashMap<String, Object>(Map.of("product_id", "tent", "name", title, "price", 189));
        properties.put("url", url);
        return Profiler.after(person(traits), by("u1", "Product Added", NOON, properties));
    }

    private static Templates.Letter render(String name, String language, Customer customer) {
        var item = customer.features().cart().get(0);
        var fact = new HashMap<String, Object>(Map.of("title", item.title(), "price", item.price()));
        fact.put("url", item.url());
        return render(name, language, customer, Map.of("items", Arrays.asList(fact, "nonsense", null, Map.of("x", 1))));
    }

    private static Templates.Letter render(String name, String language, Customer customer, Map<String, Object> facts) {
        return TEMPLATES.render(name, language, data(name, language, customer, facts));
    }

    private static Map<String, Object> data(
            String name, String language, Customer customer, Map<String, Object> facts) {
        return LetterData.of(customer, TEMPLATES.needs(name), facts, SCALE, RECOMMENDED, SHOP, language, LINK);
    }
}
