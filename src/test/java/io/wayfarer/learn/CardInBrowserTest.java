package io.wayfarer.learn;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import io.wayfarer.demo.InBrowser;
import io.wayfarer.learn.table.CsvFile;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CardInBrowserTest extends InBrowser {

    @TempDir
    Path folder;

    @Test
    void aCardOpensFromTheDiskSpeaksBothLanguagesAndAsksNobodyForAnything() {
        var silent = new PrintStream(OutputStream.nullOutputStream());
        var file = CsvFile.of(folder, 400, "region", row -> row.number() % 3 == 0 ? "north" : "south");
        new TrainCommand(silent, silent, Clock.systemUTC()).execute("--data", file.toString(), "--label", "bought");

        var page = visitor.newPage();
        var asked = new ArrayList<String>();
        var complaints = new ArrayList<String>();
        page.onRequest(request -> asked.add(request.url()));
        page.onConsoleMessage(message -> complaints.add(message.text()));
        page.navigate(folder.resolve("table-bought/card.html").toUri().toString());

        assertThat(page.locator("h1")).containsText("bought = yes");
        assertThat(page.locator("figure svg")).hasCount(8);
        assertThat(page.getByText("ROC curve")).isVisible();
        assertThat(page.getByText("ROC 曲线")).isHidden();
        page.getByText("中文").click();
        assertThat(page.getByText("ROC 曲线")).isVisible();
        assertThat(page.getByText("ROC curve")).isHidden();

        var light = paper(page);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertThat(paper(page)).isNotEqualTo(light);
        assertThat(asked).singleElement().asString().endsWith("card.html");
        assertThat(complaints).isEmpty();
    }

    private static Object paper(Page page) {
        return page.evaluate("getComputedStyle(document.body).backgroundColor");
    }
}
