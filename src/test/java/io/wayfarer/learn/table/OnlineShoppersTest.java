package io.wayfarer.learn.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.wayfarer.learn.judge.Card;
import io.wayfarer.learn.table.TableTraining.Wish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Judged on 12,330 sessions of a real shop (UCI 468, Sakar et al. 2018). */
class OnlineShoppersTest {

    private static final Path DATA = Path.of("../shared/data/online-shoppers/online_shoppers_intention.csv");

    @Test
    void whoBuysIsForeseenOnTheHeldOutFifthWithAnAreaOfAtLeast92Percent() throws IOException {
        Assumptions.assumeTrue(Files.exists(DATA), DATA + " is not here: what it would judge is not judged");
        var card = TableTraining.train(
                DATA, new Wish("Revenue", null, null, null, null), Instant.EPOCH, (step, done) -> {});
        var judged = card.judgement();
        System.out.printf(
                "online-shoppers: %s, AUC %s, PR-AUC %s, log loss %s, Brier %s, calibration error %s, first lift %.2f%n",
                card.chosen().name(),
                judged.auc(),
                judged.prAuc(),
                judged.logLoss(),
                judged.brier(),
                judged.calibrationError(),
                judged.deciles().get(0).lift());

        assertThat(judged.auc().value()).isGreaterThanOrEqualTo(0.92);
        assertThat(judged.calibrationError().value()).isLessThan(0.03);
        // all 17 columns but the label are known before the session ends, and none of them alone knows it
        assertThat(card.leftOut()).isEmpty();
        assertThat(card.warnings()).isEmpty();
        assertThat(card.inputs()).hasSize(17);
        assertThat(judged.rows() + card.source().trainingRows()).isEqualTo(12_330);
        assertThat(card.fairness()).extracting(f -> f.column()).contains("VisitorType", "Weekend", "Month");
        assertThat(card.tried()).extracting(Card.Tried::failure).containsOnlyNulls();
    }
}
