package io.wayfarer.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The example of docs/integrators.md, as it stands there, in a browser. */
class CollectorExampleTest extends ForeignShop {

    @BeforeEach
    void copied() throws IOException {
        var chapter = Files.readString(Path.of("docs/integrators.md")).split("\n## The script for web pages\n")[1];
        files.put(
                "/kettle.html",
                block(chapter, "html")
                        .replace("https://journeys.example.org", collector())
                        .replace("data-write-key=\"...\"", "data-write-key=\"the-key\""));
        files.put("/shop.js", block(chapter, "js"));
        files.put("/thanks", "<!doctype html><title>Thanks</title>");
        pageHeaders.put(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self' " + collector() + "; connect-src " + collector());
    }

    private static String block(String chapter, String language) {
        return chapter.split("```" + language + "\n")[1].split("```")[0];
    }

    private void press(String name) {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true))
                .click();
    }

    @Test
    void it_tells_what_the_chapter_says_after_a_yes() {
        visit("/kettle.html");
        press("Add to cart");
        press("Yes");
        press("Add to cart");
        page.getByText("Sizes").click();
        page.getByLabel("Email").fill("ada@example.org");
        press("Subscribe");
        page.waitForURL("**/thanks");
        visit("/kettle.html");

        for (var name : new String[] {
            "page", "Product Viewed", "Product Added", "Element Clicked", "Form Begun", "Form Submitted", "Page Left"
        }) {
            kept(the(name));
        }
        assertThat(all("Product Added")).as("after the yes").hasSize(1);
        assertThat(kept(the("Product Added")).path("properties").path("price").asDouble())
                .isEqualTo(39.9);
        assertThat(received.toString()).doesNotContain("ada@example.org");
        assertThat(page.getByText("May we measure").isVisible()).isFalse();
    }

    @Test
    void it_keeps_silent_after_a_no_and_does_not_ask_again() {
        visit("/kettle.html");
        press("No");
        press("Add to cart");
        visit("/kettle.html");
        page.waitForTimeout(1500);

        assertThat(received).isEmpty();
        assertThat(page.getByText("May we measure").isVisible()).isFalse();
    }
}
