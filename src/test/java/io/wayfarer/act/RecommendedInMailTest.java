package io.wayfarer.act;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetupTest;
import com.microsoft.playwright.Page;
import io.wayfarer.Databases;
import io.wayfarer.demo.InBrowser;
import jakarta.mail.internet.MimeMultipart;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products that are recommended in a mail, from the recommender to what a reader sees. */
class RecommendedInMailTest extends InBrowser {

    private GreenMail mail;
    private Office office;

    @BeforeEach
    void open() {
        mail = new GreenMail(ServerSetupTest.SMTP.dynamicPort());
        mail.start();
        office = new Office(Databases.h2(), mail.getSmtp().getPort(), NOON);
    }

    @AfterEach
    void close() {
        office.close();
        mail.stop();
    }

    @ParameterizedTest
    @CsvSource({"en, You may like, 'Often bought with The tent, which you bought'", "zh, 您可能喜欢, 常与您买过的“The tent”一起购买"})
    void theReaderSeesWhatGoesWithTheLastPurchaseAndWhyAndNothingBoughtOrSoldOut(
            String language, String heading, String reason) throws Exception {
        var ada = office.reader("ada@example.org", Map.of("locale", language));
        bought("ada@example.org", "tent");
        office.queue(office.decision(ada, UUID.randomUUID(), "send:win-back"));

        office.deliver();

        var page = visitor.newPage();
        page.setViewportSize(390, 800);
        page.setContent(html());
        assertThat(page.locator("h2").textContent()).isEqualTo(heading);
        assertThat(page.locator("h2 + table a").allTextContents())
                .hasSize(3)
                .startsWith("The stove")
                .contains("The lantern")
                .doesNotContain("The tent", "The cot");
        assertThat(page.locator("h2 + table td").first().textContent()).contains(reason);
        assertThat(page.locator("h2 + table a").first().getAttribute("href"))
                .isEqualTo("https://shop.example.org/stove");
        assertThat((boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isTrue();
        page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(Path.of("target/recommended-" + language + ".png")));
        assertThat(office.message(ada).verdicts())
                .contains(new Verdict("content", "pass", "recommended: stove, lantern, mug, boots, socks"));
    }

    @Test
    void whoRefusesProfilingSeesWhatIsPopularWithAllAndIsNotToldWhatTheyDid() throws Exception {
        var consent = Map.of("marketing", true, "profiling/*", false);
        var ada = office.reader("ada@example.org", Map.of("consent", consent));
        bought("ada@example.org", "lantern");
        office.queue(office.decision(ada, UUID.randomUUID(), "send:win-back"));

        office.deliver();

        assertThat(html()).contains("Popular").doesNotContain("which you bought", "The lantern", "The cot");
    }

    private void bought(String email, String product) {
        office.happened("Order Completed", email, Map.of(), Map.of("products", List.of(Map.of("product_id", product))));
    }

    private String html() throws Exception {
        var parts = (MimeMultipart) mail.getReceivedMessages()[0].getContent();
        return (String) parts.getBodyPart(1).getContent();
    }
}
