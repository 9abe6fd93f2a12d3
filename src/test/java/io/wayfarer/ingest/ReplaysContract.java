package io.wayfarer.ingest;

import static io.wayfarer.Events.NOON;
import static io.wayfarer.Events.by;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What quarantine promises of mending and replaying, on both databases. */
abstract class ReplaysContract {

    /** A way of lines, each the name of something that Ada did; a name in small letters cannot be used. */
    private static final class Lines implements Replayable {

        @Override
        public String way() {
            return "lines";
        }

        @Override
        public Understood again(Quarantine.Item kept, String body) {
            if (body.isBlank()) {
                throw Refusal.bad(null, "there is no line");
            }
            var events = new ArrayList<Event>();
            var refused = new ArrayList<Understood.Refused>();
            for (var line : body.split("\n")) {
                if (Character.isLowerCase(line.charAt(0))) {
                    refused.add(new Understood.Refused(line, Refusal.bad(null, "a small letter"), line));
                } else {
                    var event = by("ada", line, kept.receivedAt(), Map.of());
                    events.add(new Event(
                            Event.idOf(kept.source(), line),
                            kept.source(),
                            line,
                            line,
                            "web",
                            kept.receivedAt(),
                            kept.receivedAt(),
                            "ada",
                            null,
                            null,
                            null,
                            null,
                            event.properties(),
                            null));
                }
            }
            return new Understood(events, refused);
        }

        @Override
        public String formOfPart(Quarantine.Item whole) {
            return "part of " + whole.form();
        }
    }

    /** Lets everything through but what is named Forbidden. */
    private static final Cleaning CLEANING = new Cleaning() {
        @Override
        public Inbox.Accepted accept(List<Event> events, Function<List<Event>, Inbox.Accepted> store) {
            return store.apply(events);
        }

        @Override
        public Optional<Refusal> refusal(Event event) {
            return event.name().equals("Forbidden")
                    ? Optional.of(Refusal.bad("name", "this is forbidden"))
                    : Optional.empty();
        }
    };

    private Stores stores;
    private Replays replays;

    abstract DataSource database();

    @BeforeEach
    void start() {
        stores = new Stores(database());
        replays = stores.replays(stores.inbox(CLEANING), CLEANING, new Lines());
    }

    private Quarantine.Item keep(String source, String form, String reason, String body) {
        stores.quarantine.keep(source, null, form, reason, body);
        return stores.quarantine.list(1, null).get(0);
    }

    private Quarantine.Item now(Quarantine.Item item) {
        return stores.quarantine.find(item.id()).orElseThrow();
    }

    @Test
    void whatIsMendedIsReadByItsWayAndMarkedWithWhatCameOfIt() {
        var item = keep("lines:a", "utf-8", "a small letter", "seen");
        stores.clock.set(NOON.plusSeconds(60));
        var outcome = replays.replay(item, "Seen", "mia");

        assertThat(outcome.status()).isEqualTo("replayed");
        assertThat(outcome.stored()).isEqualTo(1);
        var event = stores.inboxed().get(0);
        assertThat(outcome.events()).containsExactly(event.id());
        assertThat(event.name()).isEqualTo("Seen");
        assertThat(event.at()).as("when it happened").isEqualTo(NOON);
        assertThat(event.receivedAt()).as("when it can have its effect").isEqualTo(NOON.plusSeconds(60));
        assertThat(now(item)).satisfies(after -> {
            assertThat(after.status()).isEqualTo("replayed");
            assertThat(after.settledBy()).isEqualTo("mia");
            assertThat(after.settledAt()).isEqualTo(NOON.plusSeconds(60));
            assertThat(after.events()).containsExactly(event.id());
            assertThat(after.body()).as("what came").isEqualTo("seen");
            assertThat(after.mended()).isEqualTo("Seen");
        });
    }

    @Test
    void whatFailsAgainKeepsItsPlaceWithTheNewReason() {
        var item = keep("lines:a", null, "an old reason", "seen");
        var outcome = replays.replay(item, null, "mia");

        assertThat(outcome.reason()).isEqualTo("a small letter");
        assertThat(now(item)).satisfies(after -> {
            assertThat(after.status()).isEqualTo("waiting");
            assertThat(after.reason()).isEqualTo("a small letter");
            assertThat(after.attempts()).isEqualTo(1);
            assertThat(after.receivedAt()).isEqualTo(NOON);
        });
        assertThat(replays.replay(item, "", "mia").reason()).isEqualTo("there is no line");
        assertThat(replays.replay(item, "Forbidden", "mia").reason()).isEqualTo("this is forbidden");
        assertThat(stores.inboxed()).isEmpty();
        assertThat(stores.quarantine.list(10, null)).hasSize(1);
    }

