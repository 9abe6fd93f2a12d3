package io.wayfarer.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.wayfarer.profile.Customer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Champion, challenger and former champion. */
class RolesTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();
    private static final TrainedOnce TRAINED = new TrainedOnce(1);

    private final Customer customer = Customer.unknown(UUID.randomUUID(), Set.of(), NOW);

    @TempDir
    Path data;

    @Test
    void theFirstIsChampionALaterOneIsTriedBesideItAndDecidesNothing() throws IOException {
        var store = store();
        var first = keep(store, 0);
        var id = store.current().id();
        var scores = store.current().score(customer, null, NOW);
        var second = keep(store, 1);

        assertThat(store.serving()).containsExactly(first);
        assertThat(store.current().id()).isEqualTo(id);
        assertThat(store.current().score(customer, null, NOW)).isEqualTo(scores);
        var standing = store.standings().get(0);
        assertThat(standing.champion()).isEqualTo(first.version());
        assertThat(standing.challenger()).isEqualTo(second.version());
        assertThat(standing.former()).isNull();
        assertThat(standing.changes())
                .extracting(Standing.Change::what)
                .containsExactly(Standing.What.CHALLENGES, Standing.What.FIRST);
        assertThat(store.contests().get("buy").challenger()).isEqualTo(second.version());
    }

    @Test
    void whoIsTriedKeepsItsPlaceUntilItsTimeIsOver() throws IOException {
        var store = store();
        keep(store, 0);
        var second = keep(store, 1);
        var days = ModelStore.TRIAL * 7;
        keep(store, days);
        assertThat(store.standings().get(0).challenger()).isEqualTo(second.version());
        var last = keep(store, 1 + days);
        assertThat(store.standings().get(0).challenger()).isEqualTo(last.version());
        assertThat(store.standings().get(0).changes().get(0).why()).contains(second.version());
    }

    @Test
    void whatForeseesALongerTimeIsTriedLongerAndAnotherTimeReplacesTheChampion() throws IOException {
        var store = store();
        var month = Duration.ofDays(30);
        var first = keep(store, "churn", 0, month);
        var second = keep(store, "churn", 1, month);
        assertThat(store.serving()).containsExactly(first);
        keep(store, "churn", ModelStore.TRIAL * 30, month);
        assertThat(store.standings().get(0).challenger()).isEqualTo(second.version());
        var last = keep(store, "churn", ModelStore.TRIAL * 30 + 1, month);
        assertThat(store.standings().get(0).challenger()).isEqualTo(last.version());

        var other = keep(store, "churn", 200, Duration.ofDays(60));
        assertThat(store.serving()).containsExactly(other);
        var standing = store.standings().get(0);
        assertThat(standing.champion()).isEqualTo(other.version());
        assertThat(standing.former()).isEqualTo(first.version());
        assertThat(standing.challenger()).isNull();
        assertThat(standing.changes().get(0).what()).isEqualTo(Standing.What.REPLACED);
        assertThat(standing.changes().get(0).why()).contains("PT1440H").contains("PT720H");
        assertThat(store().standings()).containsExactly(standing);
    }

    @Test
    void rolesOutliveARestartWithWhoGaveThemWhenAndWhy() throws IOException {
        var first = keep(store(), 0);
        var second = keep(store(), 1);
        store().promote("buy", second.version(), NOW.plusSeconds(5), "ada", "it knows Christmas");
        var third = keep(store(), 2);
        var standing = store().standings().get(0);
        assertThat(standing.champion()).isEqualTo(second.version());
        assertThat(standing.former()).isEqualTo(first.version());
        assertThat(standing.challenger()).isEqualTo(third.version());
        assertThat(standing.changes().get(1))
                .isEqualTo(new Standing.Change(
                        NOW.plusSeconds(5), "ada", Standing.What.PROMOTED, second.version(), "it knows Christmas"));

        assertThat(store().rollBack("buy", NOW.plusSeconds(9), "bob", "it did not"))
                .isEqualTo(first.version());
        assertThat(store().serving()).containsExactly(first);
        assertThat(store().standings().get(0).challenger()).isEqualTo(third.version());
        assertThatThrownBy(() -> store().rollBack("buy", NOW, "bob", "again"))
                .isInstanceOf(ModelStore.Refused.class)
                .hasMessageContaining("no former champion");
    }

    @Test
    void aChallengerWhoseTrialEndsMakesRoomForTheNext() throws IOException {
        var store = store();
        var first = keep(store, 0);
        keep(store, 1);
        store.end(store.contests().get("buy"), false, NOW, "it was worse");
        assertThat(store.serving()).containsExactly(first);
        assertThat(store.contests().get("buy").challenger()).isNull();
        var third = keep(store, 2);
        assertThat(store.standings().get(0).challenger()).isEqualTo(third.version());
        store.end(store.contests().get("buy"), true, NOW, "it was better");
        assertThat(store.serving()).containsExactly(third);
        assertThat(store.standings().get(0).changes().get(0).by()).isEqualTo("rule:better");
    }

    @Test
    void theRuleDoesNotActOnAComparisonThatAPersonHasOvertaken() throws IOException {
        var store = store();
        keep(store, 0);
        var second = keep(store, 1);
        var compared = store.contests().get("buy");
        store.promote("buy", second.version(), NOW, "ada", "now");
        keep(store, 2);
        var before = store.standings();
        for (var isBetter : new boolean[] {true, false}) {
            store.end(compared, isBetter, NOW, "too late");
            assertThat(store.standings()).isEqualTo(before);
        }
        store.rollBack("buy", NOW, "ada", "back");
        before = store.standings();
        store.end(compared, true, NOW, "the champion is the same again, the challenger is not");
        assertThat(store.standings()).isEqualTo(before);
    }

    @Test
    void whatCannotBePromotedChangesNothing() throws IOException {
        var store = store();
        var first = keep(store, 0);
        var before = store.standings();
        for (var version : List.of(first.version(), "no-such", "")) {
            assertThatThrownBy(() -> store.promote("buy", version, NOW, "ada", ""))
                    .isInstanceOf(ModelStore.Refused.class);
        }
        assertThatThrownBy(() -> store.promote("markov", first.version(), NOW, "ada", ""))
                .isInstanceOf(ModelStore.Refused.class);
        assertThat(store.standings()).isEqualTo(before);
    }

    @Test
    void rolesThatThisInstallationDidNotWriteAreNotBelieved() throws IOException {
        keep(store(), 0);
        var second = keep(store(), 1);
        var file = data.resolve("models/roles.json");
        var honest = Files.readString(file);
        var champion = store().standings().get(0).champion();
        for (var forged : List.of(
                honest.replace(champion, second.version()),
                honest.substring(0, honest.length() - 3),
                honest.substring(0, 64),
                "",
                honest.substring(64))) {
            Files.writeString(file, forged);
            // as if no roles had been kept: the newest that is signed serves, and no challenger is made up
            assertThat(store().serving()).containsExactly(second);
            assertThat(store().contests().get("buy").challenger()).isNull();
        }
        Files.writeString(file, honest);
        assertThat(store().standings().get(0).champion()).isEqualTo(champion);
        assertThat(store().standings().get(0).challenger()).isEqualTo(second.version());
    }

    @Test
    void whenTheChampionIsDamagedNoChallengerTakesItsPlaceWhileAnotherIsThere() throws IOException {
        var first = keep(store(), 0);
        var second = keep(store(), 1);
        store().promote("buy", second.version(), NOW, "ada", "");
        var third = keep(store(), 2);
        var file = data.resolve("models/buy-" + second.version() + ".model");
        var bytes = Files.readAllBytes(file);
        Files.write(file, new byte[100]);
        assertThat(store().serving()).containsExactly(first);
        assertThat(store().standings().get(0).challenger()).isEqualTo(third.version());
        Files.write(file, bytes);
        assertThat(store().serving()).containsExactly(second);
    }

    @Test
    void whatWasDamagedMeanwhileGetsNoRole() throws IOException {
        var store = store();
        var first = keep(store, 0);
        var second = keep(store, 1);
        store.promote("buy", second.version(), NOW, "ada", "");
        var before = store.standings();
        Files.write(data.resolve("models/buy-" + first.version() + ".model"), new byte[100]);
        assertThatThrownBy(() -> store.rollBack("buy", NOW, "ada", ""))
                .isInstanceOf(ModelStore.Refused.class)
                .hasMessageContaining("cannot be used");
        assertThatThrownBy(() -> store.promote("buy", first.version(), NOW, "ada", ""))
                .isInstanceOf(ModelStore.Refused.class);
        assertThat(store.standings()).isEqualTo(before);
        assertThat(store.serving()).containsExactly(second);
        assertThat(keep(store, 2).version()).isEqualTo(store.standings().get(0).challenger());
    }

    @Test
    void whatHasARoleIsNotRemovedForItsAge() throws IOException {
        var store = store();
        var first = keep(store, 0);
        for (int i = 1; i < ModelStore.KEPT + 5; i++) {
            keep(store, i);
        }
        assertThat(store.cards()).hasSize(ModelStore.KEPT).contains(first);
        assertThat(store().serving()).containsExactly(first);
    }

    @Test
    void theChainAndTheMoodsHaveNoRoles() throws IOException {
        var store = store();
        for (int i = 0; i < 2; i++) {
            var card = TRAINED.card(ModelCard.CHAIN, NOW.plusSeconds(i));
            var kept = store.keep(card, new double[StageChain.ROWS][StageChain.COLUMNS]);
            assertThat(store.serving()).containsExactly(kept);
        }
        assertThat(store.standings()).isEmpty();
        assertThat(data.resolve("models/roles.json")).doesNotExist();
    }

    @Test
    void whatAModelSawIsKeptWithItAndSigned() throws Exception {
        var card = TrainedOnce.keepPlanted(store(), "buy", NOW, true);
        assertThat(card.reference().rows()).isEqualTo(2000);
        assertThat(card.reference().features()).containsOnlyKeys("product-views-7d");
        assertThat(store().contests().get("buy").reference()).isEqualTo(card.reference());
    }

    private ModelCard keep(ModelStore store, int day) throws IOException {
        return store.keep(TRAINED.card("buy", NOW.plus(Duration.ofDays(day))), TRAINED.fitted());
    }

    private ModelCard keep(ModelStore store, String name, int day, Duration time) throws IOException {
        return store.keep(TRAINED.card(name, NOW.plus(Duration.ofDays(day)), time), TRAINED.fitted());
    }

    private ModelStore store() {
        return new ModelStore(data, TrainedOnce.WEEK, JSON);
    }
}
