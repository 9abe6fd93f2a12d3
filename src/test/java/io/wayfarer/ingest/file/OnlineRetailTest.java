package io.wayfarer.ingest.file;

import static io.wayfarer.Events.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wayfarer.Databases;
import io.wayfarer.ingest.Imports.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The orders of a real shop, all 541,909 lines of them, guessed mapping and all, into the inbox. */
class OnlineRetailTest {

    private static final Path FILE = Path.of("..", "shared", "data", "online-retail", "online_retail.csv.gz");

    @TempDir
    Path dir;

    @Test
    void theWholeFileIsOrdersAndRefundsAndWhatIsNobodysIsRefused() throws IOException {
        assumeTrue(Files.exists(FILE), "../shared/data/online-retail is missing");
        var desk = new Desk(Databases.h2(), dir, Clock.fixed(NOON, ZoneOffset.UTC), 1_000_000);

        var done = desk.imported("online_retail.csv.gz", null, Files.readAllBytes(FILE));

        System.out.printf(
                "online-retail: %,d rows in, %,d accepted as %,d events, %,d duplicate, %,d refused%n",
                done.rows(), done.accepted(), done.events(), done.duplicate(), done.refused());
        assertThat(done.error()).isNull();
        assertThat(done.state()).isEqualTo(State.done);
        assertThat(done.rows()).isEqualTo(541_909);
        assertThat(done.accepted() + done.duplicate() + done.refused()).isEqualTo(done.rows());
        assertThat(done.refused()).isEqualTo(135_080);
        assertThat(done.duplicate()).isZero();
        assertThat(done.events()).isEqualTo(22_191).isEqualTo(desk.inbox.recount());
        // 18,536 invoices, of which one is in two places of the file: its rows do not follow one another
        assertThat(count(desk, "%\"name\":\"Order Completed\"%")).isEqualTo(18_537);
        assertThat(count(desk, "%\"name\":\"Order Refunded\"%")).isEqualTo(3_654);
    }

    private static int count(Desk desk, String like) {
        return desk.jdbc.queryForObject("select count(*) from inbox where body like ?", Integer.class, like);
    }
}