    @Test
    void ofABodyThatIsGoodInPartTheOtherPartsGoOnWaitingByThemselves() {
        var item = keep("lines:a", "utf-8", "cannot be read", "?");
        var outcome = replays.replay(item, "Seen\nbought\nForbidden\nGone", "mia");

        assertThat(outcome.stored()).isEqualTo(2);
        assertThat(now(item).status()).isEqualTo("replayed");
        var parts = stores.quarantine.list(new Quarantine.Filter("waiting", null, null), 10, null);
        assertThat(parts).hasSize(2).anySatisfy(part -> {
            assertThat(part.form()).isEqualTo("part of utf-8");
            assertThat(part.body()).isEqualTo("bought");
            assertThat(part.reason()).isEqualTo("a small letter");
        });
        assertThat(parts).anySatisfy(part -> {
            assertThat(part.form()).isEqualTo(Quarantine.EVENT);
            assertThat(part.reason()).isEqualTo("this is forbidden");
        });
    }

    @Test
    void askedForTwiceItCountsOnce() {
        var item = keep("lines:a", null, "why", "Seen");
        replays.replay(item, null, "mia");
        var second = replays.replay(item, null, "tom");

        assertThat(second.stored()).isZero();
        assertThat(stores.inboxed()).hasSize(1);
        assertThat(now(item).settledBy()).isEqualTo("mia");
    }

    @Test
    void anEventThatCouldNotBeWorkedOffComesBackAsItself() throws Exception {
        var event = by("ada", "Page Viewed", NOON, Map.of("n", 1));
        var item = keep("test", Quarantine.EVENT, "could not be worked off", stores.json.writeValueAsString(event));
        assertThat(replays.replay(item, null, "mia").events()).containsExactly(event.id());

        assertThat(stores.inboxed()).containsExactly(event);
    }

    @Test
    void anEventMayBeMendedButNotMadeAnother() throws Exception {
        var event = by("ada", "Page Viewed", NOON, Map.of());
        var body = stores.json.writeValueAsString(event);
        var item = keep("test", Quarantine.EVENT, "why", body);
        for (var wrong : List.of(
                body.replace(event.messageId(), UUID.randomUUID().toString()),
                body.replace("\"test\"", "\"other\""),
                body.replace("\"Page Viewed\"", "\"\""),
                body.replace("\"Page Viewed\"", "\"" + "x".repeat(300) + "\""),
                body.replace("\"web\"", "\"" + "x".repeat(30) + "\""),
                "null",
                "{",
                "[]")) {
            assertThat(replays.replay(item, wrong, "mia").status()).as(wrong).isEqualTo("waiting");
        }
        assertThat(replays.replay(item, body.replace("Page Viewed", "Page Seen"), "mia")
                        .status())
                .isEqualTo("replayed");
        assertThat(stores.inboxed().get(0).name()).isEqualTo("Page Seen");
    }

    @Test
    void manyAreReplayedByFilterTheOldestFirst() {
        for (int i = 0; i < 250; i++) {
            stores.clock.set(NOON.plusMillis(i));
            keep("lines:a", null, i % 2 == 0 ? "even" : "odd 100%", i % 5 == 0 ? "small " + i : "Seen " + i);
        }
        keep("lines:b", null, "even", "Other");
        var some = replays.replay("lines:a", "even", 100, "mia");
        assertThat(some).isEqualTo(new Replays.Outcomes(80, 20, true));
        var rest = replays.replay("lines:a", null, 1_000, "mia");

        assertThat(rest).isEqualTo(new Replays.Outcomes(120, 50, false));
        assertThat(stores.inboxed()).hasSize(200);
        assertThat(replays.replay("lines:a", "100%", 1_000, "mia").replayed()).isZero();
        assertThat(replays.replay("lines:b", null, 1_000, "mia").replayed()).isEqualTo(1);
    }

    @Test
    void whatIsDismissedIsKeptWithWhoAndWhyAndNotReplayed() {
        var item = keep("lines:a", null, "why", "Seen");
        assertThat(stores.quarantine.dismiss(item.id(), "mia", "it was a test")).isTrue();
        assertThat(stores.quarantine.dismiss(item.id(), "tom", "again")).isFalse();

        assertThat(replays.replay("lines:a", null, 10, "tom").replayed()).isZero();
        assertThat(now(item)).satisfies(after -> {
            assertThat(after.status()).isEqualTo("dismissed");
            assertThat(after.settledBy()).isEqualTo("mia");
            assertThat(after.note()).isEqualTo("it was a test");
            assertThat(after.body()).isEqualTo("Seen");
        });
        assertThat(stores.quarantine.waiting()).isEmpty();
    }

    @Test
    void whatNoWayReadsSaysSo() {
        for (var source : List.of("gone:a", "nowhere", ":")) {
            var item = keep(source, null, "why", "Seen");
            assertThat(replays.replay(item, null, "mia").reason()).contains("nothing is set up");
        }
    }

    @Test
    void aTimeInTheDatabaseIsThatOfTheProductsClock() {
        stores.clock.set(Instant.parse("2030-01-01T00:00:00Z"));
        assertThat(keep("lines:a", null, "why", "x").receivedAt()).isEqualTo(stores.clock.instant());
    }
}
