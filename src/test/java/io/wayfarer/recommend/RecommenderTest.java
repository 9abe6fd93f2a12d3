package io.wayfarer.recommend;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.recommend.Shop.added;
import static io.wayfarer.recommend.Shop.ago;
import static io.wayfarer.recommend.Shop.customer;
import static io.wayfarer.recommend.Shop.ids;
import static io.wayfarer.recommend.Shop.ordered;
import static io.wayfarer.recommend.Shop.viewed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.wayfarer.Events;
import io.wayfarer.profile.Profiler;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecommenderTest {

    /** Tents and stoves go together, boots and socks too; lanterns are what most people want. */
    private static Shop shop() {
        return new Shop()
                .people(20, ordered(30, "tent", "stove"))
                .people(10, ordered(40, "boots", "socks"))
                .people(60, ordered(2, "lantern"))
                .people(10, ordered(3, "mug"))
                .sells("tent", "stove", "boots", "socks", "lantern", "mug");
    }

    @Test
    void whoBoughtOneOfTwoThatGoTogetherIsOfferedTheOtherWithTheReason() {
        var offered = shop().open().forCustomer(customer(ordered(20, "tent")), NOON, 3);

        assertThat(offered.get(0).product()).isEqualTo("stove");
        assertThat(offered.get(0).name()).isEqualTo("The stove");
        var reason = offered.get(0).reason();
        assertThat(reason.kind()).isEqualTo(Reason.Kind.BOUGHT_TOGETHER);
        assertThat(reason.because()).isEqualTo("tent");
        assertThat(reason.words().get("en")).isEqualTo("Often bought with The tent, which you bought");
        assertThat(reason.words().get("zh")).isEqualTo("常与您买过的“The tent”一起购买");
        // 20 of 100 orders hold both, and all that hold a tent
        assertThat(reason.figures().get("orders")).isEqualTo(20);
        assertThat(reason.figures().get("support")).isCloseTo(0.2, within(1e-9));
        assertThat(reason.figures().get("confidence")).isCloseTo(1, within(1e-9));
        assertThat(reason.figures().get("lift")).isCloseTo(5, within(1e-9));
    }

    @Test
    void whatSomebodyLookedAtOrPutInTheCartLeadsOnToo() {
        var recommender = shop().open();

        var looked =
                recommender.forCustomer(customer(viewed(1, "boots")), NOON, 1).get(0);
        assertThat(looked.product()).isEqualTo("socks");
        assertThat(looked.reason().words().get("en")).endsWith(", which you looked at");
        var inCart =
                recommender.forCustomer(customer(added(1, "boots")), NOON, 1).get(0);
        assertThat(inCart.product()).isEqualTo("socks");
        assertThat(inCart.reason().words().get("en")).endsWith(", which is in your cart");
    }

    @Test
    void whatWasDoneLatelySaysMore() {
        var recommender = shop().open();

        assertThat(ids(recommender.forCustomer(customer(viewed(1, "boots"), viewed(300, "tent")), NOON, 2)))
                .containsExactly("socks", "stove");
        assertThat(ids(recommender.forCustomer(customer(viewed(300, "boots"), viewed(1, "tent")), NOON, 2)))
                .containsExactly("stove", "socks");
    }

    @Test
    void whoIsUnknownIsOfferedWhatIsPopular() {
        var offered = shop().open().forCustomer(customer(), NOON, 2);

        assertThat(ids(offered)).containsExactly("lantern", "mug");
        assertThat(offered.get(0).reason().kind()).isEqualTo(Reason.Kind.POPULAR);
        assertThat(offered.get(0).reason().words()).isEqualTo(Map.of("en", "Popular this week", "zh", "本周热门"));
        assertThat(offered.get(0).reason().figures()).isEqualTo(Map.of("buyers", 60.0));
        assertThat(ids(shop().open().forCustomer(customer(viewed(1, "never heard of")), NOON, 1)))
                .containsExactly("lantern");
    }

    @Test
    void whatIsPopularFillsUpWhatThePersonalPartLeavesEmpty() {
        var offered = shop().open().forCustomer(customer(ordered(20, "tent")), NOON, 10);

        assertThat(ids(offered))
                .startsWith("stove", "lantern")
                .doesNotHaveDuplicates()
                .doesNotContain("tent");
        assertThat(offered).hasSize(5);
    }

    @Test
    void thereIsNothingToOfferBeforeAnythingIsLearnt() {
        var recommender = new Recommender();
        assertThat(recommender.forCustomer(customer(viewed(1, "tent")), NOON, 10))
                .isEmpty();
        assertThat(recommender.related("tent", 10)).isEmpty();
    }

    @Test
    void whatIsSoldOutIsNotOffered() {
        var recommender = shop().soldOut("stove").soldOut("lantern").open();

        assertThat(ids(recommender.forCustomer(customer(ordered(20, "tent")), NOON, 10)))
                .doesNotContain("stove", "lantern")
                .contains("mug");
        assertThat(recommender.related("tent", 10)).isEmpty();
        assertThat(ids(recommender.forCustomer(customer(), NOON, 10))).doesNotContain("lantern");
    }

    @Test
    void whatTheCatalogueDoesNotKnowIsNotOfferedHoweverPopularEventsMakeIt() {
        var advertisement = "https://evil.example/<script>alert(1)</script>";
        var recommender = shop().people(500, ordered(1, advertisement, "tent")).open();

        assertThat(ids(recommender.forCustomer(customer(viewed(1, "tent")), NOON, 50)))
                .isNotEmpty()
                .doesNotContain(advertisement)
                .allMatch(id -> id.matches("[a-z]+"));
        assertThat(ids(recommender.related("tent", 50))).containsExactly("stove");
        // what led there is not named either
        var seen = recommender
                .forCustomer(customer(viewed(1, advertisement)), NOON, 1)
                .get(0);
        assertThat(seen.product()).isEqualTo("tent");
        assertThat(seen.reason().words().get("en")).isEqualTo("Often bought with what you chose");
    }

    @Test
    void whatWasBoughtIsNotOfferedAgainUnlessPeopleBuyItAgain() {
        var shop = new Shop()
                .people(40, ordered(60, "tent", "coffee"), ordered(30, "coffee"))
                .sells("tent", "coffee");

        var later = shop.open().forCustomer(customer(ordered(20, "tent", "coffee")), NOON, 10);
        assertThat(ids(later)).containsExactly("coffee");
        assertThat(later.get(0).reason().kind()).isEqualTo(Reason.Kind.BOUGHT_AGAIN);
        // 40 of 40, and ten who stand for what is not known
        assertThat(later.get(0).reason().words().get("en"))
                .isEqualTo("You bought it before, and 80 % of its buyers buy it again");
        assertThat(later.get(0).reason().figures().get("rebuyShare")).isCloseTo(0.8, within(1e-9));
    }

    @Test
    void whatWasJustBoughtIsNotOfferedEvenWhenPeopleBuyItAgain() {
        var shop = new Shop()
                .people(40, ordered(60, "tent", "coffee"), ordered(30, "coffee"))
                .sells("tent", "coffee");

        assertThat(shop.open().forCustomer(customer(ordered(3, "coffee"), ordered(20, "tent")), NOON, 10))
                .isEmpty();
    }

    @Test
    void whatIsInTheCartIsNotOffered() {
        var offered = shop().open().forCustomer(customer(viewed(2, "tent"), added(1, "stove")), NOON, 10);

        assertThat(ids(offered)).doesNotContain("stove").contains("tent");
    }

    @Test
    void aListIsNotTheSameThingManyTimes() {
        var shop = new Shop()
                .people(30, ordered(30, "tent", "red mug", "blue mug", "green mug"))
                .people(28, ordered(30, "tent", "stove"))
                .sells("tent", "red mug", "blue mug", "green mug", "stove");

        var plain = shop.open().forCustomer(customer(viewed(1, "tent")), NOON, 2);
        assertThat(ids(plain)).contains("stove").anyMatch(id -> id.endsWith("mug"));
    }

    @Test
    void whoWantsNoProfileIsOfferedWhatAllAreOffered() {
        var recommender = shop().open();
        for (var topic : new String[] {"*", "recommendations"}) {
            var refusal = Events.by(
                    "u", "Consent Changed", ago(1), Map.of("purpose", "profiling", "topic", topic, "granted", false));
            var customer = Profiler.after(customer(ordered(20, "tent")), refusal);

            assertThat(recommender.forCustomer(customer, NOON, 3))
                    .hasSize(3)
                    .allSatisfy(one -> assertThat(one.reason().kind()).isEqualTo(Reason.Kind.POPULAR));
        }
    }

    @Test
    void whatHappensLaterIsNotLookedAt() {
        var recommender = shop().open();

        assertThat(ids(recommender.forCustomer(customer(viewed(0, "boots")), ago(1), 1)))
                .containsExactly("lantern");
    }

    @Test
    void aNameCannotRunOnOrHideSigns() {
        var shop = shop();
        var long_ = "Tent\r\nBcc: \u202Eall " + "x".repeat(250);
        var old = shop.catalogue.get("tent");
        shop.catalogue.put(
                "tent",
                new io.wayfarer.catalogue.Product(
                        "tent", long_, old.url(), null, null, null, NOON, null, null, null, null, true, NOON));

        var words = shop.open().related("stove", 1).get(0).reason();
        assertThat(words.because()).isEqualTo("stove");
        var because = shop.open().related("tent", 1).get(0).reason().words().get("en");
        assertThat(because).startsWith("Often bought with Tent Bcc: all").hasSizeLessThan(110);
        assertThat(because).doesNotContain("\n").doesNotContain("\u202E");
    }

    @Test
    void noMoreThanTheMostIsGiven() {
        var recommender = shop().open();
        for (var limit : new int[] {0, -1, Recommender.MAX_LIMIT + 1}) {
            assertThatThrownBy(() -> recommender.forCustomer(customer(), NOON, limit))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> recommender.related("tent", limit)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
