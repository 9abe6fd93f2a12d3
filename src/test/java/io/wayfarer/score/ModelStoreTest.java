package io.wayfarer.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.wayfarer.ingest.Event;
import io.wayfarer.profile.Customer;
import io.wayfarer.profile.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();
    private static final TrainedOnce FIRST = new TrainedOnce(1);
    private static final TrainedOnce SECOND = new TrainedOnce(2);

    private final Customer customer = Customer.unknown(UUID.randomUUID(), Set.of(), NOW);

    @TempDir
    Path data;

    @Test
    void atFirstTheChainOfStagesSpeaks() {
        var scores = store().current().score(customer, null, NOW);
        assertThat(scores.byName()).containsOnlyKeys(Scores.NEXT_STAGE, Scores.BUY);
        assertThat(scores.byName().values()).allSatisfy(score -> {
            assertThat(score.model()).isEqualTo("markov:prior");
            assertThat(score.value()).isBetween(0.0, 1.0);
        });
    }

    @Test
    void whatIsKeptServesAtOnceAndAfterARestart() throws IOException {
        var store = store();
        var untrained = store.current().id();
        var card = store.keep(FIRST.card("buy", NOW), FIRST.fitted());
        var scores = store.current().score(customer, null, NOW);
        assertThat(scores.byName().get(Scores.BUY).model()).isEqualTo("logistic:buy:" + card.version());
        assertThat(scores.byName().get(Scores.NEXT_STAGE).model()).isEqualTo("markov:prior");
        assertThat(store.current().id()).isNotEqualTo(untrained);

        var again = store();
        assertThat(again.current().score(customer, null, NOW)).isEqualTo(scores);
        assertThat(again.current().id()).isEqualTo(store.current().id());
        assertThat(again.cards()).containsExactly(card);
    }

    @Test
    void eachStageHasItsOwnModelAndTheChainItsCounts() throws IOException {
        var store = store();
        store.keep(FIRST.card(ModelCard.nextStage(Stage.PURCHASE), NOW), FIRST.fitted());
        var steps = new double[StageChain.ROWS][StageChain.COLUMNS];
        steps[0][StageChain.column(Stage.EVALUATION, false)] = 1e6;
        var chain = store.keep(chainCard(), steps);
        var models = store().current();
        assertThat(models.score(customer, null, NOW).byName().get(Scores.NEXT_STAGE))
                .satisfies(score -> assertThat(score.model()).isEqualTo("markov:" + chain.version()))
                .satisfies(score -> assertThat(score.value()).isGreaterThan(0.99));
        var buyer = customer.withStage(Stage.PURCHASE, NOW);
        assertThat(models.score(buyer, null, NOW)
                        .byName()
                        .get(Scores.NEXT_STAGE)
                        .model())
                .startsWith("logistic:next-stage.purchase:");
    }

    @Test
    void theMoodIsScoredOnlyOfAText() {
        var models = store().current();
        assertThat(models.score(customer, event(Map.of("text", "It broke, I am very disappointed")), NOW)
                        .value(Scores.SENTIMENT, 1))
                .isLessThan(0.3);
        for (var nothing : new Object[] {"  ", 5, Map.of()}) {
            assertThat(models.score(customer, event(Map.of("text", nothing)), NOW)
                            .byName())
                    .doesNotContainKey(Scores.SENTIMENT);
        }
    }

    @Test
    void whatATextIsAboutIsScoredWithTheWordsThatSaidSo() {
        var scores = store().current().score(customer, event(Map.of("text", "The parcel is late, 质量很差")), NOW);
        assertThat(scores.byName())
                .containsOnlyKeys(
                        Scores.NEXT_STAGE,
                        Scores.BUY,
                        Scores.SENTIMENT,
                        Scores.need("delivery"),
                        Scores.need("quality"));
        assertThat(scores.value(Scores.need("delivery"), 0)).isBetween(0.7, 0.9);
        assertThat(scores.byName().get("need:delivery").drivers())
                .extracting(Score.Driver::feature)
                .containsExactly("word:parcel", "word:late");
    }

    @Test
    void aTextInAnotherLanguageIsSaidToBeOne() {
        var text = event(Map.of("text", "Die Lieferung war leider nicht gut und das Paket ist kaputt"));
        var sentiment = store().current().score(customer, text, NOW).byName().get(Scores.SENTIMENT);
        assertThat(sentiment.value()).isEqualTo(0.5);
        assertThat(sentiment.model()).isEqualTo("none:other-language");
    }

    @Test
    void theNeedsOfTheFolderOfTheRulesServe(@TempDir Path rules) throws IOException {
        Files.writeString(rules.resolve("needs.txt"), "gift: wrapped\n");
        var store = new ModelStore(data, TrainedOnce.WEEK, JSON, rules.toString());
        var scores = store.current().score(customer, event(Map.of("text", "The parcel was wrapped")), NOW);
        assertThat(scores.byName()).containsKey("need:gift").doesNotContainKey("need:delivery");
        assertThat(store.current().id()).isNotEqualTo(store().current().id());
        Files.writeString(rules.resolve("needs.txt"), "gift wrapped\n");
        assertThatThrownBy(() -> new ModelStore(data, TrainedOnce.WEEK, JSON, rules.toString()))
                .hasMessageContaining("needs.txt, line 1");
        Files.delete(rules.resolve("needs.txt"));
        assertThat(new ModelStore(data, TrainedOnce.WEEK, JSON, rules.toString())
                        .current()
                        .id())
                .isEqualTo(store().current().id());
    }

    @Test
    void aChangedModelIsRefusedAndTheOneBeforeServes() throws IOException {
        var first = store().keep(FIRST.card("buy", NOW), FIRST.fitted());
        var second = store().keep(SECOND.card("buy", NOW.plusSeconds(1)), SECOND.fitted());
        store().promote("buy", second.version(), NOW, "ada", "try it");
        assertThat(store().serving()).containsExactly(second);
        var file = model(second);
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(refusal(file)).contains("signature does not match");
        assertThat(store().serving()).containsExactly(first);
    }

    @Test
    void aChangedCardIsRefusedAsWell() throws IOException {
        var card = store().keep(FIRST.card("buy", NOW), FIRST.fitted());
        var file = card(card);
        Files.writeString(file, Files.readString(file).replace("has-ordered", "cart-items "));
        assertThat(refusal(model(card))).contains("signature does not match");
        assertThat(store().serving()).isEmpty();
    }

    @Test
    void everyCutOfAFileIsRefused() throws IOException {
        var card = store().keep(FIRST.card("buy", NOW), FIRST.fitted());
        var whole = Files.readAllBytes(model(card));
        for (var length : IntStream.of(0, 1, 31, 32, 33, whole.length / 2, whole.length - 1)
                .toArray()) {
            Files.write(model(card), java.util.Arrays.copyOf(whole, length));
            assertThat(refusal(model(card))).containsAnyOf("cut short", "signature does not match");
        }
        assertThat(store().current()
                        .score(customer, null, NOW)
                        .byName()
                        .get(Scores.BUY)
                        .model())
                .isEqualTo("markov:prior");
    }

    @Test
    void aModelOfAnotherInstallationIsRefused(@TempDir Path other) throws IOException {
        var card = new ModelStore(other, TrainedOnce.WEEK, JSON).keep(FIRST.card("buy", NOW), FIRST.fitted());
        store();
        for (var ending : new String[] {".model", ".json"}) {
            var name = "buy-" + card.version() + ending;
            Files.copy(
                    other.resolve("models").resolve(name),
                    data.resolve("models").resolve(name));
        }
        assertThat(refusal(model(card))).contains("signature does not match");
        assertThat(store().serving()).isEmpty();
    }

    @Test
    void whatIsNoModelIsNotReadEvenWhenSigned() throws IOException {
        var files = new ModelFiles(data, JSON);
        var card = FIRST.card("buy", NOW).withVersion("v1");
        var formula =
                "{\"learnt\":\"formula\",\"kind\":\"logistic\",\"calibration\":{\"kind\":\"none\"},\"formula\":%s}";
        for (var content : new String[] {
            "{\"learnt\":\"java.net.URL\",\"url\":\"http://localhost/\"}",
            "[\"java.util.HashMap\",{}]",
            "null",
            "not json",
            formula.formatted(
                    "{\"kind\":\"linear\",\"link\":\"LOGISTIC\",\"intercept\":\"NaN\",\"coefficients\":[1,2,3,4]}"),
            formula.formatted(
                    "{\"kind\":\"trees\",\"link\":\"IDENTITY\",\"inputs\":4,\"roots\":[0],\"input\":[0,-1,-1],"
                            + "\"border\":[0,0,0],\"left\":[0,-1,-1],\"value\":[0,0,0]}")
        }) {
            files.write(card, content.getBytes(StandardCharsets.UTF_8));
            assertThat(refusal(model(card))).as(content).contains("holds what no model is made of");
        }
        assertThat(store().serving()).isEmpty();
    }

    @Test
    void whatDoesNotFitItsCardIsRefusedInWords() throws IOException {
        var files = new ModelFiles(data, JSON);
        files.write(FIRST.card("buy", NOW), new Learnt.Days(new double[1][1]));
        files.write(chainCard(), new Learnt.Days(new double[1][1]));
        files.write(chainCard(), FIRST.fitted());
        files.write(FIRST.card("mood.en", NOW), new Learnt.Words("nonsense"));
        Files.write(data.resolve("models/stray.model"), new byte[100]);
        assertThat(refusal(data.resolve("models/stray.model"))).contains("no card");
        Files.write(data.resolve("models/large.model"), new byte[33 << 20]);
        assertThat(refusal(data.resolve("models/large.model"))).contains("larger than");
        assertThat(store().serving()).isEmpty();
    }

    @Test
    void whatIsForeseenForAnotherTimeServesUnderItsOwnName() throws IOException {
        var store = store();
        var month = FIRST.card("churn", NOW, Duration.ofDays(30));
        var first = store.keep(month, FIRST.fitted());
        for (var models : List.of(store.current(), store().current())) {
            var scores = models.score(customer, null, NOW).byName();
            assertThat(scores.get(Scores.CHURN).model()).isEqualTo("logistic:churn:" + first.version());
            assertThat(scores.get(Scores.BUY).model()).isEqualTo("markov:prior");
            assertThat(models.why(customer, NOW)).containsKey(Scores.CHURN);
        }
    }

    @Test
    void aModelForAnotherHorizonDoesNotServe() throws IOException {
        store().keep(FIRST.card("buy", NOW), FIRST.fitted());
        assertThat(new ModelStore(data, Duration.ofDays(14), JSON).serving()).isEmpty();
        assertThat(store().serving()).hasSize(1);
    }

    @Test
    void aModelThatDoesNotFitItsCardIsNotKept() {
        var store = store();
        var card = FIRST.card("buy", NOW);
        assertThatThrownBy(() -> store.keep(
                        card,
                        new Fitted(
                                "logistic",
                                new Formula.Linear(Formula.Link.LOGISTIC, 0, new double[3]),
                                new Calibration.None())))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(data.resolve("models")).isEmptyDirectory();
    }

    @Test
    void onlySoManyAreKept() throws IOException {
        var store = store();
        for (int i = 0; i < ModelStore.KEPT + 3; i++) {
            store.keep(FIRST.card("buy", NOW.plusSeconds(i)), FIRST.fitted());
        }
        assertThat(store.cards()).hasSize(ModelStore.KEPT);
        assertThat(store().cards()).isEqualTo(store.cards());
        try (var files = Files.list(data.resolve("models"))) {
            assertThat(files.filter(file -> !file.endsWith("roles.json"))).hasSize(2 * ModelStore.KEPT);
        }
    }

    @Test
    void theKeyIsTheOwnersAloneAndStays() throws IOException {
        store();
        var key = data.resolve("model.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        var bytes = Files.readAllBytes(key);
        assertThat(bytes).hasSize(32);
        store();
        assertThat(Files.readAllBytes(key)).isEqualTo(bytes);
        Files.write(key, new byte[5]);
        assertThatThrownBy(this::store).hasMessageContaining("model.key").hasMessageContaining("32 bytes");
    }

    @Test
    void anOldModelPutUnderANewNameIsStillThatOldModel() throws IOException {
        var card = store().keep(FIRST.card("buy", NOW), FIRST.fitted());
        Files.copy(model(card), data.resolve("models/next-stage.use-000000000000.model"));
        Files.copy(
                card(card),
                data.resolve("models/next-stage.use-000000000000.json"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(store().serving()).containsExactly(card);
    }

    private ModelStore store() {
        return new ModelStore(data, TrainedOnce.WEEK, JSON);
    }

    private String refusal(Path file) throws IOException {
        var files = new ModelFiles(data, JSON);
        try {
            return "was read: " + files.read(file);
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private Path model(ModelCard card) {
        return data.resolve("models/" + card.name() + "-" + card.version() + ".model");
    }

    private Path card(ModelCard card) {
        return data.resolve("models/" + card.name() + "-" + card.version() + ".json");
    }

    private static ModelCard chainCard() {
        var card = FIRST.card(ModelCard.CHAIN, NOW);
        return new ModelCard(
                card.name(),
                null,
                NOW,
                NOW,
                NOW,
                card.horizon(),
                10,
                1,
                java.util.List.of(),
                null,
                null,
                null,
                42,
                "all days counted");
    }

    private static Event event(Map<String, Object> properties) {
        return new Event(
                UUID.randomUUID(),
                "t",
                "m",
                "Mail Received",
                "email",
                NOW,
                NOW,
                null,
                "b",
                null,
                Map.of(),
                null,
                properties,
                Map.of());
    }
}
